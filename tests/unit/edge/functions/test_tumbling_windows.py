"""A state that goes from one invocation of a window to the next, as AWS documents it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from localtender.edge.functions.event_source_mapping import EventSourceMapping
from localtender.edge.functions.names import FunctionReference
from localtender.edge.functions.sources.stream import StreamRecord
from localtender.edge.functions.sources.stream_batch import BatchProcessor, DiscardedBatch
from localtender.edge.functions.sources.tumbling_window import TumblingWindow, windows_of
from localtender.edge.invocation import Invocation, InvocationResult
from tests.lambda_workbench import ACCOUNT, REGION

pytestmark = pytest.mark.anyio

STREAM = f"arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/payments"


def record(number: int, arrived: float) -> StreamRecord:
    return StreamRecord(str(number), arrived, "p", {"number": number})


class Summing:
    """A function that keeps the sum of the numbers it is given."""

    def __init__(self, **settings: Any) -> None:
        self.events: list[dict[str, Any]] = []
        self.discarded: list[DiscardedBatch] = []
        self.failures = 0
        self.answer: Any = None
        mapping = EventSourceMapping(
            "u",
            STREAM,
            FunctionReference(ACCOUNT, REGION, "sum"),
            10,
            tumbling_window=60,
            **settings,
        )
        self.processor = BatchProcessor(mapping, self.invoke, self.discard, retry_seconds=0)

    async def invoke(self, invocation: Invocation) -> InvocationResult:
        event = json.loads(invocation.payload)
        self.events.append(event)
        if self.failures:
            self.failures -= 1
            return InvocationResult(b"{}", "Unhandled", "$LATEST", "id")
        total = event["state"].get("total", 0) + sum(one["number"] for one in event["Records"])
        answer = self.answer or {"state": {"total": total}}
        return InvocationResult(json.dumps(answer).encode(), None, "$LATEST", "id")

    async def discard(self, batch: DiscardedBatch) -> None:
        self.discarded.append(batch)


def test_records_fall_into_windows_by_their_time_of_arrival() -> None:
    windows = windows_of([record(1, 61.5), record(2, 119.9), record(3, 120.0)], 60, "s", STREAM)
    assert [
        (window.start, window.end, [one.sequence_number for one in members])
        for window, members in windows
    ] == [(60, 120, ["1", "2"]), (120, 180, ["3"])]


async def test_the_state_goes_on_to_the_next_invocation_and_the_last_one_says_so() -> None:
    summing = Summing()
    window = TumblingWindow(1596128400, 1596128460, "shardId-0", STREAM)
    await summing.processor.process("shardId-0", (record(1, 0), record(2, 0)), window=window)
    await summing.processor.process("shardId-0", (record(4, 0),), window=window)
    await summing.processor.finish(window)
    first, second, last = summing.events
    assert (first["state"], second["state"], last["state"]) == ({}, {"total": 3}, {"total": 7})
    assert first["window"] == {"start": "2020-07-30T17:00:00Z", "end": "2020-07-30T17:01:00Z"}
    assert (first["shardId"], first["eventSourceARN"]) == ("shardId-0", STREAM)
    assert [event["isFinalInvokeForWindow"] for event in summing.events] == [False, False, True]
    assert not any(event["isWindowTerminatedEarly"] for event in summing.events)
    assert last["Records"] == []


async def test_a_failed_invocation_is_tried_again_with_the_state_it_had() -> None:
    summing = Summing()
    window = TumblingWindow(0, 60, "s", STREAM, {"total": 5})
    summing.failures = 1
    await summing.processor.process("s", (record(1, 0),), window=window)
    assert [event["state"] for event in summing.events] == [{"total": 5}, {"total": 5}]
    summing.failures = 1
    await summing.processor.finish(window)
    assert [event["isFinalInvokeForWindow"] for event in summing.events[2:]] == [True, True]
    assert window.state == {"total": 6}


async def test_an_answer_without_a_state_is_a_failure() -> None:
    summing = Summing(maximum_retries=0)
    summing.answer = {"sum": 1}
    await summing.processor.process("s", (record(1, 0),), window=TumblingWindow(0, 60, "s", STREAM))
    assert summing.discarded[0].condition == "RetryAttemptsExhausted"


async def test_a_state_beyond_a_megabyte_is_too_large() -> None:
    window = TumblingWindow(0, 60, "s", STREAM)
    assert window.take(json.dumps({"state": {"a": "x" * 1024 * 1024}}).encode())
    assert window.is_too_large
    assert window.event_fields(final=True, early=True)["isWindowTerminatedEarly"] is True

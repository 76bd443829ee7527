"""Batches of stream records: retried, split, cut short, and given up."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from typing import Any

import pytest

from localtender.edge.functions.event_source_mapping import EventSourceMapping
from localtender.edge.functions.names import FunctionReference
from localtender.edge.functions.sources.stream import StreamRecord
from localtender.edge.functions.sources.stream_batch import BatchProcessor, DiscardedBatch
from localtender.edge.invocation import Invocation, InvocationResult
from localtender.edge.protocol.errors import ServiceError
from tests.lambda_workbench import ACCOUNT, REGION

pytestmark = pytest.mark.anyio

STREAM = f"arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/payments"
Answer = Callable[[list[str]], bytes | None]


class Shard:
    """A processor, what its function was called with, and what was given up."""

    def __init__(self, answer: Answer, **settings: Any) -> None:
        self.answer = answer
        self.batches: list[list[str]] = []
        self.discarded: list[DiscardedBatch] = []
        mapping = EventSourceMapping(
            uuid="u",
            source_arn=settings.pop("source_arn", STREAM),
            function=FunctionReference(ACCOUNT, REGION, "worker"),
            batch_size=10,
            starting_position="TRIM_HORIZON",
            **settings,
        )
        self.processor = BatchProcessor(mapping, self.invoke, self.discard, retry_seconds=0)

    async def invoke(self, invocation: Invocation) -> InvocationResult:
        records = [record["id"] for record in json.loads(invocation.payload)["Records"]]
        self.batches.append(records)
        payload = self.answer(records)
        error = "Unhandled" if payload is None else None
        return InvocationResult(payload or b"{}", error, "$LATEST", "the-id")

    async def discard(self, batch: DiscardedBatch) -> None:
        self.discarded.append(batch)

    async def process(self, *identifiers: str, age: float = 0) -> None:
        now = time.time()
        await self.processor.process(
            "shard-0", tuple(StreamRecord(i, now - age, i, {"id": i}) for i in identifiers)
        )


def fails_with(bad: str) -> Answer:
    return lambda records: None if bad in records else b"null"


async def test_a_batch_is_done_with_when_the_function_returns() -> None:
    shard = Shard(lambda records: b"null")
    await shard.process("1", "2")
    assert shard.batches == [["1", "2"]]
    assert shard.processor.last_result == "OK"


async def test_a_batch_is_retried_as_often_as_asked_and_then_reported() -> None:
    shard = Shard(fails_with("2"), maximum_retries=2)
    await shard.process("1", "2")
    assert shard.batches == [["1", "2"]] * 3
    document = shard.discarded[0].to_document()
    assert document["requestContext"]["condition"] == "RetryAttemptsExhausted"
    assert document["requestContext"]["approximateInvokeCount"] == 3
    assert document["responseContext"]["functionError"] == "Unhandled"
    batch = document["KinesisBatchInfo"]
    assert (batch["startSequenceNumber"], batch["endSequenceNumber"]) == ("1", "2")
    assert (batch["shardId"], batch["batchSize"]) == ("shard-0", 2)
    assert shard.processor.last_result == "PROBLEM: Function call failed"


async def test_a_split_finds_the_record_that_fails() -> None:
    shard = Shard(fails_with("3"), maximum_retries=0, bisect_on_error=True)
    await shard.process("1", "2", "3", "4")
    assert shard.batches == [["1", "2", "3", "4"], ["1", "2"], ["3", "4"], ["3"], ["4"]]
    assert [[r.sequence_number for r in one.records] for one in shard.discarded] == [["3"]]


async def test_only_what_follows_the_reported_failure_is_retried() -> None:
    answers = iter([b'{"batchItemFailures": [{"itemIdentifier": "2"}]}', b"{}"])
    shard = Shard(lambda records: next(answers), response_types=("ReportBatchItemFailures",))
    await shard.process("1", "2", "3")
    assert shard.batches == [["1", "2", "3"], ["2", "3"]]


async def test_retries_begin_anew_behind_a_partial_failure() -> None:
    """As test_dynamodb_report_batch_item_failures records it, and its sibling for Kinesis.

    In LocalStack's ``test_lambda_integration_dynamodbstreams.snapshot.json``: with three retries
    the function gets record 6 five times, and four are reported.
    """
    report = b'{"batchItemFailures": [{"itemIdentifier": "6"}]}'
    shard = Shard(
        lambda records: report, maximum_retries=3, response_types=("ReportBatchItemFailures",)
    )
    await shard.process("4", "5", "6")
    assert shard.batches == [["4", "5", "6"], *[["6"]] * 4]
    document = shard.discarded[0].to_document()
    assert document["requestContext"]["approximateInvokeCount"] == 4
    assert document["responseContext"]["functionError"] is None
    assert document["KinesisBatchInfo"]["startSequenceNumber"] == "6"
    assert document["KinesisBatchInfo"]["batchSize"] == 1


async def test_an_unreadable_report_retries_the_whole_batch() -> None:
    answers = iter([b'{"batchItemFailures": [{"itemIdentifier": "9"}]}', b"null"])
    shard = Shard(lambda records: next(answers), response_types=("ReportBatchItemFailures",))
    await shard.process("1", "2")
    assert shard.batches == [["1", "2"], ["1", "2"]]


async def test_records_that_are_too_old_are_given_up() -> None:
    shard = Shard(lambda records: b"null", maximum_record_age=60)
    await shard.process("1", age=120)
    assert shard.batches == []
    assert shard.discarded[0].condition == "RecordAgeExceeded"
    assert "responseContext" not in shard.discarded[0].to_document()


async def test_a_throttle_is_no_attempt() -> None:
    refusals = iter([True, False])

    def answer(records: list[str]) -> bytes:
        if next(refusals):
            raise ServiceError("TooManyRequestsException", "Rate Exceeded.", 429)
        return b"null"

    shard = Shard(answer, maximum_retries=0)
    await shard.process("1")
    assert shard.discarded == []
    assert shard.processor.last_result == "OK"


async def test_a_table_tells_times_of_arrival_in_whole_seconds() -> None:
    table = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/t/stream/2026-01-01T00:00:00.000"
    shard = Shard(fails_with("1"), maximum_retries=0, source_arn=table)
    await shard.process("1")
    batch = shard.discarded[0].to_document()["DDBStreamBatchInfo"]
    assert re.fullmatch(r"[\d-]+T[\d:]+Z", batch["approximateArrivalOfFirstRecord"])
    stream = Shard(fails_with("1"), maximum_retries=0)
    await stream.process("1")
    batch = stream.discarded[0].to_document()["KinesisBatchInfo"]
    assert re.fullmatch(r"[\d-]+T[\d:]+\.\d{3}Z", batch["approximateArrivalOfLastRecord"])

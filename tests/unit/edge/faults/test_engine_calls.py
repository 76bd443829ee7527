"""Calls of pollers, which no request carries, under the same rules."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import httpx
import pytest

from localtender.edge.faults.edge_faults import EdgeFaults
from localtender.edge.faults.engine_calls import FaultyEngineCalls
from localtender.edge.faults.error_codes import ErrorCodes
from localtender.edge.journal import Journal
from localtender.edge.protocol.models import ServiceModels
from localtender.engines.client import EngineCallError

MODELS = ServiceModels()


class Queue:
    """An engine whose queue has one more message for each receive."""

    def __init__(self) -> None:
        self.calls = 0

    async def call(
        self,
        service: str,
        operation: str,
        parameters: Mapping[str, Any],
        *,
        account_id: str,
        region: str,
    ) -> dict[str, Any]:
        self.calls += 1
        return {"Messages": [{"Body": str(self.calls), "ReceiptHandle": "r"}]}


class Lab:
    def __init__(self) -> None:
        self.journal = Journal()
        self.faults = EdgeFaults(ErrorCodes(MODELS), self.journal)
        self.queue = Queue()
        self._calls = FaultyEngineCalls(self.queue, self.faults, MODELS)

    def receive(self) -> list[str]:
        parameters = {"QueueUrl": "http://x/000000000000/jobs", "MaxNumberOfMessages": 10}
        output = asyncio.run(
            self._calls.call(
                "sqs", "ReceiveMessage", parameters, account_id="000000000000", region="us-east-1"
            )
        )
        return [message["Body"] for message in output["Messages"]]


@pytest.fixture
def lab() -> Lab:
    return Lab()


def test_without_rules_a_call_passes(lab: Lab) -> None:
    assert lab.receive() == ["1"]
    assert lab.journal.entries() == []


def test_an_error_is_the_engines_own(lab: Lab) -> None:
    lab.faults.rules.add({"kind": "throttle", "service": "sqs", "resource": "jobs"})

    with pytest.raises(EngineCallError) as refused:
        lab.receive()

    assert (refused.value.code, refused.value.status) == ("RequestThrottled", 400)
    assert lab.queue.calls == 0


@pytest.mark.parametrize(("when", "calls"), [("before", 0), ("after", 1)])
def test_a_broken_connection_is_one_of_the_client(lab: Lab, when: str, calls: int) -> None:
    lab.faults.rules.add({"kind": "reset", "when": when})

    with pytest.raises(httpx.ReadError):
        lab.receive()

    assert lab.queue.calls == calls


def test_a_call_that_hangs_ends_in_a_time_out(lab: Lab) -> None:
    lab.faults.rules.add({"kind": "hang", "seconds": 1, "nth": 1})

    with pytest.raises(httpx.ReadTimeout):
        lab.receive()
    assert lab.receive() == ["1"]


def test_messages_are_received_twice_or_late(lab: Lab) -> None:
    lab.faults.rules.add({"kind": "duplicate-delivery", "times": 1})
    assert [lab.receive() for _ in range(3)] == [["1"], ["1"], ["2"]]

    lab.faults.rules.replace([{"kind": "reordering", "times": 1}])
    assert [lab.receive() for _ in range(2)] == [[], ["4", "3"]]


def test_the_journal_has_the_calls_that_were_struck(lab: Lab) -> None:
    lab.faults.rules.add({"kind": "latency", "milliseconds": 1, "id": "slow"})
    lab.receive()

    [entry] = lab.journal.entries()
    assert (entry["service"], entry["operation"]) == ("sqs", "ReceiveMessage")
    assert (entry["fault"], entry["status"]) == ("latency (slow)", 200)

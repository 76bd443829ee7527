"""Duplicate delivery and reordering: what a receive gets of what a queue gave.

After "At-least-once delivery" and "best-effort ordering" of the SQS developer guide's page on
standard queues.
"""

from __future__ import annotations

from typing import Any

import pytest

from localtender.edge.faults.calls import Call, api_call
from localtender.edge.faults.edge_faults import EdgeFaults
from localtender.edge.faults.error_codes import ErrorCodes
from localtender.edge.faults.queue_faults import QueueFaults
from localtender.edge.journal import Journal
from localtender.edge.protocol.models import ServiceModels


@pytest.fixture
def faults() -> EdgeFaults:
    return EdgeFaults(ErrorCodes(ServiceModels()), Journal())


@pytest.fixture
def queues(faults: EdgeFaults) -> QueueFaults:
    return QueueFaults(faults)


def receive(queue: str = "jobs", limit: int = 10) -> Call:
    parameters = {"QueueUrl": f"http://x/000000000000/{queue}", "MaxNumberOfMessages": limit}
    return api_call(
        "sqs",
        "sqs",
        "ReceiveMessage",
        parameters,
        account_id="000000000000",
        region="us-east-1",
    )


def message(body: str) -> dict[str, Any]:
    return {"Body": body, "Attributes": {"ApproximateReceiveCount": "1"}}


def bodies(messages: list[Any]) -> list[str]:
    return [message["Body"] for message in messages]


def given(queues: QueueFaults, call: Call, *names: str) -> list[str]:
    again = queues.again(call)
    if again:
        return bodies(again)
    return bodies(queues.delivered(call, [message(name) for name in names])[0])


def test_messages_are_delivered_once_more_with_the_next_receive(
    faults: EdgeFaults, queues: QueueFaults
) -> None:
    faults.rules.add({"kind": "duplicate-delivery", "resource": "jobs", "times": 1})

    received = [given(queues, receive(), "a", "b") for _ in range(3)]

    assert received == [["a", "b"], ["a", "b"], ["a", "b"]]
    assert queues.again(receive()) == []


def test_a_duplicate_counts_one_more_receive(faults: EdgeFaults, queues: QueueFaults) -> None:
    faults.rules.add({"kind": "duplicate-delivery"})
    first, _ = queues.delivered(receive(), [message("a")])
    [again] = queues.again(receive())

    assert first[0]["Attributes"] == {"ApproximateReceiveCount": "1"}
    assert again["Attributes"] == {"ApproximateReceiveCount": "2"}


def test_no_receive_gets_more_duplicates_than_it_asks_for(
    faults: EdgeFaults, queues: QueueFaults
) -> None:
    faults.rules.add({"kind": "duplicate-delivery", "times": 1})
    given(queues, receive(), "a", "b", "c")

    assert [bodies(queues.again(receive(limit=2))) for _ in range(3)] == [["a", "b"], ["c"], []]


def test_a_receive_that_finds_nothing_is_not_counted(
    faults: EdgeFaults, queues: QueueFaults
) -> None:
    rule = faults.rules.add({"kind": "duplicate-delivery", "nth": 1})

    given(queues, receive())
    assert (rule.seen, rule.fired) == (0, 0)
    given(queues, receive(), "a")
    assert (rule.seen, rule.fired) == (1, 1)


@pytest.mark.parametrize("seed", range(8))
def test_messages_come_in_another_order(faults: EdgeFaults, queues: QueueFaults, seed: int) -> None:
    faults.rules.add({"kind": "reordering", "seed": seed})

    received = given(queues, receive(), "a", "b", "c")

    assert sorted(received) == ["a", "b", "c"]
    assert received[0] != "a"


def test_a_single_message_comes_after_the_next(faults: EdgeFaults, queues: QueueFaults) -> None:
    faults.rules.add({"kind": "reordering", "times": 1})

    assert given(queues, receive(), "a") == []
    assert given(queues, receive(), "b") == ["b", "a"]


def test_a_message_that_is_late_is_never_lost(faults: EdgeFaults, queues: QueueFaults) -> None:
    faults.rules.add({"kind": "reordering"})

    assert given(queues, receive(limit=1), "a") == []
    assert given(queues, receive(limit=1), "b") == ["b"]
    assert given(queues, receive(limit=1)) == ["a"]


def test_other_queues_are_spared(faults: EdgeFaults, queues: QueueFaults) -> None:
    faults.rules.add({"kind": "duplicate-delivery"})
    given(queues, receive("jobs"), "a")

    assert queues.again(receive("others")) == []


def test_fifo_queues_are_out_of_reach(queues: QueueFaults) -> None:
    assert queues.concern(receive("jobs"))
    assert not queues.concern(receive("jobs.fifo"))

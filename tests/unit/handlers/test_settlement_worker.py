from __future__ import annotations

import json
from typing import Any

import pytest

import handlers.settlement
from handlers.settlement import pause_seconds
from payments.payment import PaymentStatus
from payments.payment_request import PaymentRequest
from tests.unit.handlers.gateway_events import Context, captured_logs
from tests.unit.payments.in_memory import World


class PostponingQueue:
    def __init__(self) -> None:
        self.postponed: dict[str, int] = {}

    def postpone(self, receipt_handle: str, seconds: int) -> None:
        self.postponed[receipt_handle] = seconds


class Worker:
    """The handler over a world of fakes."""

    def __init__(self, world: World) -> None:
        self.settlement = world.settlement
        self.queue = PostponingQueue()

    def run(self, *bodies: str, attempt: int = 2) -> list[str]:
        """Return the ids of the messages that must come again; the nth message is "m<n>"."""
        context: Any = Context(remaining_milliseconds=60_000)
        records = [record(f"m{index}", body, attempt) for index, body in enumerate(bodies)]
        answer = handlers.settlement.handler({"Records": records}, context)
        return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def record(message_id: str, body: str, attempt: int) -> dict[str, Any]:
    return {
        "messageId": message_id,
        "receiptHandle": f"receipt-{message_id}",
        "body": body,
        "attributes": {
            "ApproximateReceiveCount": str(attempt),
            "SentTimestamp": "1795400000000",
            "SenderId": "x",
            "ApproximateFirstReceiveTimestamp": "1795400000000",
        },
        "messageAttributes": {},
        "md5OfBody": "",
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:us-east-1:000000000000:settlement",
        "awsRegion": "us-east-1",
    }


def message(payment_id: str, *, first_attempt: bool = False) -> str:
    return json.dumps(
        {"customer_id": "c-1", "payment_id": payment_id, "first_attempt": first_attempt}
    )


def start(
    monkeypatch: pytest.MonkeyPatch, *behaviours: str, respond_async: bool = False
) -> tuple[World, Worker, str]:
    """Make a payment that the request leaves to the worker."""
    world = World(behaviours)
    worker = Worker(world)
    monkeypatch.setattr(handlers.settlement, "application", lambda: worker)
    body = {"customer_id": "c-1", "email": "ada@example.com", "amount": "1", "currency": "USD"}
    accepted = world.disbursements.accept(
        PaymentRequest.parse(body), world.deadline(), respond_async=respond_async
    )
    assert accepted.payment is not None
    return world, worker, accepted.payment.payment_id


def test_a_payment_whose_answer_was_lost_is_settled_without_paying_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world, worker, payment_id = start(monkeypatch, "lost after")
    assert worker.run(message(payment_id)) == []
    assert world.payments.rows["c-1", payment_id].status is PaymentStatus.COMPLETED
    assert len(world.provider.payouts) == 1
    assert world.topic.outcomes == [(payment_id, "COMPLETED")]


def test_only_the_unsettled_messages_of_a_batch_come_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _, worker, payment_id = start(monkeypatch, "lost before", "lost before")
    assert worker.run(message("unknown"), message(payment_id), "garbage") == ["m1", "m2"]
    assert set(worker.queue.postponed) == {"receipt-m1", "receipt-m2"}
    assert worker.queue.postponed["receipt-m1"] >= 7  # as the provider asked


def test_a_settled_payment_is_dropped_when_the_message_comes_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world, worker, payment_id = start(monkeypatch)
    calls = len(world.provider.calls)
    assert worker.run(message(payment_id), message(payment_id)) == []
    assert len(world.provider.calls) == calls
    assert len(world.topic.outcomes) == 1


@pytest.mark.parametrize(
    ("behaviours", "status"),
    [(["refused"], PaymentStatus.FAILED), (["lost before", "refused"], PaymentStatus.PENDING)],
)
def test_a_refusal_counts_only_at_the_first_call(
    monkeypatch: pytest.MonkeyPatch, behaviours: list[str], status: PaymentStatus
) -> None:
    world, worker, payment_id = start(monkeypatch, *behaviours, respond_async=True)
    for attempt, _ in enumerate(behaviours, 1):
        worker.run(message(payment_id, first_attempt=True), attempt=attempt)
    assert world.payments.rows["c-1", payment_id].status is status


def test_no_address_is_logged(monkeypatch: pytest.MonkeyPatch) -> None:
    _, worker, payment_id = start(monkeypatch, "lost before")
    with captured_logs() as logs:
        worker.run(message(payment_id), "ada@example.com")
    assert payment_id in logs.getvalue()
    assert "ada@example.com" not in logs.getvalue()


@pytest.mark.parametrize(
    ("attempt", "shortest", "longest"), [(1, 2, 3), (2, 4, 5), (5, 32, 40), (99, 900, 1125)]
)
def test_pauses_double_up_to_a_quarter_of_an_hour(
    attempt: int, shortest: int, longest: int
) -> None:
    assert all(shortest <= pause_seconds(attempt, None) <= longest for _ in range(50))


def test_a_provider_may_ask_for_a_longer_pause_within_bounds() -> None:
    assert pause_seconds(1, 60.0) == 60
    assert pause_seconds(1, 1e9) == 900

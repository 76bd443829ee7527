"""The counter of a day in the transactions of the ledger."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from botocore.exceptions import ClientError

from adapters.dynamodb.payment_items import to_item
from adapters.dynamodb.payments import DynamoDBPayments
from adapters.dynamodb.transactions import CancelledError
from payments.errors import DailyLimitExceededError, VersionConflictError
from payments.idempotency import IdempotencyRecord
from payments.limits import DailyLimits, Reservation
from payments.money import Money
from payments.payment import Payment, PaymentMethod, PaymentStatus
from payments.payment_id import new_payment_id
from tests.unit.adapters.stubbed_clients import StubbedClients

NOW = datetime(2026, 11, 23, 4, 55, 38, 123456, tzinfo=UTC)
PAYMENT = Payment.receive(
    at=NOW,
    customer_id="c-1",
    payment_id=new_payment_id(NOW),
    money=Money(Decimal("12.50"), "USD"),
    payment_method=PaymentMethod.PAYPAL,
    email="ada@example.com",
    counts_toward_limit=True,
)
IDEMPOTENCY = IdempotencyRecord("k", "f", "c-1", PAYMENT.payment_id, NOW)
KEY = {"customer_id": {"S": "c-1"}, "day_and_currency": {"S": "2026-11-23#USD"}}
# 2026-11-24 00:00 UTC and 90 days.
EXPIRES = {"N": "1803254400"}


@pytest.fixture
def aws() -> Iterator[StubbedClients]:
    clients = StubbedClients()
    yield clients
    clients.assert_all_called()


@pytest.fixture
def store(aws: StubbedClients, monkeypatch: pytest.MonkeyPatch) -> DynamoDBPayments:
    monkeypatch.setattr(time, "sleep", lambda _: None)
    return DynamoDBPayments(aws, "Disbursements", "IdempotencyKeys", "DailyTotals")


def reservation() -> Reservation:
    made = DailyLimits({"USD": Decimal(100)}).reservation(PAYMENT)
    assert made is not None
    return made


def cancel(aws: StubbedClients, *codes: str) -> None:
    aws.fail(
        "dynamodb",
        "transact_write_items",
        "TransactionCanceledException",
        CancellationReasons=[{"Code": code} for code in codes],
    )


def adding(amount: str, **more: Any) -> dict[str, Any]:
    return {
        "Update": {
            "TableName": "DailyTotals",
            "Key": KEY,
            "UpdateExpression": "ADD #total :amount SET expires_at = :expires_at",
            "ExpressionAttributeNames": {"#total": "total"},
            "ExpressionAttributeValues": {":amount": {"N": amount}, ":expires_at": EXPIRES, **more},
        }
    }


def answer_transaction(aws: StubbedClients, items: list[dict[str, Any]]) -> None:
    aws.expect("dynamodb", "transact_write_items", {}, {"TransactItems": items})


def test_the_intent_and_what_it_takes_of_the_day_are_one_write(
    aws: StubbedClients, store: DynamoDBPayments
) -> None:
    counter = adding("12.50", **{":room": {"N": "87.50"}})
    counter["Update"]["ConditionExpression"] = "attribute_not_exists(#total) OR #total <= :room"
    intent = {
        "Put": {
            "TableName": "Disbursements",
            "Item": to_item(PAYMENT),
            "ConditionExpression": "attribute_not_exists(payment_id)",
        }
    }
    assert intent["Put"]["Item"]["counts_toward_limit"] == {"BOOL": True}  # type: ignore[index]
    answer_transaction(aws, [intent, counter])
    assert store.record(PAYMENT, None, reservation())


@pytest.mark.parametrize("idempotency", [None, IDEMPOTENCY])
def test_a_counter_without_room_is_a_limit_exceeded(
    aws: StubbedClients, store: DynamoDBPayments, idempotency: IdempotencyRecord | None
) -> None:
    before = [] if idempotency is None else ["None"]
    cancel(aws, *before, "None", "ConditionalCheckFailed")
    with pytest.raises(DailyLimitExceededError, match="100 USD"):
        store.record(PAYMENT, idempotency, reservation())


def test_a_taken_key_counts_before_the_limit(aws: StubbedClients, store: DynamoDBPayments) -> None:
    cancel(aws, "ConditionalCheckFailed", "None", "ConditionalCheckFailed")
    assert not store.record(PAYMENT, IDEMPOTENCY, reservation())


def test_somebody_at_the_counter_at_the_same_time_is_waited_for(
    aws: StubbedClients, store: DynamoDBPayments
) -> None:
    cancel(aws, "None", "TransactionConflict")
    cancel(aws, "None", "TransactionConflict")
    aws.stubbers["dynamodb"].add_response("transact_write_items", {})
    assert store.record(PAYMENT, None, reservation())


def test_a_counter_that_stays_contended_is_given_up(
    aws: StubbedClients, store: DynamoDBPayments
) -> None:
    for _ in range(12):
        cancel(aws, "None", "TransactionConflict")
    with pytest.raises(CancelledError, match="TransactionConflict"):
        store.record(PAYMENT, None, reservation())


def test_another_failure_of_the_transaction_is_raised_as_it_is(
    aws: StubbedClients, store: DynamoDBPayments
) -> None:
    cancel(aws, "None", "ThrottlingError")
    with pytest.raises(ClientError):
        store.record(PAYMENT, None, reservation())


@pytest.mark.parametrize("status", [PaymentStatus.FAILED, PaymentStatus.RETURNED])
def test_the_end_of_a_payment_that_moved_nothing_and_its_amount_given_back_are_one_write(
    aws: StubbedClients, store: DynamoDBPayments, status: PaymentStatus
) -> None:
    ended = PAYMENT.advance(status, NOW)
    later = {
        "Put": {
            "TableName": "Disbursements",
            "Item": to_item(ended),
            "ConditionExpression": "version = :replaced",
            "ExpressionAttributeValues": {":replaced": {"N": "1"}},
        }
    }
    answer_transaction(aws, [later, adding("-12.50")])
    store.save(ended, replacing_version=1)


def test_an_amount_is_not_given_back_for_a_version_that_somebody_else_replaced(
    aws: StubbedClients, store: DynamoDBPayments
) -> None:
    cancel(aws, "ConditionalCheckFailed", "None")
    with pytest.raises(VersionConflictError):
        store.save(PAYMENT.advance(PaymentStatus.FAILED, NOW), replacing_version=1)


@pytest.mark.parametrize(
    "later",
    [
        PAYMENT.advance(PaymentStatus.COMPLETED, NOW),
        replace(PAYMENT, counts_toward_limit=False).advance(PaymentStatus.FAILED, NOW),
    ],
    ids=["paid", "never counted"],
)
def test_nothing_is_given_back_for_others(
    aws: StubbedClients, store: DynamoDBPayments, later: Payment
) -> None:
    aws.get("dynamodb")
    aws.stubbers["dynamodb"].add_response("put_item", {})
    store.save(later, replacing_version=1)


@pytest.mark.parametrize(
    ("answer", "counted"),
    [({}, 0), ({"Item": {**KEY, "total": {"N": "87.5"}}}, Decimal("87.5"))],
)
def test_what_has_been_counted_is_read(
    aws: StubbedClients, store: DynamoDBPayments, answer: dict[str, Any], counted: Decimal
) -> None:
    request = {"TableName": "DailyTotals", "Key": KEY, "ConsistentRead": True}
    aws.expect("dynamodb", "get_item", answer, request)
    assert store.counted(reservation().total) == counted

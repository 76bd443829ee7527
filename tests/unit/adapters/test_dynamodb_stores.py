from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from botocore.exceptions import ClientError

from adapters.dynamodb.customers import DynamoDBCustomers
from adapters.dynamodb.idempotency import DynamoDBIdempotency
from adapters.dynamodb.idempotency import to_item as idempotency_item
from adapters.dynamodb.payment_items import from_item, to_item
from adapters.dynamodb.payments import DynamoDBPayments
from payments.customers import Customer
from payments.errors import VersionConflictError
from payments.idempotency import IdempotencyRecord, RecordedAnswer
from payments.money import Money
from payments.payment import Payment, PaymentMethod, PaymentStatus
from payments.payment_id import new_payment_id
from tests.unit.adapters.stubbed_clients import StubbedClients

NOW = datetime(2026, 11, 23, 4, 55, 38, 123456, tzinfo=UTC)
CUSTOMER = Customer("c-1", "ada@example.com", NOW)
CUSTOMER_ITEM = {
    "customer_id": {"S": "c-1"},
    "email": {"S": "ada@example.com"},
    "created_at": {"S": "2026-11-23T04:55:38.123456+00:00"},
}


def payment() -> Payment:
    return Payment.receive(
        at=NOW,
        customer_id="c-1",
        payment_id=new_payment_id(NOW),
        money=Money(Decimal("12.50"), "USD"),
        payment_method=PaymentMethod.PAYPAL,
        email="ada@example.com",
    )


def record_of(value: Payment) -> IdempotencyRecord:
    return IdempotencyRecord("k", "f", value.customer_id, value.payment_id, NOW)


@pytest.fixture
def aws() -> Iterator[StubbedClients]:
    clients = StubbedClients()
    yield clients
    clients.assert_all_called()


def payments(aws: StubbedClients) -> DynamoDBPayments:
    return DynamoDBPayments(aws, "Disbursements", "IdempotencyKeys", "DailyTotals")


def put(value: Payment, condition: str, **more: Any) -> dict[str, Any]:
    return {
        "TableName": "Disbursements",
        "Item": to_item(value),
        "ConditionExpression": condition,
        **more,
    }


def test_a_customer_is_added_only_when_the_id_is_free(aws: StubbedClients) -> None:
    request = {
        "TableName": "Customers",
        "Item": CUSTOMER_ITEM,
        "ConditionExpression": "attribute_not_exists(customer_id)",
    }
    aws.expect("dynamodb", "put_item", {}, request)
    assert DynamoDBCustomers(aws, "Customers").add(CUSTOMER) is None


def test_an_existing_customer_is_returned_instead(aws: StubbedClients) -> None:
    aws.fail("dynamodb", "put_item", "ConditionalCheckFailedException")
    request = {
        "TableName": "Customers",
        "Key": {"customer_id": {"S": "c-1"}},
        "ConsistentRead": True,
    }
    aws.expect("dynamodb", "get_item", {"Item": CUSTOMER_ITEM}, request)
    assert DynamoDBCustomers(aws, "Customers").add(CUSTOMER) == CUSTOMER


def test_an_absent_customer_is_none(aws: StubbedClients) -> None:
    request = {
        "TableName": "Customers",
        "Key": {"customer_id": {"S": "c-1"}},
        "ConsistentRead": True,
    }
    aws.expect("dynamodb", "get_item", {}, request)
    assert DynamoDBCustomers(aws, "Customers").find("c-1") is None


def test_a_payment_survives_the_way_to_an_item_and_back() -> None:
    value = payment().advance(PaymentStatus.SUBMITTED, NOW, reference="B1", reason="NEW")
    item = to_item(value)
    assert item["amount"] == {"N": "12.50"}
    assert from_item(item) == value
    item["amount"] = {"N": "12.5"}  # as DynamoDB gives it back
    assert from_item(item) == value


def test_an_intent_is_stored_only_once(aws: StubbedClients) -> None:
    value = payment()
    aws.expect("dynamodb", "put_item", {}, put(value, "attribute_not_exists(payment_id)"))
    assert payments(aws).record(value, None)


def test_the_clients_own_retry_of_the_intent_is_no_failure(aws: StubbedClients) -> None:
    aws.fail("dynamodb", "put_item", "ConditionalCheckFailedException")
    assert payments(aws).record(payment(), None)


def test_another_failure_of_the_intent_is_raised(aws: StubbedClients) -> None:
    aws.fail("dynamodb", "put_item", "ProvisionedThroughputExceededException")
    with pytest.raises(ClientError):
        payments(aws).record(payment(), None)


def test_intent_and_key_are_stored_together(aws: StubbedClients) -> None:
    value = payment()
    key = {
        "TableName": "IdempotencyKeys",
        "Item": idempotency_item(record_of(value)),
        "ConditionExpression": "attribute_not_exists(idempotency_key)",
    }
    intent = put(value, "attribute_not_exists(payment_id)")
    request = {"TransactItems": [{"Put": key}, {"Put": intent}]}
    aws.get("dynamodb")
    aws.stubbers["dynamodb"].add_response("transact_write_items", {}, request)
    assert payments(aws).record(value, record_of(value))


@pytest.mark.parametrize("code", ["ConditionalCheckFailed", "TransactionConflict"])
def test_a_taken_key_stores_nothing(aws: StubbedClients, code: str) -> None:
    aws.fail(
        "dynamodb",
        "transact_write_items",
        "TransactionCanceledException",
        CancellationReasons=[{"Code": code}, {"Code": "None"}],
    )
    value = payment()
    assert not payments(aws).record(value, record_of(value))


def test_a_transaction_cancelled_for_another_reason_is_raised(aws: StubbedClients) -> None:
    aws.fail(
        "dynamodb",
        "transact_write_items",
        "TransactionCanceledException",
        CancellationReasons=[{"Code": "None"}, {"Code": "ThrottlingError"}],
    )
    value = payment()
    with pytest.raises(ClientError):
        payments(aws).record(value, record_of(value))


def test_a_later_version_replaces_exactly_the_one_that_was_read(aws: StubbedClients) -> None:
    value = payment().advance(PaymentStatus.COMPLETED, NOW)
    request = put(
        value,
        "version = :replaced",
        ExpressionAttributeValues={":replaced": {"N": "1"}},
    )
    aws.expect("dynamodb", "put_item", {}, request)
    payments(aws).save(value, replacing_version=1)


def test_a_version_that_is_no_longer_there_is_a_conflict(aws: StubbedClients) -> None:
    aws.fail("dynamodb", "put_item", "ConditionalCheckFailedException")
    with pytest.raises(VersionConflictError):
        payments(aws).save(payment(), replacing_version=1)


def test_payments_are_read_backwards_and_paged(aws: StubbedClients) -> None:
    value = payment()
    key = {"customer_id": {"S": "c-1"}, "payment_id": {"S": value.payment_id}}
    request = {
        "TableName": "Disbursements",
        "KeyConditionExpression": "customer_id = :customer",
        "ExpressionAttributeValues": {":customer": {"S": "c-1"}},
        "ScanIndexForward": False,
        "ConsistentRead": True,
        "Limit": 1,
        "ExclusiveStartKey": {"customer_id": {"S": "c-1"}, "payment_id": {"S": "later"}},
    }
    answer = {"Items": [to_item(value)], "LastEvaluatedKey": key}
    aws.expect("dynamodb", "query", answer, request)
    page = payments(aws).list("c-1", limit=1, after="later")
    assert page.payments == (value,)
    assert page.last_payment_id == value.payment_id


def test_the_note_of_a_publication_loses_against_a_later_outcome(aws: StubbedClients) -> None:
    aws.fail("dynamodb", "update_item", "ConditionalCheckFailedException")
    payments(aws).mark_notified(payment(), NOW)


def test_a_first_answer_is_kept_and_found_again(aws: StubbedClients) -> None:
    keys = DynamoDBIdempotency(aws, "IdempotencyKeys")
    record = IdempotencyRecord("k", "f", "c-1", "p", NOW, RecordedAnswer(202, "{}"))
    item = idempotency_item(record)
    assert item["expires_at"] == {"N": str(int(NOW.timestamp()) + 45 * 86400 + 1)}
    request = {
        "TableName": "IdempotencyKeys",
        "Key": {"idempotency_key": {"S": "k"}},
        "ConsistentRead": True,
    }
    aws.expect("dynamodb", "get_item", {"Item": item}, request)
    assert keys.find("k") == record
    update = {
        "TableName": "IdempotencyKeys",
        "Key": {"idempotency_key": {"S": "k"}},
        "UpdateExpression": "SET answer_status = :status, answer_body = :body",
        "ConditionExpression": "attribute_exists(idempotency_key)",
        "ExpressionAttributeValues": {":status": {"N": "202"}, ":body": {"S": "{}"}},
    }
    aws.expect("dynamodb", "update_item", {}, update)
    keys.answer("k", RecordedAnswer(202, "{}"))

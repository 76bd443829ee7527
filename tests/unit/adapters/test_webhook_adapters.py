from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from adapters.dynamodb.payments import DynamoDBPayments
from adapters.dynamodb.webhook_events import DynamoDBWebhookEvents
from adapters.settlement_queue import (
    MalformedMessageError,
    NoticeMessage,
    SettlementMessage,
    SqsSettlementQueue,
    read_message,
)
from adapters.webhook_secrets import WebhookSecret
from payments.errors import UnverifiableDeliveryError
from payments.notices import ProviderNotice
from payments.ports import Verdict
from tests.unit.adapters.stubbed_clients import StubbedClients

NOW = datetime(2026, 11, 26, tzinfo=UTC)
NOTICE = ProviderNotice("paypal", "WH-1", "SUCCEEDED", NOW, "p-1", Verdict.PAID)
SECRET = {"SecretId": "s"}


def answer(secret: str) -> dict[str, Any]:
    return {"SecretString": secret}


def test_an_event_is_written_once_with_the_second_in_which_it_may_be_forgotten() -> None:
    aws = StubbedClients()
    item = {
        "event_key": {"S": "paypal:WH-1"},
        "event_type": {"S": "SUCCEEDED"},
        "payment_id": {"S": "p-1"},
        "received_at": {"S": "2026-11-26T00:00:00.000000+00:00"},
        "expires_at": {"N": "1795651200"},
    }
    request = {
        "TableName": "WebhookEvents",
        "Item": item,
        "ConditionExpression": "attribute_not_exists(event_key)",
    }
    aws.expect("dynamodb", "put_item", {}, request)
    aws.fail("dynamodb", "put_item", "ConditionalCheckFailedException")
    store = DynamoDBWebhookEvents(aws, "WebhookEvents")
    assert store.add(NOTICE, NOW, NOW)
    assert not store.add(NOTICE, NOW, NOW)
    aws.assert_all_called()


@pytest.mark.parametrize(
    ("found", "known"), [({"Item": {"event_key": {"S": "x"}}}, True), ({}, False)]
)
def test_an_event_is_looked_for_by_its_provider_and_id(found: dict[str, Any], known: bool) -> None:
    aws = StubbedClients()
    request = {
        "TableName": "WebhookEvents",
        "Key": {"event_key": {"S": "paypal:WH-1"}},
        "ConsistentRead": True,
        "ProjectionExpression": "event_key",
    }
    aws.expect("dynamodb", "get_item", found, request)
    assert DynamoDBWebhookEvents(aws, "WebhookEvents").has("paypal", "WH-1") is known


def test_a_payment_is_located_by_the_index_and_read_from_the_table() -> None:
    aws = StubbedClients()
    query = {
        "TableName": "Disbursements",
        "IndexName": "by_payment_id",
        "KeyConditionExpression": "payment_id = :payment",
        "ExpressionAttributeValues": {":payment": {"S": "p-1"}},
        "Limit": 1,
    }
    keys = {"customer_id": {"S": "c-1"}, "payment_id": {"S": "p-1"}}
    aws.expect("dynamodb", "query", {"Items": [keys]}, query)
    aws.expect(
        "dynamodb",
        "get_item",
        {},
        {"TableName": "Disbursements", "Key": keys, "ConsistentRead": True},
    )
    assert DynamoDBPayments(aws, "Disbursements", "Keys", "DailyTotals").locate("p-1") is None
    aws.assert_all_called()


@pytest.mark.parametrize("outcome", [None, *Verdict])
def test_a_notice_goes_to_the_worker_and_comes_out_as_it_went_in(outcome: Verdict | None) -> None:
    aws = StubbedClients()
    message = NoticeMessage("p-1", outcome)
    request = {"QueueUrl": "q", "MessageBody": message.to_json(), "DelaySeconds": 1}
    aws.expect("sqs", "send_message", {"MessageId": "m"}, request)
    notice = ProviderNotice("paypal", "WH-1", "SUCCEEDED", NOW, "p-1", outcome)
    SqsSettlementQueue(aws, "q").send_notice(notice)
    aws.assert_all_called()
    assert read_message(message.to_json()) == message


def test_a_settlement_message_is_still_one() -> None:
    message = SettlementMessage("c-1", "p-1", first_attempt=True)
    assert read_message(message.to_json()) == message


@pytest.mark.parametrize(
    "notice",
    [
        "1",
        "{}",
        '{"payment_id": "p"}',
        '{"payment_id": 1, "outcome": null}',
        '{"payment_id": "p", "outcome": "X"}',
    ],
)
def test_a_notice_that_is_none_is_malformed(notice: str) -> None:
    with pytest.raises(MalformedMessageError):
        read_message(f'{{"notice": {notice}}}')


def test_a_secret_is_read_once_and_again_after_a_moment_at_the_earliest() -> None:
    aws, clock = StubbedClients(), iter([0.0, 9.0, 10.0, 10.0, 11.0])
    aws.expect("secretsmanager", "get_secret_value", answer('{"webhook_id": "1"}'), SECRET)
    aws.expect("secretsmanager", "get_secret_value", answer('{"webhook_id": "2"}'), SECRET)
    secret = WebhookSecret(aws, "s", lambda: next(clock))
    assert secret.current() == {"webhook_id": "1"}
    assert secret.refreshed() == {"webhook_id": "1"}  # after 9 seconds
    assert secret.refreshed() == {"webhook_id": "2"}  # after 10
    assert secret.refreshed() == {"webhook_id": "2"}
    assert secret.current() == {"webhook_id": "2"}
    aws.assert_all_called()


@pytest.mark.parametrize("code", ["ResourceNotFoundException", "AccessDeniedException"])
def test_a_secret_that_can_not_be_had_lets_nothing_be_verified(code: str) -> None:
    aws = StubbedClients()
    aws.fail("secretsmanager", "get_secret_value", code)
    with pytest.raises(UnverifiableDeliveryError):
        WebhookSecret(aws, "s").current()


@pytest.mark.parametrize("text", ["top-secret", "[]", "7"])
def test_a_secret_that_is_no_object_is_refused_without_being_quoted(text: str) -> None:
    aws = StubbedClients()
    aws.expect("secretsmanager", "get_secret_value", answer(text), SECRET)
    with pytest.raises(UnverifiableDeliveryError) as refused:
        WebhookSecret(aws, "s").current()
    assert "top-secret" not in str(refused.value)
    assert refused.value.__cause__ is None

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from botocore.exceptions import ClientError
from botocore.stub import ANY

from adapters.outcome_topic import SnsOutcomeTopic
from adapters.provider_secret import MalformedSecretError, ProviderSecret
from adapters.settlement_queue import (
    MalformedMessageError,
    SettlementMessage,
    SqsSettlementQueue,
)
from payments.money import Money
from payments.payment import Payment, PaymentMethod, PaymentStatus
from providers.paypal.access_token import ClientCredentials
from tests.unit.adapters.stubbed_clients import StubbedClients

QUEUE = "https://sqs.us-east-1.amazonaws.com/000000000000/settlement"
TOPIC = "arn:aws:sns:us-east-1:000000000000:outcomes"
NOW = datetime(2026, 11, 23, tzinfo=UTC)


def test_the_worker_gets_the_names_of_the_payment_and_nothing_else() -> None:
    aws = StubbedClients()
    message = SettlementMessage("c-1", "p-1", first_attempt=False)
    request = {"QueueUrl": QUEUE, "MessageBody": message.to_json(), "DelaySeconds": 10}
    aws.expect("sqs", "send_message", {"MessageId": "m"}, request)
    SqsSettlementQueue(aws, QUEUE).send("c-1", "p-1", delay_seconds=10, first_attempt=False)
    aws.assert_all_called()
    assert SettlementMessage.from_json(message.to_json()) == message


def test_a_message_is_hidden_for_the_pause() -> None:
    aws = StubbedClients()
    request = {"QueueUrl": QUEUE, "ReceiptHandle": "r", "VisibilityTimeout": 4}
    aws.expect("sqs", "change_message_visibility", {}, request)
    SqsSettlementQueue(aws, QUEUE).postpone("r", 4)
    aws.assert_all_called()


@pytest.mark.parametrize(
    "body",
    [
        *("", "{", "[]", "7", "{}"),
        '{"customer_id": 1, "payment_id": "p", "first_attempt": false}',
        '{"customer_id": "c", "payment_id": "p", "first_attempt": "no"}',
    ],
)
def test_another_message_is_malformed(body: str) -> None:
    with pytest.raises(MalformedMessageError):
        SettlementMessage.from_json(body)


def test_an_outcome_is_published_with_a_stable_id_and_without_the_address() -> None:
    aws = StubbedClients()
    payment = Payment.receive(
        at=NOW,
        customer_id="c-1",
        payment_id="p-1",
        money=Money(Decimal("12.50"), "USD"),
        payment_method=PaymentMethod.PAYPAL,
        email="ada@example.com",
    ).advance(PaymentStatus.COMPLETED, NOW, reference="B1")
    attributes = {"status": {"DataType": "String", "StringValue": "COMPLETED"}}
    request = {"TopicArn": TOPIC, "Message": ANY, "MessageAttributes": attributes}
    published: list[str] = []
    aws.expect("sns", "publish", {"MessageId": "m"}, request)
    aws.get("sns").meta.events.register(
        "provide-client-params.sns.Publish",
        lambda params, **_: published.append(params["Message"]),
    )
    SnsOutcomeTopic(aws, TOPIC).publish(payment)
    aws.assert_all_called()
    assert "ada@example.com" not in published[0]
    message = json.loads(published[0])
    assert message["outcome_id"] == "p-1:COMPLETED"
    assert message["amount"] == "12.50"


def secret(aws: StubbedClients, value: str, stage: str = "AWSCURRENT") -> None:
    request = {"SecretId": "payments/paypal", "VersionStage": stage}
    aws.expect("secretsmanager", "get_secret_value", {"SecretString": value}, request)


def no_pending_secret(aws: StubbedClients) -> None:
    aws.fail("secretsmanager", "get_secret_value", "ResourceNotFoundException")


def stored(client_secret: str) -> str:
    return json.dumps({"client_id": "id", "client_secret": client_secret, "other": 7})


def credentials_of(aws: StubbedClients) -> ProviderSecret[ClientCredentials]:
    names = ("client_id", "client_secret")
    return ProviderSecret(aws, "payments/paypal", names, ClientCredentials)


def test_the_secret_is_read_once() -> None:
    aws = StubbedClients()
    secret(aws, stored("one"))
    source = credentials_of(aws)
    assert source.current() == source.current() == ClientCredentials("id", "one")
    aws.assert_all_called()


def test_refused_credentials_are_replaced_by_the_stored_and_then_by_the_pending_ones() -> None:
    aws = StubbedClients()
    secret(aws, stored("one"))
    secret(aws, stored("two"))
    secret(aws, stored("three"), "AWSPENDING")
    source = credentials_of(aws)
    found = list(source.alternatives(source.current()))
    assert [each.client_secret for each in found] == ["two", "three"]
    source.accepted(found[1])
    assert source.current() == found[1]
    aws.assert_all_called()


@pytest.mark.parametrize("pending", [None, "one", "garbage"])
def test_there_is_no_alternative_to_what_was_refused_itself(pending: str | None) -> None:
    aws = StubbedClients()
    secret(aws, stored("one"))
    secret(aws, stored("one"))
    if pending is None:
        no_pending_secret(aws)
    else:
        value = pending if pending == "garbage" else stored(pending)
        secret(aws, value, "AWSPENDING")
    source = credentials_of(aws)
    assert list(source.alternatives(source.current())) == []
    aws.assert_all_called()


def test_a_pending_secret_that_can_not_be_read_is_a_failure() -> None:
    aws = StubbedClients()
    secret(aws, stored("one"))
    secret(aws, stored("one"))
    aws.fail("secretsmanager", "get_secret_value", "AccessDeniedException")
    source = credentials_of(aws)
    with pytest.raises(ClientError):
        list(source.alternatives(source.current()))


@pytest.mark.parametrize(
    "value",
    [
        *("hunter2", '{"client_id": "hunter2"}', '["hunter2"]'),
        '{"client_id": "hunter2", "client_secret": ""}',
        '{"client_id": "hunter2", "client_secret": 7}',
    ],
)
def test_a_malformed_secret_is_refused_without_showing_it(value: str) -> None:
    aws = StubbedClients()
    secret(aws, value)
    with pytest.raises(MalformedSecretError) as refusal:
        credentials_of(aws).current()
    assert "hunter2" not in str(refusal.value)
    assert refusal.value.__context__ is None

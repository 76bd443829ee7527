from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError

import handlers.webhooks
from handlers.settings import InvalidSettingError
from handlers.webhook_composition import WebhookSettings, compose
from payments.deadline import Deadline
from payments.errors import (
    DeliveryError,
    MalformedDeliveryError,
    UnsignedDeliveryError,
    UntrustedDeliveryError,
    UnverifiableDeliveryError,
)
from payments.notices import Delivery, ProviderNotice, Reception
from tests.unit.adapters.stubbed_clients import StubbedClients
from tests.unit.handlers.gateway_events import Context, captured_logs, proxy_event

NOTICE = ProviderNotice("paypal", "WH-1", "PAID", datetime.now(UTC), "p-1")


class Inbox:
    def __init__(self) -> None:
        self.readers = {"paypal": None}
        self.taken: list[tuple[str, Delivery]] = []
        self.result: Reception | Exception = Reception.QUEUED

    def take(
        self, provider: str, delivery: Delivery, deadline: Deadline
    ) -> tuple[Reception, ProviderNotice]:
        self.taken.append((provider, delivery))
        if isinstance(self.result, Exception):
            raise self.result
        return self.result, NOTICE


@pytest.fixture
def inbox(monkeypatch: pytest.MonkeyPatch) -> Inbox:
    made = Inbox()
    monkeypatch.setattr(handlers.webhooks, "inbox", lambda: made)
    return made


def deliver(body: object = "{}", **changes: Any) -> dict[str, Any]:
    event = proxy_event("POST", "/v1/api/webhooks/paypal", body)
    event["pathParameters"] = {"provider": "paypal"}
    context: Any = Context()
    answer: dict[str, Any] = handlers.webhooks.handler({**event, **changes}, context)
    return answer


@pytest.mark.parametrize("raw", ['{"name": "Zoë €"}\r\n', " {}\t", "\ufeff{}", "\u2028"])
@pytest.mark.parametrize("in_base64", [False, True])
def test_the_body_reaches_the_inbox_byte_for_byte(inbox: Inbox, raw: str, in_base64: bool) -> None:
    sent = base64.b64encode(raw.encode()).decode() if in_base64 else raw
    assert deliver(sent, isBase64Encoded=in_base64)["statusCode"] == 200
    [(provider, delivery)] = inbox.taken
    assert (provider, delivery.body) == ("paypal", raw.encode())


def test_bytes_that_are_no_text_come_through_in_base64(inbox: Inbox) -> None:
    sent = base64.b64encode(bytes(range(256))).decode()
    deliver(sent, isBase64Encoded=True)
    assert inbox.taken[0][1].body == bytes(range(256))


def test_headers_are_found_by_lower_case_names(inbox: Inbox) -> None:
    headers = {"CONTENT-TYPE": "application/json; charset=utf-8", "PayPal-Auth-Algo": "x"}
    deliver(headers=headers)
    assert inbox.taken[0][1].headers["paypal-auth-algo"] == "x"


@pytest.mark.parametrize("reception", list(Reception))
def test_what_is_taken_is_answered_with_200(inbox: Inbox, reception: Reception) -> None:
    inbox.result = reception
    answer = deliver()
    assert answer["statusCode"] == 200
    assert json.loads(answer["body"]) == {"result": reception.value}


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (UnsignedDeliveryError("no header"), 401),
        (UntrustedDeliveryError("inside knowledge"), 401),
        (MalformedDeliveryError("no id"), 400),
        (UnverifiableDeliveryError("no secret"), 503),
    ],
)
def test_a_refusal_tells_the_sender_nothing_and_the_log_why(
    inbox: Inbox, error: DeliveryError, status: int
) -> None:
    inbox.result = error
    with captured_logs() as logs:
        answer = deliver()
    assert answer["statusCode"] == status
    assert str(error) not in answer["body"]
    assert str(error) in logs.getvalue()
    assert ("Retry-After" in answer["headers"]) == (status == 503)


def test_a_failure_of_aws_asks_for_another_try(inbox: Inbox) -> None:
    inbox.result = ClientError({"Error": {"Code": "ThrottlingException"}}, "SendMessage")
    assert deliver()["statusCode"] == 503


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"headers": {"Content-Type": "text/plain"}}, 415),
        ({"headers": {}}, 415),
        ({"headers": None}, 415),
        ({"body": "x" * (256 * 1024 + 1)}, 413),
        ({"body": "no base64", "isBase64Encoded": True}, 400),
        ({"body": "\ud800"}, 400),
    ],
)
def test_what_can_be_no_webhook_is_not_looked_into(
    inbox: Inbox, changes: dict[str, Any], status: int
) -> None:
    assert deliver(**changes)["statusCode"] == status
    assert inbox.taken == []


def test_deliveries_are_counted_by_provider_and_result(
    inbox: Inbox, capsys: pytest.CaptureFixture[str]
) -> None:
    inbox.result = UntrustedDeliveryError("forged")
    deliver()
    counted = json.loads(capsys.readouterr().out.strip().splitlines()[-1])
    assert counted["WebhookDelivery"] == [1.0]
    assert (counted["Provider"], counted["Result"]) == ("paypal", "rejected")


def test_a_name_that_is_no_providers_is_not_counted_under_itself(
    inbox: Inbox, capsys: pytest.CaptureFixture[str]
) -> None:
    deliver(pathParameters={"provider": "x" * 100})
    counted = json.loads(capsys.readouterr().out.strip().splitlines()[-1])
    assert counted["Provider"] == "unknown"


ENVIRONMENT = {
    "WEBHOOK_EVENTS_TABLE": "WebhookEvents",
    "SETTLEMENT_QUEUE_URL": "https://sqs.test/settlement",
    "PAYPAL_BASE_URL": "https://paypal.test",
    "WEBHOOK_SECRET_IDS": '{"paypal": "payments/paypal-webhook"}',
}


def test_every_provider_with_a_secret_has_a_reader() -> None:
    settings = WebhookSettings.from_environment(ENVIRONMENT)
    assert set(compose(settings, StubbedClients()).readers) == {"paypal"}


@pytest.mark.parametrize("name", sorted(ENVIRONMENT))
def test_a_setting_of_the_webhooks_that_is_missing_is_named(name: str) -> None:
    with pytest.raises(InvalidSettingError, match=name):
        WebhookSettings.from_environment({**ENVIRONMENT, name: ""})


@pytest.mark.parametrize("text", ["no json", "[]", '{"paypal": 1}'])
def test_secret_ids_that_are_no_object_of_texts_are_refused(text: str) -> None:
    with pytest.raises(InvalidSettingError, match="WEBHOOK_SECRET_IDS"):
        WebhookSettings.from_environment({**ENVIRONMENT, "WEBHOOK_SECRET_IDS": text})

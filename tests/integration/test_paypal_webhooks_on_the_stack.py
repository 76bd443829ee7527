"""PayPal's webhooks at the deployed API: early, late, twice, forged, altered, about nobody.

The stack waits one second for an outcome and the sandbox takes an hour of its own clock, so that
every payment is open until the test lets that hour pass. Messages to the settlement worker are
taken away first: what happens then happens because of the webhook.
"""

from __future__ import annotations

import json
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.running_stack import RunningStack, authorized_api, separate_stack
from tests.webhook_catcher import CaughtWebhook, webhook_catcher

PROCESSING_SECONDS = 3600
_SOON_SECONDS = 30


@dataclass(frozen=True)
class WebhookStack:
    running: RunningStack
    outcomes_queue: str

    @property
    def webhook_url(self) -> str:
        return f"{self.running.api_url}/v1/api/webhooks/paypal"

    def pay(self, receiver: str = "", *, expected: int = 202) -> dict[str, Any]:
        """A payment to a new customer, and its row in the ledger's key."""
        name = f"c-{uuid.uuid4().hex[:12]}"
        customer = {"customer_id": name, "email": f"{name}{receiver}@example.com"}
        with authorized_api(self.running) as api:
            assert api.post("/v1/api/customer", customer).status_code == 200
            answer = api.post("/v1/api/payments", {**customer, "amount": 5, "currency": "USD"})
        assert answer.status_code == expected, answer.text
        shown: dict[str, Any] = answer.json()
        return shown

    def row(self, payment: dict[str, Any]) -> dict[str, Any]:
        rows = self.running.rows("Disbursements", payment["customer_id"])
        [row] = [each for each in rows if each["payment_id"] == payment["payment_id"]]
        return row

    def wait_for_status(self, payment: dict[str, Any], status: str) -> dict[str, Any]:
        limit = time.monotonic() + _SOON_SECONDS
        while time.monotonic() < limit:
            row = self.row(payment)
            if row["status"] == status:
                return row
            time.sleep(0.1)
        raise AssertionError(f"not {status}: {row}")

    def forget_settlement(self) -> None:
        sqs = self.running.client("sqs")
        queue = sqs.get_queue_url(QueueName="payment-settlement")["QueueUrl"]
        sqs.purge_queue(QueueUrl=queue)

    def let_time_pass(self, seconds: float = PROCESSING_SECONDS) -> None:
        self.control("POST", "clock", {"advance_seconds": seconds})

    def control(self, method: str, path: str, body: Any = None) -> Any:
        url = f"{self.running.sandbox_url}/_sandbox/{path}"
        answer = requests.request(method, url, json=body, timeout=10)
        assert answer.ok, answer.text
        return answer.json() if answer.content else None

    def paypal(self, method: str, path: str, body: Any = None) -> Any:
        url = f"{self.running.sandbox_url}/paypal"
        token = requests.post(
            f"{url}/v1/oauth2/token",
            data={"grant_type": "client_credentials"},
            auth=("sandbox-client-id", "sandbox-client-secret"),
            timeout=10,
        ).json()["access_token"]
        headers = {"Authorization": f"Bearer {token}"}
        answer = requests.request(method, f"{url}{path}", json=body, headers=headers, timeout=10)
        assert answer.ok, answer.text
        return answer.json() if answer.content else None

    def deliveries(self, payment: dict[str, Any]) -> list[dict[str, Any]]:
        """What was delivered about a payment, with the answers that it got."""
        events = {
            event["id"]
            for event in self.paypal("GET", "/v1/notifications/webhooks-events")["events"]
            if payment["payment_id"] in json.dumps(event)
        }
        listed = self.control("GET", "paypal/deliveries")
        return [each for each in listed if each["event_id"] in events]

    def wait_for_answers(self, payment: dict[str, Any], count: int) -> list[int]:
        limit = time.monotonic() + _SOON_SECONDS
        while time.monotonic() < limit:
            answers = [
                attempt["status"]
                for each in self.deliveries(payment)
                for attempt in each["attempts"]
            ]
            if len(answers) >= count:
                return answers
            time.sleep(0.1)
        raise AssertionError(f"{count} deliveries did not come: {answers}")

    def events_about(self, payment: dict[str, Any]) -> list[dict[str, Any]]:
        rows = self.running.rows("WebhookEvents")
        return [row for row in rows if row["payment_id"] == payment["payment_id"]]

    def caught(self, payment: dict[str, Any]) -> CaughtWebhook:
        """The webhook about a payment that is ready to be told of, kept from the API."""
        [webhook] = self.paypal("GET", "/v1/notifications/webhooks")["webhooks"]
        path = f"/v1/notifications/webhooks/{webhook['id']}"
        with webhook_catcher() as catcher:
            move = {"op": "replace", "path": "/url", "value": catcher.url}
            self.paypal("PATCH", path, [move])
            try:
                self.let_time_pass()
                return catcher.wait(payment["payment_id"])
            finally:
                back = {"op": "replace", "path": "/url", "value": self.webhook_url}
                self.paypal("PATCH", path, [back])

    def deliver(self, webhook: CaughtWebhook, **changes: Any) -> requests.Response:
        headers = {
            name: value
            for name, value in webhook.headers.items()
            if name.lower().startswith("paypal-") or name.lower() == "content-type"
        }
        headers |= changes.get("headers", {})
        body = changes.get("body", webhook.body)
        return requests.post(self.webhook_url, data=body, headers=headers, timeout=30)


@pytest.fixture(scope="module")
def webhook_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebhookStack]:
    directory: Path = tmp_path_factory.mktemp("webhooks")
    with separate_stack(directory, request_budget_seconds=1) as running:
        sqs, sns = running.client("sqs"), running.client("sns")
        queue = sqs.create_queue(QueueName="subscriber")["QueueUrl"]
        attributes = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])
        [topic] = [
            each["TopicArn"]
            for each in sns.list_topics()["Topics"]
            if each["TopicArn"].endswith("payment-outcomes")
        ]
        sns.subscribe(
            TopicArn=topic,
            Protocol="sqs",
            Endpoint=attributes["Attributes"]["QueueArn"],
            Attributes={"RawMessageDelivery": "true"},
        )
        yield WebhookStack(running, queue)


@pytest.fixture
def slow_paypal(webhook_stack: WebhookStack) -> Iterator[WebhookStack]:
    """The stack with a sandbox that takes an hour to pay, and no fault at the end."""
    webhook_stack.control("PUT", "paypal/settings", {"processing_seconds": PROCESSING_SECONDS})
    yield webhook_stack
    webhook_stack.control("DELETE", "paypal/faults")


def test_a_webhook_settles_a_payment_that_nobody_else_looks_at(slow_paypal: WebhookStack) -> None:
    payment = slow_paypal.pay()
    slow_paypal.forget_settlement()
    assert slow_paypal.row(payment)["status"] in ("SUBMITTED", "PENDING")

    slow_paypal.let_time_pass()

    row = slow_paypal.wait_for_status(payment, "COMPLETED")
    assert row["reason"] == "SUCCESS"
    assert slow_paypal.wait_for_answers(payment, 1) == [200]


@pytest.mark.parametrize(("receiver", "status"), [("+failed", "FAILED"), ("+returned", "RETURNED")])
def test_a_webhook_brings_whatever_outcome_the_provider_knows(
    slow_paypal: WebhookStack, receiver: str, status: str
) -> None:
    payment = slow_paypal.pay(receiver)
    slow_paypal.forget_settlement()
    slow_paypal.let_time_pass()
    slow_paypal.wait_for_status(payment, status)


def test_a_webhook_that_comes_before_the_providers_answer_does_no_harm(
    webhook_stack: WebhookStack,
) -> None:
    webhook_stack.control("PUT", "paypal/settings", {"processing_seconds": 0})
    rule = webhook_stack.running.add_fault(
        kind="latency",
        when="after",
        milliseconds=2500,
        method="POST",
        path="/v1/payments/payouts",
        times=1,
    )
    payment = webhook_stack.pay()
    # The webhook was taken while the request still waited for its answer.
    assert webhook_stack.row(payment)["status"] == "PENDING"

    row = webhook_stack.wait_for_status(payment, "COMPLETED")
    requests.delete(rule, timeout=10)

    [event] = webhook_stack.events_about(payment)
    assert event["received_at"] < row["history"][-1]["at"]
    payouts = webhook_stack.running.payouts(row["email"])
    assert [each["status"] for each in payouts] == ["SUCCESS"]


def test_a_webhook_that_comes_three_times_is_taken_once(slow_paypal: WebhookStack) -> None:
    slow_paypal.running.add_fault(kind="webhook-duplicate", copies=2)
    payment = slow_paypal.pay()
    slow_paypal.forget_settlement()
    slow_paypal.let_time_pass()

    slow_paypal.wait_for_status(payment, "COMPLETED")
    assert slow_paypal.wait_for_answers(payment, 3) == [200, 200, 200]
    assert len(slow_paypal.events_about(payment)) == 1


def test_a_webhook_that_comes_days_late_still_settles(slow_paypal: WebhookStack) -> None:
    slow_paypal.running.add_fault(kind="webhook-late", seconds=3 * 86_400)
    payment = slow_paypal.pay()
    slow_paypal.forget_settlement()
    slow_paypal.let_time_pass()
    time.sleep(1)
    assert slow_paypal.row(payment)["status"] in ("SUBMITTED", "PENDING")

    slow_paypal.let_time_pass(3 * 86_400)

    slow_paypal.wait_for_status(payment, "COMPLETED")


def test_a_forged_webhook_is_refused_and_nothing_is_written(slow_paypal: WebhookStack) -> None:
    slow_paypal.running.add_fault(kind="webhook-forged")
    payment = slow_paypal.pay()
    slow_paypal.forget_settlement()
    before = slow_paypal.row(payment)
    slow_paypal.let_time_pass()

    assert slow_paypal.wait_for_answers(payment, 1)[0] == 401
    time.sleep(2)
    assert slow_paypal.row(payment) == before
    assert slow_paypal.events_about(payment) == []

    # What PayPal itself sends afterwards is taken.
    slow_paypal.control("DELETE", "paypal/faults")
    [event] = {each["event_id"] for each in slow_paypal.deliveries(payment)}
    slow_paypal.paypal("POST", f"/v1/notifications/webhooks-events/{event}/resend")
    slow_paypal.wait_for_status(payment, "COMPLETED")


def test_only_the_very_bytes_that_were_signed_are_taken(slow_paypal: WebhookStack) -> None:
    payment = slow_paypal.pay()
    slow_paypal.forget_settlement()
    webhook = slow_paypal.caught(payment)
    other = webhook.body.replace(b"SUCCEEDED", b"RETURNED", 1)
    assert other != webhook.body

    refused = [
        slow_paypal.deliver(webhook, body=other),
        slow_paypal.deliver(webhook, body=webhook.body + b"\n"),
        slow_paypal.deliver(webhook, body=json.dumps(json.loads(webhook.body)).encode()),
        slow_paypal.deliver(webhook, headers={"PAYPAL-TRANSMISSION-TIME": "2026-01-01T00:00:00Z"}),
        slow_paypal.deliver(webhook, headers={"PAYPAL-TRANSMISSION-ID": "another"}),
        slow_paypal.deliver(webhook, headers={"PAYPAL-AUTH-ALGO": "SHA1withRSA"}),
        slow_paypal.deliver(webhook, headers={"PAYPAL-CERT-URL": "http://127.0.0.1:1/certs/x"}),
        slow_paypal.deliver(webhook, headers={"PAYPAL-TRANSMISSION-SIG": ""}),
    ]
    assert [answer.status_code for answer in refused] == [401] * len(refused)
    assert slow_paypal.events_about(payment) == []
    assert slow_paypal.row(payment)["status"] != "COMPLETED"

    taken, again = slow_paypal.deliver(webhook), slow_paypal.deliver(webhook)
    assert (taken.status_code, taken.json()) == (200, {"result": "queued"})
    assert (again.status_code, again.json()) == (200, {"result": "repeated"})
    slow_paypal.wait_for_status(payment, "COMPLETED")


def test_what_was_signed_for_another_webhook_is_refused(slow_paypal: WebhookStack) -> None:
    payment = slow_paypal.pay()
    slow_paypal.forget_settlement()
    with webhook_catcher() as catcher:
        other = slow_paypal.paypal(
            "POST",
            "/v1/notifications/webhooks",
            {"url": catcher.url, "event_types": [{"name": "*"}]},
        )
        try:
            slow_paypal.let_time_pass()
            webhook = catcher.wait("PAYOUTS-ITEM.SUCCEEDED")
        finally:
            slow_paypal.paypal("DELETE", f"/v1/notifications/webhooks/{other['id']}")
    assert slow_paypal.deliver(webhook).status_code == 401
    slow_paypal.wait_for_status(payment, "COMPLETED")


def test_a_simulated_event_never_verifies(slow_paypal: WebhookStack) -> None:
    before = len(slow_paypal.running.rows("WebhookEvents"))
    slow_paypal.paypal(
        "POST",
        "/v1/notifications/simulate-event",
        {"event_type": "PAYMENT.PAYOUTS-ITEM.SUCCEEDED", "url": slow_paypal.webhook_url},
    )
    limit = time.monotonic() + _SOON_SECONDS
    simulated: list[Any] = []
    while not simulated and time.monotonic() < limit:
        listed = slow_paypal.control("GET", "paypal/deliveries")
        simulated = [
            attempt["status"]
            for each in listed
            if each["subscription_id"] == "WEBHOOK_ID"
            for attempt in each["attempts"]
        ]
        time.sleep(0.1)
    assert simulated == [401]
    assert len(slow_paypal.running.rows("WebhookEvents")) == before


def test_a_payout_that_is_none_of_ours_is_answered_and_left_alone(
    slow_paypal: WebhookStack,
) -> None:
    stranger = "2026-11-26T03:53:51.456188Z-" + uuid.uuid4().hex[:20]
    batches = ("somebody-elses", stranger)
    for batch in batches:
        slow_paypal.paypal(
            "POST",
            "/v1/payments/payouts",
            {
                "sender_batch_header": {"sender_batch_id": batch},
                "items": [
                    {
                        "recipient_type": "EMAIL",
                        "receiver": "somebody@example.com",
                        "amount": {"currency": "USD", "value": "1.00"},
                    }
                ],
            },
        )
    ledger = slow_paypal.running.rows("Disbursements")
    slow_paypal.let_time_pass()

    for batch in batches:
        assert slow_paypal.wait_for_answers({"payment_id": batch}, 1) == [200]
    assert Counter(row["payment_id"] for row in slow_paypal.running.rows("WebhookEvents"))[stranger]
    assert len(slow_paypal.running.rows("Disbursements")) == len(ledger)


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"", "application/json", 401),
        (b"{", "application/json", 401),
        (b"\xff\xfe\x00", "application/json", 401),
        (b"a=b", "application/x-www-form-urlencoded", 415),
        (b"<a/>", "text/xml", 415),
        (b" " * (256 * 1024 + 1), "application/json", 413),
        (b"{" * 11_000_000, "application/json", 413),
    ],
    ids=["nothing", "half", "no text", "a form", "xml", "long", "longer than the gateway takes"],
)
def test_garbage_is_refused(
    webhook_stack: WebhookStack, body: bytes, content_type: str, status: int
) -> None:
    answer = requests.post(
        webhook_stack.webhook_url, data=body, headers={"Content-Type": content_type}, timeout=30
    )
    assert answer.status_code == status
    assert answer.json()["message"]


def test_nobody_elses_webhooks_have_a_path(webhook_stack: WebhookStack) -> None:
    url = f"{webhook_stack.running.api_url}/v1/api/webhooks/square"
    answer = requests.post(url, json={}, timeout=30)
    assert (answer.status_code, answer.json()) == (404, {"message": "Not found"})
    # The API's other methods are as closed as before.
    assert requests.get(url, timeout=30).status_code == 403

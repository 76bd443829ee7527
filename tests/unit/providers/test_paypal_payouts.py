from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
import requests
import responses

from payments.deadline import Deadline
from payments.errors import InvalidFieldError
from payments.money import Money
from payments.ports import PayoutOrder, ProviderAnswer, Verdict
from providers.paypal.access_token import AccessTokens, ClientCredentials
from providers.paypal.payouts import PayPalPayouts
from providers.transport import NotSentError, ProviderTransport
from tests.unit.providers.rotated_credentials import RotatedCredentials

BASE = "https://paypal.test"
TOKEN = f"{BASE}/v1/oauth2/token"
PAYOUTS = f"{BASE}/v1/payments/payouts"
ORDER = PayoutOrder("2026-key", Money(Decimal("12.50"), "USD"), "ada@example.com")


def secrets(*values: str) -> RotatedCredentials[ClientCredentials]:
    return RotatedCredentials(*(ClientCredentials("id", value) for value in values))


class Monotonic:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def paypal() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


def token(mock: responses.RequestsMock, value: str = "token-1", status: int = 200) -> None:
    body = {"access_token": value, "token_type": "Bearer", "expires_in": 32400}
    mock.post(TOKEN, json=body if status == 200 else {"error": "invalid_client"}, status=status)


def client(
    credentials: RotatedCredentials[ClientCredentials] | None = None,
    clock: Monotonic | None = None,
) -> PayPalPayouts:
    transport = ProviderTransport()
    tokens = AccessTokens(BASE, credentials or secrets("first"), transport, clock or Monotonic())
    return PayPalPayouts(BASE, tokens, transport)


def pay(payouts: PayPalPayouts) -> ProviderAnswer:
    return payouts.pay(ORDER, Deadline.after(5))


def calls(mock: responses.RequestsMock, url: str) -> list[requests.PreparedRequest]:
    return [call.request for call in mock.calls if call.request.url == url]


def created(reference: str = "B1") -> dict[str, Any]:
    return {"batch_header": {"payout_batch_id": reference, "batch_status": "PENDING"}}


def shown(item: str | None, batch: str = "SUCCESS", **item_fields: object) -> dict[str, Any]:
    items = [] if item is None else [{"transaction_status": item, **item_fields}]
    return {"batch_header": {"payout_batch_id": "B1", "batch_status": batch}, "items": items}


def test_a_payout_is_one_item_under_a_key_made_of_the_payment(
    paypal: responses.RequestsMock,
) -> None:
    token(paypal)
    paypal.post(PAYOUTS, json=created(), status=201)
    assert pay(client()) == ProviderAnswer(Verdict.ACCEPTED, "B1")
    [request] = calls(paypal, PAYOUTS)
    assert request.headers["Authorization"] == "Bearer token-1"
    body = json.loads(request.body or "")
    assert body["sender_batch_header"]["sender_batch_id"] == "2026-key"
    assert body["items"] == [
        {
            "recipient_type": "EMAIL",
            "receiver": "ada@example.com",
            "amount": {"currency": "USD", "value": "12.50"},
            "sender_item_id": "2026-key",
        }
    ]


def test_one_token_serves_many_payments(paypal: responses.RequestsMock) -> None:
    token(paypal)
    paypal.post(PAYOUTS, json=created(), status=201)
    payouts = client()
    pay(payouts)
    pay(payouts)
    assert len(calls(paypal, TOKEN)) == 1


def test_a_token_is_renewed_shortly_before_it_expires(paypal: responses.RequestsMock) -> None:
    token(paypal)
    paypal.post(PAYOUTS, json=created(), status=201)
    clock = Monotonic()
    payouts = client(clock=clock)
    pay(payouts)
    clock.seconds = 32400 - 60
    pay(payouts)
    assert len(calls(paypal, TOKEN)) == 2


def test_a_token_that_paypal_has_forgotten_is_replaced_once(paypal: responses.RequestsMock) -> None:
    token(paypal, "stale")
    token(paypal, "fresh")
    paypal.post(PAYOUTS, json={"name": "AUTHENTICATION_FAILURE"}, status=401)
    paypal.post(PAYOUTS, json=created(), status=201)
    assert pay(client()).verdict is Verdict.ACCEPTED
    used = [request.headers["Authorization"] for request in calls(paypal, PAYOUTS)]
    assert used == ["Bearer stale", "Bearer fresh"]


def test_every_step_of_a_rotation_has_a_secret_that_paypal_accepts(
    paypal: responses.RequestsMock,
) -> None:
    token(paypal, status=401)
    token(paypal, status=401)
    token(paypal)
    paypal.post(PAYOUTS, json=created(), status=201)
    credentials = secrets("old", "current", "pending")
    assert pay(client(credentials)).verdict is Verdict.ACCEPTED
    assert credentials.current().client_secret == "pending"


def test_wrong_credentials_are_no_verdict_on_the_payment(paypal: responses.RequestsMock) -> None:
    token(paypal, status=401)
    assert pay(client()) == ProviderAnswer(Verdict.NOT_ASKED, detail="TOKEN_HTTP_401")
    assert len(calls(paypal, TOKEN)) == 1
    assert calls(paypal, PAYOUTS) == []


@pytest.mark.parametrize(
    "body",
    [
        {"details": [{"field": "SENDER_BATCH_ID", "link": [{"href": f"{PAYOUTS}/B7"}]}]},
        {"details": [{"field": "SENDER_BATCH_ID", "link": {"href": f"{PAYOUTS}/B7"}}]},
        {"links": [{"href": f"{PAYOUTS}/B7", "rel": "self", "method": "GET"}]},
    ],
)
def test_a_repeated_key_leads_to_the_first_batch(
    paypal: responses.RequestsMock, body: dict[str, Any]
) -> None:
    token(paypal)
    paypal.post(PAYOUTS, json={"name": "USER_BUSINESS_ERROR", **body}, status=400)
    assert pay(client()) == ProviderAnswer(Verdict.ACCEPTED, "B7")


def test_a_repeated_key_without_a_link_is_undecided(paypal: responses.RequestsMock) -> None:
    token(paypal)
    body = {
        "name": "USER_BUSINESS_ERROR",
        "details": [{"field": "SENDER_BATCH_ID", "issue": "Duplicate batch request"}],
    }
    paypal.post(PAYOUTS, json=body, status=400)
    assert pay(client()).verdict is Verdict.UNKNOWN


@pytest.mark.parametrize(
    ("status", "name", "about_request"),
    [
        (400, "VALIDATION_ERROR", True),
        (400, "USER_BUSINESS_ERROR", False),
        (403, "AUTHORIZATION_ERROR", False),
        (422, "INSUFFICIENT_FUNDS", False),
    ],
)
def test_a_named_refusal_is_told_with_its_name(
    paypal: responses.RequestsMock, status: int, name: str, about_request: bool
) -> None:
    token(paypal)
    paypal.post(PAYOUTS, json={"name": name, "message": "for ada@example.com"}, status=status)
    assert pay(client()) == ProviderAnswer(
        Verdict.REFUSED, detail=name, refusal_is_about_request=about_request
    )


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, "not json"),
        (201, "{}"),
        (201, '{"batch_header": {"payout_batch_id": 7}}'),
        (201, "[]"),
        (302, ""),
        (400, "<html>bad gateway"),
        (404, '{"name": "RESOURCE_NOT_FOUND"}'),
        (409, '{"name": "RESOURCE_CONFLICT"}'),
        (500, '{"name": "INTERNAL_ERROR"}'),
        (503, ""),
    ],
)
def test_an_answer_that_leaves_a_doubt_is_unknown(
    paypal: responses.RequestsMock, status: int, body: str
) -> None:
    token(paypal)
    paypal.post(PAYOUTS, body=body, status=status)
    assert pay(client()).verdict is Verdict.UNKNOWN


def test_too_many_requests_says_how_long_to_wait(paypal: responses.RequestsMock) -> None:
    token(paypal)
    headers = {"Retry-After": "17"}
    paypal.post(PAYOUTS, json={"name": "RATE_LIMIT_REACHED"}, status=429, headers=headers)
    answer = pay(client())
    assert answer.verdict is Verdict.UNKNOWN
    assert answer.retry_after_seconds == 17


@pytest.mark.parametrize("failure", [requests.ConnectionError(), requests.ReadTimeout()])
def test_no_answer_is_unknown(paypal: responses.RequestsMock, failure: Exception) -> None:
    token(paypal)
    paypal.post(PAYOUTS, body=failure)
    assert pay(client()) == ProviderAnswer(Verdict.UNKNOWN, detail="NO_ANSWER")


def test_who_could_not_be_reached_was_not_asked(paypal: responses.RequestsMock) -> None:
    token(paypal)
    paypal.post(PAYOUTS, body=requests.ConnectTimeout())
    assert pay(client()) == ProviderAnswer(Verdict.NOT_ASKED, detail="NOT_REACHED")


def test_without_a_token_nobody_was_asked(paypal: responses.RequestsMock) -> None:
    paypal.post(TOKEN, body=requests.ReadTimeout())
    assert pay(client()) == ProviderAnswer(Verdict.NOT_ASKED, detail="NOT_REACHED")


def test_a_token_that_can_not_be_renewed_leaves_the_doubt(paypal: responses.RequestsMock) -> None:
    token(paypal)
    token(paypal, status=503)
    paypal.post(PAYOUTS, json={"name": "AUTHENTICATION_FAILURE"}, status=401)
    assert pay(client()) == ProviderAnswer(Verdict.UNKNOWN, detail="AUTHENTICATION_FAILURE")


def test_an_address_where_nobody_listens_is_told_from_a_lost_answer() -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{nobody.getsockname()[1]}/"
        with pytest.raises(NotSentError):
            ProviderTransport().send("GET", url, Deadline.after(5))


def test_nothing_is_sent_when_no_time_is_left(paypal: responses.RequestsMock) -> None:
    assert client().pay(ORDER, Deadline.after(0)).verdict is Verdict.NOT_ASKED
    assert len(paypal.calls) == 0


def test_a_provider_that_never_stops_answering_does_not_hold_the_caller(
    paypal: responses.RequestsMock,
) -> None:
    finished = False

    def drip(_: requests.PreparedRequest) -> tuple[int, dict[str, str], str]:
        nonlocal finished
        time.sleep(0.5)
        finished = True
        return 201, {}, json.dumps(created())

    token(paypal)
    paypal.add_callback(responses.POST, PAYOUTS, callback=drip)
    payouts = client()
    payouts.look_up("B1", Deadline.after(5))  # gets the token outside of the measured call
    answer = payouts.pay(ORDER, Deadline.after(0.05))
    assert answer.verdict is Verdict.UNKNOWN
    assert not finished


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        ("SUCCESS", Verdict.PAID),
        ("FAILED", Verdict.FAILED),
        ("BLOCKED", Verdict.FAILED),
        ("DENIED", Verdict.FAILED),
        ("RETURNED", Verdict.RETURNED),
        ("REFUNDED", Verdict.RETURNED),
        ("REVERSED", Verdict.RETURNED),
        ("PENDING", Verdict.ACCEPTED),
        ("UNCLAIMED", Verdict.ACCEPTED),
        ("ONHOLD", Verdict.ACCEPTED),
        ("SOMETHING_NEW", Verdict.ACCEPTED),
        (None, Verdict.ACCEPTED),
    ],
)
def test_every_status_of_an_item_has_its_verdict(
    paypal: responses.RequestsMock, status: str | None, verdict: Verdict
) -> None:
    token(paypal)
    paypal.get(f"{PAYOUTS}/B1", json=shown(status))
    answer = client().look_up("B1", Deadline.after(5))
    assert (answer.verdict, answer.reference) == (verdict, "B1")


@pytest.mark.parametrize("status", ["DENIED", "CANCELED"])
def test_a_batch_that_was_never_paid_is_failed(paypal: responses.RequestsMock, status: str) -> None:
    token(paypal)
    paypal.get(f"{PAYOUTS}/B1", json=shown(None, status))
    answer = client().look_up("B1", Deadline.after(5))
    assert answer == ProviderAnswer(Verdict.FAILED, "B1", status)


def test_the_reason_of_a_failed_item_is_the_name_of_its_error(
    paypal: responses.RequestsMock,
) -> None:
    token(paypal)
    errors = {"name": "RECEIVER_UNREGISTERED", "message": "ada@example.com is unknown"}
    paypal.get(f"{PAYOUTS}/B1", json=shown("FAILED", errors=errors))
    assert client().look_up("B1", Deadline.after(5)).detail == "RECEIVER_UNREGISTERED"


@pytest.mark.parametrize(
    ("status", "body"),
    [(404, '{"name": "RESOURCE_NOT_FOUND"}'), (200, "{"), (500, ""), (403, '{"name": "X"}')],
)
def test_a_failed_look_up_decides_nothing(
    paypal: responses.RequestsMock, status: int, body: str
) -> None:
    token(paypal)
    paypal.get(f"{PAYOUTS}/B1", body=body, status=status)
    assert client().look_up("B1", Deadline.after(5)).verdict is Verdict.UNKNOWN


@pytest.mark.parametrize(("currency", "amount"), [("KWD", "1.234"), ("INR", "1.00")])
def test_a_currency_that_paypal_does_not_pay_is_refused_beforehand(
    currency: str, amount: str
) -> None:
    with pytest.raises(InvalidFieldError, match="currency"):
        client().check(Money(Decimal(amount), currency))


def test_forints_have_no_decimals_at_paypal(paypal: responses.RequestsMock) -> None:
    with pytest.raises(InvalidFieldError, match="amount"):
        client().check(Money(Decimal("10.50"), "HUF"))
    client().check(Money(Decimal("10.00"), "HUF"))
    token(paypal)
    paypal.post(PAYOUTS, json=created(), status=201)
    order = PayoutOrder("key", Money(Decimal("10.00"), "HUF"), "ada@example.com")
    client().pay(order, Deadline.after(5))
    [request] = calls(paypal, PAYOUTS)
    assert json.loads(request.body or "")["items"][0]["amount"]["value"] == "10"


def test_neither_token_nor_secret_nor_address_is_logged(
    paypal: responses.RequestsMock, caplog: pytest.LogCaptureFixture
) -> None:
    token(paypal, "token-1")
    paypal.post(PAYOUTS, json=created(), status=201, headers={"Paypal-Debug-Id": "abc123"})
    with caplog.at_level("INFO"):
        pay(client())
    logged = " ".join(str(record.__dict__) for record in caplog.records)
    assert "abc123" in logged
    for secret in ("token-1", "first", "ada@example.com"):
        assert secret not in logged
    assert "first" not in repr(ClientCredentials("id", "first"))

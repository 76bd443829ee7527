"""What a client gets for input that can't be paid, and that nothing happens for it."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest
import requests

from tests.running_stack import PaymentsApi, RunningStack

PAYMENT: dict[str, Any] = {"amount": 10.5, "currency": "USD"}


def assert_nothing_happened(
    stack: RunningStack, api: PaymentsApi, customer: dict[str, str]
) -> None:
    customer_id, email = customer["customer_id"], customer["email"]
    assert api.get(f"/v1/api/payment/{customer_id}").json()["payments"] == []
    for table in ("Disbursements", "IdempotencyKeys"):
        assert stack.rows(table, customer_id) == []
    journal = requests.get(f"{stack.sandbox_url}/_sandbox/paypal/requests", timeout=10).text
    assert email not in journal


def assert_refused(
    answer: requests.Response, status: int, customer: dict[str, str] | None = None
) -> None:
    """The status, a JSON message, and nothing of the person in it."""
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/json"
    assert set(answer.json()) == {"message"}
    assert answer.json()["message"]
    if customer is not None:
        assert customer["email"] not in answer.text


def send(
    api: PaymentsApi, body: bytes | str, content_type: str | None = "application/json"
) -> requests.Response:
    """Post these very bytes to the payments."""
    return api.session.post(
        f"{api.stack.api_url}/v1/api/payments",
        data=body,
        headers={
            "Idempotency-Key": uuid.uuid4().hex,
            **({} if content_type is None else {"Content-Type": content_type}),
        },
        timeout=60,
    )


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"amount": None}, id="no amount"),
        pytest.param({"amount": 0}, id="zero"),
        pytest.param({"amount": -1}, id="negative"),
        pytest.param({"amount": 1_000_000.01}, id="more than a million"),
        pytest.param({"amount": 1.001}, id="three decimals of a dollar"),
        pytest.param({"amount": 1.5, "currency": "JPY"}, id="decimals of a yen"),
        pytest.param({"amount": True}, id="a boolean amount"),
        pytest.param({"amount": [1]}, id="an amount that is a list"),
        pytest.param({"currency": "XXQ"}, id="unknown currency"),
        pytest.param({"currency": None}, id="no currency"),
        pytest.param({"currency": 5}, id="a currency that is a number"),
        pytest.param({"customer_id": None}, id="no customer"),
        pytest.param({"email": None}, id="no e-mail"),
        pytest.param({"payment_method": "cash"}, id="unknown payment method"),
        pytest.param({"payment_method": {"a": 1}}, id="a payment method that is an object"),
        pytest.param({"amount": "12,50"}, id="a comma"),
        pytest.param({"amount": " 1"}, id="an amount with a space"),
        pytest.param({"amount": "1e2"}, id="an exponent in a string"),
        pytest.param({"amount": "NaN"}, id="not a number in a string"),
        pytest.param({"amount": "\u0661\u0662"}, id="digits of another script"),
        pytest.param({"amount": ""}, id="an empty amount"),
        pytest.param({"currency": "usd"}, id="a currency in lower case"),
        pytest.param({"currency": "USD "}, id="a currency with a space"),
        pytest.param({"currency": "\U0001f4b6"}, id="a currency that is a picture"),
        pytest.param({"currency": "XAU"}, id="gold"),
        pytest.param({"currency": "KWD"}, id="a currency PayPal does not pay"),
        pytest.param({"customer_id": ""}, id="an empty customer"),
        pytest.param({"customer_id": "a b"}, id="a customer with a space"),
        pytest.param({"customer_id": "../c"}, id="a customer that is a path"),
        pytest.param({"customer_id": "c\r\nX: y"}, id="a customer with a line break"),
        pytest.param({"customer_id": "c\u0000"}, id="a customer with a null character"),
        pytest.param({"customer_id": "c" * 129}, id="a customer that is too long"),
        pytest.param({"customer_id": "\u00e9"}, id="a customer with an accent"),
        pytest.param({"email": "\ud800@example.com"}, id="half a surrogate pair"),
        pytest.param({"email": "j\u00f6rg@example.com"}, id="an e-mail with an umlaut"),
        pytest.param({"email": "a@example.com\n"}, id="an e-mail with a line break"),
        pytest.param({"email": "a" * 300 + "@example.com"}, id="an e-mail that is too long"),
        pytest.param({"email": ["a@example.com"]}, id="a list of e-mails"),
    ],
)
def test_a_payment_with_a_wrong_field_is_refused_and_nothing_is_paid(
    api: PaymentsApi, stack: RunningStack, customer: dict[str, str], change: dict[str, Any]
) -> None:
    body = {**customer, **PAYMENT, **change}
    answer = send(api, json.dumps({k: v for k, v in body.items() if v is not None}))
    assert_refused(answer, 400, customer)
    assert_nothing_happened(stack, api, customer)


@pytest.mark.parametrize(
    "number",
    [
        *("NaN", "Infinity", "-Infinity", "1e400", "-1e400", "1e-400", "1e999999999999999999"),
        *("-0", "-0.0", "0e5", "01", "+1", ".5", "1.", "1e7", "9" * 5000, "0." + "9" * 5000),
    ],
)
def test_a_number_that_is_no_amount_is_refused(
    api: PaymentsApi, stack: RunningStack, customer: dict[str, str], number: str
) -> None:
    body = json.dumps({**customer, **PAYMENT}).replace("10.5", number)
    assert_refused(send(api, body), 400, customer)
    assert_nothing_happened(stack, api, customer)


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b" ", b"{", b"[]", b"null", b'"text"', b"1", b"{}", b"{'a': 1}", b"\xff\xfe"),
        pytest.param(b"[" * 100_000, id="brackets without end"),
        pytest.param(b'{"a":' * 5000 + b"1" + b"}" * 5000, id="deeply nested"),
    ],
)
def test_a_body_that_is_no_payment_is_refused(api: PaymentsApi, body: bytes) -> None:
    assert_refused(send(api, body), 400)


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda text: text[:-1] + ', "amount": 9.5}', id="two amounts"),
        pytest.param(lambda text: text + "{}", id="something behind it"),
        pytest.param(lambda text: text[:-1] + ",}", id="a trailing comma"),
        pytest.param(lambda text: "\ufeff" + text, id="a byte order mark"),
        pytest.param(lambda text: text.encode("utf-16"), id="UTF-16"),
    ],
)
def test_a_payment_spoiled_in_its_form_is_refused(
    api: PaymentsApi,
    stack: RunningStack,
    customer: dict[str, str],
    spoil: Callable[[str], str | bytes],
) -> None:
    spoiled = spoil(json.dumps({**customer, **PAYMENT}))
    body = spoiled if isinstance(spoiled, bytes) else spoiled.encode()
    assert_refused(send(api, body), 400, customer)
    assert_nothing_happened(stack, api, customer)


@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "application/x-www-form-urlencoded", "application/jsonx", "*/*", ";"],
)
def test_a_payment_of_another_media_type_is_refused(
    api: PaymentsApi, stack: RunningStack, customer: dict[str, str], content_type: str
) -> None:
    answer = send(api, json.dumps({**customer, **PAYMENT}), content_type)
    assert_refused(answer, 415, customer)
    assert_nothing_happened(stack, api, customer)


@pytest.mark.parametrize("key", ["", "k" * 256, "\u00e9"])
def test_an_idempotency_key_that_breaks_the_rule_is_refused(
    api: PaymentsApi, stack: RunningStack, customer: dict[str, str], key: str
) -> None:
    answer = api.post(
        "/v1/api/payments", {**customer, **PAYMENT}, headers={"Idempotency-Key": key.encode()}
    )
    assert_refused(answer, 400, customer)
    assert_nothing_happened(stack, api, customer)


@pytest.mark.parametrize(
    "change",
    [
        {"customer_id": ".hidden"},
        {"customer_id": "-dash"},
        {"customer_id": "a/b"},
        {"customer_id": "a%2Fb"},
        {"customer_id": "a" * 129},
        {"customer_id": 5},
        {"email": "nobody"},
        {"email": "two@at@example.com"},
        {"email": "a..b@example.com"},
        {"email": None},
    ],
)
def test_a_customer_with_a_wrong_field_is_not_registered(
    api: PaymentsApi, stack: RunningStack, change: dict[str, Any]
) -> None:
    name = f"c-{uuid.uuid4().hex[:12]}"
    body = {"customer_id": name, "email": f"{name}@example.com", **change}
    answer = api.post("/v1/api/customer", {k: v for k, v in body.items() if v is not None})
    assert_refused(answer, 400)
    assert f"{name}@" not in answer.text
    assert stack.rows("Customers", str(body["customer_id"])) == []


@pytest.mark.parametrize("customer_id", ["c_1.~-", "_", "0"])
def test_every_customer_id_that_is_accepted_can_stand_in_a_path(
    api: PaymentsApi, customer_id: str
) -> None:
    name = f"{customer_id}{uuid.uuid4().hex}"
    body = {"customer_id": name, "email": f"{uuid.uuid4().hex}@example.com"}
    assert api.post("/v1/api/customer", body).status_code == 200
    encoded = "".join(f"%{ord(character):02X}" for character in name)
    for written in (name, encoded):
        assert api.get(f"/v1/api/customer/{written}").json() == body
        assert api.get(f"/v1/api/payment/{written}").json() == {"payments": []}


@pytest.mark.parametrize(
    ("path", "status"),
    [
        *(("customer/" + name, 400) for name in ("a%2Fb", "a%20b", "%00", "%FF", "%E2%98%83")),
        ("customer/" + "a" * 129, 400),
        ("customer/" + "a" * 128, 404),
        ("payment/nobody", 404),
        ("payment/nobody/2026-11-23T04:55:38.123456Z-00000000000000000000", 404),
        *(("payment/{}/" + name, 404) for name in ("x", "%20", "%00", "%2525", "a%2Fb")),
        ("payment/{}/" + "a" * 2000, 404),
    ],
)
def test_what_is_not_there_or_can_not_be_is_refused(
    api: PaymentsApi, customer: dict[str, str], path: str, status: int
) -> None:
    answer = api.get("/v1/api/" + path.format(customer["customer_id"]))
    assert_refused(answer, status)


def test_another_e_mail_than_the_customers_is_a_conflict(
    api: PaymentsApi, stack: RunningStack, customer: dict[str, str]
) -> None:
    answer = api.post("/v1/api/payments", {**customer, **PAYMENT, "email": "eve@example.com"})
    assert_refused(answer, 409, customer)
    assert "eve@example.com" not in answer.text
    assert_nothing_happened(stack, api, customer)


def test_a_payment_to_an_unknown_customer_is_not_found(api: PaymentsApi) -> None:
    unknown = {"customer_id": f"c-{uuid.uuid4().hex}", "email": "nobody@example.com"}
    assert_refused(api.post("/v1/api/payments", {**unknown, **PAYMENT}), 404)


def test_a_customer_can_be_posted_again_but_not_with_another_e_mail(
    api: PaymentsApi, customer: dict[str, str]
) -> None:
    assert api.post("/v1/api/customer", customer).status_code == 200
    other = api.post("/v1/api/customer", {**customer, "email": "other@example.com"})
    assert other.status_code == 409
    shown = api.get(f"/v1/api/customer/{customer['customer_id']}").json()
    assert shown["email"] == customer["email"]


def test_a_body_over_ten_megabytes_is_too_long(api: PaymentsApi, customer: dict[str, str]) -> None:
    body = json.dumps({**customer, **PAYMENT, "padding": "x" * (10 * 1024 * 1024)})
    assert_refused(send(api, body), 413, customer)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        pytest.param({"Authorization": None}, 401, id="no token"),
        pytest.param({"Authorization": "rubbish"}, 401, id="a token that is none"),
        pytest.param({"x-api-key": None}, 403, id="no API key"),
        pytest.param({"x-api-key": "wrong"}, 403, id="a wrong API key"),
    ],
)
def test_a_request_without_its_credentials_is_turned_away(
    api: PaymentsApi,
    stack: RunningStack,
    customer: dict[str, str],
    headers: dict[str, str | None],
    status: int,
) -> None:
    answer = api.post("/v1/api/payments", {**customer, **PAYMENT}, headers=headers)
    assert_refused(answer, status, customer)
    assert_nothing_happened(stack, api, customer)


def test_a_token_with_a_changed_signature_is_turned_away(
    api: PaymentsApi, stack: RunningStack, customer: dict[str, str]
) -> None:
    header, payload, signature = stack.token.split(".")
    forged = f"{header}.{payload}.{signature[::-1]}"
    answer = api.get(
        f"/v1/api/customer/{customer['customer_id']}", headers={"Authorization": forged}
    )
    assert answer.status_code == 401


def test_a_path_that_the_api_does_not_have_is_refused(api: PaymentsApi) -> None:
    answer = api.get("/v1/api/nothing")
    assert answer.status_code == 403
    assert answer.json() == {"message": "Missing Authentication Token"}

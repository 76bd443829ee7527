"""What a client gets for input that can't be paid, and that nothing happens for it."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
import requests

from tests.running_stack import PaymentsApi, RunningStack

PAYMENT: dict[str, Any] = {"amount": 10.5, "currency": "USD"}


def nothing_happened(stack: RunningStack, api: PaymentsApi, customer: dict[str, str]) -> bool:
    listed = api.get(f"/v1/api/payment/{customer['customer_id']}").json()
    journal = requests.get(f"{stack.sandbox_url}/_sandbox/paypal/requests", timeout=10).text
    return listed["payments"] == [] and customer["email"] not in journal


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
    ],
)
def test_a_payment_with_a_wrong_field_is_refused_and_nothing_is_paid(
    api: PaymentsApi, stack: RunningStack, customer: dict[str, str], change: dict[str, Any]
) -> None:
    body = {**customer, **PAYMENT, **change}
    answer = api.post("/v1/api/payments", {k: v for k, v in body.items() if v is not None})
    assert answer.status_code == 400, answer.text
    assert answer.json()["message"]
    assert customer["email"] not in answer.text
    assert nothing_happened(stack, api, customer)


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'{"amount": NaN}', b"\xff\xfe"])
def test_a_body_that_is_no_json_object_is_refused(api: PaymentsApi, body: bytes) -> None:
    answer = api.session.post(
        f"{api.stack.api_url}/v1/api/payments",
        data=body,
        headers={"Content-Type": "application/json"},
        timeout=30,
    )
    assert answer.status_code == 400
    assert answer.json()["message"]


def test_another_e_mail_than_the_customers_is_a_conflict(
    api: PaymentsApi, stack: RunningStack, customer: dict[str, str]
) -> None:
    answer = api.post("/v1/api/payments", {**customer, **PAYMENT, "email": "eve@example.com"})
    assert answer.status_code == 409
    assert "eve@example.com" not in answer.text
    assert customer["email"] not in answer.text
    assert nothing_happened(stack, api, customer)


def test_a_payment_to_an_unknown_customer_is_not_found(api: PaymentsApi) -> None:
    unknown = {"customer_id": f"c-{uuid.uuid4().hex}", "email": "nobody@example.com"}
    answer = api.post("/v1/api/payments", {**unknown, **PAYMENT})
    assert answer.status_code == 404
    assert answer.json()["message"]


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
    answer = api.session.post(
        f"{api.stack.api_url}/v1/api/payments",
        data=body,
        headers={"Content-Type": "application/json"},
        timeout=60,
    )
    assert answer.status_code == 413
    assert answer.json()["message"]


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
    assert answer.status_code == status
    assert answer.json()["message"]
    assert nothing_happened(stack, api, customer)


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

"""Errors on demand by ``PayPal-Mock-Response``, on the calls that PayPal documents it for."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sandbox_mocks.paypal.issues import ISSUES

ORDERS = "/v2/checkout/orders"


def mock(code: Any) -> dict[str, str]:
    return {"PayPal_Mock_Response": json.dumps({"mock_application_codes": code})}


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", ORDERS),
        ("GET", f"{ORDERS}/X"),
        ("PATCH", f"{ORDERS}/X"),
        ("POST", f"{ORDERS}/X/authorize"),
        ("POST", f"{ORDERS}/X/capture"),
        ("GET", "/v2/payments/authorizations/X"),
        ("POST", "/v2/payments/authorizations/X/capture"),
        ("POST", "/v2/payments/authorizations/X/void"),
        ("GET", "/v2/payments/captures/X"),
        ("POST", "/v2/payments/captures/X/refund"),
        ("GET", "/v2/payments/refunds/X"),
    ],
)
def test_a_code_is_answered_without_any_work(paypal: Any, method: str, path: str) -> None:
    status, error = paypal.call(method, path, {}, **mock("TRANSACTION_REFUSED"))

    assert (status, error["name"]) == (422, "UNPROCESSABLE_ENTITY")
    assert [each["issue"] for each in error["details"]] == ["TRANSACTION_REFUSED"]


@pytest.mark.parametrize("issue", sorted(ISSUES))
def test_every_issue_has_its_status(paypal: Any, issue: str) -> None:
    status, error = paypal.call("GET", f"{ORDERS}/X", **mock(issue))

    assert (status, error["details"][0]["issue"]) == (ISSUES[issue][0], issue)
    assert error["links"][0]["href"].endswith(f"#{issue}")


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("INTERNAL_SERVER_ERROR", 500),
        ("RATE_LIMIT_REACHED", 429),
        ("NOT_AUTHORIZED", 403),
        ("RESOURCE_NOT_FOUND", 404),
    ],
)
def test_the_general_errors_are_codes_too(paypal: Any, code: str, status: int) -> None:
    answered, error = paypal.call("POST", ORDERS, {}, **mock(code))

    assert (answered, error["name"]) == (status, code)


def test_the_legacy_api_has_codes_of_its_own(paypal: Any) -> None:
    for path in ("/v1/payments/payment", "/v1/payments/payment/X/execute"):
        status, error = paypal.call("POST", path, {}, **mock("INSTRUMENT_DECLINED"))
        assert (status, error["name"]) == (400, "INSTRUMENT_DECLINED")
        assert "information_link" in error
    status, error = paypal.call(
        "POST", "/v1/payments/payment", {}, **mock("INTERNAL_SERVICE_ERROR")
    )
    assert status == 500


@pytest.mark.parametrize(
    "header",
    ["", "{", "[]", '{"mock_application_codes": 5}', '{"mock_application_codes": "NONE"}', "é"],
)
def test_what_is_no_code_has_no_effect(paypal: Any, header: str) -> None:
    status, _ = paypal.call("GET", f"{ORDERS}/X", PayPal_Mock_Response=header)

    assert status == 404


def test_payouts_and_confirmations_do_not_take_the_header(paypal: Any, make_payout: Any) -> None:
    mocked = mock("TRANSACTION_REFUSED")
    assert paypal.call("POST", "/v1/payments/payouts", make_payout(), **mocked)[0] == 201
    order = paypal.order()
    confirmed = paypal.call(
        "POST",
        f"{ORDERS}/{order['id']}/confirm-payment-source",
        {"payment_source": {"paypal": {}}},
        **mocked,
    )
    assert confirmed[0] == 200


def test_a_token_is_needed_first(paypal: Any) -> None:
    status, _ = paypal.send("GET", f"{ORDERS}/X", b"", {"PayPal-Mock-Response": "{}"})
    assert status == 401

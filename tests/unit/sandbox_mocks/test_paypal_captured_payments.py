"""Payments v2, as https://developer.paypal.com/docs/api/payments/v2/ documents it."""

from __future__ import annotations

from typing import Any

import pytest

PAYMENTS = "/v2/payments"
DAY = 86_400.0
REPRESENTATION = {"Prefer": "return=representation"}


def usd(value: str, currency: str = "USD") -> dict[str, Any]:
    return {"amount": {"currency_code": currency, "value": value}}


def post(paypal: Any, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
    answer: tuple[int, Any] = paypal.call("POST", f"{PAYMENTS}/{path}", body or {}, **headers)
    return answer


def issue(answer: tuple[int, Any]) -> str:
    status, error = answer
    assert status == 422, error
    return str(error["details"][0]["issue"])


def later(paypal: Any, seconds: float) -> None:
    paypal.clock.advance(seconds)
    paypal.authenticate()


def status_of(paypal: Any, path: str) -> str:
    return str(paypal.call("GET", f"{PAYMENTS}/{path}")[1]["status"])


def test_a_capture_is_refunded_whole(paypal: Any) -> None:
    capture = paypal.paid_order()
    path = f"captures/{capture['id']}"

    status, refund = post(paypal, f"{path}/refund")

    assert (status, set(refund)) == (201, {"id", "status", "links"})
    assert refund["status"] == "COMPLETED"
    shown = paypal.call("GET", f"{PAYMENTS}/refunds/{refund['id']}")[1]
    assert shown["amount"] == {"currency_code": "USD", "value": "100.00"}
    assert status_of(paypal, path) == "REFUNDED"
    assert issue(post(paypal, f"{path}/refund")) == "CAPTURE_FULLY_REFUNDED"


def test_a_capture_is_refunded_in_parts(paypal: Any) -> None:
    capture = paypal.paid_order()
    path = f"captures/{capture['id']}"

    _, first = post(paypal, f"{path}/refund", usd("30.00"), **REPRESENTATION)
    assert status_of(paypal, path) == "PARTIALLY_REFUNDED"
    assert issue(post(paypal, f"{path}/refund", usd("70.01"))) == "REFUND_AMOUNT_EXCEEDED"
    _, second = post(paypal, f"{path}/refund", **REPRESENTATION)

    totals = [
        each["seller_payable_breakdown"]["total_refunded_amount"]["value"]
        for each in (first, second)
    ]
    assert (second["amount"]["value"], totals) == ("70.00", ["30.00", "100.00"])
    assert status_of(paypal, path) == "REFUNDED"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (usd("1.00", "EUR"), "REFUND_CAPTURE_CURRENCY_MISMATCH"),
        (usd("0"), "CANNOT_BE_ZERO_OR_NEGATIVE"),
        (usd("1.001"), "DECIMAL_PRECISION"),
        (usd("1", "XXX"), "INVALID_CURRENCY_CODE"),
    ],
)
def test_a_refund_that_cant_be_made_changes_nothing(paypal: Any, body: Any, expected: str) -> None:
    capture = paypal.paid_order()

    assert issue(post(paypal, f"captures/{capture['id']}/refund", body)) == expected
    assert status_of(paypal, f"captures/{capture['id']}") == "COMPLETED"


def test_an_invoice_id_refunds_once(paypal: Any) -> None:
    capture = paypal.paid_order()
    path = f"captures/{capture['id']}/refund"
    post(paypal, path, {**usd("1.00"), "invoice_id": "R-1"})

    again = post(paypal, path, {**usd("2.00"), "invoice_id": "R-1"})

    assert issue(again) == "DUPLICATE_INVOICE_ID"


def test_a_refund_is_possible_for_180_days(paypal: Any) -> None:
    capture = paypal.paid_order()
    later(paypal, 180 * DAY + 1)

    assert issue(post(paypal, f"captures/{capture['id']}/refund")) == "REFUND_TIME_LIMIT_EXCEEDED"


def test_a_pending_capture_is_refunded_only_after_its_money_came(paypal: Any) -> None:
    capture = paypal.paid_order(outcome="PENDING")
    assert (capture["status"], capture["status_details"]["reason"]) == ("PENDING", "ECHECK")
    path = f"captures/{capture['id']}"
    assert issue(post(paypal, f"{path}/refund")) == "PENDING_CAPTURE"

    assert paypal.act("captures", capture["id"], "clear")["status"] == "COMPLETED"

    assert post(paypal, f"{path}/refund")[0] == 201


def test_an_authorization_is_captured_in_parts_up_to_115_percent(paypal: Any) -> None:
    held = paypal.paid_order("AUTHORIZE")
    path = f"authorizations/{held['id']}"

    status, first = post(paypal, f"{path}/capture", usd("60.00"), **REPRESENTATION)
    assert (status, first["final_capture"]) == (201, False)
    assert status_of(paypal, path) == "PARTIALLY_CAPTURED"
    assert issue(post(paypal, f"{path}/capture", usd("55.01"))) == "MAX_CAPTURE_AMOUNT_EXCEEDED"
    assert post(paypal, f"{path}/capture", usd("55.00"))[0] == 201

    assert status_of(paypal, path) == "CAPTURED"
    assert issue(post(paypal, f"{path}/capture", usd("1"))) == "AUTHORIZATION_ALREADY_CAPTURED"
    assert issue(post(paypal, f"{path}/void")) == "PREVIOUSLY_CAPTURED"


def test_a_final_capture_gives_back_the_rest(paypal: Any) -> None:
    held = paypal.paid_order("AUTHORIZE")
    path = f"authorizations/{held['id']}"

    post(paypal, f"{path}/capture", {**usd("1.00"), "final_capture": True})

    assert status_of(paypal, path) == "CAPTURED"


def test_a_capture_without_an_amount_takes_what_is_left(paypal: Any) -> None:
    held = paypal.paid_order("AUTHORIZE")
    path = f"authorizations/{held['id']}/capture"
    post(paypal, path, usd("40.00"))

    _, rest = post(paypal, path, **REPRESENTATION)

    assert rest["amount"]["value"] == "60.00"
    order = paypal.call("GET", rest["links"][2]["href"].removeprefix("http://sandbox/paypal"))[1]
    assert order["id"] == held["id"]


def test_another_currency_is_not_captured(paypal: Any) -> None:
    held = paypal.paid_order("AUTHORIZE")
    answer = post(paypal, f"authorizations/{held['id']}/capture", usd("1", "EUR"))
    assert issue(answer) == "AUTH_CAPTURE_CURRENCY_MISMATCH"


def test_an_authorization_is_captured_at_most_ten_times(paypal: Any) -> None:
    held = paypal.paid_order("AUTHORIZE")
    path = f"authorizations/{held['id']}/capture"
    answers = [post(paypal, path, usd("1"))[0] for _ in range(10)]
    assert answers == [201] * 10

    assert issue(post(paypal, path, usd("1"))) == "MAX_CAPTURE_COUNT_EXCEEDED"


def test_an_authorization_expires_after_29_days(paypal: Any) -> None:
    held = paypal.paid_order("AUTHORIZE")
    later(paypal, 29 * DAY)

    path = f"authorizations/{held['id']}"
    assert issue(post(paypal, f"{path}/capture")) == "AUTHORIZATION_EXPIRED"
    assert issue(post(paypal, f"{path}/reauthorize")) == "AUTHORIZATION_EXPIRED"


def test_a_voided_authorization_is_over(paypal: Any) -> None:
    held = paypal.paid_order("AUTHORIZE")
    path = f"authorizations/{held['id']}"

    assert post(paypal, f"{path}/void") == (204, None)

    assert status_of(paypal, path) == "VOIDED"
    assert issue(post(paypal, f"{path}/void")) == "PREVIOUSLY_VOIDED"
    assert issue(post(paypal, f"{path}/capture")) == "AUTHORIZATION_VOIDED"


def test_a_void_is_shown_to_who_prefers_it(paypal: Any) -> None:
    held = paypal.paid_order("AUTHORIZE")
    status, shown = post(paypal, f"authorizations/{held['id']}/void", **REPRESENTATION)
    assert (status, shown["status"]) == (200, "VOIDED")


def test_an_authorization_is_renewed_after_its_honour_period(paypal: Any) -> None:
    held = paypal.paid_order("AUTHORIZE")
    path = f"authorizations/{held['id']}"
    assert issue(post(paypal, f"{path}/reauthorize")) == "REAUTHORIZATION_TOO_SOON"
    later(paypal, 3 * DAY)
    assert issue(post(paypal, f"{path}/reauthorize", usd("115.01"))) == (
        "AUTHORIZATION_AMOUNT_EXCEEDED"
    )

    status, renewed = post(paypal, f"{path}/reauthorize", usd("115.00"), **REPRESENTATION)

    assert (status, renewed["amount"]["value"]) == (201, "115.00")
    again = f"authorizations/{renewed['id']}"
    assert issue(post(paypal, f"{again}/reauthorize")) == "REAUTHORIZATION_NOT_SUPPORTED"
    assert issue(post(paypal, f"{again}/void")) == "CANNOT_BE_VOIDED"
    assert issue(post(paypal, f"{path}/reauthorize")) == "REAUTHORIZATION_TOO_SOON"
    assert post(paypal, f"{again}/capture")[0] == 201
    assert (status_of(paypal, again), status_of(paypal, path)) == ("CAPTURED", "CAPTURED")


def test_a_card_is_not_reauthorized(paypal: Any) -> None:
    card = {"number": "4111111111111111", "expiry": "2030-01"}
    made = paypal.order(intent="AUTHORIZE", payment_source={"card": card})
    [held] = made["purchase_units"][0]["payments"]["authorizations"]
    later(paypal, 4 * DAY)

    answer = post(paypal, f"authorizations/{held['id']}/reauthorize")

    assert issue(answer) == "REAUTHORIZATION_NOT_SUPPORTED_FOR_PAYMENT_SOURCE"


def test_a_declined_card_authorizes_nothing(paypal: Any) -> None:
    card = {"name": "CCREJECT-SF", "number": "4111111111111111", "expiry": "2030-01"}
    made = paypal.order(intent="AUTHORIZE", payment_source={"card": card})
    [held] = made["purchase_units"][0]["payments"]["authorizations"]

    assert held["status"] == "DENIED"
    assert issue(post(paypal, f"authorizations/{held['id']}/capture")) == "AUTHORIZATION_DENIED"


def test_the_same_request_refunds_once_for_45_days(paypal: Any) -> None:
    capture = paypal.paid_order()
    path = f"captures/{capture['id']}/refund"
    first = post(paypal, path, usd("1.00"), PayPal_Request_Id="once")
    later(paypal, 45 * DAY - 1)
    second = post(paypal, path, usd("1.00"), PayPal_Request_Id="once")
    later(paypal, 1)
    third = post(paypal, path, usd("1.00"), PayPal_Request_Id="once")

    assert [first[0], second[0], third[0]] == [201, 200, 201]
    assert first[1]["id"] == second[1]["id"] != third[1]["id"]
    assert len(paypal.model.listings()["refunds"]()) == 2


def test_one_request_id_serves_different_resources(paypal: Any) -> None:
    captures = [paypal.paid_order() for _ in range(2)]
    answers = [
        post(paypal, f"captures/{each['id']}/refund", PayPal_Request_Id="once")[0]
        for each in captures
    ]
    assert answers == [201, 201]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"amount": {"value": "1"}}, "/amount/currency_code"),
        ({"amount": []}, "/amount"),
        ({"note_to_payer": "n" * 256}, "/note_to_payer"),
        ({"invoice_id": 5}, "/invoice_id"),
    ],
)
def test_a_refund_out_of_form_is_refused(paypal: Any, body: Any, field: str) -> None:
    capture = paypal.paid_order()
    status, error = post(paypal, f"captures/{capture['id']}/refund", body)
    assert (status, error["details"][0]["field"]) == (400, field)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "captures/NONE", 404),
        ("GET", "refunds/NONE", 404),
        ("GET", "authorizations/NONE", 404),
        ("POST", "captures/NONE/refund", 404),
        ("POST", "authorizations/NONE/capture", 404),
        ("DELETE", "captures/NONE", 405),
        ("GET", "captures/NONE/refund", 405),
        ("GET", "nothing", 404),
    ],
)
def test_what_does_not_exist_is_not_found(paypal: Any, method: str, path: str, status: int) -> None:
    answered, error = paypal.call(method, f"{PAYMENTS}/{path}")
    assert (answered, "information_link" in error) == (status, False)

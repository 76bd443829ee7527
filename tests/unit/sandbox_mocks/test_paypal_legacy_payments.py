from __future__ import annotations

from typing import Any

import pytest

PAYMENT = "/v1/payments/payment"
THIRTY_DAYS = 30 * 86_400.0


def payment(method: str = "paypal", total: Any = "10.00", **amount: Any) -> dict[str, Any]:
    return {
        "intent": "sale",
        "payer": {"payment_method": method},
        "redirect_urls": {"return_url": "https://a.example/", "cancel_url": "https://b.example/"},
        "transactions": [{"amount": {"total": total, "currency": "USD", **amount}}],
    }


def test_a_payment_by_card_is_approved_and_its_sale_completed_at_once(paypal: Any) -> None:
    status, made = paypal.call("POST", PAYMENT, payment("credit_card"))

    assert (status, made["state"], made["intent"]) == (201, "approved", "sale")
    sale = made["transactions"][0]["related_resources"][0]["sale"]
    assert sale["state"] == "completed"
    assert sale["amount"] == {"total": "10.00", "currency": "USD"}
    assert sale["transaction_fee"] == {"value": "0.59", "currency": "USD"}
    assert paypal.call("GET", f"/v1/payments/sale/{sale['id']}") == (200, sale)


def test_a_payment_by_account_is_created_and_then_executed(paypal: Any) -> None:
    status, made = paypal.call("POST", PAYMENT, payment())
    assert (status, made["state"]) == (201, "created")
    assert [link["rel"] for link in made["links"]] == ["self", "approval_url", "execute"]

    status, done = paypal.call("POST", f"{PAYMENT}/{made['id']}/execute", {"payer_id": "PAYER1"})

    assert (status, done["state"]) == (200, "approved")
    assert done["payer"]["payer_info"] == {"payer_id": "PAYER1"}
    assert paypal.call("GET", f"{PAYMENT}/{made['id']}") == (200, done)


def test_a_payment_is_executed_only_once(paypal: Any) -> None:
    _, made = paypal.call("POST", PAYMENT, payment())
    execute = f"{PAYMENT}/{made['id']}/execute"
    paypal.call("POST", execute, {"payer_id": "PAYER1"})

    status, error = paypal.call("POST", execute, {"payer_id": "PAYER1"})

    assert (status, error["name"]) == (400, "PAYMENT_ALREADY_DONE")


@pytest.mark.parametrize("body", [{}, [], {"payer_id": 5}])
def test_execution_needs_a_payer(paypal: Any, body: Any) -> None:
    _, made = paypal.call("POST", PAYMENT, payment())

    status, error = paypal.call("POST", f"{PAYMENT}/{made['id']}/execute", body)

    assert (status, error["details"][0]["field"]) == (400, "payer_id")


def test_the_same_request_with_the_same_request_id_makes_one_payment(paypal: Any) -> None:
    answers = [paypal.call("POST", PAYMENT, payment(), PayPal_Request_Id="once") for _ in range(2)]

    assert answers[0] == answers[1]
    assert len(paypal.model.payments.made()) == 1


def test_another_request_with_a_used_request_id_is_refused(paypal: Any) -> None:
    paypal.call("POST", PAYMENT, payment(), PayPal_Request_Id="once")

    status, error = paypal.call("POST", PAYMENT, payment(total="11.00"), PayPal_Request_Id="once")

    assert (status, error["name"]) == (400, "DUPLICATE_REQUEST_ID")
    assert error["information_link"] == "https://developer.paypal.com/docs/api/payments/#errors"


def test_a_request_id_is_forgotten_after_thirty_days(paypal: Any) -> None:
    paypal.call("POST", PAYMENT, payment(), PayPal_Request_Id="once")
    paypal.clock.advance(THIRTY_DAYS)
    paypal.authenticate()

    paypal.call("POST", PAYMENT, payment(), PayPal_Request_Id="once")

    assert len(paypal.model.payments.made()) == 2


def test_a_request_id_has_at_most_108_characters(paypal: Any) -> None:
    status, error = paypal.call("POST", PAYMENT, payment(), PayPal_Request_Id="r" * 109)

    assert (status, error["details"][0]["location"]) == (400, "header")


def test_a_refused_request_does_not_use_up_its_request_id(paypal: Any) -> None:
    paypal.call("POST", PAYMENT, payment(total="-1"), PayPal_Request_Id="once")

    assert paypal.call("POST", PAYMENT, payment(), PayPal_Request_Id="once")[0] == 201


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"intent": None}, "intent"),
        ({"intent": "order"}, "intent"),
        ({"payer": {}}, "payer.payment_method"),
        ({"payer": {"payment_method": "cheque"}}, "payer.payment_method"),
        ({"redirect_urls": {"return_url": "https://a.example/"}}, "redirect_urls.cancel_url"),
        ({"transactions": []}, "transactions"),
        ({"transactions": [{}]}, "transactions[0].amount"),
        ({"transactions": ["x"]}, "transactions[0].amount"),
    ],
)
def test_a_payment_that_lacks_something_is_refused(
    paypal: Any, change: dict[str, Any], field: str
) -> None:
    status, error = paypal.call("POST", PAYMENT, payment() | change)

    assert (status, error["name"]) == (400, "VALIDATION_ERROR")
    assert [detail["field"] for detail in error["details"]] == [field]


@pytest.mark.parametrize("total", ["0", "1.001", "x", 10])
def test_a_total_that_is_no_amount_is_refused(paypal: Any, total: Any) -> None:
    status, error = paypal.call("POST", PAYMENT, payment(total=total))

    assert (status, error["details"][0]["field"]) == (400, "transactions[0].amount.total")


@pytest.mark.parametrize(
    "details",
    [{"subtotal": "9.00"}, {"subtotal": "x"}, {"subtotal": "NaN"}, "ten", {"subtotal": None}],
)
def test_the_details_of_an_amount_must_add_up(paypal: Any, details: Any) -> None:
    status, error = paypal.call("POST", PAYMENT, payment(details=details))

    assert (status, error["details"][0]["field"]) == (400, "transactions[0].amount")


def test_details_that_add_up_are_taken(paypal: Any) -> None:
    details = {"subtotal": "9.00", "tax": "1.50", "shipping_discount": "-0.50"}

    assert paypal.call("POST", PAYMENT, payment(details=details))[0] == 201


def test_a_body_that_is_not_json_is_malformed(paypal: Any) -> None:
    headers = {"Authorization": f"Bearer {paypal.token}", "Content-Type": "application/json"}

    status, error = paypal.send("POST", PAYMENT, b"{", headers)

    assert (status, error["name"]) == (400, "MALFORMED_REQUEST")


@pytest.mark.parametrize("path", ["payment/NONE", "sale/NONE", "sale", "payment/A/B/C"])
def test_what_does_not_exist_is_not_found(paypal: Any, path: str) -> None:
    assert paypal.call("GET", f"/v1/payments/{path}")[0] == 404


def test_the_sale_of_a_payment_not_executed_is_not_found(paypal: Any) -> None:
    paypal.call("POST", PAYMENT, payment())

    assert paypal.model.payments.made()[0]["sale_ids"] == []

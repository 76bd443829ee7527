from __future__ import annotations

from typing import Any

import pytest

VISA = {"amount": 500, "currency": "usd", "payment_method": "pm_card_visa"}


def test_an_intent_is_confirmed_captured_and_refunded(stripe_api: Any) -> None:
    intent = stripe_api.make("/v1/payment_intents", **VISA, capture_method="manual")
    assert intent["status"] == "requires_confirmation"
    path = f"/v1/payment_intents/{intent['id']}"
    assert stripe_api.make(f"{path}/confirm")["status"] == "requires_capture"
    captured = stripe_api.make(f"{path}/capture", amount_to_capture=400)
    assert (captured["status"], captured["amount_received"]) == ("succeeded", 400)

    part = stripe_api.make("/v1/refunds", payment_intent=intent["id"], amount=150)
    assert (part["status"], part["charge"]) == ("succeeded", captured["latest_charge"])
    stripe_api.make("/v1/refunds", charge=captured["latest_charge"])
    _, balance = stripe_api.call("GET", "/v1/balance")
    assert balance["available"][0]["amount"] == 100_000_000
    again = stripe_api.call("POST", "/v1/refunds", {"payment_intent": intent["id"], "amount": 1})
    assert again[0] == 400


@pytest.mark.parametrize(
    ("card", "code", "decline_code"),
    [
        ("pm_card_visa_chargeDeclined", "card_declined", "generic_decline"),
        (
            "pm_card_visa_chargeDeclinedInsufficientFunds",
            "card_declined",
            "insufficient_funds",
        ),
        ("pm_card_chargeDeclinedExpiredCard", "expired_card", None),
    ],
)
def test_a_test_card_is_declined(
    stripe_api: Any, card: str, code: str, decline_code: str | None
) -> None:
    form = {**VISA, "payment_method": card, "confirm": "true"}
    status, answer = stripe_api.call("POST", "/v1/payment_intents", form, Idempotency_Key="k")
    error = answer["error"]
    assert (status, error["type"], error["code"]) == (402, "card_error", code)
    assert error.get("decline_code") == decline_code
    assert error["payment_intent"]["status"] == "requires_payment_method"
    again = stripe_api.call("POST", "/v1/payment_intents", form, Idempotency_Key="k")
    assert again == (402, answer), "a decline is an answer to the key"
    assert stripe_api.events() == [
        "payment_intent.created",
        "charge.failed",
        "payment_intent.payment_failed",
    ]
    right = stripe_api.make(
        f"/v1/payment_intents/{error['payment_intent']['id']}/confirm",
        payment_method="pm_card_visa",
    )
    assert right["status"] == "succeeded"


def test_a_card_that_needs_authentication_waits_for_it(stripe_api: Any) -> None:
    form = {**VISA, "payment_method": "pm_card_authenticationRequired", "confirm": "true"}
    intent = stripe_api.make("/v1/payment_intents", **form)
    assert intent["status"] == "requires_action"
    canceled = stripe_api.make(f"/v1/payment_intents/{intent['id']}/cancel")
    assert canceled["status"] == "canceled"


def test_an_intent_in_another_state_is_left_alone(stripe_api: Any) -> None:
    intent = stripe_api.make("/v1/payment_intents", **VISA, confirm="true")
    for doing in ("confirm", "capture", "cancel"):
        status, answer = stripe_api.call("POST", f"/v1/payment_intents/{intent['id']}/{doing}")
        assert (status, answer["error"]["code"]) == (400, "payment_intent_unexpected_state")


def test_ids_are_expanded_where_it_is_asked_for(stripe_api: Any) -> None:
    customer = stripe_api.make("/v1/customers", email="ann@example.com")
    intent = stripe_api.make(
        "/v1/payment_intents",
        **VISA,
        confirm="true",
        customer=customer["id"],
        **{"expand[0]": "customer", "expand[1]": "latest_charge.balance_transaction"},
    )
    assert intent["customer"]["email"] == "ann@example.com"
    assert intent["latest_charge"]["balance_transaction"]["net"] == 500
    _, page = stripe_api.call("GET", "/v1/payment_intents", {"expand[]": "data.customer"})
    assert page["data"][0]["customer"]["id"] == customer["id"]
    refused = stripe_api.call("GET", "/v1/payment_intents", {"expand[]": "data.nothing"})
    assert refused[0] == 400


def test_a_customers_bank_account_is_verified_by_two_deposits(stripe_api: Any) -> None:
    customer = stripe_api.make("/v1/customers")["id"]
    token = stripe_api.make(
        "/v1/tokens",
        **{
            "bank_account[country]": "US",
            "bank_account[currency]": "usd",
            "bank_account[routing_number]": "110000000",
            "bank_account[account_number]": "000123456789",
        },
    )
    assert "000123456789" not in str(token)
    account = stripe_api.make(f"/v1/customers/{customer}/sources", source=token["id"])
    path = f"/v1/customers/{customer}/sources/{account['id']}/verify"
    assert stripe_api.call("POST", path, {"amounts[0]": 1, "amounts[1]": 2})[0] == 400
    verified = stripe_api.make(path, **{"amounts[0]": 32, "amounts[1]": 45})
    assert (verified["status"], verified["last4"]) == ("verified", "6789")
    again = stripe_api.call("POST", f"/v1/customers/{customer}/sources", {"source": token["id"]})
    assert again[1]["error"]["code"] == "token_already_used"


def test_metadata_is_merged_and_taken_away_by_an_empty_value(stripe_api: Any) -> None:
    made = stripe_api.make("/v1/customers", **{"metadata[a]": "1", "metadata[b]": "2"})
    path = f"/v1/customers/{made['id']}"
    changed = stripe_api.make(path, **{"metadata[a]": "", "metadata[c]": "3"}, name="Ann")
    assert (changed["metadata"], changed["name"]) == ({"b": "2", "c": "3"}, "Ann")
    assert stripe_api.call("DELETE", path)[1] == {
        "id": made["id"],
        "object": "customer",
        "deleted": True,
    }
    assert stripe_api.call("GET", path)[1]["error"]["code"] == "resource_missing"

from __future__ import annotations

from typing import Any

import pytest

PAYOUTS = "/v1/payments/payouts"


@pytest.mark.parametrize(
    ("note", "status", "name"),
    [
        ("ERRPYO001", 403, "SENDER_RESTRICTED"),
        ("ERRPYO002", 403, "SENDER_EMAIL_UNCONFIRMED"),
        ("ERRPYO003", 403, "AUTHORIZATION_ERROR"),
        ("ERRPYO005", 422, "INSUFFICIENT_FUNDS"),
        ("ERRPYO006", 500, "INTERNAL_ERROR"),
        ("ERRPYO010", 400, "VALIDATION_ERROR"),
        ("ERRPYO011", 403, "REQUIRED_SCOPE_MISSING"),
        ("ERRPYO012", 403, "SENDER_LOCKED"),
        ("ERRPYO014", 400, "USER_BUSINESS_ERROR"),
    ],
)
def test_a_test_value_in_the_first_note_makes_the_creation_fail(
    paypal: Any, make_payout: Any, note: str, status: int, name: str
) -> None:
    answered, error = paypal.call("POST", PAYOUTS, make_payout(note=note))

    assert (answered, error["name"]) == (status, name)
    assert paypal.model.payouts.paid() == []


def test_the_positive_test_value_creates_a_batch(paypal: Any, make_payout: Any) -> None:
    assert paypal.call("POST", PAYOUTS, make_payout(note="POSPYO001"))[0] == 201


def test_a_test_value_for_a_batch_id_shows_a_batch_with_that_error(paypal: Any) -> None:
    status, batch = paypal.call("GET", f"{PAYOUTS}/ERRPYO015")

    assert status == 200
    assert batch["items"][0]["errors"]["name"] == "CLOSED_MARKET"
    assert paypal.model.payouts.paid() == []


@pytest.mark.parametrize(
    ("value", "status"),
    [
        ("ERRPYOB001", "SUCCESS"),
        ("ERRPYOB002", "PENDING"),
        ("ERRPYOB003", "PROCESSING"),
        ("ERRPYOB004", "DENIED"),
    ],
)
def test_a_test_value_shows_a_batch_in_a_status(paypal: Any, value: str, status: str) -> None:
    _, batch = paypal.call("GET", f"{PAYOUTS}/{value}")

    assert batch["batch_header"]["batch_status"] == status


@pytest.mark.parametrize(
    ("value", "error", "status"),
    [
        ("ERRPYO041", "CLOSED_MARKET", "FAILED"),
        ("ERRPYO047", "RECEIVER_UNREGISTERED", "UNCLAIMED"),
        ("ERRPYO051", "REGULATORY_PENDING", "ONHOLD"),
        ("ERRPYO056", "ZERO_AMOUNT", "FAILED"),
    ],
)
def test_a_test_value_for_an_item_id_shows_an_item_with_that_error(
    paypal: Any, value: str, error: str, status: str
) -> None:
    _, item = paypal.call("GET", f"/v1/payments/payouts-item/{value}")

    assert item["errors"]["name"] == error
    assert item["transaction_status"] == status


def test_a_telephone_is_unclaimed_and_a_bogus_account_is_denied(
    paypal: Any, make_payout: Any
) -> None:
    statuses = []
    for kind, receiver in (("PHONE", "91-734-234-1234"), ("PAYPAL_ID", "bogus")):
        body = make_payout(None, receiver=receiver, recipient_type=kind)
        batch_id = paypal.call("POST", PAYOUTS, body)[1]["batch_header"]["payout_batch_id"]
        batch = paypal.call("GET", f"{PAYOUTS}/{batch_id}")[1]
        item_status = batch["items"][0]["transaction_status"]
        statuses.append((batch["batch_header"]["batch_status"], item_status))

    assert statuses == [("SUCCESS", "UNCLAIMED"), ("DENIED", "FAILED")]

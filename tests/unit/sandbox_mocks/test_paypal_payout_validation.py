from __future__ import annotations

from typing import Any

import pytest

PAYOUTS = "/v1/payments/payouts"


def problems(paypal: Any, body: Any) -> list[tuple[str, str]]:
    status, error = paypal.call("POST", PAYOUTS, body)
    assert (status, error["name"]) == (400, "VALIDATION_ERROR")
    assert error["information_link"].startswith("https://developer.paypal.com/")
    assert paypal.model.payouts.paid() == []
    return [(detail["field"], detail["issue"]) for detail in error["details"]]


@pytest.mark.parametrize("body", [[], "text", 1, True])
def test_a_body_that_is_no_object_is_refused(paypal: Any, body: Any) -> None:
    assert problems(paypal, body) == [("", "Request body must be a JSON object")]


def test_everything_missing_is_reported_at_once(paypal: Any) -> None:
    assert problems(paypal, {}) == [
        ("sender_batch_header", "Required field is missing"),
        ("items", "Required field is missing"),
    ]


@pytest.mark.parametrize("items", [[], {}, "x", [None], [3]])
def test_items_must_be_a_list_of_objects(paypal: Any, items: Any) -> None:
    [(field, _)] = problems(paypal, {"sender_batch_header": {}, "items": items})

    assert field.startswith("items")


def test_a_batch_takes_at_most_fifteen_thousand_items(paypal: Any, make_payout: Any) -> None:
    body = make_payout()
    body["items"] = body["items"] * 15_001

    assert problems(paypal, body) == [("items", "A batch takes at most 15000 items")]


@pytest.mark.parametrize(
    ("currency", "value", "field", "issue"),
    [
        ("USD", "1.234", "value", "DECIMAL_PRECISION"),
        ("JPY", "1.5", "value", "DECIMALS_NOT_SUPPORTED"),
        ("HUF", "1.00", "value", "DECIMALS_NOT_SUPPORTED"),
        ("TWD", "1.00", "value", "DECIMALS_NOT_SUPPORTED"),
        ("USD", "0.00", "value", "Amount must be greater than zero"),
        ("USD", "-1.00", "value", "Currency amount format invalid"),
        ("USD", "1e400", "value", "Currency amount format invalid"),
        ("USD", "NaN", "value", "Currency amount format invalid"),
        ("USD", "", "value", "Currency amount format invalid"),
        ("USD", "1,000.00", "value", "Currency amount format invalid"),
        ("USD", "١٢", "value", "Currency amount format invalid"),
        ("USD", "9" * 11, "value", "Currency amount format invalid"),
        ("USD", 9.87, "value", "Currency amount format invalid"),
        ("USD", None, "value", "Required field is missing"),
        ("XXX", "1.00", "currency", "CURRENCY_NOT_SUPPORTED"),
        ("usd", "1.00", "currency", "CURRENCY_NOT_SUPPORTED"),
        (840, "1.00", "currency", "CURRENCY_NOT_SUPPORTED"),
        (None, "1.00", "currency", "Required field is missing"),
    ],
)
def test_an_amount_that_its_currency_does_not_have_is_refused(
    paypal: Any, make_payout: Any, currency: Any, value: Any, field: str, issue: str
) -> None:
    body = make_payout(currency=currency, value=value)

    assert problems(paypal, body) == [(f"items[0].amount.{field}", issue)]


def test_an_item_needs_an_amount(paypal: Any, make_payout: Any) -> None:
    assert problems(paypal, make_payout(amount=None)) == [
        ("items[0].amount", "Required field is missing")
    ]


def test_a_batch_has_one_currency(paypal: Any, make_payout: Any) -> None:
    body = make_payout()
    body["items"] += make_payout(currency="EUR")["items"]

    assert problems(paypal, body) == [
        ("items.amount.currency", "Multiple currencies within a batch is not allowed")
    ]


@pytest.mark.parametrize(
    ("kind", "receiver"),
    [
        ("EMAIL", "nobody"),
        ("EMAIL", "a b@example.com"),
        ("EMAIL", "a@b"),
        ("EMAIL", "a@example.com" + "m" * 127),
        ("PHONE", "call me"),
        ("VENMO_HANDLE", "ann"),
        ("EMAIL", 5),
        (5, "ann@example.com"),
    ],
)
def test_a_receiver_must_match_its_type(
    paypal: Any, make_payout: Any, kind: Any, receiver: Any
) -> None:
    body = make_payout(receiver=receiver, recipient_type=kind)

    fields = [field for field, _ in problems(paypal, body)]

    assert "items[0].receiver" in fields


def test_the_recipient_type_may_stand_in_the_header_and_in_any_case(
    paypal: Any, make_payout: Any
) -> None:
    body = make_payout()
    del body["items"][0]["recipient_type"]
    assert problems(paypal, body) == [("items[0].recipient_type", "Required field is missing")]

    body["sender_batch_header"]["recipient_type"] = "Email"

    assert paypal.call("POST", PAYOUTS, body)[0] == 201


@pytest.mark.parametrize(
    ("item", "field"),
    [
        ({"note": "n" * 4001}, "items[0].note"),
        ({"sender_item_id": "i" * 64}, "items[0].sender_item_id"),
        ({"sender_item_id": 1}, "items[0].sender_item_id"),
        ({"purpose": "BRIBES"}, "items[0].purpose"),
        ({"recipient_wallet": ["PAYPAL"]}, "items[0].recipient_wallet"),
    ],
)
def test_the_fields_of_an_item_have_limits(
    paypal: Any, make_payout: Any, item: dict[str, Any], field: str
) -> None:
    assert [name for name, _ in problems(paypal, make_payout(**item))] == [field]


def test_a_sender_batch_id_is_text_of_at_most_256_characters(paypal: Any, make_payout: Any) -> None:
    for bad in ("b" * 257, 7):
        assert [field for field, _ in problems(paypal, make_payout(bad))] == [
            "sender_batch_header.sender_batch_id"
        ]


@pytest.mark.parametrize("body", [b"{", b"", b"\xff", b'{"a":NaN}', b"[" * 100_000])
def test_malformed_json_is_a_validation_error(paypal: Any, body: bytes) -> None:
    headers = {
        "Authorization": f"Bearer {paypal.token}",
        "Content-Type": "application/json; charset=utf-8",
    }

    status, error = paypal.send("POST", PAYOUTS, body, headers)

    assert (status, error["name"]) == (400, "VALIDATION_ERROR")


def test_another_content_type_is_refused(paypal: Any, make_payout: Any) -> None:
    form = "application/x-www-form-urlencoded"
    status, error = paypal.call("POST", PAYOUTS, make_payout(), Content_Type=form)

    assert (status, error["name"]) == (415, "UNSUPPORTED_MEDIA_TYPE")


def test_many_problems_are_reported_up_to_a_hundred(paypal: Any, make_payout: Any) -> None:
    body = make_payout(value="x")
    body["items"] = body["items"] * 500

    assert len(problems(paypal, body)) == 100

"""What Orders v2 refuses: the 400 and 422 schemas of PayPal's published description."""

from __future__ import annotations

from typing import Any

import pytest

ORDERS = "/v2/checkout/orders"
UNIT = "/purchase_units/@reference_id=='default'"


def usd(value: str, currency: str = "USD") -> dict[str, str]:
    return {"currency_code": currency, "value": value}


def unit(value: str = "1.00", currency: str = "USD", **fields: Any) -> dict[str, Any]:
    breakdown = fields.pop("breakdown", None)
    amount: dict[str, Any] = usd(value, currency)
    return {"amount": amount | ({"breakdown": breakdown} if breakdown else {}), **fields}


def refusal(paypal: Any, **order: Any) -> tuple[int, list[tuple[str, str]]]:
    body = {"intent": "CAPTURE", "purchase_units": [unit()], **order}
    status, error = paypal.call("POST", ORDERS, body)
    assert paypal.model.listings()["orders"]() == []
    return status, [(each["field"], each["issue"]) for each in error["details"]]


@pytest.mark.parametrize(
    ("order", "field", "issue"),
    [
        ({"intent": "GIVE"}, "/intent", "INVALID_PARAMETER_VALUE"),
        ({"intent": 1}, "/intent", "INVALID_PARAMETER_SYNTAX"),
        ({"purchase_units": []}, "/purchase_units", "INVALID_ARRAY_MIN_ITEMS"),
        ({"purchase_units": [unit()] * 11}, "/purchase_units", "INVALID_ARRAY_MAX_ITEMS"),
        ({"purchase_units": [{}]}, "/purchase_units/0/amount", "MISSING_REQUIRED_PARAMETER"),
        (
            {"purchase_units": [{"amount": {"value": "1"}}]},
            "/purchase_units/0/amount/currency_code",
            "MISSING_REQUIRED_PARAMETER",
        ),
        (
            {"purchase_units": [unit("1,00")]},
            "/purchase_units/0/amount/value",
            "INVALID_PARAMETER_SYNTAX",
        ),
        (
            {"purchase_units": [unit("1\n")]},
            "/purchase_units/0/amount/value",
            "INVALID_PARAMETER_SYNTAX",
        ),
        (
            {"purchase_units": [unit("1" * 33)]},
            "/purchase_units/0/amount/value",
            "INVALID_STRING_LENGTH",
        ),
        (
            {"purchase_units": [{"amount": {"currency_code": "USD", "value": 1}}]},
            "/purchase_units/0/amount/value",
            "INVALID_PARAMETER_SYNTAX",
        ),
        (
            {"purchase_units": [unit(soft_descriptor="s" * 23)]},
            "/purchase_units/0/soft_descriptor",
            "INVALID_STRING_LENGTH",
        ),
        (
            {"purchase_units": [unit(invoice_id="")]},
            "/purchase_units/0/invoice_id",
            "INVALID_STRING_LENGTH",
        ),
        (
            {"purchase_units": [unit(items=[{"name": "n", "unit_amount": usd("1")}])]},
            "/purchase_units/0/items/0/quantity",
            "MISSING_REQUIRED_PARAMETER",
        ),
        (
            {"application_context": {"user_action": "RUN"}},
            "/application_context/user_action",
            "INVALID_PARAMETER_VALUE",
        ),
        (
            {"payer": {"address": {"country_code": "usa"}}},
            "/payer/address/country_code",
            "INVALID_STRING_LENGTH",
        ),
    ],
)
def test_a_field_out_of_form_is_pointed_at(paypal: Any, order: Any, field: str, issue: str) -> None:
    status, found = refusal(paypal, **order)

    assert status == 400
    assert (field, issue) in found


def test_everything_out_of_form_is_reported_at_once(paypal: Any) -> None:
    status, error = paypal.call("POST", ORDERS, {"purchase_units": [{"amount": {}}]})

    assert status == 400
    assert [each["field"] for each in error["details"]] == [
        "/intent",
        "/purchase_units/0/amount/currency_code",
        "/purchase_units/0/amount/value",
    ]


@pytest.mark.parametrize(
    ("units", "field", "issue"),
    [
        ([unit("1.001")], f"{UNIT}/amount/value", "DECIMAL_PRECISION"),
        ([unit("1.5", "JPY")], f"{UNIT}/amount/value", "DECIMALS_NOT_SUPPORTED"),
        ([unit("0.00")], f"{UNIT}/amount/value", "CANNOT_BE_ZERO_OR_NEGATIVE"),
        ([unit("-1")], f"{UNIT}/amount/value", "CANNOT_BE_ZERO_OR_NEGATIVE"),
        ([unit("9" * 16)], f"{UNIT}/amount/value", "MAX_VALUE_EXCEEDED"),
        ([unit("1", "XXX")], f"{UNIT}/amount/currency_code", "INVALID_CURRENCY_CODE"),
        (
            [unit("3.00", breakdown={"item_total": usd("2.00"), "shipping": usd("0.50")})],
            f"{UNIT}/amount/value",
            "AMOUNT_MISMATCH",
        ),
        (
            [unit("2.00", breakdown={"item_total": usd("2.00"), "discount": usd("-1")})],
            f"{UNIT}/amount/breakdown/discount/value",
            "CANNOT_BE_NEGATIVE",
        ),
        (
            [unit("2.00", items=[{"name": "n", "unit_amount": usd("1"), "quantity": "2"}])],
            f"{UNIT}/amount/breakdown/item_total",
            "ITEM_TOTAL_REQUIRED",
        ),
        (
            [
                unit(
                    "3.00",
                    breakdown={"item_total": usd("3.00")},
                    items=[{"name": "n", "unit_amount": usd("1"), "quantity": "2"}],
                )
            ],
            f"{UNIT}/amount/breakdown/item_total/value",
            "ITEM_TOTAL_MISMATCH",
        ),
        (
            [
                unit(
                    "2.00",
                    breakdown={"item_total": usd("2.00")},
                    items=[
                        {"name": "n", "unit_amount": usd("1"), "tax": usd("1"), "quantity": "2"}
                    ],
                )
            ],
            f"{UNIT}/amount/breakdown/tax_total",
            "TAX_TOTAL_REQUIRED",
        ),
        ([unit(), unit()], "/purchase_units/0/reference_id", "REFERENCE_ID_REQUIRED"),
        (
            [unit(reference_id="a"), unit(reference_id="a")],
            "/purchase_units/1/reference_id",
            "DUPLICATE_REFERENCE_ID",
        ),
        (
            [unit(reference_id="a"), unit("1", "EUR", reference_id="b")],
            "/purchase_units",
            "MULTI_CURRENCY_ORDER",
        ),
    ],
)
def test_an_order_that_does_not_add_up_is_refused(
    paypal: Any, units: Any, field: str, issue: str
) -> None:
    status, found = refusal(paypal, purchase_units=units)

    assert status == 422
    assert (field, issue) in found


def test_a_breakdown_that_adds_up_is_taken(paypal: Any) -> None:
    breakdown = {
        "item_total": usd("4.00"),
        "tax_total": usd("0.40"),
        "shipping": usd("2.00"),
        "shipping_discount": usd("1.00"),
        "discount": usd("0.40"),
    }
    item = {"name": "n", "unit_amount": usd("2.00"), "tax": usd("0.20"), "quantity": "2"}

    assert paypal.order(purchase_units=[unit("5.00", breakdown=breakdown, items=[item])])


@pytest.mark.parametrize("body", [b"{", b"", b"\xff", b"[NaN]", b"[" * 100_000])
def test_a_body_that_is_not_json_is_malformed(paypal: Any, body: bytes) -> None:
    headers = {"Authorization": f"Bearer {paypal.token}", "Content-Type": "application/json"}

    status, error = paypal.send("POST", ORDERS, body, headers)

    assert (status, error["details"][0]["issue"]) == (400, "MALFORMED_REQUEST_JSON")


def test_only_json_is_taken(paypal: Any) -> None:
    status, error = paypal.call("POST", ORDERS, {}, Content_Type="text/plain")

    assert (status, error["name"]) == (415, "UNSUPPORTED_MEDIA_TYPE")


def test_a_payment_source_is_one_that_paypal_knows(paypal: Any) -> None:
    order = paypal.order()
    path = f"{ORDERS}/{order['id']}/confirm-payment-source"

    unknown: list[dict[str, Any]] = [{}, {"barter": {}}, {"paypal": {}, "card": {}}]
    for sources in unknown:
        status, error = paypal.call("POST", path, {"payment_source": sources})
        assert (status, error["name"]) == (400, "INVALID_REQUEST"), sources

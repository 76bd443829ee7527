"""What must be true of the amounts and references of an order, beyond their form.

Source: the issues of status 422 in the published ``checkout_orders_v2`` description. A field is
named by its purchase unit's ``reference_id``, as PayPal names it there.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import chain
from typing import Any

from sandbox_mocks.paypal.issues import detail, issues_error
from sandbox_mocks.paypal.money import CURRENCIES, WITHOUT_DECIMALS
from sandbox_mocks.paypal.order_schema import BREAKDOWN_FIELDS
from sandbox_mocks.shared.json_documents import JsonObject

DEFAULT_REFERENCE = "default"
_LARGEST = Decimal("999999999999999.99")
_SUBTRACTED = ("shipping_discount", "discount")


def money_problems(money: JsonObject, field: str, *, may_be_zero: bool = False) -> list[JsonObject]:
    """Return what is wrong with a well-formed amount."""
    currency, text = money["currency_code"], money["value"]
    value = Decimal(text)
    if currency not in CURRENCIES:
        return [detail("INVALID_CURRENCY_CODE", f"{field}/currency_code", currency)]
    field = f"{field}/value"
    if value < 0 or (value == 0 and not may_be_zero):
        issue = "CANNOT_BE_NEGATIVE" if may_be_zero else "CANNOT_BE_ZERO_OR_NEGATIVE"
        return [detail(issue, field, text)]
    if value > _LARGEST:
        return [detail("MAX_VALUE_EXCEEDED", field, text)]
    decimals = len(text.partition(".")[2])
    if decimals and currency in WITHOUT_DECIMALS:
        return [detail("DECIMALS_NOT_SUPPORTED", field, text)]
    if decimals > 2:
        return [detail("DECIMAL_PRECISION", field, text)]
    return []


def check_money(money: JsonObject, field: str) -> None:
    """Let an amount of more than nothing pass; raises PayPalError."""
    problems = money_problems(money, field)
    if problems:
        raise issues_error(problems)


def check_order_amounts(order: JsonObject) -> None:
    """Let an order pass whose amounts add up; raises PayPalError with everything wrong."""
    units = order["purchase_units"]
    problems = list(_reference_problems(units))
    for unit in units:
        problems += _unit_problems(unit, unit_pointer(unit))
    if not problems:
        currencies = {each["currency_code"] for unit in units for each in _amounts(unit)}
        if len(currencies) > 1:
            problems = [detail("MULTI_CURRENCY_ORDER", "/purchase_units")]
    if problems:
        raise issues_error(problems)


def unit_pointer(unit: JsonObject) -> str:
    """Return where a purchase unit stands, as PayPal points at it."""
    return f"/purchase_units/@reference_id=='{unit.get('reference_id', DEFAULT_REFERENCE)}'"


def _reference_problems(units: list[JsonObject]) -> Iterator[JsonObject]:
    if len(units) == 1:
        return
    seen: set[str] = set()
    for number, unit in enumerate(units):
        reference = unit.get("reference_id")
        field = f"/purchase_units/{number}/reference_id"
        if reference is None:
            yield detail("REFERENCE_ID_REQUIRED", field)
        elif reference in seen:
            yield detail("DUPLICATE_REFERENCE_ID", field, reference)
        seen.add(str(reference))


def _unit_problems(unit: JsonObject, field: str) -> list[JsonObject]:
    breakdown = unit["amount"].get("breakdown", {})
    problems = money_problems(unit["amount"], f"{field}/amount")
    for name in BREAKDOWN_FIELDS:
        if name in breakdown:
            problems += money_problems(
                breakdown[name], f"{field}/amount/breakdown/{name}", may_be_zero=True
            )
    items = unit.get("items", [])
    for number, item in enumerate(items):
        for name in ("unit_amount", "tax"):
            if name in item:
                where = f"{field}/items/{number}/{name}"
                problems += money_problems(item[name], where, may_be_zero=True)
    if problems:
        return problems
    return [*_sum_problems(unit, breakdown, items, field), *_category_problems(items, field)]


def _sum_problems(
    unit: JsonObject, breakdown: JsonObject, items: list[JsonObject], field: str
) -> Iterator[JsonObject]:
    field = f"{field}/amount"
    if breakdown:
        parts = {name: Decimal(money["value"]) for name, money in _known(breakdown)}
        taken = sum((parts.pop(name, Decimal(0)) for name in _SUBTRACTED), Decimal(0))
        if sum(parts.values(), Decimal(0)) - taken != Decimal(unit["amount"]["value"]):
            yield detail("AMOUNT_MISMATCH", f"{field}/value", unit["amount"]["value"])
    for part, total in (("unit_amount", "item_total"), ("tax", "tax_total")):
        priced = [item for item in items if part in item]
        if not priced:
            continue
        due = sum(
            (Decimal(item[part]["value"]) * int(item["quantity"]) for item in priced), Decimal(0)
        )
        where = f"{field}/breakdown/{total}"
        if total not in breakdown:
            issue = "ITEM_TOTAL_REQUIRED" if part == "unit_amount" else "TAX_TOTAL_REQUIRED"
            yield detail(issue, where)
        elif Decimal(breakdown[total]["value"]) != due:
            issue = "ITEM_TOTAL_MISMATCH" if part == "unit_amount" else "TAX_TOTAL_MISMATCH"
            yield detail(issue, f"{where}/value", breakdown[total]["value"])


def _category_problems(items: list[JsonObject], field: str) -> Iterator[JsonObject]:
    categories = {item.get("category", "PHYSICAL_GOODS") for item in items}
    if "DONATION" in categories and len(categories) > 1:
        yield detail("MULTIPLE_ITEM_CATEGORIES", f"{field}/items")


def _known(breakdown: JsonObject) -> list[tuple[str, Any]]:
    return [(name, breakdown[name]) for name in BREAKDOWN_FIELDS if name in breakdown]


def _amounts(unit: JsonObject) -> Iterator[JsonObject]:
    yield unit["amount"]
    for _, money in _known(unit["amount"].get("breakdown", {})):
        yield money
    for item in unit.get("items", []):
        yield from chain((item["unit_amount"],), (item["tax"],) if "tax" in item else ())

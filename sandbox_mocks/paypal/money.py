"""Amounts as PayPal takes them: decimal strings, with the decimals of their currency.

Source: https://developer.paypal.com/reference/currency-codes/ ; HUF, JPY and TWD take no
decimals (``DECIMALS_NOT_SUPPORTED``), all others at most two (``DECIMAL_PRECISION``).
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from sandbox_mocks.paypal.answers import field_error
from sandbox_mocks.shared.json_documents import JsonObject

CURRENCIES = frozenset(
    {
        "AUD",
        "BRL",
        "CAD",
        "CHF",
        "CNY",
        "CZK",
        "DKK",
        "EUR",
        "GBP",
        "HKD",
        "HUF",
        "ILS",
        "JPY",
        "MXN",
        "MYR",
        "NOK",
        "NZD",
        "PHP",
        "PLN",
        "SEK",
        "SGD",
        "THB",
        "TWD",
        "USD",
    }
)
WITHOUT_DECIMALS = frozenset({"HUF", "JPY", "TWD"})

# PayPal's largest amount has ten digits before the point.
_AMOUNT = re.compile(r"[0-9]{1,10}(?:\.([0-9]+))?", re.ASCII)
_LONGEST_TEXT = 32


def amount_problems(
    value: Any, currency: Any, *, value_field: str, currency_field: str
) -> list[JsonObject]:
    """Return what is wrong with an amount, as entries of an error's ``details``."""
    problems = []
    known = isinstance(currency, str) and currency in CURRENCIES
    if currency is None:
        problems.append(field_error(currency_field, "Required field is missing"))
    elif not known:
        description = "The currency is not one of the currencies that PayPal supports."
        problems.append(field_error(currency_field, "CURRENCY_NOT_SUPPORTED", description))
    if value is None:
        problems.append(field_error(value_field, "Required field is missing"))
        return problems
    match = (
        _AMOUNT.fullmatch(value) if isinstance(value, str) and len(value) <= _LONGEST_TEXT else None
    )
    if match is None:
        problems.append(field_error(value_field, "Currency amount format invalid"))
        return problems
    decimals = match.group(1) or ""
    if known and currency in WITHOUT_DECIMALS and decimals:
        description = "The currency does not take decimals."
        problems.append(field_error(value_field, "DECIMALS_NOT_SUPPORTED", description))
    elif len(decimals) > 2:
        description = "The value has more decimals than its currency."
        problems.append(field_error(value_field, "DECIMAL_PRECISION", description))
    elif not Decimal(value):
        problems.append(field_error(value_field, "Amount must be greater than zero"))
    return problems


def money(value: Decimal, currency: str) -> JsonObject:
    """Return an amount as the v1 APIs write it."""
    return {"currency": currency, "value": format_amount(value, currency)}


def format_amount(value: Decimal, currency: str) -> str:
    """Write an amount with the decimals of its currency."""
    return f"{value:.0f}" if currency in WITHOUT_DECIMALS else f"{value:.2f}"

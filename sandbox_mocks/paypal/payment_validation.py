"""What PayPal checks before it takes a legacy payment; everything wrong is reported at once."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from sandbox_mocks.paypal.answers import PAYMENTS_ERRORS, PayPalError, field_error
from sandbox_mocks.paypal.money import amount_problems
from sandbox_mocks.shared.json_documents import JsonObject

METHODS = ("paypal", "credit_card")
_MISSING = "Required field is missing"
_REDIRECTS = ("return_url", "cancel_url")


def check_payment_request(document: Any) -> None:
    """Let a well-formed request pass.

    Raises:
        PayPalError: 400 VALIDATION_ERROR with one detail for each thing wrong; an intent that
            this sandbox does not serve is named.
    """
    if not isinstance(document, dict):
        raise malformed_request()
    problems: list[JsonObject] = []
    intent = document.get("intent")
    if intent in ("authorize", "order"):
        issue = f"This sandbox serves intent sale, not {intent}"
        problems.append(field_error("intent", issue))
    elif intent != "sale":
        issue = _MISSING if intent is None else "Value is invalid"
        problems.append(field_error("intent", issue))
    payer = document.get("payer")
    method = payer.get("payment_method") if isinstance(payer, dict) else None
    if method not in METHODS:
        issue = _MISSING if method is None else "Value is invalid"
        problems.append(field_error("payer.payment_method", issue))
    if method == "paypal":
        problems += _redirect_problems(document.get("redirect_urls"))
    transactions = document.get("transactions")
    if not isinstance(transactions, list) or not transactions:
        problems.append(field_error("transactions", _MISSING))
    else:
        for number, transaction in enumerate(transactions):
            problems += _transaction_problems(transaction, f"transactions[{number}]")
    if problems:
        raise payment_error(problems)


def payment_error(problems: list[JsonObject]) -> PayPalError:
    """Return PayPal's error for a request that fails validation."""
    return PayPalError(
        400,
        "VALIDATION_ERROR",
        "Invalid request - see details",
        details=problems,
        information_link=PAYMENTS_ERRORS,
    )


def malformed_request() -> PayPalError:
    """Return PayPal's error for a body that is not the JSON object it expects."""
    return PayPalError(
        400,
        "MALFORMED_REQUEST",
        "Incoming JSON request does not map to API request",
        information_link=PAYMENTS_ERRORS,
    )


def _redirect_problems(urls: Any) -> list[JsonObject]:
    given = urls if isinstance(urls, dict) else {}
    return [
        field_error(f"redirect_urls.{name}", _MISSING)
        for name in _REDIRECTS
        if not isinstance(given.get(name), str) or not given[name]
    ]


def _transaction_problems(transaction: Any, field: str) -> list[JsonObject]:
    amount = transaction.get("amount") if isinstance(transaction, dict) else None
    if not isinstance(amount, dict):
        return [field_error(f"{field}.amount", _MISSING)]
    problems = amount_problems(
        amount.get("total"),
        amount.get("currency"),
        value_field=f"{field}.amount.total",
        currency_field=f"{field}.amount.currency",
    )
    details = amount.get("details")
    if not problems and details is not None and not _adds_up(details, amount["total"]):
        issue = (
            "Transaction amount details (subtotal, tax, shipping) must add up to "
            "specified amount total"
        )
        problems.append(field_error(f"{field}.amount", issue))
    return problems


def _adds_up(details: Any, total: str) -> bool:
    if not isinstance(details, dict):
        return False
    try:
        amounts = {name: Decimal(str(value)) for name, value in details.items()}
    except InvalidOperation:
        return False
    discount = amounts.pop("shipping_discount", Decimal(0))
    if not all(amount.is_finite() for amount in (*amounts.values(), discount)):
        return False
    return sum(amounts.values(), Decimal(0)) - abs(discount) == Decimal(total)

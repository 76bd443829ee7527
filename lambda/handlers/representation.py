"""Customers and payments as the API shows them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from payments.customers import account_field
from payments.payment import PaymentStatus

if TYPE_CHECKING:
    from payments.customers import Customer
    from payments.money import Money
    from payments.payment import Payment

_REASON_SHOWN = frozenset({PaymentStatus.FAILED, PaymentStatus.RETURNED})


def to_json(value: Any) -> str:
    """Write compact JSON."""
    return json.dumps(value, separators=(",", ":"))


def customer(value: Customer) -> dict[str, Any]:
    """Show a customer."""
    accounts = {account_field(method): account for method, account in value.accounts.items()}
    return {"customer_id": value.customer_id, "email": value.email, **accounts}


def payment(value: Payment) -> dict[str, Any]:
    """Show a payment.

    Clients see one state, PENDING, until the outcome is known; which step a payment has reached
    before that is the ledger's own business.
    """
    status = value.status if value.status.is_final else PaymentStatus.PENDING
    shown: dict[str, Any] = {
        "payment_id": value.payment_id,
        "customer_id": value.customer_id,
        "status": status.value,
        "amount": _amount(value.money),
        "currency": value.money.currency,
        "payment_method": value.payment_method.value,
        "email": value.email,
        "created_at": value.created_at.isoformat(timespec="microseconds"),
        "updated_at": value.updated_at.isoformat(timespec="microseconds"),
    }
    if value.provider_reference is not None:
        shown["provider_reference"] = value.provider_reference
    if value.reason is not None and value.status in _REASON_SHOWN:
        shown["reason"] = value.reason
    return shown


def _amount(money: Money) -> int | float:
    """Return the amount as a JSON number.

    At most 1,000,000 with four decimals is 11 digits, and a double holds 15: the shortest text of
    the float is the decimal again.
    """
    return int(money.amount) if money.decimals == 0 else float(money.amount)

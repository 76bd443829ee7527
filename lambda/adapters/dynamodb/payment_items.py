"""A payment as an item of the ledger and back."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from adapters.dynamodb.attributes import (
    Item,
    instant,
    number,
    present,
    read_instant,
    read_optional_text,
    read_text,
    text,
)
from payments.money import Money
from payments.payment import Payment, PaymentMethod, PaymentStatus, Transition

if TYPE_CHECKING:
    from datetime import datetime


def to_item(payment: Payment) -> Item:
    """Return the item of a payment."""
    return present(
        {
            "customer_id": text(payment.customer_id),
            "payment_id": text(payment.payment_id),
            "amount": number(payment.money.amount),
            "currency": text(payment.money.currency),
            "payment_method": text(payment.payment_method.value),
            "email": text(payment.email),
            "status": text(payment.status.value),
            "version": number(payment.version),
            "created_at": instant(payment.created_at),
            "updated_at": instant(payment.updated_at),
            "history": {"L": [_transition_attribute(step) for step in payment.history]},
            "account": _optional_text(payment.account),
            # There while it holds, so that other payments need no attribute for it.
            "unasked": {"BOOL": True} if payment.unasked else None,
            "provider_reference": _optional_text(payment.provider_reference),
            "reason": _optional_text(payment.reason),
            "notified_at": _optional_instant(payment.notified_at),
            "counts_toward_limit": {"BOOL": True} if payment.counts_toward_limit else None,
        }
    )


def from_item(item: Item) -> Payment:
    """Return the payment of an item."""
    currency = read_text(item, "currency")
    stored = Decimal(item["amount"]["N"])
    return Payment(
        customer_id=read_text(item, "customer_id"),
        payment_id=read_text(item, "payment_id"),
        # DynamoDB drops trailing zeros; parsing gives the currency's decimals back.
        money=Money.parse(stored, currency),
        payment_method=PaymentMethod(read_text(item, "payment_method")),
        email=read_text(item, "email"),
        status=PaymentStatus(read_text(item, "status")),
        version=int(item["version"]["N"]),
        created_at=read_instant(item, "created_at"),
        updated_at=read_instant(item, "updated_at"),
        history=tuple(_transition(step["M"]) for step in item["history"]["L"]),
        account=read_optional_text(item, "account"),
        unasked="unasked" in item,
        provider_reference=read_optional_text(item, "provider_reference"),
        reason=read_optional_text(item, "reason"),
        notified_at=read_instant(item, "notified_at") if "notified_at" in item else None,
        counts_toward_limit="counts_toward_limit" in item,
    )


def _transition_attribute(step: Transition) -> dict[str, Any]:
    return {
        "M": present(
            {
                "status": text(step.status.value),
                "at": instant(step.at),
                "detail": _optional_text(step.detail),
            }
        )
    }


def _transition(item: Item) -> Transition:
    return Transition(
        PaymentStatus(read_text(item, "status")),
        read_instant(item, "at"),
        read_optional_text(item, "detail"),
    )


def _optional_text(value: str | None) -> dict[str, str] | None:
    return None if value is None else text(value)


def _optional_instant(value: datetime | None) -> dict[str, str] | None:
    return None if value is None else instant(value)

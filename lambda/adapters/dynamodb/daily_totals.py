"""The table of daily totals: partition key ``customer_id``, sort key ``day_and_currency``.

``day_and_currency`` is such as ``2026-11-26#USD``, ``total`` a number in units of the currency;
TTL on ``expires_at``.
"""

from __future__ import annotations

import math
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from adapters.dynamodb.attributes import Item, number, text

if TYPE_CHECKING:
    from payments.limits import DailyTotal, Reservation
    from payments.payment import Payment


def key(total: DailyTotal) -> Item:
    """Return the key of a counter."""
    return {
        "customer_id": text(total.customer_id),
        "day_and_currency": text(f"{total.day.isoformat()}#{total.currency}"),
    }


def reserving(table: str, reservation: Reservation) -> dict[str, Any]:
    """Return the update that counts an amount if there is room for it."""
    update = _adding(table, reservation.total, reservation.amount)
    update["ConditionExpression"] = "attribute_not_exists(#total) OR #total <= :room"
    update["ExpressionAttributeValues"][":room"] = number(reservation.room)
    return update


def giving_back(table: str, total: DailyTotal, payment: Payment) -> dict[str, Any]:
    """Return the update that takes the amount of a payment off again."""
    return _adding(table, total, -payment.money.amount)


def counted(item: Item | None) -> Decimal:
    """Return what an item says has been counted; there is none before the first payment."""
    return Decimal(0) if item is None else Decimal(item["total"]["N"])


def _adding(table: str, total: DailyTotal, amount: Decimal) -> dict[str, Any]:
    return {
        "TableName": table,
        "Key": key(total),
        "UpdateExpression": "ADD #total :amount SET expires_at = :expires_at",
        # TOTAL is a reserved word of expressions.
        "ExpressionAttributeNames": {"#total": "total"},
        "ExpressionAttributeValues": {
            ":amount": number(amount),
            ":expires_at": number(math.ceil(total.expires_at.timestamp())),
        },
    }

"""How much one customer may be paid on one day (UTC), by currency.

A counter per customer, day and currency goes up in the same write as the intent of a payment, if
there is room, so requests at the same time can't get past a limit together. It goes down in the
same write as the end of a payment that moved no money, or whose money came back.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from payments.errors import DailyLimitExceededError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from payments.payment import Payment

# Longer than any provider takes to return money: ACH allows 60 days.
_RETENTION: Final = timedelta(days=90)


@dataclass(frozen=True)
class DailyTotal:
    """The counter of what a customer is paid in a currency on a day."""

    customer_id: str
    day: date
    currency: str

    @classmethod
    def of(cls, payment: Payment) -> DailyTotal:
        """Return the counter that a payment belongs to, however late its outcome is."""
        return cls(payment.customer_id, payment.created_at.date(), payment.money.currency)

    @property
    def ends_at(self) -> datetime:
        """When the day is over and the next one begins with its whole limit."""
        return datetime.combine(self.day, time(), UTC) + timedelta(days=1)

    @property
    def expires_at(self) -> datetime:
        """When the counter may be forgotten."""
        return self.ends_at + _RETENTION


@dataclass(frozen=True)
class Reservation:
    """What a payment takes of a day's limit."""

    total: DailyTotal
    amount: Decimal
    limit: Decimal

    @property
    def room(self) -> Decimal:
        """The most that may have been counted before, so that this fits in as well."""
        return self.limit - self.amount

    def require_room(self, counted: Decimal) -> None:
        """Check against what has been counted.

        Raises:
            DailyLimitExceededError: the amount does not fit in.
        """
        if counted > self.room:
            raise self.exceeded()

    def exceeded(self) -> DailyLimitExceededError:
        """Make the failure that names the limit."""
        return DailyLimitExceededError(self.limit, self.total.currency, self.total.ends_at)


@dataclass(frozen=True)
class DailyLimits:
    """The limits in force: amounts by currency; a currency that is absent has none."""

    amounts: Mapping[str, Decimal] = field(default_factory=dict)

    def reservation(self, payment: Payment) -> Reservation | None:
        """Return what the payment must reserve, None when its currency has no limit."""
        limit = self.amounts.get(payment.money.currency)
        if limit is None:
            return None
        return Reservation(DailyTotal.of(payment), payment.money.amount, limit)

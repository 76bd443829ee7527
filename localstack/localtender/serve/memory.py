"""The stores of the payments domain in the memory of one process.

They keep what the ports of `payments.ports` promise, the conditions of writes included, for any
number of threads; nothing outlives the process.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from threading import RLock

from payments.customers import Customer
from payments.errors import VersionConflictError
from payments.idempotency import IdempotencyRecord, RecordedAnswer
from payments.limits import DailyTotal, Reservation
from payments.payment import Payment, PaymentMethod
from payments.ports import PaymentPage


class CustomersInMemory:
    """Implements `payments.ports.CustomerStore`."""

    def __init__(self) -> None:
        self._rows: dict[str, Customer] = {}

    def add(self, customer: Customer) -> Customer | None:
        """Store a new customer; return the existing one instead when the id is taken."""
        kept = self._rows.setdefault(customer.customer_id, customer)
        return None if kept is customer else kept

    def find(self, customer_id: str) -> Customer | None:
        """Return the customer, or None."""
        return self._rows.get(customer_id)

    def set_accounts(self, customer_id: str, accounts: Mapping[PaymentMethod, str]) -> None:
        """Store these accounts of an existing customer and leave the others as they are."""
        customer = self._rows[customer_id]
        self._rows[customer_id] = replace(customer, accounts={**customer.accounts, **accounts})


class IdempotencyInMemory:
    """Implements `payments.ports.IdempotencyStore`."""

    def __init__(self) -> None:
        self._rows: dict[str, IdempotencyRecord] = {}

    def find(self, key: str) -> IdempotencyRecord | None:
        """Return the record of the key, or None."""
        return self._rows.get(key)

    def answer(self, key: str, answer: RecordedAnswer) -> None:
        """Keep the first answer that was given for the key."""
        self._rows[key] = replace(self._rows[key], answer=answer)

    def add(self, record: IdempotencyRecord) -> bool:
        """Keep a record unless its key is taken; say whether it was kept."""
        return self._rows.setdefault(record.key, record) is record


class PaymentsInMemory:
    """Implements `payments.ports.PaymentStore`."""

    def __init__(self, keys: IdempotencyInMemory) -> None:
        self._keys = keys
        self._lock = RLock()
        self._rows: dict[tuple[str, str], Payment] = {}
        self._totals: dict[DailyTotal, Decimal] = {}

    def record(
        self,
        payment: Payment,
        idempotency: IdempotencyRecord | None,
        reservation: Reservation | None = None,
    ) -> bool:
        """Store the intent, its idempotency record and what it reserves, all or nothing.

        Raises DailyLimitExceededError.
        """
        with self._lock:
            if idempotency is not None and self._keys.find(idempotency.key) is not None:
                return False
            if reservation is not None:
                reservation.require_room(self.counted(reservation.total))
                self._count(reservation.total, reservation.amount)
            if idempotency is not None:
                self._keys.add(idempotency)
            self._rows[payment.customer_id, payment.payment_id] = payment
            return True

    def save(self, payment: Payment, *, replacing_version: int) -> None:
        """Store a later version. Raises VersionConflictError."""
        key = payment.customer_id, payment.payment_id
        with self._lock:
            if key not in self._rows or self._rows[key].version != replacing_version:
                raise VersionConflictError
            if payment.gives_back:
                self._count(DailyTotal.of(payment), -payment.money.amount)
            self._rows[key] = payment

    def counted(self, total: DailyTotal) -> Decimal:
        """Return what has been counted, 0 when nothing has."""
        return self._totals.get(total, Decimal(0))

    def find(self, customer_id: str, payment_id: str) -> Payment | None:
        """Return the payment, or None."""
        return self._rows.get((customer_id, payment_id))

    def locate(self, payment_id: str) -> Payment | None:
        """Return the payment of that id, whosever it is, or None."""
        with self._lock:
            return next((each for (_, key), each in self._rows.items() if key == payment_id), None)

    def list(self, customer_id: str, *, limit: int, after: str | None) -> PaymentPage:
        """Return payments of a customer, newest first, following the one with id `after`."""
        with self._lock:
            theirs = [each for each in self._rows.values() if each.customer_id == customer_id]
        theirs.sort(key=_payment_id, reverse=True)
        following = [each for each in theirs if after is None or each.payment_id < after]
        page = tuple(following[:limit])
        return PaymentPage(page, page[-1].payment_id if len(following) > limit else None)

    def mark_notified(self, payment: Payment, at: datetime) -> None:
        """Note that the outcome of this payment was published, if it is still this version."""
        key = payment.customer_id, payment.payment_id
        with self._lock:
            if self._rows[key].version == payment.version:
                self._rows[key] = replace(self._rows[key], notified_at=at)

    def _count(self, total: DailyTotal, amount: Decimal) -> None:
        self._totals[total] = self.counted(total) + amount


def _payment_id(payment: Payment) -> str:
    return payment.payment_id


class PrintedOutcomes:
    """Implements `payments.ports.OutcomeTopic`: tells the developer instead of subscribers."""

    def __init__(self, write: Callable[[str], None]) -> None:
        self._write = write

    def publish(self, payment: Payment) -> None:
        """Say what has become of a payment."""
        reason = f" ({payment.reason})" if payment.reason else ""
        self._write(
            f"outcome  {payment.status.value}{reason}  {payment.money} {payment.money.currency}"
            f"  {payment.customer_id}  {payment.payment_id}"
        )

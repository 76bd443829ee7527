"""The domain's ports in memory, with the failures that matter on demand."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from payments.customers import Customer
from payments.deadline import Deadline
from payments.disbursement import Disbursements
from payments.disburser import Disburser
from payments.errors import InvalidFieldError, VersionConflictError
from payments.idempotency import IdempotencyRecord, RecordedAnswer
from payments.inquiry import Inquiry
from payments.limits import DailyLimits, DailyTotal, Reservation
from payments.money import Money
from payments.payment import Payment, PaymentMethod
from payments.ports import PaymentPage, PayoutOrder, ProviderAnswer, Verdict
from payments.settlement import Settlement


class CrashError(BaseException):
    """The function died here; no handler of the code under test may catch it."""


@dataclass
class Clock:
    at: datetime = datetime(2026, 11, 23, 4, 55, 38, 123456, tzinfo=UTC)
    monotonic: float = 0.0

    def now(self) -> datetime:
        return self.at

    def seconds(self) -> float:
        return self.monotonic

    def pass_time(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)
        self.monotonic += seconds


@dataclass
class Customers:
    rows: dict[str, Customer] = field(default_factory=dict)

    def add(self, customer: Customer) -> Customer | None:
        existing = self.rows.get(customer.customer_id)
        if existing is None:
            self.rows[customer.customer_id] = customer
        return existing

    def find(self, customer_id: str) -> Customer | None:
        return self.rows.get(customer_id)

    def set_accounts(self, customer_id: str, accounts: Mapping[PaymentMethod, str]) -> None:
        customer = self.rows[customer_id]
        self.rows[customer_id] = replace(customer, accounts={**customer.accounts, **accounts})


@dataclass
class IdempotencyKeys:
    rows: dict[str, IdempotencyRecord] = field(default_factory=dict)

    def find(self, key: str) -> IdempotencyRecord | None:
        return self.rows.get(key)

    def answer(self, key: str, answer: RecordedAnswer) -> None:
        self.rows[key] = replace(self.rows[key], answer=answer)


@dataclass
class Payments:
    keys: IdempotencyKeys
    rows: dict[tuple[str, str], Payment] = field(default_factory=dict)
    crash_before_saving: bool = False
    totals: dict[DailyTotal, Decimal] = field(default_factory=dict)

    def record(
        self,
        payment: Payment,
        idempotency: IdempotencyRecord | None,
        reservation: Reservation | None = None,
    ) -> bool:
        if idempotency is not None and idempotency.key in self.keys.rows:
            return False
        if reservation is not None:
            reservation.require_room(self.counted(reservation.total))
            self._count(reservation.total, reservation.amount)
        if idempotency is not None:
            self.keys.rows[idempotency.key] = idempotency
        self.rows[payment.customer_id, payment.payment_id] = payment
        return True

    def save(self, payment: Payment, *, replacing_version: int) -> None:
        if self.crash_before_saving:
            self.crash_before_saving = False
            raise CrashError
        key = payment.customer_id, payment.payment_id
        if self.rows[key].version != replacing_version:
            raise VersionConflictError
        if payment.gives_back:
            self._count(DailyTotal.of(payment), -payment.money.amount)
        self.rows[key] = payment

    def counted(self, total: DailyTotal) -> Decimal:
        return self.totals.get(total, Decimal(0))

    def _count(self, total: DailyTotal, amount: Decimal) -> None:
        self.totals[total] = self.counted(total) + amount

    def find(self, customer_id: str, payment_id: str) -> Payment | None:
        return self.rows.get((customer_id, payment_id))

    def locate(self, payment_id: str) -> Payment | None:
        found = [payment for (_, each), payment in self.rows.items() if each == payment_id]
        return found[0] if found else None

    def list(self, customer_id: str, *, limit: int, after: str | None) -> PaymentPage:
        newest_first = sorted(
            (each for each in self.rows.values() if each.customer_id == customer_id),
            key=lambda each: each.payment_id,
            reverse=True,
        )
        following = [each for each in newest_first if after is None or each.payment_id < after]
        page = tuple(following[:limit])
        more = len(following) > limit
        return PaymentPage(page, page[-1].payment_id if more else None)

    def mark_notified(self, payment: Payment, at: datetime) -> None:
        key = payment.customer_id, payment.payment_id
        self.rows[key] = replace(self.rows[key], notified_at=at)


@dataclass
class Topic:
    outcomes: list[tuple[str, str]] = field(default_factory=list)
    broken: bool = False

    def publish(self, payment: Payment) -> None:
        if self.broken:
            raise ConnectionError("no topic")
        self.outcomes.append((payment.payment_id, payment.status.value))


@dataclass
class Queue:
    messages: list[tuple[str, str, int, bool]] = field(default_factory=list)

    def send(
        self, customer_id: str, payment_id: str, *, delay_seconds: int, first_attempt: bool
    ) -> None:
        self.messages.append((customer_id, payment_id, delay_seconds, first_attempt))


class Provider:
    """Pays at most once per key, whatever happens to its answers.

    ``behaviours`` are taken one per call: "paid", "pending", "failed" (the payout's state),
    "lost before" and "lost after" the work, "crash before" and "crash after" it (of the caller),
    "refused", "invalid". Afterwards every call is answered with "paid".
    """

    key_memory = timedelta(days=29)
    decides_within = timedelta(0)
    meanwhile: Callable[[], object] | None = None
    """What somebody else does, once, between the work and its answer."""
    busy_seconds: float | None = None
    """Retry-After of every look-up's 429, None for an answer."""

    def __init__(self, behaviours: Iterable[str] = ()) -> None:
        self._behaviours = iter(behaviours)
        self._references = itertools.count(1)
        self.payouts: dict[str, str] = {}
        self.states: dict[str, str] = {}
        self.calls: list[str] = []

    def check(self, money: Money) -> None:
        if money.currency == "KWD":
            raise InvalidFieldError("currency", "KWD can't be paid out")

    def pay(self, order: PayoutOrder, deadline: Deadline) -> ProviderAnswer:
        answer = self._pay(order)
        meanwhile, self.meanwhile = self.meanwhile, None
        if meanwhile is not None:
            meanwhile()
        return answer

    def _pay(self, order: PayoutOrder) -> ProviderAnswer:
        self.calls.append("pay")
        behaviour = next(self._behaviours, "paid")
        if behaviour == "crash before":
            raise CrashError
        if behaviour == "lost before":
            return ProviderAnswer(Verdict.UNKNOWN, detail="NO_ANSWER", retry_after_seconds=7)
        known = order.idempotency_key in self.payouts
        if not known and behaviour in ("refused", "invalid"):
            return ProviderAnswer(
                Verdict.REFUSED,
                detail="INSUFFICIENT_FUNDS" if behaviour == "refused" else "VALIDATION_ERROR",
                refusal_is_about_request=behaviour == "invalid",
            )
        if not known:
            reference = f"B{next(self._references)}"
            self.payouts[order.idempotency_key] = reference
            self.states[reference] = behaviour if behaviour in ("pending", "failed") else "paid"
        if behaviour == "crash after":
            raise CrashError
        if behaviour == "lost after":
            return ProviderAnswer(Verdict.UNKNOWN, detail="NO_ANSWER")
        return ProviderAnswer(Verdict.ACCEPTED, self.payouts[order.idempotency_key])

    def find(self, order: PayoutOrder, deadline: Deadline) -> ProviderAnswer | None:
        return None

    def look_up(self, reference: str, deadline: Deadline) -> ProviderAnswer:
        self.calls.append("look up")
        if self.busy_seconds is not None:
            return ProviderAnswer(
                Verdict.UNKNOWN, detail="RATE_LIMIT_REACHED", retry_after_seconds=self.busy_seconds
            )
        state = self.states[reference]
        verdict = {
            "paid": Verdict.PAID,
            "failed": Verdict.FAILED,
            "returned": Verdict.RETURNED,
        }.get(state, Verdict.ACCEPTED)
        return ProviderAnswer(verdict, reference, state.upper())


class World:
    """The domain's services over fakes, with one registered customer."""

    customer = Customer("c-1", "ada@example.com", datetime(2026, 1, 1, tzinfo=UTC))

    def __init__(self, behaviours: Iterable[str] = (), limits: DailyLimits | None = None) -> None:
        self.clock = Clock()
        self.customers = Customers({self.customer.customer_id: self.customer})
        self.keys = IdempotencyKeys()
        self.payments = Payments(self.keys)
        self.topic = Topic()
        self.queue = Queue()
        self.provider = Provider(behaviours)
        self.disburser = Disburser(
            self.payments,
            {PaymentMethod.PAYPAL: self.provider},
            self.topic,
            self.clock.now,
            self.clock.pass_time,
        )
        self.disbursements = Disbursements(
            self.customers,
            self.payments,
            self.keys,
            self.queue,
            self.disburser,
            self.clock.now,
            budget_seconds=8,
            limits=limits or DailyLimits(),
        )
        self.settlement = Settlement(self.payments, self.disburser, self.clock.now)
        self.inquiry = Inquiry(self.payments, self.disburser, self.settlement, self.clock.now)

    def deadline(self, seconds: float = 8) -> Deadline:
        return Deadline.after(seconds, self.clock.seconds)

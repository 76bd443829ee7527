"""What the domain needs from the world: stores, a provider, a queue, a topic."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime, timedelta
    from decimal import Decimal

    from payments.customers import Customer
    from payments.deadline import Deadline
    from payments.idempotency import IdempotencyRecord, RecordedAnswer
    from payments.limits import DailyTotal, Reservation
    from payments.money import Money
    from payments.payment import Payment, PaymentMethod


class CustomerStore(Protocol):
    """Keeps customers."""

    def add(self, customer: Customer) -> Customer | None:
        """Store a new customer; return the existing one instead when the id is taken."""

    def find(self, customer_id: str) -> Customer | None:
        """Return the customer, or None; reads what was last written."""

    def set_accounts(self, customer_id: str, accounts: Mapping[PaymentMethod, str]) -> None:
        """Store these accounts of an existing customer and leave the others as they are."""


@dataclass(frozen=True)
class PaymentPage:
    """A page of a customer's payments, newest first."""

    payments: tuple[Payment, ...]
    last_payment_id: str | None
    """Where the next page begins, None on the last one."""


class PaymentStore(Protocol):
    """Keeps the ledger; every write is conditional."""

    def record(
        self,
        payment: Payment,
        idempotency: IdempotencyRecord | None,
        reservation: Reservation | None = None,
    ) -> bool:
        """Store the intent, its idempotency record and what it reserves, all or nothing.

        Returns False, and stores nothing, when the idempotency key is taken already.

        Raises:
            DailyLimitExceededError: the reservation does not fit in; nothing was stored.
        """

    def counted(self, total: DailyTotal) -> Decimal:
        """Return what has been counted, 0 when nothing has."""

    def save(self, payment: Payment, *, replacing_version: int) -> None:
        """Store a later version, and with one that ``gives_back`` take its amount off the day's.

        Raises:
            VersionConflictError: the stored version is not ``replacing_version``.
        """

    def find(self, customer_id: str, payment_id: str) -> Payment | None:
        """Return the payment, or None; reads what was last written."""

    def locate(self, payment_id: str) -> Payment | None:
        """Return the payment of that id, whosever it is, or None.

        What was recorded a moment ago may not be found yet; what is found is what was last written.
        """

    def list(self, customer_id: str, *, limit: int, after: str | None) -> PaymentPage:
        """Return payments of a customer, newest first, following the one with id ``after``."""

    def mark_notified(self, payment: Payment, at: datetime) -> None:
        """Note that the outcome of this payment was published."""


class IdempotencyStore(Protocol):
    """Keeps which Idempotency-Key belongs to which payment."""

    def find(self, key: str) -> IdempotencyRecord | None:
        """Return the record of the key, or None; reads what was last written."""

    def answer(self, key: str, answer: RecordedAnswer) -> None:
        """Keep the first answer that was given for the key."""


class Verdict(Enum):
    """What a provider's answer says about a payment."""

    UNKNOWN = auto()
    """Nothing: no answer, an unreadable one, or one that neither accepts nor refuses."""
    NOT_ASKED = auto()
    """Nothing, and the request certainly never reached the provider."""
    ABSENT = auto()
    """The provider has no payout under the key."""
    ACCEPTED = auto()
    """The provider has it under a reference; the outcome is not known yet."""
    PAID = auto()
    FAILED = auto()
    RETURNED = auto()
    REFUSED = auto()
    """The provider declined this very request and did nothing."""


@dataclass(frozen=True)
class ProviderAnswer:
    """A provider's answer in the domain's words."""

    verdict: Verdict
    reference: str | None = None
    detail: str | None = None
    """Status or error name in the provider's words; no personal data."""
    refusal_is_about_request: bool = False
    """Whether the same request would always have been refused, whatever the account's state."""
    retry_after_seconds: float | None = None


@dataclass(frozen=True)
class PayoutOrder:
    """What to pay to whom, under the key by which the provider recognises a repetition."""

    idempotency_key: str
    money: Money
    email: str
    account: str | None = None
    """The receiver's account, for a provider that pays to accounts."""


class PayoutProvider(Protocol):
    """Somebody who pays out money."""

    @property
    def key_memory(self) -> timedelta:
        """How long an idempotency key is recognised; after that it would be paid again."""

    @property
    def decides_within(self) -> timedelta:
        """How long it usually takes from accepting a payout to its outcome."""

    def check(self, money: Money) -> None:
        """Refuse beforehand what this provider can't pay.

        Raises:
            InvalidFieldError: naming ``amount`` or ``currency``.
        """

    def pay(self, order: PayoutOrder, deadline: Deadline) -> ProviderAnswer:
        """Ask for a payout, or learn of the one asked for before under the same key.

        Never pays twice for one ``idempotency_key``, never raises for what the provider does.
        """

    def find(self, order: PayoutOrder, deadline: Deadline) -> ProviderAnswer | None:
        """Ask whether there is a payout under the order's key, however old; never pays.

        ABSENT when there is none, None when the provider has no way to be asked.
        """

    def look_up(self, reference: str, deadline: Deadline) -> ProviderAnswer:
        """Ask what has become of a payout."""


class SettlementQueue(Protocol):
    """Carries payments to the settlement worker."""

    def send(
        self, customer_id: str, payment_id: str, *, delay_seconds: int, first_attempt: bool
    ) -> None:
        """Have the worker look at the payment after the delay (at most 900 seconds).

        ``first_attempt`` says that nobody else will call the provider before the worker does.
        """


class WorkerQueue(SettlementQueue, Protocol):
    """The same queue as the worker sees it."""

    def postpone(self, receipt_handle: str, seconds: int) -> None:
        """Hide a received message for so many seconds (at most 43,200) from now."""


class OutcomeTopic(Protocol):
    """Tells subscribers of final outcomes."""

    def publish(self, payment: Payment) -> None:
        """Publish the outcome of a final payment."""

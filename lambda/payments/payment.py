"""One disbursement and its state machine.

::

    RECEIVED ──► SUBMITTED ──► PENDING ──► COMPLETED ──► RETURNED
        │            │            ├──────► FAILED
        └────────────┴────────────┴──────► RETURNED

RECEIVED: the intent is recorded, nobody may have been called yet. SUBMITTED: the provider gave the
batch a reference. PENDING: the outcome was not known when somebody last asked. COMPLETED, FAILED
and RETURNED are final; money that was paid can still come back (COMPLETED to RETURNED).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, ClassVar

from payments.errors import IllegalTransitionError, InvalidFieldError

if TYPE_CHECKING:
    from datetime import datetime

    from payments.money import Money


class PaymentStatus(StrEnum):
    """State of a payment in the ledger."""

    RECEIVED = "RECEIVED"
    SUBMITTED = "SUBMITTED"
    PENDING = "PENDING"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"
    RETURNED = "RETURNED"

    @property
    def is_final(self) -> bool:
        """Whether the outcome is known."""
        return self in _FINAL


_FINAL = frozenset({PaymentStatus.COMPLETED, PaymentStatus.FAILED, PaymentStatus.RETURNED})
_STEPS: dict[PaymentStatus, frozenset[PaymentStatus]] = {
    PaymentStatus.RECEIVED: _FINAL | {PaymentStatus.SUBMITTED, PaymentStatus.PENDING},
    # PENDING may come first (the answer was lost) and the reference only when asking again.
    PaymentStatus.SUBMITTED: _FINAL | {PaymentStatus.PENDING},
    PaymentStatus.PENDING: _FINAL | {PaymentStatus.SUBMITTED},
    PaymentStatus.COMPLETED: frozenset({PaymentStatus.RETURNED}),
    PaymentStatus.FAILED: frozenset(),
    PaymentStatus.RETURNED: frozenset(),
}


class PaymentMethod(StrEnum):
    """How a customer is paid."""

    PAYPAL = "paypal"
    """To an e-mail address."""
    STRIPE = "stripe"
    """To a connected account."""
    ACH = "ach"
    """To a bank account that the processor knows by a reference."""

    @property
    def pays_to_account(self) -> bool:
        """Whether the provider pays to an account it knows, not to an e-mail address."""
        return self is not PaymentMethod.PAYPAL

    @classmethod
    def parse(cls, value: object) -> PaymentMethod:
        """Check a payment method; absent means PayPal.

        Raises:
            InvalidFieldError: it is no string or no method that is offered.
        """
        if value is None:
            return cls.PAYPAL
        for method in cls:
            if value == method.value:
                return method
        offered = ", ".join(method.value for method in cls)
        raise InvalidFieldError("payment_method", f"must be one of: {offered}")


@dataclass(frozen=True)
class Transition:
    """A step of the state machine, kept for audit."""

    status: PaymentStatus
    at: datetime
    detail: str | None = None


@dataclass(frozen=True)
class Payment:
    """A disbursement to a customer, at one version of its row in the ledger."""

    FIRST_VERSION: ClassVar[int] = 1

    customer_id: str
    payment_id: str
    money: Money
    payment_method: PaymentMethod
    email: str
    status: PaymentStatus
    version: int
    created_at: datetime
    updated_at: datetime
    history: tuple[Transition, ...]
    account: str | None = None
    """Where the money goes, as the customer's account was when the payment was accepted."""
    provider_reference: str | None = None
    unasked: bool = False
    """Whether everybody who had this payment knows that the provider was not asked about it."""
    reason: str | None = None
    notified_at: datetime | None = field(default=None, compare=False)
    counts_toward_limit: bool = False
    """Whether its amount was reserved of the day's limit when the intent was recorded."""

    @classmethod
    def receive(cls, *, at: datetime, **values: Any) -> Payment:
        """Make the record of the intent to pay, in its first version."""
        return cls(
            status=PaymentStatus.RECEIVED,
            version=cls.FIRST_VERSION,
            created_at=at,
            updated_at=at,
            history=(Transition(PaymentStatus.RECEIVED, at),),
            **values,
        )

    @property
    def gives_back(self) -> bool:
        """Whether storing this very version returns what was reserved of the day's limit.

        No version of a payment is stored twice, and from FAILED and RETURNED no step leads on, so
        it happens at most once.
        """
        moved_nothing = self.status in (PaymentStatus.FAILED, PaymentStatus.RETURNED)
        return self.counts_toward_limit and moved_nothing

    def claimed(self, at: datetime) -> Payment:
        """Return the payment in the same state under a new version.

        Storing it takes the payment over: whoever asked before and has not stored the answer yet
        finds its version gone.
        """
        return replace(self, version=self.version + 1, updated_at=at, unasked=False)

    def left_unasked(self, at: datetime, reason: str | None) -> Payment:
        """Return the payment as PENDING under a new version, the provider not asked.

        Only for who knows that nobody asked before: the next attempt is then the first one.
        """
        pending = PaymentStatus.PENDING
        step = self if self.status is pending else self.advance(pending, at, reason=reason)
        return replace(step, version=self.version + 1, updated_at=at, unasked=True)

    def advance(
        self,
        status: PaymentStatus,
        at: datetime,
        *,
        reference: str | None = None,
        reason: str | None = None,
    ) -> Payment:
        """Return the payment one step further.

        ``reason`` says why, in the provider's words; it must hold no personal data.

        Raises:
            IllegalTransitionError: the state machine has no such step.
        """
        if status not in _STEPS[self.status]:
            raise IllegalTransitionError(self.status, status)
        return replace(
            self,
            status=status,
            version=self.version + 1,
            updated_at=at,
            history=(*self.history, Transition(status, at, reason)),
            provider_reference=reference or self.provider_reference,
            unasked=False,
            reason=reason,
            notified_at=None,
        )

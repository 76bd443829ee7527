"""Asking the provider about a payment because a notice hints that something happened to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from payments.errors import NotSettledError
from payments.payment import PaymentStatus
from payments.ports import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from payments.deadline import Deadline
    from payments.disburser import Disburser
    from payments.payment import Payment
    from payments.ports import PaymentStore
    from payments.settlement import Settlement

# The intent is recorded before a provider is called, so a notice can only overtake the index in
# which its payment is looked for.
_GRACE: Final = timedelta(seconds=60)
_GRACE_PAUSE_SECONDS: Final = 2.0
# Whoever asked the provider first is still at it, or its message of settlement is about to come.
_IN_FLIGHT: Final = timedelta(seconds=60)
# A provider that tells of an outcome before its own look-up knows it gets so long to catch up.
_UNCONFIRMED: Final = timedelta(minutes=10)
_PATIENCE_SECONDS: Final = 5.0


@dataclass(frozen=True)
class Inquired:
    """The payment as it is now, and whether its provider says otherwise."""

    payment: Payment
    disagrees: bool = False


@dataclass(frozen=True)
class Inquiry:
    """Follows notices, in whatever order and however often they come."""

    payments: PaymentStore
    disburser: Disburser
    settlement: Settlement
    now: Callable[[], datetime]

    def on_notice(
        self,
        payment_id: str,
        outcome: Verdict | None,
        deadline: Deadline,
        *,
        asked_at: datetime,
    ) -> Inquired | None:
        """Learn what became of the payment; None when there is no payment of that id.

        ``outcome`` is what the notice speaks of. It never decides anything; it says whether there
        is anything to ask, and whether the provider's answer is worth waiting for.

        Raises:
            NotSettledError: the provider could not be asked, or does not confirm its notice yet.
        """
        payment = self.payments.locate(payment_id)
        if payment is None:
            if self.now() - asked_at < _GRACE:
                raise NotSettledError("the intent is not found yet", _GRACE_PAUSE_SECONDS)
            return None
        if payment.status.is_final:
            return self._on_final(payment, outcome, deadline, asked_at)
        if payment.provider_reference is None:
            return self._on_unacknowledged(payment, deadline, asked_at)
        progress = self.disburser.advance(
            payment, deadline, first_attempt=False, patience_seconds=_PATIENCE_SECONDS
        )
        if progress.payment.status.is_final:
            self.disburser.announce(progress.payment)
        elif outcome is not None and self.now() - asked_at < _UNCONFIRMED:
            raise NotSettledError("the notice is not confirmed yet", progress.retry_after_seconds)
        return Inquired(progress.payment)

    def _on_unacknowledged(
        self, payment: Payment, deadline: Deadline, asked_at: datetime
    ) -> Inquired:
        """Leave a young payment to whoever is paying; an older one may be nobody's any more."""
        if self.now() - payment.created_at < _IN_FLIGHT:
            return Inquired(payment)
        settled = self.settlement.settle(
            payment.customer_id,
            payment.payment_id,
            deadline,
            asked_at=asked_at,
            first_attempt=False,
        )
        return Inquired(settled or payment)

    def _on_final(
        self, payment: Payment, outcome: Verdict | None, deadline: Deadline, asked_at: datetime
    ) -> Inquired:
        self.disburser.announce(payment)
        paid = outcome is Verdict.PAID
        if outcome is None or paid == (payment.status is PaymentStatus.COMPLETED):
            return Inquired(payment)
        if paid and payment.status is PaymentStatus.RETURNED:
            return Inquired(payment)  # It was paid, and came back since: an old notice.
        if payment.provider_reference is None:
            return Inquired(payment, disagrees=True)
        revision = self.disburser.revise(payment, deadline)
        self.disburser.announce(revision.payment)
        unchanged = revision.payment.status is payment.status
        unconfirmed = not revision.answered or (unchanged and not revision.disagrees)
        if unconfirmed and self.now() - asked_at < _UNCONFIRMED:
            raise NotSettledError("the notice is not confirmed yet")
        return Inquired(revision.payment, revision.disagrees)

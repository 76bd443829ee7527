"""Finishing what a request could not: the domain side of the settlement worker."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from payments.errors import NotSettledError, VersionConflictError
from payments.payment import Payment

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from payments.deadline import Deadline
    from payments.disburser import Disburser
    from payments.ports import PaymentStore

# A message may overtake the record of the intent, never by more than a request can live.
_GRACE: Final = timedelta(seconds=60)
_GRACE_PAUSE_SECONDS: Final = 2.0
_CLAIMED_PAUSE_SECONDS: Final = 2.0
# What takes longer waits in the queue: there it costs nothing and holds up nobody.
_PATIENCE_SECONDS: Final = 5.0


@dataclass(frozen=True)
class Settlement:
    """Takes payments to their outcome, however often it is asked to."""

    payments: PaymentStore
    disburser: Disburser
    now: Callable[[], datetime]

    def settle(
        self,
        customer_id: str,
        payment_id: str,
        deadline: Deadline,
        *,
        asked_at: datetime,
        first_attempt: bool,
    ) -> Payment | None:
        """Finish the payment; return it, or None when its intent was never recorded.

        What a provider has accepted and decides days later is returned as it is: a queue is no
        place to wait for that.

        ``first_attempt`` says that nobody but this worker calls the provider for it; whether the
        worker has done so before is in the ledger.

        Raises:
            NotSettledError: the provider has not decided, or could not be asked.
        """
        payment = self.payments.find(customer_id, payment_id)
        if payment is None:
            if self.now() - asked_at < _GRACE:
                raise NotSettledError("the intent is not recorded yet", _GRACE_PAUSE_SECONDS)
            return None
        retry_after: float | None = None
        if not payment.status.is_final:
            # The ledger has the last word: the message may come again, or twice at a time.
            untouched = payment.version == Payment.FIRST_VERSION
            unasked = payment.unasked
            if payment.provider_reference is None:
                payment = self._claim(payment)
            progress = self.disburser.advance(
                payment,
                deadline,
                first_attempt=unasked or (first_attempt and untouched),
                patience_seconds=_PATIENCE_SECONDS,
            )
            payment, retry_after = progress.payment, progress.retry_after_seconds
        if not payment.status.is_final:
            later = self.disburser.decides_later(payment.payment_method)
            if later and payment.provider_reference is not None:
                return payment
            raise NotSettledError(payment.reason or payment.status.value, retry_after)
        self.disburser.announce(payment)
        return payment

    def _claim(self, payment: Payment) -> Payment:
        """Take the payment over before the provider is asked to pay.

        Without this, a slow writer could store the refusal of its own call while ours is being
        accepted: FAILED in the ledger, paid by the provider.
        """
        claimed = payment.claimed(self.now())
        try:
            self.payments.save(claimed, replacing_version=payment.version)
        except VersionConflictError as error:
            raise NotSettledError("somebody else is asking", _CLAIMED_PAUSE_SECONDS) from error
        return claimed

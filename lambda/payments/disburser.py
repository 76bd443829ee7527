"""Moves a recorded payment towards its outcome by asking its provider.

Both the API request and the settlement worker use it, possibly at the same time and again after
a crash. It stays safe because the provider sees one key per payment (derived from ``payment_id``)
and because every write names the version it replaces.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from payments.errors import NotSettledError, VersionConflictError
from payments.payment import Payment, PaymentMethod, PaymentStatus
from payments.ports import PayoutOrder, ProviderAnswer, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from payments.deadline import Deadline
    from payments.ports import OutcomeTopic, PaymentStore, PayoutProvider

_FIRST_PAUSE_SECONDS: Final = 0.1
_LONGEST_PAUSE_SECONDS: Final = 2.0
# Who takes longer to decide is not waited for, neither in a request nor in a queue.
_PROMPT: Final = timedelta(minutes=15)
_OUTCOMES: Final = {
    Verdict.PAID: PaymentStatus.COMPLETED,
    Verdict.FAILED: PaymentStatus.FAILED,
    Verdict.RETURNED: PaymentStatus.RETURNED,
}
# Said of what was paid before, both mean that the money is back.
_CAME_BACK: Final = frozenset({Verdict.FAILED, Verdict.RETURNED})


@dataclass(frozen=True)
class Progress:
    """How far a payment has come."""

    payment: Payment
    retry_after_seconds: float | None = None
    """How long the provider wants to be left alone."""


@dataclass(frozen=True)
class Revision:
    """What asking again about a final payment brought."""

    payment: Payment
    answered: bool = True
    disagrees: bool = False
    """Whether the provider says something that the ledger can't follow."""


@dataclass(frozen=True)
class Disburser:
    """Asks providers and keeps the ledger up to date."""

    payments: PaymentStore
    providers: Mapping[PaymentMethod, PayoutProvider]
    topic: OutcomeTopic
    now: Callable[[], datetime]
    sleep: Callable[[float], None] = time.sleep

    def advance(
        self,
        payment: Payment,
        deadline: Deadline,
        *,
        first_attempt: bool,
        patience_seconds: float = math.inf,
    ) -> Progress:
        """Take the payment as far as the deadline allows and store every state reached.

        A payout that is not decided yet is looked up again after pauses, which together take no
        longer than ``patience_seconds``; at a provider that takes days it is looked up once, and
        not at all when it has just been accepted.

        ``first_attempt`` says that the provider can't have seen this payment before. Then a
        refusal is the outcome. Otherwise an earlier call may have paid although its answer was
        lost, and only a refusal that holds for the request itself proves that it did not.

        Raises:
            NotSettledError: the provider may have forgotten the key, so asking could pay twice.
        """
        provider = self.providers[payment.payment_method]
        stored_version = payment.version
        current = payment
        prompt = not self.decides_later(payment.payment_method)
        if payment.provider_reference is None:
            answer = self._pay(provider, payment, deadline)
            current = self._apply(current, answer, first_attempt=first_attempt)
        if _is_undecided(current) and (prompt or payment.provider_reference is not None):
            # Asked before the acceptance is stored: a prompt outcome then costs one write, and a
            # crash here costs nothing, since paying again under the same key finds this batch.
            answer = provider.look_up(current.provider_reference or "", deadline)
            current = self._apply(current, answer, first_attempt=False)
        current = self._save(current, stored_version)
        pause = _FIRST_PAUSE_SECONDS
        # Who asks to be left alone for longer than is left is asked by the next attempt.
        while prompt and _is_undecided(current):
            wait = max(pause, answer.retry_after_seconds or 0.0)
            if wait > patience_seconds or wait >= deadline.remaining:
                break
            patience_seconds -= wait
            self.sleep(wait)
            pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)
            answer = provider.look_up(current.provider_reference or "", deadline)
            later = self._apply(current, answer, first_attempt=False)
            current = self._save(later, current.version)
        return Progress(current, answer.retry_after_seconds)

    def revise(self, payment: Payment, deadline: Deadline) -> Revision:
        """Ask whether a final outcome still holds; money that was paid can come back.

        A provider that says FAILED of what it had paid before means the same (Stripe: "a payout
        that was paid can become failed within five business days"). Whatever else it says that
        the ledger does not is a disagreement: the ledger keeps what it has, and a person looks.

        The payment must be final and have a reference.
        """
        provider = self.providers[payment.payment_method]
        answer = provider.look_up(payment.provider_reference or "", deadline)
        if answer.verdict is Verdict.UNKNOWN:
            return Revision(payment, answered=False)
        if payment.status is PaymentStatus.COMPLETED and answer.verdict in _CAME_BACK:
            returned = self._step(payment, PaymentStatus.RETURNED, answer)
            return Revision(self._save(returned, payment.version))
        agrees = (answer.verdict is Verdict.PAID) == (payment.status is PaymentStatus.COMPLETED)
        undecided = answer.verdict is Verdict.ACCEPTED
        return Revision(payment, disagrees=undecided or not agrees)

    def decides_later(self, method: PaymentMethod) -> bool:
        """Say whether an accepted payout is decided so late that nobody can wait for it.

        Its outcome is then for the provider to tell, or for whoever looks it up from time to time.
        """
        return self.providers[method].decides_within > _PROMPT

    def announce(self, payment: Payment) -> None:
        """Publish a final outcome unless that was done before.

        Publishing comes before the note of it, so a crash in between publishes twice rather than
        never; the message's ``outcome_id`` is the same both times.
        """
        if payment.status.is_final and payment.notified_at is None:
            self.topic.publish(payment)
            self.payments.mark_notified(payment, self.now())

    def _pay(
        self, provider: PayoutProvider, payment: Payment, deadline: Deadline
    ) -> ProviderAnswer:
        order = PayoutOrder(
            payment.payment_id, payment.money, payment.email, account=payment.account
        )
        if self.now() - payment.created_at < provider.key_memory:
            return provider.pay(order, deadline)
        found = provider.find(order, deadline)
        if found is None:
            raise NotSettledError("too old to be asked about safely; ask the provider by hand")
        # Two who find nothing at once pay under the same key, which is remembered anew.
        return provider.pay(order, deadline) if found.verdict is Verdict.ABSENT else found

    def _apply(self, payment: Payment, answer: ProviderAnswer, *, first_attempt: bool) -> Payment:
        outcome = _OUTCOMES.get(answer.verdict)
        if answer.verdict is Verdict.REFUSED and (first_attempt or answer.refusal_is_about_request):
            outcome = PaymentStatus.FAILED
        if outcome is not None:
            return self._step(payment, outcome, answer)
        if answer.verdict is Verdict.ACCEPTED and payment.provider_reference is None:
            return self._step(payment, PaymentStatus.SUBMITTED, answer)
        if answer.verdict is Verdict.NOT_ASKED and first_attempt:
            return payment.left_unasked(self.now(), answer.detail)
        if payment.status is PaymentStatus.PENDING:
            return payment
        return self._step(payment, PaymentStatus.PENDING, answer)

    def _step(self, payment: Payment, status: PaymentStatus, answer: ProviderAnswer) -> Payment:
        return payment.advance(status, self.now(), reference=answer.reference, reason=answer.detail)

    def _save(self, payment: Payment, replacing_version: int) -> Payment:
        if payment.version == replacing_version:
            return payment
        try:
            self.payments.save(payment, replacing_version=replacing_version)
        except VersionConflictError:
            # Whoever took the payment over asks the same provider under the same key, and only they
            # may judge what a refusal means: ours is given up, theirs holds.
            stored = self.payments.find(payment.customer_id, payment.payment_id)
            if stored is None:
                raise
            return stored
        return payment


def _is_undecided(payment: Payment) -> bool:
    return payment.provider_reference is not None and not payment.status.is_final

"""Accepting a payment: exactly once, and never longer than the budget.

The order is what makes it safe:

1. a message to the settlement worker, delayed until the request must be over;
2. the intent, in the ledger;
3. the provider, under a key derived from ``payment_id``;
4. the outcome, in the ledger; then its publication.

A crash after 1 leaves nothing but a message about an unknown payment, which the worker drops. A
crash after 2, 3 or in 4 leaves a record and a message: the worker asks the provider under the same
key and finishes without paying again.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from payments.customers import account_field
from payments.errors import (
    BudgetExhaustedError,
    EmailMismatchError,
    IdempotencyKeyReusedError,
    InvalidFieldError,
    MissingAccountError,
    RequestInProgressError,
    UnknownCustomerError,
    UnknownPaymentError,
)
from payments.idempotency import IdempotencyClaim, IdempotencyRecord, RecordedAnswer
from payments.limits import DailyLimits
from payments.payment import Payment
from payments.payment_id import is_payment_id, new_payment_id

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from payments.customers import Customer
    from payments.deadline import Deadline
    from payments.disburser import Disburser
    from payments.payment_request import PaymentRequest
    from payments.ports import (
        CustomerStore,
        IdempotencyStore,
        PaymentPage,
        PaymentStore,
        SettlementQueue,
    )

_MARGIN_SECONDS: Final = 2
# The shortest delay that lets the intent be stored before the worker looks for it.
_ASYNCHRONOUS_DELAY_SECONDS: Final = 1


@dataclass(frozen=True)
class Acceptance:
    """What became of a request to pay: a payment, or the answer given before."""

    payment: Payment | None = None
    replayed: RecordedAnswer | None = None
    interruption: Exception | None = None
    """What broke after the intent was recorded; the settlement worker makes up for it."""


@dataclass(frozen=True)
class Disbursements:
    """Takes requests to pay and answers questions about payments."""

    customers: CustomerStore
    payments: PaymentStore
    idempotency: IdempotencyStore
    queue: SettlementQueue
    disburser: Disburser
    now: Callable[[], datetime]
    budget_seconds: float
    limits: DailyLimits = field(default_factory=DailyLimits)

    def accept(
        self,
        request: PaymentRequest,
        deadline: Deadline,
        *,
        claim: IdempotencyClaim | None = None,
        respond_async: bool = False,
    ) -> Acceptance:
        """Record the payment and, unless ``respond_async``, try to finish it by the deadline.

        Raises:
            InvalidFieldError: the method is not offered here, or the provider does not pay this
                currency or so many decimals.
            UnknownCustomerError, EmailMismatchError, MissingAccountError, DailyLimitExceededError:
                nothing was written.
            BudgetExhaustedError: the intent was not recorded in time.
            IdempotencyKeyReusedError, RequestInProgressError: about the claim.
        """
        provider = self.disburser.providers.get(request.payment_method)
        if provider is None:
            offered = ", ".join(method.value for method in self.disburser.providers)
            raise InvalidFieldError("payment_method", f"must be one of: {offered}")
        provider.check(request.money)
        if claim is not None and (earlier := self._earlier(claim)) is not None:
            return earlier
        customer = self.customers.find(request.customer_id)
        if customer is None:
            raise UnknownCustomerError
        if not customer.has_email(request.email):
            raise EmailMismatchError
        payment = self._intent(request, customer)
        reservation = self.limits.reservation(payment)
        if reservation is not None:
            # The write decides; asking first spares the worker messages about nothing.
            reservation.require_room(self.payments.counted(reservation.total))
            payment = replace(payment, counts_toward_limit=True)
        self._send_to_settlement(payment, respond_async=respond_async)
        if deadline.expired:
            raise BudgetExhaustedError
        if not self.payments.record(payment, _record(claim, payment), reservation):
            return self._lost_race(claim)
        if respond_async:
            return Acceptance(payment)
        return self._finish(payment, deadline)

    def remember(self, claim: IdempotencyClaim, answer: RecordedAnswer) -> None:
        """Keep the answer that was given, for repetitions of the request."""
        self.idempotency.answer(claim.key, answer)

    def find(self, customer_id: str, payment_id: str) -> Payment:
        """Return a payment.

        Raises:
            UnknownCustomerError, UnknownPaymentError: there is none.
        """
        # What has not the form of an id is not asked for: a store's keys have limits of their own.
        known = is_payment_id(payment_id)
        payment = self.payments.find(customer_id, payment_id) if known else None
        if payment is None:
            self._require_customer(customer_id)
            raise UnknownPaymentError
        return payment

    def list(self, customer_id: str, *, limit: int, after: str | None) -> PaymentPage:
        """Return a page of a customer's payments, newest first.

        Raises:
            UnknownCustomerError: there is no such customer.
        """
        page = self.payments.list(customer_id, limit=limit, after=after)
        if not page.payments:
            self._require_customer(customer_id)
        return page

    def _require_customer(self, customer_id: str) -> None:
        if self.customers.find(customer_id) is None:
            raise UnknownCustomerError

    def _intent(self, request: PaymentRequest, customer: Customer) -> Payment:
        at = self.now()
        account = customer.accounts.get(request.payment_method)
        if account is None and request.payment_method.pays_to_account:
            raise MissingAccountError(account_field(request.payment_method))
        return Payment.receive(
            at=at,
            customer_id=request.customer_id,
            payment_id=new_payment_id(at),
            money=request.money,
            payment_method=request.payment_method,
            email=customer.email,
            account=account,
        )

    def _send_to_settlement(self, payment: Payment, *, respond_async: bool) -> None:
        delay = _ASYNCHRONOUS_DELAY_SECONDS if respond_async else math.ceil(self._window_seconds)
        self.queue.send(
            payment.customer_id,
            payment.payment_id,
            delay_seconds=delay,
            first_attempt=respond_async,
        )

    @property
    def _window_seconds(self) -> float:
        return self.budget_seconds + _MARGIN_SECONDS

    def _finish(self, payment: Payment, deadline: Deadline) -> Acceptance:
        try:
            payment = self.disburser.advance(payment, deadline, first_attempt=True).payment
            self.disburser.announce(payment)
        except Exception as error:  # The intent is recorded: whatever broke, it will be settled.
            return Acceptance(payment, interruption=error)
        return Acceptance(payment)

    def _lost_race(self, claim: IdempotencyClaim | None) -> Acceptance:
        earlier = None if claim is None else self._earlier(claim)
        if earlier is None:
            raise RequestInProgressError(math.ceil(self._window_seconds))
        return earlier

    def _earlier(self, claim: IdempotencyClaim) -> Acceptance | None:
        record = self.idempotency.find(claim.key)
        if record is None:
            return None
        if record.fingerprint != claim.fingerprint:
            raise IdempotencyKeyReusedError
        if record.answer is not None:
            return Acceptance(replayed=record.answer)
        left = record.created_at + timedelta(seconds=self._window_seconds) - self.now()
        if left > timedelta(0):
            raise RequestInProgressError(math.ceil(left.total_seconds()))
        # The first request died before it answered: the ledger answers for it.
        payment = self.payments.find(record.customer_id, record.payment_id)
        if payment is None:
            raise UnknownPaymentError
        return Acceptance(payment)


def _record(claim: IdempotencyClaim | None, payment: Payment) -> IdempotencyRecord | None:
    if claim is None:
        return None
    return IdempotencyRecord(
        claim.key,
        claim.fingerprint,
        payment.customer_id,
        payment.payment_id,
        payment.created_at,
    )

"""The Stripe client: pays by a transfer to the customer's connected account.

Sources: docs.stripe.com/api/transfers, /api/idempotent_requests, /api/versioning. The first answer
to an ``Idempotency-Key`` comes again for at least 24 hours, errors of the server included, so
asking again never pays twice within them, but may never find out either. What then tells is the
``transfer_group``, which is the payment's own: listing it shows the transfer, however old.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from payments.ports import Verdict
from providers.doubt import after_doubt, without_answer
from providers.stripe import amounts, answers
from providers.transport import NoAnswerError

if TYPE_CHECKING:
    from payments.deadline import Deadline
    from payments.money import Money
    from payments.ports import PayoutOrder, ProviderAnswer
    from providers.bearer_api import BearerApi

_PATH: Final = "/v1/transfers"
# The version whose documents are read here; without it the account's own would be used.
_VERSION: Final = {"Stripe-Version": "2025-04-30.basil"}
_FORM: Final = {**_VERSION, "Content-Type": "application/x-www-form-urlencoded"}


class StripeTransfers:
    """Pays one transfer per payment."""

    key_memory = timedelta(hours=23)  # an hour less than Stripe documents
    decides_within = timedelta(0)

    def __init__(self, api: BearerApi) -> None:
        self._api = api

    def check(self, money: Money) -> None:
        """Refuse what Stripe can't send.

        Raises:
            InvalidFieldError: naming ``currency`` or ``amount``.
        """
        amounts.check(money)

    def pay(self, order: PayoutOrder, deadline: Deadline) -> ProviderAnswer:
        """Create the transfer, or learn of the one created before under the same key."""
        try:
            exchange = self._api.call(
                "POST",
                _PATH,
                deadline,
                noted={"payment_id": order.idempotency_key},
                headers={**_FORM, "Idempotency-Key": order.idempotency_key},
                data={
                    "amount": str(amounts.as_units(order.money)),
                    "currency": order.money.currency.lower(),
                    "destination": order.account or "",
                    "transfer_group": order.idempotency_key,
                    "metadata[payment_id]": order.idempotency_key,
                },
            )
        except NoAnswerError as error:
            return without_answer(error)
        answer = answers.creation(exchange.answer)
        if exchange.doubtful_before:
            answer = after_doubt(answer)
        if answer.verdict is Verdict.UNKNOWN and answers.leaves_only_a_search(exchange.answer):
            found = self.find(order, deadline)
            return found if found.reference is not None else answer
        return answer

    def find(self, order: PayoutOrder, deadline: Deadline) -> ProviderAnswer:
        """Look for the transfer by its group."""
        try:
            exchange = self._api.call(
                "GET",
                _PATH,
                deadline,
                noted={"payment_id": order.idempotency_key},
                headers=_VERSION,
                params={"transfer_group": order.idempotency_key},
            )
        except NoAnswerError as error:
            return without_answer(error)
        return answers.search(exchange.answer, order.idempotency_key)

    def look_up(self, reference: str, deadline: Deadline) -> ProviderAnswer:
        """Read the transfer."""
        try:
            exchange = self._api.call(
                "GET",
                f"{_PATH}/{reference}",
                deadline,
                noted={"provider_reference": reference},
                headers=_VERSION,
            )
        except NoAnswerError as error:
            return without_answer(error)
        return answers.shown(exchange.answer, reference)

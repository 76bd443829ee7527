"""The ACH client: pays by a credit to the customer's bank account.

The processor remembers an ``Idempotency-Key`` for 30 days and finds a transfer by it however old it
is. A credit leaves at the next cut-off, settles on the banking day after it, and may come back
within two banking days, or, for some reasons, up to 60 days after its settlement (Nacha Operating
Rules, "Return Entries").
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from payments.errors import InvalidFieldError
from providers.ach import answers
from providers.doubt import after_doubt, without_answer
from providers.transport import NoAnswerError

if TYPE_CHECKING:
    from payments.deadline import Deadline
    from payments.money import Money
    from payments.ports import PayoutOrder, ProviderAnswer
    from providers.bearer_api import BearerApi

_PATH: Final = "/v1/transfers"
# What the receiver's statement may show: at most 10 and 15 characters in a Nacha file (company
# entry description and individual identification number).
_DESCRIPTION: Final = "PAYMENT"
_REFERENCE_CHARACTERS: Final = 15


class AchTransfers:
    """Pays one credit per payment."""

    key_memory = timedelta(days=29)  # a day less than the processor documents
    decides_within = timedelta(days=3)

    def __init__(self, api: BearerApi) -> None:
        self._api = api

    def check(self, money: Money) -> None:
        """Refuse what is not in US dollars.

        Raises:
            InvalidFieldError: naming ``currency``.
        """
        if money.currency != "USD":
            raise InvalidFieldError("currency", "ach pays USD only")

    def pay(self, order: PayoutOrder, deadline: Deadline) -> ProviderAnswer:
        """Create the credit, or learn of the one created before under the same key."""
        key = order.idempotency_key
        try:
            exchange = self._api.call(
                "POST",
                _PATH,
                deadline,
                noted={"payment_id": key},
                headers={"Idempotency-Key": key},
                json={
                    "account_id": order.account,
                    "amount": str(order.money),
                    "currency": order.money.currency,
                    "direction": "credit",
                    "sec_code": "PPD",
                    "description": _DESCRIPTION,
                    "reference": key[-_REFERENCE_CHARACTERS:],
                    "metadata": {"payment_id": key},
                },
            )
        except NoAnswerError as error:
            return without_answer(error)
        answer = answers.creation(exchange.answer)
        if exchange.doubtful_before:
            answer = after_doubt(answer)
        if answers.is_reused_key(exchange.answer):
            found = self.find(order, deadline)
            return found if found.reference is not None else answer
        return answer

    def find(self, order: PayoutOrder, deadline: Deadline) -> ProviderAnswer:
        """Look for the credit by its key."""
        key = order.idempotency_key
        try:
            exchange = self._api.call(
                "GET",
                _PATH,
                deadline,
                noted={"payment_id": key},
                headers={},
                params={"idempotency_key": key},
            )
        except NoAnswerError as error:
            return without_answer(error)
        return answers.search(exchange.answer, key)

    def look_up(self, reference: str, deadline: Deadline) -> ProviderAnswer:
        """Read the transfer."""
        try:
            exchange = self._api.call(
                "GET",
                f"{_PATH}/{reference}",
                deadline,
                noted={"provider_reference": reference},
                headers={},
            )
        except NoAnswerError as error:
            return without_answer(error)
        return answers.shown(exchange.answer, reference)

"""The PayPal Payouts client.

Source: PayPal developer documentation, "Payouts" API reference. The key by which PayPal recognises
a repetition is ``sender_batch_id``, remembered for 30 days (``PayPal-Request-Id`` is not honoured
there). There is no search by it: posting again *is* the look-up, answered by USER_BUSINESS_ERROR
with a link to the first batch.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from payments.ports import PayoutOrder, ProviderAnswer, Verdict
from providers.doubt import without_answer
from providers.paypal import amounts, answers
from providers.paypal.access_token import AccessTokens, TokenRefusedError
from providers.transport import HttpAnswer, NoAnswerError, NotSentError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from payments.deadline import Deadline
    from payments.money import Money
    from providers.answer_log import AnswerLog
    from providers.transport import ProviderTransport

_PATH: Final = "/v1/payments/payouts"
_SUBJECT: Final = "You have a payment"


class PayPalPayouts:
    """Pays out one item per batch."""

    key_memory = timedelta(days=29)  # a day less than PayPal documents
    decides_within = timedelta(minutes=1)

    def __init__(
        self,
        base_url: str,
        tokens: AccessTokens,
        transport: ProviderTransport,
        logger: AnswerLog | None = None,
    ) -> None:
        self._url = f"{base_url}{_PATH}"
        self._tokens = tokens
        self._transport = transport
        self._logger: AnswerLog = logger or logging.getLogger(__name__)

    def check(self, money: Money) -> None:
        """Refuse what PayPal can't pay.

        Raises:
            InvalidFieldError: naming ``currency`` or ``amount``.
        """
        amounts.check(money)

    def pay(self, order: PayoutOrder, deadline: Deadline) -> ProviderAnswer:
        """Create the batch, or find the one created before under the same key."""
        noted = {"payment_id": order.idempotency_key}
        try:
            answer = self._call("POST", self._url, deadline, noted, json=_batch(order))
        except NoAnswerError as error:
            return self._no_answer(error, noted)
        except TokenRefusedError as error:
            return _token_refused(error)
        return answers.creation(answer)

    def find(self, order: PayoutOrder, deadline: Deadline) -> None:
        """PayPal has no search by ``sender_batch_id``."""

    def look_up(self, reference: str, deadline: Deadline) -> ProviderAnswer:
        """Read the batch and its item."""
        noted = {"provider_reference": reference}
        try:
            answer = self._call("GET", f"{self._url}/{reference}", deadline, noted)
        except NoAnswerError as error:
            return self._no_answer(error, noted)
        except TokenRefusedError as error:
            return _token_refused(error)
        return answers.batch(answer, reference)

    def _call(
        self,
        method: str,
        url: str,
        deadline: Deadline,
        noted: Mapping[str, object],
        **options: Any,
    ) -> HttpAnswer:
        def send(token: str) -> HttpAnswer:
            headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
            answer = self._transport.send(method, url, deadline, headers=headers, **options)
            self._note(method, answer, noted)
            return answer

        try:
            token = self._tokens.get(deadline)
        except NoAnswerError as error:
            raise NotSentError(str(error)) from error
        answer = send(token)
        if answer.status == 401:
            # Refused before anything was done, so trying once more with a new token is safe.
            self._tokens.discard(token)
            try:
                renewed = self._tokens.get(deadline)
            except TokenRefusedError:
                return answer
            answer = send(renewed)
        return answer

    def _note(self, method: str, answer: HttpAnswer, noted: Mapping[str, object]) -> None:
        self._logger.info(
            "Provider answered",
            extra={
                "provider": "paypal",
                "provider_method": method,
                "provider_status": answer.status,
                "provider_debug_id": answer.headers.get("Paypal-Debug-Id"),
                **noted,
            },
        )

    def _no_answer(self, error: NoAnswerError, noted: Mapping[str, object]) -> ProviderAnswer:
        self._logger.warning(
            "Provider did not answer",
            extra={"provider": "paypal", "cause": str(error), **noted},
        )
        return without_answer(error)


def _batch(order: PayoutOrder) -> dict[str, Any]:
    return {
        "sender_batch_header": {
            "sender_batch_id": order.idempotency_key,
            "email_subject": _SUBJECT,
        },
        "items": [
            {
                "recipient_type": "EMAIL",
                "receiver": order.email,
                "amount": amounts.as_paypal(order.money),
                "sender_item_id": order.idempotency_key,
            }
        ],
    }


def _token_refused(error: TokenRefusedError) -> ProviderAnswer:
    """Wrong credentials are the operator's to mend, not a verdict on the payment.

    Without a token nobody was asked to pay.
    """
    return ProviderAnswer(
        Verdict.NOT_ASKED,
        detail=f"TOKEN_HTTP_{error.status}",
        retry_after_seconds=error.retry_after_seconds,
    )

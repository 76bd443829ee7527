"""The PayPal Payouts client.

Source: PayPal developer documentation, "Payouts" API reference. The key by which PayPal recognises
a repetition is ``sender_batch_id``, remembered for 30 days (``PayPal-Request-Id`` is not honoured
there). There is no search by it: posting again *is* the look-up, answered by USER_BUSINESS_ERROR
with a link to the first batch.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, Protocol

from payments.ports import PayoutOrder, ProviderAnswer, Verdict
from providers.paypal import amounts, answers
from providers.paypal.access_token import AccessTokens, TokenRefusedError
from providers.transport import HttpAnswer, NoAnswerError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from payments.deadline import Deadline
    from payments.money import Money
    from providers.transport import ProviderTransport

_PATH: Final = "/v1/payments/payouts"
_SUBJECT: Final = "You have a payment"


class AnswerLog(Protocol):
    """Where it is noted how PayPal answered: a standard logger, or one that writes JSON."""

    def info(self, msg: object, *, extra: Mapping[str, object]) -> None:
        """Note an answer."""

    def warning(self, msg: object, *, extra: Mapping[str, object]) -> None:
        """Note that none came."""


class PayPalPayouts:
    """Pays out one item per batch."""

    key_memory = timedelta(days=29)  # a day less than PayPal documents

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
        try:
            return answers.creation(self._call("POST", self._url, deadline, json=_batch(order)))
        except NoAnswerError as error:
            return self._no_answer(error)
        except TokenRefusedError as error:
            return _token_refused(error)

    def look_up(self, reference: str, deadline: Deadline) -> ProviderAnswer:
        """Read the batch and its item."""
        try:
            answer = self._call("GET", f"{self._url}/{reference}", deadline)
        except NoAnswerError as error:
            return self._no_answer(error)
        except TokenRefusedError as error:
            return _token_refused(error)
        return answers.batch(answer, reference)

    def _call(self, method: str, url: str, deadline: Deadline, **options: Any) -> HttpAnswer:
        token = self._tokens.get(deadline)
        answer = self._send(method, url, deadline, token, options)
        if answer.status == 401:
            # Refused before anything was done, so trying once more with a new token is safe.
            self._tokens.discard(token)
            answer = self._send(method, url, deadline, self._tokens.get(deadline), options)
        return answer

    def _send(
        self, method: str, url: str, deadline: Deadline, token: str, options: dict[str, Any]
    ) -> HttpAnswer:
        headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
        answer = self._transport.send(method, url, deadline, headers=headers, **options)
        self._logger.info(
            "PayPal answered",
            extra={
                "provider": "paypal",
                "provider_method": method,
                "provider_status": answer.status,
                "provider_debug_id": answer.headers.get("Paypal-Debug-Id"),
            },
        )
        return answer

    def _no_answer(self, error: NoAnswerError) -> ProviderAnswer:
        self._logger.warning(
            "PayPal did not answer", extra={"provider": "paypal", "cause": str(error)}
        )
        return ProviderAnswer(Verdict.UNKNOWN, detail="NO_ANSWER")


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
    """Wrong credentials are the operator's to mend, not a verdict on the payment."""
    return ProviderAnswer(
        Verdict.UNKNOWN,
        detail=f"TOKEN_HTTP_{error.status}",
        retry_after_seconds=error.retry_after_seconds,
    )

"""An API whose clients send a secret key as bearer token and repeat a request under its key.

Both hold for Stripe and for the ACH processor, and so does what follows from them: a 401 was turned
away at the door, so other credentials may be tried; whatever leaves a doubt may be sent again, in
the same words, as long as the budget lasts.
"""

from __future__ import annotations

import logging
import random
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from providers.transport import HttpAnswer, NoAnswerError, NotSentError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from payments.deadline import Deadline
    from providers.answer_log import AnswerLog
    from providers.credentials import CredentialSource
    from providers.transport import ProviderTransport

_ATTEMPTS: Final = 3
_FIRST_PAUSE_SECONDS: Final = 0.25
_LONGEST_PAUSE_SECONDS: Final = 2.0
# What is left after a pause must be worth a call.
_SHORTEST_CALL_SECONDS: Final = 0.5
_REPEATABLE: Final = frozenset({409, 429})


@dataclass(frozen=True)
class Exchange:
    """The last answer, and whether an earlier one of the same request left a doubt."""

    answer: HttpAnswer
    doubtful_before: bool


class BearerApi:
    """Calls one provider. ``debug_id`` is the header by which its support finds a request."""

    def __init__(
        self,
        provider: str,
        base_url: str,
        credentials: CredentialSource[str],
        transport: ProviderTransport,
        *,
        debug_id: str,
        logger: AnswerLog | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._provider = provider
        self._base_url = base_url
        self._credentials = credentials
        self._transport = transport
        self._debug_id = debug_id
        self._logger: AnswerLog = logger or logging.getLogger(__name__)
        self._sleep = sleep

    def call(
        self,
        method: str,
        path: str,
        deadline: Deadline,
        *,
        noted: Mapping[str, object],
        headers: Mapping[str, str],
        **options: Any,
    ) -> Exchange:
        """Send a request that may be repeated, and repeat it while that can help.

        ``noted`` stands in the log beside the answer; ``options`` are those of ``requests``.

        Raises:
            NoAnswerError: the last attempt brought nothing readable.
            NotSentError: no attempt reached the provider.
        """
        doubtful = False
        pause = _FIRST_PAUSE_SECONDS
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                answer = self._authorized(method, path, deadline, noted, headers, options)
            except NoAnswerError as error:
                self._note_silence(error, noted)
                doubtful = doubtful or not isinstance(error, NotSentError)
                if not self._rested(_jittered(pause), attempt, deadline):
                    if doubtful and isinstance(error, NotSentError):
                        raise NoAnswerError(str(error)) from error
                    raise
            else:
                if not _may_be_repeated(answer):
                    return Exchange(answer, doubtful)
                wait = max(_jittered(pause), answer.retry_after_seconds or 0.0)
                if not self._rested(wait, attempt, deadline):
                    return Exchange(answer, doubtful)
                # A conflict is with another request of the same key, which may be paying now.
                doubtful = doubtful or answer.status >= 500 or answer.status == 409
            pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)
        raise AssertionError("the last attempt returns or raises")

    def _rested(self, wait: float, attempt: int, deadline: Deadline) -> bool:
        """Pause before another attempt; False when there is none."""
        if attempt == _ATTEMPTS or deadline.remaining < wait + _SHORTEST_CALL_SECONDS:
            return False
        self._sleep(wait)
        return True

    def _authorized(
        self,
        method: str,
        path: str,
        deadline: Deadline,
        noted: Mapping[str, object],
        headers: Mapping[str, str],
        options: Mapping[str, Any],
    ) -> HttpAnswer:
        def send(key: str) -> HttpAnswer:
            answer = self._transport.send(
                method,
                self._base_url + path,
                deadline,
                headers={"Accept": "application/json", **headers, "Authorization": f"Bearer {key}"},
                **options,
            )
            self._note(method, answer, noted)
            return answer

        used = self._credentials.current()
        answer = send(used)
        if answer.status != 401:
            return answer
        for key in self._credentials.alternatives(used):
            answer = send(key)
            if answer.status != 401:
                self._credentials.accepted(key)
                break
        return answer

    def _note(self, method: str, answer: HttpAnswer, noted: Mapping[str, object]) -> None:
        self._logger.info(
            "Provider answered",
            extra={
                "provider": self._provider,
                "provider_method": method,
                "provider_status": answer.status,
                "provider_debug_id": answer.headers.get(self._debug_id),
                **noted,
            },
        )

    def _note_silence(self, error: NoAnswerError, noted: Mapping[str, object]) -> None:
        self._logger.warning(
            "Provider did not answer",
            extra={"provider": self._provider, "cause": str(error), **noted},
        )


def _may_be_repeated(answer: HttpAnswer) -> bool:
    """Say whether sending the same again may bring another answer.

    Stripe says so itself in ``Stripe-Should-Retry``. Without it: a conflict with a request under
    way, too many requests, and errors of the server.
    """
    wish = answer.headers.get("Stripe-Should-Retry")
    if wish in ("true", "false"):
        return wish == "true"
    if answer.headers.get("Idempotent-Replayed") == "true":
        return False
    return answer.status in _REPEATABLE or answer.status >= 500


def _jittered(pause: float) -> float:
    """Half of the pause and a random part of the other half, so that clients do not come at once.

    As Stripe's own libraries do (docs.stripe.com/error-low-level, "Retries").
    """
    return pause / 2 + random.uniform(0, pause / 2)

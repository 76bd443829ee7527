"""HTTP to a provider with one deadline over connecting, sending and reading."""

from __future__ import annotations

import json
from concurrent.futures import Future
from dataclasses import dataclass
from threading import Thread
from typing import TYPE_CHECKING, Any, Final

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import NewConnectionError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from payments.deadline import Deadline

_CONNECT_SECONDS: Final = 2.0
_POOL_SIZE: Final = 10


class NoAnswerError(Exception):
    """No usable answer came in time; the provider may or may not have done the work."""


class NotSentError(NoAnswerError):
    """The provider was not reached: nothing of the request left."""


@dataclass(frozen=True)
class HttpAnswer:
    """A provider's answer, whatever its status."""

    status: int
    headers: Mapping[str, str]
    """Looked up without regard to letter case."""
    body: bytes

    def json_object(self) -> dict[str, Any]:
        """Return the body as a JSON object, empty when it is anything else."""
        try:
            value = json.loads(self.body)
        except ValueError:
            return {}
        return value if isinstance(value, dict) else {}

    @property
    def retry_after_seconds(self) -> float | None:
        """What the Retry-After header asks for, when it gives seconds (RFC 9110, 10.2.3)."""
        value = self.headers.get("Retry-After", "")
        return float(value) if value.isascii() and value.isdigit() else None


class ProviderTransport:
    """Sends requests over kept-alive connections and never retries by itself."""

    def __init__(self) -> None:
        self._session = requests.Session()
        # Proxies and .netrc of the environment are no part of the function's configuration.
        self._session.trust_env = False
        for scheme in ("https://", "http://"):
            self._session.mount(scheme, HTTPAdapter(pool_maxsize=_POOL_SIZE, max_retries=0))

    def close(self) -> None:
        """Close the kept connections."""
        self._session.close()

    def send(self, method: str, url: str, deadline: Deadline, **options: Any) -> HttpAnswer:
        """Send a request; ``options`` are those of ``requests.Session.request``.

        Raises:
            NoAnswerError: nothing readable came before the deadline.
            NotSentError: no connection was made, or no time was left for one.
        """
        seconds = deadline.remaining
        if seconds == 0.0:
            raise NotSentError("no time left")

        def exchange() -> HttpAnswer:
            response = self._session.request(
                method,
                url,
                timeout=(min(_CONNECT_SECONDS, seconds), seconds),
                allow_redirects=False,
                **options,
            )
            return HttpAnswer(response.status_code, response.headers, response.content)

        try:
            return _within(seconds, exchange)
        except (requests.RequestException, TimeoutError) as error:
            # The class says enough; the message may carry the address with its parameters.
            kind = NotSentError if _was_not_sent(error) else NoAnswerError
            raise kind(type(error).__name__) from error


def _was_not_sent(error: Exception) -> bool:
    if isinstance(error, requests.ConnectTimeout):
        return True
    reason = getattr(error.args[0], "reason", None) if error.args else None
    return isinstance(error, requests.ConnectionError) and isinstance(reason, NewConnectionError)


def _within(seconds: float, call: Callable[[], HttpAnswer]) -> HttpAnswer:
    """Run the call on a thread of its own and wait no longer than that.

    The read time-out of ``requests`` starts again with every byte that comes, so a provider that
    drips its answer could hold us for ever. The abandoned thread ends with its connection.
    """
    outcome: Future[HttpAnswer] = Future()

    def run() -> None:
        try:
            outcome.set_result(call())
        except BaseException as error:
            outcome.set_exception(error)

    Thread(target=run, name="provider-call", daemon=True).start()
    return outcome.result(timeout=seconds)

"""OAuth 2.0 access tokens of the PayPal REST API.

Source: PayPal developer documentation, "Authentication" (``POST /v1/oauth2/token`` with the client
credentials grant). A token lives for hours; asking for one per payment is a known way into 429.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from providers.transport import NoAnswerError

if TYPE_CHECKING:
    from payments.deadline import Deadline, MonotonicClock
    from providers.credentials import CredentialSource
    from providers.transport import HttpAnswer, ProviderTransport

_RENEW_BEFORE_EXPIRY_SECONDS: Final = 60.0


class TokenRefusedError(Exception):
    """PayPal did not give a token: wrong credentials, or it can't just now."""

    def __init__(self, status: int, retry_after_seconds: float | None) -> None:
        super().__init__(f"HTTP {status}")
        self.status = status
        self.retry_after_seconds = retry_after_seconds


@dataclass(frozen=True)
class ClientCredentials:
    """Client id and secret of a PayPal application."""

    client_id: str = field(repr=False)
    client_secret: str = field(repr=False)


class AccessTokens:
    """Gets access tokens and keeps the current one until shortly before it expires."""

    def __init__(
        self,
        base_url: str,
        credentials: CredentialSource[ClientCredentials],
        transport: ProviderTransport,
        clock: MonotonicClock = time.monotonic,
    ) -> None:
        self._url = f"{base_url}/v1/oauth2/token"
        self._credentials = credentials
        self._transport = transport
        self._clock = clock
        self._lock = threading.Lock()
        self._token: str | None = None
        self._usable_until = 0.0

    def get(self, deadline: Deadline) -> str:
        """Return a token that is good for a while.

        Raises:
            TokenRefusedError: PayPal answered without a token.
            NoAnswerError: PayPal did not answer in time.
        """
        with self._lock:
            if self._token is None or self._clock() >= self._usable_until:
                self._token = self._fetch(deadline)
            return self._token

    def discard(self, token: str) -> None:
        """Forget a token that PayPal no longer accepts."""
        with self._lock:
            if self._token == token:
                self._token = None

    def _fetch(self, deadline: Deadline) -> str:
        used = self._credentials.current()
        answer = self._request(used, deadline)
        if answer.status == 401:
            # The secret may have been rotated since it was read, or is being rotated now.
            for credentials in self._credentials.alternatives(used):
                answer = self._request(credentials, deadline)
                if answer.status != 401:
                    self._credentials.accepted(credentials)
                    break
        if answer.status != 200:
            raise TokenRefusedError(answer.status, answer.retry_after_seconds)
        body = answer.json_object()
        token, lifetime = body.get("access_token"), body.get("expires_in")
        if not isinstance(token, str) or not isinstance(lifetime, int | float):
            raise NoAnswerError("token answer without access_token")
        self._usable_until = self._clock() + max(0.0, lifetime - _RENEW_BEFORE_EXPIRY_SECONDS)
        return token

    def _request(self, credentials: ClientCredentials, deadline: Deadline) -> HttpAnswer:
        return self._transport.send(
            "POST",
            self._url,
            deadline,
            data={"grant_type": "client_credentials"},
            auth=(credentials.client_id, credentials.client_secret),
        )

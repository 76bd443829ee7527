"""OAuth 2.0 client credentials, as https://developer.paypal.com/api/rest/authentication/ has it."""

from __future__ import annotations

import base64
import binascii
import hmac
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from sandbox_mocks.paypal.answers import OAuthError, standard_error
from sandbox_mocks.shared.clock import internet_time

if TYPE_CHECKING:
    from sandbox_mocks.shared.clock import VirtualClock
    from sandbox_mocks.shared.identifiers import IdentifierSource
    from sandbox_mocks.shared.json_documents import JsonObject
    from sandbox_mocks.shared.messages import Request

TOKEN_LIFETIME_SECONDS = 32_400
APP_ID = "APP-80W284485P519543T"
SCOPES = (
    "https://uri.paypal.com/payments/payouts https://uri.paypal.com/services/payments/payment "
    "https://uri.paypal.com/services/payments/refund https://api.paypal.com/v1/payments/.* openid"
)
_REMEMBERED_TOKENS = 10_000


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a client of the sandbox identifies itself with."""

    client_id: str = "sandbox-client-id"
    client_secret: str = field(default="sandbox-client-secret", repr=False)


class TokenIssuer:
    """Issues bearer tokens and checks them; they expire by the virtual clock."""

    def __init__(
        self, credentials: Credentials, clock: VirtualClock, identifiers: IdentifierSource
    ) -> None:
        self.credentials = credentials
        self._clock = clock
        self._identifiers = identifiers
        self._expiries: dict[str, float] = {}

    def issue(self, request: Request) -> JsonObject:
        """Answer ``POST /v1/oauth2/token``.

        Raises:
            OAuthError: the client or its grant type is refused.
        """
        if not self._identifies_the_client(request.header("authorization")):
            raise OAuthError(401, "invalid_client", "Client Authentication failed")
        form = dict(parse_qsl(request.body.decode("utf-8", "replace")))
        grant_type = form.get("grant_type") or request.parameter("grant_type")
        if grant_type is None:
            raise OAuthError(400, "unsupported_grant_type", "Grant Type is NULL")
        if grant_type != "client_credentials":
            raise OAuthError(400, "unsupported_grant_type", "unsupported grant_type")
        now = self._clock.now()
        token = "A21AA" + self._identifiers.letters(60)
        self._expiries[token] = now + TOKEN_LIFETIME_SECONDS
        if len(self._expiries) > _REMEMBERED_TOKENS:
            del self._expiries[next(iter(self._expiries))]
        return {
            "scope": SCOPES,
            "access_token": token,
            "token_type": "Bearer",
            "app_id": APP_ID,
            "expires_in": TOKEN_LIFETIME_SECONDS,
            "nonce": internet_time(now) + self._identifiers.letters(20),
        }

    def check(self, request: Request) -> None:
        """Let a request with a valid token pass.

        Raises:
            PayPalError: no bearer token was sent.
            OAuthError: the token was never issued, or has expired.
        """
        scheme, _, token = (request.header("authorization") or "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise standard_error(401)
        expiry = self._expiries.get(token.strip())
        if expiry is None:
            raise OAuthError(401, "invalid_token", "Token signature verification failed")
        if expiry <= self._clock.now():
            raise OAuthError(401, "invalid_token", "Access Token not found in cache")

    def reset(self) -> None:
        """Forget all tokens."""
        self._expiries.clear()

    def _identifies_the_client(self, authorization: str | None) -> bool:
        scheme, _, encoded = (authorization or "").partition(" ")
        if scheme.lower() != "basic":
            return False
        try:
            sent = base64.b64decode(encoded.strip(), validate=True)
        except (binascii.Error, ValueError):
            return False
        known = f"{self.credentials.client_id}:{self.credentials.client_secret}"
        return hmac.compare_digest(sent, known.encode())

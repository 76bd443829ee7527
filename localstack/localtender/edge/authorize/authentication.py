"""Who signed a call of AWS's API, and whether the signature holds.

After "Troubleshoot Signature Version 4 signing for AWS API requests" of the IAM user guide. A
signature is checked where the access key's secret is known; what stands for the root of an account
(`test`) has no secret.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from enum import Enum

from localtender.edge.authorize.credentials import KnownSecrets
from localtender.edge.authorize.identities import (
    NOBODY,
    Identities,
    Identity,
    UnknownAccessKeyError,
    is_root_key,
    root_of,
)
from localtender.edge.authorize.sessions import Sessions
from localtender.edge.authorize.signatures import (
    IncompleteSignatureError,
    RequestSignature,
    request_signature,
)
from localtender.edge.protocol.messages import HttpRequest

_log = logging.getLogger(__name__)


class Failure(Enum):
    """Why a caller is not believed."""

    MISSING = "missing"
    INCOMPLETE = "incomplete"
    UNKNOWN_KEY = "unknown key"
    INVALID_TOKEN = "invalid token"
    EXPIRED_TOKEN = "expired token"
    SKEWED = "skewed"
    MISMATCH = "mismatch"


class AuthenticationError(Exception):
    """A caller is not who it says; `detail` is AWS's message where it depends on the request."""

    def __init__(self, failure: Failure, detail: str = "") -> None:
        super().__init__(detail or failure.value)
        self.failure = failure
        self.detail = detail


class Authentication:
    """Identifies callers; `now` is the current time in UTC."""

    def __init__(
        self,
        identities: Identities,
        secrets: KnownSecrets,
        sessions: Sessions,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._identities = identities
        self._secrets = secrets
        self._sessions = sessions
        self._now = now

    async def identify(
        self, request: HttpRequest, access_key_id: str | None, region: str
    ) -> Identity:
        """The identity behind a request, NOBODY's where it is not signed.

        `access_key_id` is the one in the request's credential scope. Raises AuthenticationError.
        """
        if access_key_id is not None and is_root_key(access_key_id):
            return root_of(access_key_id)
        try:
            signature = request_signature(request)
        except IncompleteSignatureError as error:
            raise AuthenticationError(Failure.INCOMPLETE, str(error)) from None
        if signature is None:
            if (request.header("Authorization") or "").startswith("AWS4"):
                raise AuthenticationError(Failure.INCOMPLETE)
            return NOBODY
        if is_root_key(signature.access_key_id):
            return root_of(signature.access_key_id)
        self._check_token(signature)
        self._check_signature(signature, request)
        try:
            return await self._identities.of_access_key(signature.access_key_id, region)
        except UnknownAccessKeyError:
            raise AuthenticationError(Failure.UNKNOWN_KEY) from None

    def _check_token(self, signature: RequestSignature) -> None:
        key = signature.access_key_id
        if not key.startswith("ASIA"):
            return
        if signature.session_token is None:
            raise AuthenticationError(Failure.INVALID_TOKEN)
        session = self._sessions.get(key)
        if session is None:
            return
        if session.token is not None and session.token != signature.session_token:
            raise AuthenticationError(Failure.INVALID_TOKEN)
        if session.expires_at is not None and session.expires_at <= self._now():
            raise AuthenticationError(Failure.EXPIRED_TOKEN)

    def _check_signature(self, signature: RequestSignature, request: HttpRequest) -> None:
        now = self._now()
        if not signature.is_current(now):
            when = "earlier" if signature.timestamp < now else "later"
            raise AuthenticationError(
                Failure.SKEWED,
                f"Signature expired: {signature.timestamp:%Y%m%dT%H%M%SZ} is now {when} than "
                f"{now:%Y%m%dT%H%M%SZ}",
            )
        secret = self._secrets.secret(signature.access_key_id)
        if secret is None:
            _log.debug(
                "The secret of access key %s is not known, its signature was not checked",
                signature.access_key_id,
            )
        elif not signature.matches(request, secret):
            raise AuthenticationError(Failure.MISMATCH)

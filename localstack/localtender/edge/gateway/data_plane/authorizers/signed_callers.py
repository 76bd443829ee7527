"""Who signed a request: the authentication of AWS_IAM methods.

After "Control access to an API with IAM permissions" of the developer guide. A signature is checked
where the access key's secret is known; the identity is the engine's IAM's and STS's in any case.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime

from localtender.edge.authorize.credentials import KnownSecrets
from localtender.edge.authorize.identities import Identities, Identity, UnknownAccessKeyError
from localtender.edge.authorize.signatures import (
    IncompleteSignatureError,
    RequestSignature,
    request_signature,
)
from localtender.edge.gateway.data_plane.errors import (
    IncompleteRequestSignatureError,
    InvalidSignatureError,
    MissingAuthenticationTokenError,
    UnrecognizedClientError,
)
from localtender.edge.gateway.data_plane.exchange import Exchange

_log = logging.getLogger(__name__)


class SignedCallers:
    """Authenticates requests by their SigV4 signatures; `now` is the current time in UTC."""

    def __init__(
        self,
        identities: Identities,
        secrets: KnownSecrets,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._identities = identities
        self._secrets = secrets
        self._now = now

    async def authenticate(self, exchange: Exchange) -> Identity:
        """The identity that signed the request.

        Raises MissingAuthenticationTokenError where none did, InvalidSignatureError and its kinds
        where the signature or its access key does not hold.
        """
        signature = _signature(exchange)
        self._check(signature, exchange)
        try:
            return await self._identities.of_access_key(
                signature.access_key_id, exchange.endpoint.region
            )
        except UnknownAccessKeyError:
            raise UnrecognizedClientError(
                reason=f"There is no access key {signature.access_key_id}"
            ) from None

    def _check(self, signature: RequestSignature, exchange: Exchange) -> None:
        if signature.service != "execute-api":
            raise InvalidSignatureError(
                "Credential should be scoped to correct service: 'execute-api'. "
            )
        if signature.region != exchange.endpoint.region:
            raise InvalidSignatureError("Credential should be scoped to a valid region. ")
        now = self._now()
        if not signature.is_current(now):
            raise InvalidSignatureError(
                f"Signature expired: {signature.timestamp:%Y%m%dT%H%M%SZ} is now earlier than "
                f"{now:%Y%m%dT%H%M%SZ}"
            )
        secret = self._secrets.secret(signature.access_key_id)
        if secret is None:
            _log.info(
                "The secret of access key %s is not known, its signature was not checked",
                signature.access_key_id,
            )
        elif not signature.matches(exchange.request, secret):
            raise InvalidSignatureError


def _signature(exchange: Exchange) -> RequestSignature:
    try:
        signature = request_signature(exchange.request)
    except IncompleteSignatureError as error:
        raise IncompleteRequestSignatureError(str(error)) from None
    if signature is not None:
        return signature
    sent = exchange.header("Authorization")
    if not sent:
        raise MissingAuthenticationTokenError(reason="The request is not signed")
    word = sent.rpartition(" ")[2]
    raise IncompleteRequestSignatureError(
        f"'{word}' not a valid key=value pair (missing equal-sign) in Authorization header: "
        f"'{sent}'."
    )

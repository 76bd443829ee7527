"""COGNITO_USER_POOLS authorizers.

After "Control access to REST APIs using Amazon Cognito user pools as an authorizer" of the API
Gateway developer guide and "Verifying JSON web tokens" of the Cognito one. Without scopes on the
method an identity token is expected, with scopes an access token that has one of them.
"""

from __future__ import annotations

import json
import logging
import re
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from localtender.edge.gateway.data_plane.errors import (
    AuthorizerConfigurationError,
    AuthorizerFailureError,
    ExpiredTokenError,
    UnauthorizedError,
)
from localtender.edge.gateway.data_plane.exchange import Exchange
from localtender.edge.gateway.data_plane.request_parameters import request_parameter
from localtender.edge.gateway.state import Authorizer
from localtender.engines.client import EngineClient

_MOST_REMEMBERED_TOKENS = 2_048
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class UserPool:
    """A Cognito user pool by its ARN."""

    account_id: str
    region: str
    id: str

    @classmethod
    def of_arn(cls, arn: str) -> UserPool:
        """Read `arn:aws:cognito-idp:REGION:ACCOUNT:userpool/ID`."""
        parts = arn.split(":", 5)
        if len(parts) != 6 or not parts[5].startswith("userpool/"):
            raise AuthorizerConfigurationError(reason=f"{arn} is no user pool's ARN")
        return cls(parts[4], parts[3], parts[5].removeprefix("userpool/"))

    @property
    def issuer(self) -> str:
        """The `iss` of the pool's tokens."""
        return f"https://cognito-idp.{self.region}.amazonaws.com/{self.id}"


class CognitoAuthorizers:
    """Checks tokens of user pools, whose keys are fetched once and kept.

    A token whose signature was found good is remembered, so that the next request with it costs
    no cryptography; its times and claims are checked anew each time.
    """

    def __init__(self, engine: EngineClient, now: Callable[[], float] = time.time) -> None:
        self._engine = engine
        self._now = now
        self._keys: dict[UserPool, dict[str, RSAKey]] = {}
        self._verified: OrderedDict[tuple[UserPool, str], Mapping[str, Any]] = OrderedDict()

    async def authorize(self, exchange: Exchange, authorizer: Authorizer) -> Mapping[str, Any]:
        """The `requestContext.authorizer` of a request with a good token.

        Raises UnauthorizedError (ExpiredTokenError) for a token that does not hold.
        """
        token = _token(exchange, authorizer)
        pools = {UserPool.of_arn(arn) for arn in authorizer.provider_arns}
        header, unverified = _unverified(token)
        issuer = unverified.get("iss")
        pool = next((pool for pool in pools if pool.issuer == issuer), None)
        if pool is None:
            raise UnauthorizedError(reason=f"The token's issuer {issuer} is not of the authorizer")
        claims = await self._claims(pool, token, str(header.get("kid")))
        self._check_times(claims)
        scopes = exchange.method.authorization_scopes if exchange.method else ()
        _check_use(claims, scopes)
        _check_audience(claims, authorizer.identity_validation_expression)
        return {"claims": {name: _claim_text(name, value) for name, value in claims.items()}}

    async def _claims(self, pool: UserPool, token: str, key_id: str) -> Mapping[str, Any]:
        remembered = self._verified.get((pool, token))
        if remembered is not None:
            self._verified.move_to_end((pool, token))
            return remembered
        key = await self._key(pool, key_id)
        try:
            payload = jws.deserialize_compact(token, key, algorithms=["RS256"]).payload
            claims = json.loads(payload)
        except (JoseError, ValueError) as error:
            raise UnauthorizedError(reason=f"The token does not verify: {error}") from None
        if not isinstance(claims, dict):
            raise UnauthorizedError(reason="The token's payload is no object")
        self._verified[(pool, token)] = claims
        if len(self._verified) > _MOST_REMEMBERED_TOKENS:
            self._verified.popitem(last=False)
        return claims

    async def _key(self, pool: UserPool, key_id: str) -> RSAKey:
        keys = self._keys.get(pool)
        if keys is None or key_id not in keys:
            keys = self._keys[pool] = await self._fetch_keys(pool)
        key = keys.get(key_id)
        if key is None:
            raise UnauthorizedError(reason=f"User pool {pool.id} has no key {key_id}")
        return key

    async def _fetch_keys(self, pool: UserPool) -> dict[str, RSAKey]:
        try:
            status, body = await self._engine.get(
                f"/{pool.id}/.well-known/jwks.json",
                account_id=pool.account_id,
                region=pool.region,
            )
        except httpx.HTTPError as error:
            raise AuthorizerFailureError(reason=f"No keys of {pool.id}: {error}") from error
        if status >= 500:
            raise AuthorizerFailureError(reason=f"No keys of {pool.id}: HTTP {status}")
        if status != 200:
            raise UnauthorizedError(reason=f"No keys of {pool.id}: HTTP {status}")
        try:
            return {key["kid"]: RSAKey.import_key(key) for key in json.loads(body)["keys"]}
        except (JoseError, ValueError, KeyError, TypeError) as error:
            raise AuthorizerFailureError(reason=f"Bad keys of {pool.id}: {error}") from error

    def _check_times(self, claims: Mapping[str, Any]) -> None:
        expires = claims.get("exp")
        if not isinstance(expires, (int, float)):
            raise UnauthorizedError(reason="The token does not say when it expires")
        if self._now() >= expires:
            raise ExpiredTokenError


def _token(exchange: Exchange, authorizer: Authorizer) -> str:
    source = authorizer.identity_source or "method.request.header.Authorization"
    sent = (request_parameter(exchange, source) or "").strip()
    token = sent[7:].strip() if sent[:7].lower() == "bearer " else sent
    if not token:
        raise UnauthorizedError(reason=f"No token in {source}")
    return token


def _unverified(token: str) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """The header and the claims that a token says of itself, to find out who could vouch for it."""
    try:
        segments = jws.extract_compact(token.encode())
        claims = json.loads(segments.payload)
        header = segments.headers()
    except (JoseError, ValueError) as error:
        raise UnauthorizedError(reason=f"Not a JSON web token: {error}") from None
    if not isinstance(claims, dict):
        raise UnauthorizedError(reason="Not a JSON web token")
    return header, claims


def _check_use(claims: Mapping[str, Any], scopes: tuple[str, ...]) -> None:
    use = claims.get("token_use")
    if not scopes:
        if use != "id":
            raise UnauthorizedError(reason=f"An id token is needed, not one for {use}")
        return
    granted = str(claims.get("scope", "")).split()
    if use != "access" or not set(scopes) & set(granted):
        raise UnauthorizedError(reason=f"An access token with one of {', '.join(scopes)} is needed")


def _check_audience(claims: Mapping[str, Any], expression: str | None) -> None:
    if expression and not re.fullmatch(expression, str(claims.get("aud", ""))):
        raise UnauthorizedError(reason="The token's audience does not match the authorizer's rule")


def _claim_text(name: str, value: Any) -> str:
    # Every claim is a text in the event; times as Java writes a Date, lists joined by commas.
    if name in ("exp", "iat") and isinstance(value, (int, float)):
        moment = datetime.fromtimestamp(value, tz=UTC)
        day, month = _DAYS[moment.weekday()], _MONTHS[moment.month - 1]
        return f"{day} {month} {moment:%d %H:%M:%S} UTC {moment:%Y}"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ",".join(str(item) for item in value)
    return json.dumps(value) if isinstance(value, dict) else str(value)

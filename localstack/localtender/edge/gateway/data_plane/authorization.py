"""Deciding whether a request may call its method, by the method's authorization type.

After "Control and manage access to REST APIs in API Gateway" of the developer guide. What is not
supported refuses: a request never passes because something could not be checked.
"""

from __future__ import annotations

from localtender.edge.gateway.data_plane.authorizers.cognito import CognitoAuthorizers
from localtender.edge.gateway.data_plane.authorizers.function import FunctionAuthorizers
from localtender.edge.gateway.data_plane.errors import (
    AuthorizerConfigurationError,
    MissingAuthenticationTokenError,
)
from localtender.edge.gateway.data_plane.exchange import Exchange


class Authorization:
    """The authorizers behind one interface."""

    def __init__(self, cognito: CognitoAuthorizers, functions: FunctionAuthorizers) -> None:
        self._cognito = cognito
        self._functions = functions

    async def authorize(self, exchange: Exchange) -> None:
        """Let the request pass, with what its event says of the caller, or raise GatewayError."""
        if exchange.endpoint.snapshot.policy:
            raise AuthorizerConfigurationError(
                "Internal server error",
                reason="Resource policies of REST APIs are not evaluated by Localtender yet; "
                "requests to an API that has one are refused",
            )
        method = exchange.method
        if method is None:
            raise MissingAuthenticationTokenError
        match method.authorization_type:
            case "NONE":
                return
            case "COGNITO_USER_POOLS" | "CUSTOM":
                await self._by_authorizer(exchange, method.authorizer_id or "")
            case "AWS_IAM":
                if not (exchange.header("Authorization") or "").startswith("AWS4-HMAC-SHA256 "):
                    raise MissingAuthenticationTokenError
                raise AuthorizerConfigurationError(
                    "Internal server error",
                    reason="AWS_IAM authorization of methods is not supported by Localtender yet",
                )
            case other:
                raise AuthorizerConfigurationError(reason=f"Unknown authorization type {other}")

    async def _by_authorizer(self, exchange: Exchange, authorizer_id: str) -> None:
        authorizer = exchange.endpoint.snapshot.authorizers.get(authorizer_id)
        if authorizer is None:
            raise AuthorizerConfigurationError(reason=f"No authorizer {authorizer_id}")
        if authorizer.type == "COGNITO_USER_POOLS":
            exchange.authorizer = await self._cognito.authorize(exchange, authorizer)
        else:
            exchange.authorizer = await self._functions.authorize(exchange, authorizer)

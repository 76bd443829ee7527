"""Deciding whether a request may call its method, by the method's authorization type.

After "Control and manage access to REST APIs in API Gateway" and "How API Gateway resource policies
affect authorization workflow" of the developer guide, whose tables A (IAM or Lambda authorizer,
same account), B (IAM, another account) and C (user pool) are followed. What is not supported
refuses: a request never passes because something could not be checked.
"""

from __future__ import annotations

import re
import time

from localtender.edge.authorize.evaluation import (
    Decision,
    combined,
)
from localtender.edge.authorize.policy_documents import MalformedPolicyError
from localtender.edge.authorize.requests import ANONYMOUS
from localtender.edge.authorize.verdicts import identity_decision
from localtender.edge.gateway.data_plane.authorizers.cognito import CognitoAuthorizers
from localtender.edge.gateway.data_plane.authorizers.function import FunctionAuthorizers
from localtender.edge.gateway.data_plane.authorizers.signed_callers import SignedCallers
from localtender.edge.gateway.data_plane.errors import (
    AccessDeniedError,
    AuthorizerConfigurationError,
    GatewayError,
    MissingAuthenticationTokenError,
)
from localtender.edge.gateway.data_plane.exchange import AuthorizerRun, Exchange
from localtender.edge.gateway.data_plane.invoke_requests import INVOKE, invoke_request, method_arn
from localtender.edge.gateway.data_plane.resource_policies import resource_decision
from localtender.edge.gateway.state import Authorizer, Method

_ACCOUNT = re.compile(r":\d{8}(\d{4}):")


class Authorization:
    """The authorizers behind one interface."""

    def __init__(
        self,
        cognito: CognitoAuthorizers,
        functions: FunctionAuthorizers,
        signed_callers: SignedCallers,
    ) -> None:
        self._cognito = cognito
        self._functions = functions
        self._signed_callers = signed_callers

    async def authorize(self, exchange: Exchange) -> None:
        """Let the request pass, with what its event says of the caller, or raise GatewayError."""
        method = exchange.method
        if method is None:
            raise MissingAuthenticationTokenError
        if method.authorization_type == "NONE":
            await self._authorize(exchange, method)
            return
        run = exchange.authorizer_run = AuthorizerRun()
        began = time.perf_counter()
        try:
            await self._authorize(exchange, method)
        except GatewayError as error:
            run.status, run.error = error.status, error.message or error.reason
            raise
        else:
            run.status = 200
        finally:
            run.latency = int((time.perf_counter() - began) * 1000)

    async def _authorize(self, exchange: Exchange, method: Method) -> None:
        try:
            match method.authorization_type:
                case "NONE":
                    if exchange.endpoint.snapshot.policy:
                        _demand(resource_decision(exchange, ANONYMOUS), exchange)
                case "COGNITO_USER_POOLS" | "CUSTOM":
                    await self._by_authorizer(exchange, method.authorizer_id or "")
                case "AWS_IAM":
                    await self._by_signature(exchange)
                case other:
                    raise AuthorizerConfigurationError(reason=f"Unknown authorization type {other}")
        except MalformedPolicyError as error:
            raise AuthorizerConfigurationError(
                "Internal server error", reason=f"A policy cannot be evaluated: {error}"
            ) from None

    async def _by_authorizer(self, exchange: Exchange, authorizer_id: str) -> None:
        authorizer = exchange.endpoint.snapshot.authorizers.get(authorizer_id)
        if authorizer is None:
            raise AuthorizerConfigurationError(reason=f"No authorizer {authorizer_id}")
        if authorizer.type == "COGNITO_USER_POOLS":
            exchange.authorizer = await self._cognito.authorize(exchange, authorizer)
            if exchange.endpoint.snapshot.policy:
                _demand(resource_decision(exchange, ANONYMOUS), exchange)
        else:
            await self._by_function(exchange, authorizer)

    async def _by_function(self, exchange: Exchange, authorizer: Authorizer) -> None:
        # A denial by the API's own policy comes before the function is asked at all.
        decision = resource_decision(exchange, ANONYMOUS)
        if decision is Decision.EXPLICIT_DENY:
            _demand(decision, exchange)
        exchange.authorizer = await self._functions.authorize(
            exchange, authorizer, resource_allows=decision is Decision.ALLOW
        )

    async def _by_signature(self, exchange: Exchange) -> None:
        identity = await self._signed_callers.authenticate(exchange)
        exchange.identity = identity
        _demand(decide_for_signer(exchange, INVOKE), exchange)


def decide_for_signer(exchange: Exchange, action: str) -> Decision:
    """Whether who signed the request may do this to its method; nobody may who did not sign."""
    identity = exchange.identity
    if identity is None:
        return Decision.IMPLICIT_DENY
    caller = identity.principal
    own = identity_decision(identity, invoke_request(exchange, caller, action))
    same_account = caller.account_id == exchange.endpoint.account_id
    resource = resource_decision(exchange, caller, action)
    return combined(own, resource, same_account=same_account)


def denial(
    exchange: Exchange, action: str, decision: Decision = Decision.IMPLICIT_DENY
) -> AccessDeniedError:
    """The refusal of an action on the request's method."""
    caller = exchange.caller
    who = "anonymous" if caller is None else caller.arn
    # AWS hides all but the last digits of the account from whoever was denied.
    resource = _ACCOUNT.sub(r":********\1:", method_arn(exchange))
    explicit = " with an explicit deny" if decision is Decision.EXPLICIT_DENY else ""
    return AccessDeniedError(
        f"User: {who} is not authorized to perform: {action} on resource: {resource}{explicit}"
    )


def _demand(decision: Decision, exchange: Exchange) -> None:
    if decision is not Decision.ALLOW:
        raise denial(exchange, INVOKE, decision)

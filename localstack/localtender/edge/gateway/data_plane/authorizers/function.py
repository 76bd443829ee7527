"""TOKEN and REQUEST authorizers: a Lambda function decides by an IAM policy.

After "Use API Gateway Lambda authorizers", "Input to a Lambda authorizer" and "Output from a
Lambda authorizer" of the developer guide. A policy is kept for the authorizer's TTL under the
values of its identity sources and evaluated for each method.
"""

from __future__ import annotations

import json
import re
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from localtender.edge.authorize.evaluation import Decision
from localtender.edge.authorize.policy_documents import MalformedPolicyError
from localtender.edge.gateway.arns import execute_arn
from localtender.edge.gateway.data_plane.authorizers.policy import decide
from localtender.edge.gateway.data_plane.context_variables import (
    request_context as event_context,
)
from localtender.edge.gateway.data_plane.errors import (
    AccessDeniedError,
    ApiConfigurationError,
    AuthorizerConfigurationError,
    InternalServerError,
    UnauthorizedError,
)
from localtender.edge.gateway.data_plane.exchange import Exchange
from localtender.edge.gateway.data_plane.integrations.lambda_target import (
    LambdaTarget,
    invoke_function,
)
from localtender.edge.gateway.data_plane.invoke_requests import method_arn, request_context
from localtender.edge.gateway.data_plane.parameter_mapping import common_value
from localtender.edge.gateway.data_plane.proxy_event import forwarded_headers
from localtender.edge.gateway.data_plane.request_parameters import request_parameter
from localtender.edge.gateway.data_plane.substitution import as_text
from localtender.edge.gateway.state import Authorizer
from localtender.edge.invocation import FunctionInvoker

_MOST_KEPT = 2_048


@dataclass(frozen=True)
class _Verdict:
    """What an authorizer's function returned; `expires_at` is on the monotonic clock."""

    principal: str
    policy: Any
    context: Mapping[str, Any]
    usage_identifier_key: str | None
    expires_at: float


class FunctionAuthorizers:
    """Asks functions for policies and keeps them for a while."""

    def __init__(
        self, functions: FunctionInvoker, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._functions = functions
        self._clock = clock
        self._kept: OrderedDict[tuple[str, ...], _Verdict] = OrderedDict()

    async def authorize(
        self, exchange: Exchange, authorizer: Authorizer, *, resource_allows: bool = False
    ) -> Mapping[str, Any]:
        """The `requestContext.authorizer` of a request that the policy allows.

        `resource_allows` says that the API's own policy does, which suffices where the
        authorizer's neither allows nor denies.

        Raises UnauthorizedError, AccessDeniedError, or an error of the authorizer itself.
        """
        identity = _identity(exchange, authorizer)
        endpoint = exchange.endpoint
        name = (endpoint.api_id, endpoint.stage.name, endpoint.stage.deployment_id, authorizer.id)
        verdict = self._kept.get((*name, *identity)) if identity else None
        began = self._clock()
        if verdict is None or verdict.expires_at <= began:
            verdict = await self._ask(exchange, authorizer, identity)
            if authorizer.result_ttl_in_seconds and identity:
                self._keep((*name, *identity), verdict)
        latency = int((self._clock() - began) * 1000)
        _check(verdict, exchange, resource_allows=resource_allows)
        exchange.usage_identifier_key = verdict.usage_identifier_key
        return {
            "principalId": verdict.principal,
            "integrationLatency": latency,
            **verdict.context,
        }

    async def ask(self, exchange: Exchange, authorizer: Authorizer) -> tuple[str, Any]:
        """The principal and the policy that the function gives, nothing kept or evaluated.

        Raises UnauthorizedError, or an error of the authorizer itself.
        """
        verdict = await self._ask(exchange, authorizer, _identity(exchange, authorizer))
        return verdict.principal, verdict.policy

    def forget(self, api_id: str, stage_name: str) -> None:
        """Ask the authorizers of a stage anew from now on."""
        for name in [name for name in self._kept if name[:2] == (api_id, stage_name)]:
            del self._kept[name]

    def _keep(self, name: tuple[str, ...], verdict: _Verdict) -> None:
        self._kept[name] = verdict
        if len(self._kept) > _MOST_KEPT:
            self._kept.popitem(last=False)

    async def _ask(
        self, exchange: Exchange, authorizer: Authorizer, identity: tuple[str, ...]
    ) -> _Verdict:
        endpoint = exchange.endpoint
        began = self._clock()
        try:
            target = LambdaTarget.of_uri(
                authorizer.authorizer_uri, exchange, credentials=authorizer.authorizer_credentials
            )
            result = await invoke_function(
                self._functions,
                target,
                exchange,
                json.dumps(_event(exchange, authorizer, identity)).encode(),
                source_arn=execute_arn(
                    endpoint.region,
                    endpoint.account_id,
                    endpoint.api_id,
                    "authorizers",
                    authorizer.id,
                    "",
                ),
            )
        except (ApiConfigurationError, InternalServerError) as error:
            raise AuthorizerConfigurationError(reason=error.reason) from error
        run = exchange.authorizer_run
        if run is not None:
            run.integration_latency = int((self._clock() - began) * 1000)
            run.integration_status, run.request_id = 200, result.request_id
        if result.function_error is not None:
            if _error_message(result.payload) == "Unauthorized":
                raise UnauthorizedError(reason="The authorizer's function said Unauthorized")
            raise AuthorizerConfigurationError(
                reason=f"The authorizer's function failed, request {result.request_id}"
            )
        return _verdict(result.payload, self._clock() + authorizer.result_ttl_in_seconds)


def _identity(exchange: Exchange, authorizer: Authorizer) -> tuple[str, ...]:
    if authorizer.type == "TOKEN":
        token = request_parameter(exchange, authorizer.identity_source or "")
        if not token:
            raise UnauthorizedError(reason=f"No token in {authorizer.identity_source}")
        expression = authorizer.identity_validation_expression
        if expression and not re.fullmatch(expression, token):
            raise UnauthorizedError(reason="The token does not match the authorizer's expression")
        return (token,)
    values = []
    for source in (authorizer.identity_source or "").split(","):
        if not source.strip():
            continue
        expression = source.strip()
        if expression.startswith("method.request."):
            value = request_parameter(exchange, expression)
        else:
            value = common_value(exchange, expression)
        if not value and authorizer.result_ttl_in_seconds:
            raise UnauthorizedError(reason=f"No value for identity source {expression}")
        values.append(value or "")
    return tuple(values)


def _event(exchange: Exchange, authorizer: Authorizer, identity: tuple[str, ...]) -> dict[str, Any]:
    invoked_arn = method_arn(exchange)
    if authorizer.type == "TOKEN":
        return {
            "type": "TOKEN",
            "methodArn": invoked_arn,
            "authorizationToken": identity[0],
        }
    headers = forwarded_headers(exchange)
    query = exchange.query
    return {
        "type": "REQUEST",
        "methodArn": invoked_arn,
        "resource": exchange.resource.path if exchange.resource else None,
        "path": exchange.path,
        "httpMethod": exchange.request.method,
        "headers": {name: values[-1] for name, values in headers.items()},
        "multiValueHeaders": headers,
        "queryStringParameters": {name: values[-1] for name, values in query.items()},
        "multiValueQueryStringParameters": query,
        "pathParameters": dict(exchange.path_parameters),
        "stageVariables": dict(exchange.stage_variables),
        "requestContext": event_context(exchange),
    }


def _verdict(payload: bytes, expires_at: float) -> _Verdict:
    try:
        answer = json.loads(payload)
        principal = answer["principalId"]
        policy = answer["policyDocument"]
        context = answer.get("context") or {}
        values = {name: _context_text(value) for name, value in context.items()}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise AuthorizerConfigurationError(
            reason=f"The authorizer's answer is malformed: {error}"
        ) from None
    return _Verdict(
        principal=str(principal),
        policy=policy,
        context=values,
        usage_identifier_key=answer.get("usageIdentifierKey"),
        expires_at=expires_at,
    )


def _context_text(value: Any) -> str | None:
    if isinstance(value, (dict, list)):
        raise TypeError("values of the context must be text, number or boolean")
    return None if value is None else as_text(value)


def _check(verdict: _Verdict, exchange: Exchange, *, resource_allows: bool) -> None:
    try:
        decision = decide(verdict.policy, method_arn(exchange), request_context(exchange))
    except MalformedPolicyError as error:
        raise AuthorizerConfigurationError(
            reason=f"The authorizer's policy cannot be evaluated: {error}"
        ) from None
    if decision is Decision.EXPLICIT_DENY:
        raise AccessDeniedError(
            "User is not authorized to access this resource with an explicit deny"
        )
    if decision is Decision.IMPLICIT_DENY and not resource_allows:
        raise AccessDeniedError


def _error_message(payload: bytes) -> str:
    try:
        return str(json.loads(payload).get("errorMessage", ""))
    except (ValueError, AttributeError):
        return ""

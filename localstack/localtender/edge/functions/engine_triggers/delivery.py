"""Takes the invocations that shadows hand over.

The contract is the engine's (ministack 1.5.33, "Lambda proxy mode"): the event is the body of a
POST, the version called stands in X-Amzn-Lambda-Function-Version, and an answer outside 2xx is the
function's failure. Which alias was called the engine does not say: of those that stand for this
version it is the one whose policy lets the source in.
"""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING

from localtender.edge.functions.engine_triggers.origin import Origin, origin_of
from localtender.edge.functions.engine_triggers.user_pools.answered import AnsweredTriggers
from localtender.edge.functions.names import LATEST, FunctionReference
from localtender.edge.functions.resource_policy import permits, permits_principal
from localtender.edge.invocation import Invocation
from localtender.edge.protocol.errors import ServiceError
from localtender.edge.protocol.messages import HttpResponse

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from localtender.edge.functions.function import Function, FunctionRegistry
    from localtender.edge.invocation import InvocationResult
    from localtender.edge.protocol.messages import HttpRequest

_HEADERS = (("Content-Type", "application/json"),)
_log = logging.getLogger(__name__)


class EngineDeliveries:
    """Invokes functions for services of the engine, where the resource policy lets them."""

    def __init__(
        self,
        registry: FunctionRegistry,
        invoke: Callable[[Invocation], Awaitable[InvocationResult]],
        answered: AnsweredTriggers | None = None,
    ) -> None:
        """`answered` knows the questions that need not be asked again."""
        self._answered = answered or AnsweredTriggers()
        self._registry = registry
        self._invoke = invoke

    async def deliver(self, request: HttpRequest, target: str) -> HttpResponse:
        """Answer a shadow's request; `target` is ``ACCOUNT/REGION/NAME``."""
        parts = target.split("/")
        if len(parts) != 3:
            return _failure(404, "ResourceNotFoundException", f"No function {target}.")
        reference = FunctionReference(*parts)
        function = self._registry.find(reference)
        if function is None:
            return _failure(
                404, "ResourceNotFoundException", f"Function not found: {reference.arn}"
            )
        try:
            event = json.loads(request.body or b"null")
        except ValueError:
            return _failure(400, "InvalidRequestContentException", "The event is not JSON.")
        answered = self._answered.answer(event)
        if answered is not None:
            return HttpResponse(200, _HEADERS, json.dumps(answered).encode())
        origin = origin_of(event, account_id=reference.account_id, region=reference.region)
        version = request.header("X-Amzn-Lambda-Function-Version") or LATEST
        called = _called(function, version, origin)
        if called is None:
            message = f"{origin.principal} has no permission to invoke {reference.arn}."
            _log.warning("%s Its source is %s; see AddPermission.", message, origin.source_arn)
            return _failure(403, "AccessDeniedException", message)
        return await self._run(called, request, asynchronous=origin.is_asynchronous)

    async def _run(
        self, called: FunctionReference, request: HttpRequest, *, asynchronous: bool
    ) -> HttpResponse:
        invocation = Invocation(
            called.arn,
            request.body or b"null",
            invocation_type="Event" if asynchronous else "RequestResponse",
            trace_id=request.header("X-Amzn-Trace-Id"),
            request_id=request.header("X-Amzn-Lambda-Request-Id"),
        )
        try:
            result = await self._invoke(invocation)
        except ServiceError as error:
            return _failure(error.status, error.code, error.message)
        return HttpResponse(500 if result.function_error else 200, _HEADERS, result.payload)


def _called(function: Function, version: str, origin: Origin) -> FunctionReference | None:
    """What was called: the version, or an alias of it; None where no policy lets the source in."""
    own = None if version == LATEST else version
    aliases = [name for name, alias in function.aliases.items() if alias.version == version]
    qualifiers = [own, *aliases] if own is None else [*aliases, own]
    for qualifier in qualifiers:
        if origin.principal is None or _permitted(function, qualifier, origin, origin.principal):
            return function.reference.qualified(qualifier)
    return None


def _permitted(function: Function, qualifier: str | None, origin: Origin, principal: str) -> bool:
    policy = function.policies.get(qualifier)
    region = function.reference.region
    principals = [principal]
    if principal == "logs.amazonaws.com":
        principals.append(f"logs.{region}.amazonaws.com")
    if origin.source_arn is None:
        return any(permits_principal(policy, one) for one in principals)
    return any(
        permits(
            policy,
            principal=one,
            source_arn=origin.source_arn,
            source_account=function.reference.account_id,
        )
        for one in principals
    )


def _failure(status: int, code: str, message: str) -> HttpResponse:
    body = json.dumps({"errorType": code, "errorMessage": message}).encode()
    return HttpResponse(status, _HEADERS, body)

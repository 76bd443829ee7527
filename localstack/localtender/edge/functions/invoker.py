"""Invoking functions: at once with an answer, or taken as an event for later.

https://docs.aws.amazon.com/lambda/latest/dg/lambda-invocation.html
"""

from __future__ import annotations

import asyncio
import secrets
import time
import uuid
from dataclasses import replace
from typing import TYPE_CHECKING

from localtender.edge.functions import errors
from localtender.edge.functions.asynchronous import AsynchronousInvoker
from localtender.edge.functions.destinations import Destinations, EventRules
from localtender.edge.functions.execution.concurrency import ConcurrencyLimits
from localtender.edge.functions.execution.invocation_request import InvocationRequest
from localtender.edge.functions.names import LATEST, parse_arn
from localtender.edge.invocation import InvocationResult
from localtender.edge.protocol.errors import ServiceError

if TYPE_CHECKING:
    from collections.abc import Callable

    from localtender.edge.functions.configuration import FunctionConfiguration
    from localtender.edge.functions.disturbance import Disturbance, Disturbances
    from localtender.edge.functions.execution.executor import FunctionExecutor
    from localtender.edge.functions.function import Function, FunctionRegistry
    from localtender.edge.functions.names import FunctionReference
    from localtender.edge.functions.observer import FunctionObserver
    from localtender.edge.functions.role_permissions import RolePermissions
    from localtender.edge.functions.settings import FunctionsSettings
    from localtender.edge.invocation import Invocation
    from localtender.engines.calls import EngineCalls


class Invoker:
    """Admits invocations within the concurrency limits and has them executed."""

    def __init__(
        self,
        *,
        registry: FunctionRegistry,
        executor: FunctionExecutor,
        engine: EngineCalls,
        observer: FunctionObserver,
        settings: FunctionsSettings,
        disturbances: Disturbances,
        permissions: RolePermissions,
    ) -> None:
        self._registry = registry
        self._executor = executor
        self._observer = observer
        self._disturbances = disturbances
        self._limits = ConcurrencyLimits(settings.account_concurrency, registry.reserved_total)
        self.destinations = Destinations(engine, self.invoke, permissions, observer)
        self._asynchronous = AsynchronousInvoker(
            self.invoke,
            self.destinations,
            retry_delays_seconds=settings.retry_delays_seconds,
            observer=observer,
        )
        self._running: set[asyncio.Task[InvocationResult]] = set()

    async def stop(self) -> None:
        """Give up what waits and what runs."""
        await self._asynchronous.stop()
        for task in tuple(self._running):
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    async def invoke(self, invocation: Invocation) -> InvocationResult:
        """Run a function, or take its event.

        A caller that gives up does not stop the function. Raises ServiceError where the Invoke
        API would refuse.
        """
        reference = parse_arn(invocation.function_arn)
        function = self._registry.get(reference)
        configuration = function.configuration_to_invoke(reference.qualifier)
        errors.check_payload_size(len(invocation.payload), invocation.invocation_type)
        request_id = invocation.request_id or str(uuid.uuid4())
        if invocation.invocation_type != "RequestResponse":
            if invocation.invocation_type == "Event":
                again = replace(
                    invocation,
                    invocation_type="RequestResponse",
                    request_id=request_id,
                    trace_id=invocation.trace_id or _new_trace(),
                )
                self._asynchronous.accept(again, _event_rules(function, reference))
            return InvocationResult(b"", None, configuration.version, request_id)
        disturbance = self._disturbances.befall(reference)
        request = InvocationRequest(
            request_id=request_id,
            function_arn=reference.arn,
            payload=invocation.payload,
            trace_id=invocation.trace_id or _new_trace(),
            client_context=invocation.client_context,
            response_stream=invocation.response_stream,
        )
        if disturbance is None:
            leave = self._enter(reference, function, configuration)
            task = asyncio.create_task(self._execute(reference, configuration, request))
            task.add_done_callback(lambda _: leave())
        else:
            request = replace(request, disturbance=disturbance)
            task = asyncio.create_task(
                self._disturbed(disturbance, function, reference, configuration, request)
            )
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return await asyncio.shield(task)

    def _enter(
        self,
        reference: FunctionReference,
        function: Function,
        configuration: FunctionConfiguration,
    ) -> Callable[[], None]:
        try:
            return self._limits.enter(function, configuration.version)
        except ServiceError:
            self._observer.throttled(reference)
            raise

    async def _disturbed(
        self,
        disturbance: Disturbance,
        function: Function,
        reference: FunctionReference,
        configuration: FunctionConfiguration,
        request: InvocationRequest,
    ) -> InvocationResult:
        await asyncio.sleep(disturbance.delay_seconds)
        if disturbance.refusal is not None:
            if disturbance.refusal.status == 429:
                self._observer.throttled(reference)
            raise disturbance.refusal
        leave = self._enter(reference, function, configuration)
        try:
            result = await self._execute(reference, configuration, request)
        finally:
            leave()
        await asyncio.sleep(disturbance.delay_after_seconds)
        if disturbance.refusal_after is not None:
            raise disturbance.refusal_after
        return result

    async def _execute(
        self,
        reference: FunctionReference,
        configuration: FunctionConfiguration,
        request: InvocationRequest,
    ) -> InvocationResult:
        self._observer.started(reference)
        duration_ms, failed = 0.0, True
        try:
            outcome = await self._executor.execute(configuration, request)
            duration_ms, failed = outcome.duration_ms, outcome.failed
        finally:
            self._observer.ended(
                reference, configuration.version, duration_ms=duration_ms, failed=failed
            )
        return InvocationResult(
            payload=outcome.payload,
            function_error="Unhandled" if outcome.failed else None,
            executed_version=configuration.version,
            request_id=request.request_id,
            log_tail=outcome.log_tail,
        )


def _event_rules(function: Function, reference: FunctionReference) -> EventRules:
    kept = function.event_invoke.get(reference.qualifier or LATEST, {})
    retries, age = kept.get("MaximumRetryAttempts"), kept.get("MaximumEventAgeInSeconds")
    destinations = kept.get("DestinationConfig", {})
    return EventRules(
        maximum_retries=2 if retries is None else retries,
        maximum_age=21_600.0 if age is None else float(age),
        on_success=destinations.get("OnSuccess", {}).get("Destination"),
        on_failure=destinations.get("OnFailure", {}).get("Destination"),
        dead_letter_target=function.configuration(reference.qualifier).dead_letter_target,
        switched_off=function.reserved_concurrency == 0,
    )


def _new_trace() -> str:
    root = f"1-{int(time.time()):08x}-{secrets.token_hex(12)}"
    return f"Root={root};Parent={secrets.token_hex(8)};Sampled=0"

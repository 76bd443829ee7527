"""Lambda: the service as the edge and the gateway see it."""

from __future__ import annotations

import asyncio
import secrets
import shutil
import time
import uuid
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from localtender.edge.functions import errors
from localtender.edge.functions.asynchronous import AsynchronousInvoker
from localtender.edge.functions.code import CodeStore
from localtender.edge.functions.control.aliases import AliasOperations
from localtender.edge.functions.control.concurrency import ConcurrencyOperations
from localtender.edge.functions.control.constraints import check_input
from localtender.edge.functions.control.event_invoke import EventInvokeOperations
from localtender.edge.functions.control.event_source_mappings import MappingOperations
from localtender.edge.functions.control.function_settings import FunctionSettingsOperations
from localtender.edge.functions.control.function_urls import FunctionUrlOperations
from localtender.edge.functions.control.functions import FunctionOperations
from localtender.edge.functions.control.invoke import InvokeOperations, current_request
from localtender.edge.functions.control.layers import LayerOperations
from localtender.edge.functions.control.permissions import PermissionOperations, permits
from localtender.edge.functions.control.provisioned_concurrency import (
    ProvisionedConcurrencyOperations,
)
from localtender.edge.functions.control.tags import TagOperations
from localtender.edge.functions.control.versions import VersionOperations
from localtender.edge.functions.destinations import Destinations, EventRules
from localtender.edge.functions.engine_triggers.delivery import EngineDeliveries
from localtender.edge.functions.engine_triggers.shadows import ShadowFunctions
from localtender.edge.functions.event_source_mapping import MappingRegistry
from localtender.edge.functions.execution.concurrency import ConcurrencyLimits
from localtender.edge.functions.execution.credentials import ExecutionRoles
from localtender.edge.functions.execution.environment import InvocationRequest
from localtender.edge.functions.execution.executor import FunctionExecutor
from localtender.edge.functions.function import FunctionRegistry
from localtender.edge.functions.function_url import FunctionUrls
from localtender.edge.functions.layer import LayerRegistry
from localtender.edge.functions.names import LATEST, parse_arn
from localtender.edge.functions.observer import FunctionObserver, NobodyWatches
from localtender.edge.functions.persistence import FunctionsState
from localtender.edge.functions.settings import FunctionsSettings
from localtender.edge.functions.sources.event_sources import EventSources
from localtender.edge.functions.sources.pollers import Pollers
from localtender.edge.functions.sources.queue import Queues
from localtender.edge.functions.sources.stream import Streams
from localtender.edge.functions.urls.serving import FunctionUrlServer
from localtender.edge.invocation import InvocationResult
from localtender.edge.protocol.errors import ServiceError
from localtender.edge.protocol.models import ServiceModels
from localtender.edge.protocol.service import RestJsonService
from localtender.engines.client import EngineCallError

if TYPE_CHECKING:
    from botocore.model import ServiceModel

    from localtender.edge.functions.configuration import FunctionConfiguration
    from localtender.edge.functions.execution.executor import EnvironmentStatus
    from localtender.edge.functions.function import Function
    from localtender.edge.functions.names import FunctionReference
    from localtender.edge.functions.sources.stream_batch import DiscardedBatch
    from localtender.edge.invocation import Invocation
    from localtender.edge.protocol.messages import Caller, HttpRequest, HttpResponse
    from localtender.edge.protocol.service import Operation, Parameters
    from localtender.edge.snapshot import Snapshot
    from localtender.engines.calls import EngineCalls
    from localtender.telemetry.log_delivery import LogDelivery

_CHANGES_WHAT_CAN_BE_CALLED = frozenset(
    {
        "CreateFunction",
        "UpdateFunctionCode",
        "DeleteFunction",
        "PublishVersion",
        "CreateAlias",
        "UpdateAlias",
        "DeleteAlias",
    }
)

__all__ = ["FunctionsService", "FunctionsSettings"]


class FunctionsService:
    """Control plane and execution of Lambda, in one process with the edge."""

    def __init__(
        self,
        *,
        engine: EngineCalls,
        logs: LogDelivery,
        endpoint_url: str,
        settings: FunctionsSettings,
        models: ServiceModels | None = None,
        snapshot: Snapshot | None = None,
        observer: FunctionObserver | None = None,
    ) -> None:
        """`endpoint_url` is where clients reach the edge; a snapshot makes the state survive."""
        self._engine = engine
        self._observer = observer or NobodyWatches()
        self._settings = settings
        self._registry = FunctionRegistry()
        self._mappings = MappingRegistry()
        self._code = CodeStore(settings.state_directory / "code")
        roles = ExecutionRoles(engine)
        self._executor = FunctionExecutor(
            code=self._code, roles=roles, logs=logs, endpoint_url=endpoint_url, settings=settings
        )
        self._limits = ConcurrencyLimits(
            settings.account_concurrency, self._registry.reserved_total
        )
        self._destinations = Destinations(engine, self.invoke, self._observer)
        self._asynchronous = AsynchronousInvoker(
            self.invoke,
            self._destinations,
            retry_delays_seconds=settings.retry_delays_seconds,
            observer=self._observer,
        )
        queues = Queues(engine)
        streams = Streams(engine)
        self._pollers = Pollers(
            queues,
            streams,
            self.invoke,
            discard=self._discard,
            role_of=self._role_of,
            settings=settings,
        )
        self._running: set[asyncio.Task[InvocationResult]] = set()
        models = models or ServiceModels()
        model = models.get("lambda")
        layers = LayerRegistry()
        functions = FunctionOperations(
            registry=self._registry,
            code=self._code,
            roles=roles,
            executor=self._executor,
            runtimes=_runtime_names(model),
            endpoint_url=endpoint_url,
            fetch_object=self._fetch_object,
            layers=layers,
        )
        urls = FunctionUrls(self._registry)
        self._state = FunctionsState(
            snapshot,
            functions=self._registry,
            layers=layers,
            mappings=self._mappings,
            urls=urls,
        )
        self._url_server = FunctionUrlServer(urls, self.invoke)
        self._shadows = (
            ShadowFunctions(engine, self._registry, endpoint_url)
            if settings.shadows_in_engine
            else None
        )
        self._provisioned = ProvisionedConcurrencyOperations(
            self._registry, self._executor, settings.account_concurrency
        )
        self._deliveries = EngineDeliveries(self._registry, self.invoke)
        subjects = (
            functions,
            LayerOperations(
                layers, self._code, endpoint_url=endpoint_url, fetch_object=self._fetch_object
            ),
            VersionOperations(self._registry),
            AliasOperations(self._registry),
            PermissionOperations(self._registry),
            MappingOperations(
                self._registry, self._mappings, EventSources(queues, streams), self._pollers
            ),
            ConcurrencyOperations(self._registry, settings.account_concurrency),
            self._provisioned,
            FunctionSettingsOperations(self._registry),
            EventInvokeOperations(self._registry),
            FunctionUrlOperations(self._registry, urls, endpoint_url),
            TagOperations(self._registry, self._mappings),
            InvokeOperations(self._registry, self),
        )
        operations: dict[str, Operation] = {}
        for subject in subjects:
            for name, operation in subject.operations().items():
                operations[name] = _checked(model, name, self._followed(name, operation))
        self._service = RestJsonService("lambda", operations, models)

    async def start(self) -> None:
        """Make the state directory ready, and go on where a persistent earlier run ended."""
        scratch = self._settings.state_directory / "scratch"
        await asyncio.to_thread(shutil.rmtree, scratch, ignore_errors=True)
        scratch.mkdir(parents=True)
        self._state.load()
        await self._resume()

    async def stop(self) -> None:
        """End every reader, invocation and process; nothing is left behind."""
        await self._pollers.stop()
        await self._asynchronous.stop()
        for task in tuple(self._running):
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        await self._executor.stop()

    async def control(self, request: HttpRequest, caller: Caller) -> HttpResponse:
        """Answer a request of the Lambda API, Invoke included."""
        token = current_request.set(request)
        try:
            return await self._service.handle(request, caller)
        finally:
            current_request.reset(token)

    async def serve_url(
        self, request: HttpRequest, *, identifier: str, path: str, caller: Caller | None
    ) -> HttpResponse:
        """Answer a request to a function URL; `caller` is None unless it is signed for Lambda."""
        return await self._url_server.serve(
            request, identifier=identifier, path=path, caller=caller
        )

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
                    invocation, invocation_type="RequestResponse", request_id=request_id
                )
                self._asynchronous.accept(again, _event_rules(function, reference))
            return InvocationResult(b"", None, configuration.version, request_id)
        try:
            leave = self._limits.enter(function.reference, function.reserved_concurrency)
        except ServiceError:
            self._observer.throttled(reference)
            raise
        request = InvocationRequest(
            request_id=request_id,
            function_arn=reference.arn,
            payload=invocation.payload,
            trace_id=invocation.trace_id or _new_trace(),
            client_context=invocation.client_context,
        )
        task = asyncio.create_task(self._execute(reference, configuration, request))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        task.add_done_callback(lambda _: leave())
        return await asyncio.shield(task)

    def permits(
        self, function_arn: str, *, principal: str, source_arn: str, source_account: str
    ) -> bool:
        """Whether the function's resource policy lets a service invoke it for a source."""
        reference = parse_arn(function_arn)
        function = self._registry.find(reference)
        if function is None:
            return False
        return permits(
            function.policies.get(reference.qualifier),
            principal=principal,
            source_arn=source_arn,
            source_account=source_account,
        )

    def environments(self) -> tuple[EnvironmentStatus, ...]:
        """What runs now, for the status."""
        return self._executor.environments()

    def code_archive(self, sha256_hex: str) -> bytes | None:
        """The archive that a Code.Location of GetFunction names, or None."""
        return self._code.archive(sha256_hex)

    async def deliver(self, request: HttpRequest, target: str) -> HttpResponse:
        """Answer a shadow in the engine that was called; `target` is ``ACCOUNT/REGION/NAME``."""
        return await self._deliveries.deliver(request, target)

    def _followed(self, name: str, operation: Operation) -> Operation:
        """The operation; what depends on versions and aliases is brought in step after it."""
        if name not in _CHANGES_WHAT_CAN_BE_CALLED:
            return self._saved(name, operation)

        async def followed(caller: Caller, parameters: Parameters) -> Parameters:
            answer = await operation(caller, parameters)
            self._state.save_after(name)
            reference = self._registry.reference(caller, parameters["FunctionName"])
            function = self._registry.find(reference)
            if function is not None:
                self._provisioned.reconcile(function)
            if self._shadows is not None:
                await self._shadows.follow(reference)
            return answer

        return followed

    def _saved(self, name: str, operation: Operation) -> Operation:
        async def saved(caller: Caller, parameters: Parameters) -> Parameters:
            answer = await operation(caller, parameters)
            self._state.save_after(name)
            return answer

        return saved

    async def _resume(self) -> None:
        """Go on with what an earlier run left: readers, ready environments, shadows."""
        for mapping in self._mappings.everywhere():
            if self._registry.find(mapping.function) is not None:
                self._pollers.follow(mapping)
        for function in self._registry.everywhere():
            if function.provisioned:
                self._provisioned.reconcile(function)
            if self._shadows is not None:
                await self._shadows.follow(function.reference)

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

    async def _discard(self, batch: DiscardedBatch) -> None:
        mapping = batch.mapping
        if mapping.on_failure is not None:
            await self._destinations.send_document(
                mapping.on_failure,
                batch.to_document(),
                account_id=mapping.function.account_id,
                region=mapping.function.region,
            )

    def _role_of(self, reference: FunctionReference) -> str:
        return self._registry.get(reference).configuration(reference.qualifier).role

    async def _fetch_object(self, caller: Caller, source: dict[str, Any]) -> bytes:
        parameters = {"Bucket": source["S3Bucket"], "Key": source["S3Key"]}
        if source.get("S3ObjectVersion"):
            parameters["VersionId"] = source["S3ObjectVersion"]
        try:
            answer = await self._engine.call(
                "s3",
                "GetObject",
                parameters,
                account_id=caller.account_id,
                region=caller.region,
            )
        except EngineCallError as error:
            raise errors.invalid_parameter(
                f"Error occurred while GetObject. S3 Error Code: {error.code}. "
                f"S3 Error Message: {error.message}"
            ) from error
        body = answer["Body"]
        return body if isinstance(body, bytes) else bytes(body.read())


def _checked(model: ServiceModel, name: str, operation: Operation) -> Operation:
    shape = model.operation_model(name).input_shape

    async def checked(caller: Caller, parameters: Parameters) -> Parameters:
        if shape is not None:
            check_input(shape, parameters)
        return await operation(caller, parameters)

    return checked


def _runtime_names(model: ServiceModel) -> tuple[str, ...]:
    shape: Any = model.shape_for("Runtime")
    return tuple(shape.enum)


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
    )


def _new_trace() -> str:
    root = f"1-{int(time.time()):08x}-{secrets.token_hex(12)}"
    return f"Root={root};Parent={secrets.token_hex(8)};Sampled=0"

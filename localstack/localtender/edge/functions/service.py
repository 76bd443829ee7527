"""Lambda: the service as the edge and the gateway see it."""

from __future__ import annotations

import asyncio
import shutil
from typing import TYPE_CHECKING, Any

from localtender.edge.authorize.service_permissions import EverythingPermitted
from localtender.edge.functions.code import CodeStore
from localtender.edge.functions.control.control_plane import ControlPlane
from localtender.edge.functions.control.event_source_mappings import MappingOperations
from localtender.edge.functions.control.execution_role_trust import ExecutionRoleTrust
from localtender.edge.functions.control.functions import FunctionOperations
from localtender.edge.functions.control.invoke import InvokeOperations
from localtender.edge.functions.control.layers import LayerOperations
from localtender.edge.functions.control.network import Networks
from localtender.edge.functions.control.provisioned_concurrency import (
    ProvisionedConcurrencyOperations,
)
from localtender.edge.functions.control.registered import registered_subjects
from localtender.edge.functions.control.runtimes import Runtimes
from localtender.edge.functions.control.uploaded_code import UploadedCode
from localtender.edge.functions.dependents import Dependents
from localtender.edge.functions.disturbance import Disturbances, NothingHappens
from localtender.edge.functions.engine_triggers.delivery import EngineDeliveries
from localtender.edge.functions.engine_triggers.shadows import ShadowFunctions
from localtender.edge.functions.engine_triggers.user_pools.answered import AnsweredTriggers
from localtender.edge.functions.event_source_mapping import MappingRegistry
from localtender.edge.functions.execution.credentials import ExecutionRoles
from localtender.edge.functions.execution.executor import FunctionExecutor
from localtender.edge.functions.function import FunctionRegistry
from localtender.edge.functions.function_url import FunctionUrls
from localtender.edge.functions.invoker import Invoker
from localtender.edge.functions.layer import LayerRegistry
from localtender.edge.functions.names import parse_arn
from localtender.edge.functions.observer import FunctionObserver, NobodyWatches
from localtender.edge.functions.persistence import FunctionsState
from localtender.edge.functions.resource_policy import permits
from localtender.edge.functions.role_permissions import RolePermissions
from localtender.edge.functions.settings import FunctionsSettings
from localtender.edge.functions.sources.checkpoints import StreamCheckpoints
from localtender.edge.functions.sources.event_sources import EventSources
from localtender.edge.functions.sources.pollers import Pollers
from localtender.edge.functions.sources.queue import Queues
from localtender.edge.functions.sources.stream import Streams
from localtender.edge.functions.urls.serving import FunctionUrlServer
from localtender.edge.protocol.models import ServiceModels

if TYPE_CHECKING:
    from localtender.edge.authorize.service_permissions import ServicePermissions
    from localtender.edge.functions.execution.executor import EnvironmentStatus
    from localtender.edge.functions.names import FunctionReference
    from localtender.edge.functions.sources.stream_batch import DiscardedBatch
    from localtender.edge.invocation import Invocation, InvocationResult
    from localtender.edge.protocol.messages import Caller, HttpRequest, HttpResponse
    from localtender.edge.snapshot import Snapshot
    from localtender.engines.calls import EngineCalls
    from localtender.telemetry.log_delivery import LogDelivery

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
        checkpoints: Snapshot | None = None,
        observer: FunctionObserver | None = None,
        sources: EngineCalls | None = None,
        disturbances: Disturbances | None = None,
    ) -> None:
        """`endpoint_url` is where clients reach the edge.

        A snapshot makes the state survive, that of `checkpoints` how far streams have been read.
        """
        models = models or ServiceModels()
        self._settings = settings
        self._registry = FunctionRegistry()
        self._mappings = MappingRegistry()
        self._code = CodeStore(settings.state_directory / "code")
        self._roles = roles = ExecutionRoles(engine)
        self._permissions = RolePermissions(EverythingPermitted(), self._role_of)
        self._executor = FunctionExecutor(
            code=self._code,
            roles=roles,
            logs=logs,
            endpoint_url=endpoint_url,
            settings=settings,
            permissions=self._permissions,
        )
        self._invoker = Invoker(
            registry=self._registry,
            executor=self._executor,
            engine=engine,
            observer=observer or NobodyWatches(),
            settings=settings,
            disturbances=disturbances or NothingHappens(),
            permissions=self._permissions,
        )
        sources = sources or engine
        queues, streams = Queues(sources), Streams(sources)
        self._pollers = Pollers(
            queues,
            streams,
            self.invoke,
            discard=self._discard,
            role_of=self._role_of,
            settings=settings,
            permissions=self._permissions,
            checkpoints=StreamCheckpoints(checkpoints),
        )
        layers = LayerRegistry()
        self._urls = urls = FunctionUrls(self._registry)
        self._state = FunctionsState(
            snapshot, functions=self._registry, layers=layers, mappings=self._mappings, urls=urls
        )
        self._url_server = FunctionUrlServer(urls, self)
        shadows = ShadowFunctions(engine, self._registry, endpoint_url)
        self.answered_triggers = AnsweredTriggers()
        self._deliveries = EngineDeliveries(self._registry, self.invoke, self.answered_triggers)
        provisioned = ProvisionedConcurrencyOperations(
            self._registry, self._executor, settings.account_concurrency
        )
        self._dependents = Dependents(
            self._registry,
            self._mappings,
            provisioned=provisioned,
            pollers=self._pollers,
            shadows=shadows if settings.shadows_in_engine else None,
        )
        uploaded = UploadedCode(self._code, engine)
        self._control_plane = ControlPlane(
            (
                FunctionOperations(
                    registry=self._registry,
                    code=uploaded,
                    roles=ExecutionRoleTrust(engine),
                    networks=Networks(engine),
                    executor=self._executor,
                    runtimes=Runtimes(models),
                    layers=layers,
                ),
                LayerOperations(layers, uploaded, endpoint_url),
                MappingOperations(
                    self._registry,
                    self._mappings,
                    EventSources(Queues(engine), Streams(engine), self._permissions),
                    self._pollers,
                ),
                provisioned,
                InvokeOperations(self._registry, self),
                *registered_subjects(
                    self._registry,
                    layers=layers,
                    mappings=self._mappings,
                    urls=urls,
                    endpoint_url=endpoint_url,
                    account_concurrency=settings.account_concurrency,
                ),
            ),
            registry=self._registry,
            state=self._state,
            models=models,
            changed=self._dependents.follow,
        )

    def use_permissions(self, permissions: ServicePermissions) -> None:
        """Ask these what functions' roles let Lambda do; without them nothing is refused."""
        self._permissions.use(permissions)

    async def start(self) -> None:
        """Make the state directory ready, and go on where a persistent earlier run ended."""
        scratch = self._settings.state_directory / "scratch"
        await asyncio.to_thread(shutil.rmtree, scratch, ignore_errors=True)
        scratch.mkdir(parents=True)
        self._state.load()
        self._executor.start()
        await self._dependents.resume()

    async def stop(self) -> None:
        """End every reader, invocation and process; nothing is left behind."""
        await self._pollers.stop()
        await self._invoker.stop()
        await self._executor.stop()

    async def control(self, request: HttpRequest, caller: Caller) -> HttpResponse:
        """Answer a request of the Lambda API, Invoke included."""
        return await self._control_plane.handle(request, caller)

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
        return await self._invoker.invoke(invocation)

    def permits(
        self, function_arn: str, *, principal: str, source_arn: str, source_account: str
    ) -> bool:
        """Whether the function's resource policy lets a service invoke it for a source."""
        return permits(
            self._registry.policy(parse_arn(function_arn)),
            principal=principal,
            source_arn=source_arn,
            source_account=source_account,
        )

    def function_of_url(self, identifier: str) -> FunctionReference | None:
        """The function, or the alias of it, that a function URL invokes."""
        found = self._urls.find(identifier)
        return None if found is None else found[1].reference

    def function_of_access_key(self, access_key_id: str) -> tuple[FunctionReference, str] | None:
        """The function whose environments have these credentials, and its role's ARN."""
        holder = self._roles.holder(access_key_id)
        return None if holder is None else (parse_arn(holder[0]), holder[1])

    def resource_policy(self, function_arn: str) -> dict[str, Any] | None:
        """The policy of a function, a version or an alias as a document, None without one."""
        policy = self._registry.policy(parse_arn(function_arn))
        if policy is None:
            return None
        return {"Version": "2012-10-17", "Statement": list(policy.statements.values())}

    def environments(self) -> tuple[EnvironmentStatus, ...]:
        """What runs now, for the status."""
        return self._executor.environments()

    def code_archive(self, sha256_hex: str) -> bytes | None:
        """The archive that a Code.Location of GetFunction names, or None."""
        return self._code.archive(sha256_hex)

    async def deliver(self, request: HttpRequest, target: str) -> HttpResponse:
        """Answer a shadow in the engine that was called; `target` is ``ACCOUNT/REGION/NAME``."""
        return await self._deliveries.deliver(request, target)

    async def _discard(self, batch: DiscardedBatch) -> None:
        mapping = batch.mapping
        if mapping.on_failure is not None:
            await self._invoker.destinations.send_document(
                mapping.on_failure, batch.to_document(), function=mapping.function
            )

    def _role_of(self, reference: FunctionReference) -> str:
        return self._registry.get(reference).configuration(reference.qualifier).role

"""Runs invocations: picks the pool of the function's version and an environment in it."""

from __future__ import annotations

import asyncio
import os
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from localtender.edge.functions.execution.credentials import ExecutionRoles
from localtender.edge.functions.execution.environment import ExecutionEnvironment
from localtender.edge.functions.execution.function_log import FunctionLog
from localtender.edge.functions.execution.pool import EnvironmentPool
from localtender.edge.functions.execution.runtimes import Runtimes
from localtender.edge.functions.execution.spare_process import SpareProcess
from localtender.edge.functions.execution.variables import EnvironmentPlace
from localtender.edge.functions.hot_reload import HotReload

if TYPE_CHECKING:
    from pathlib import Path

    from localtender.edge.functions.code import CodeStore
    from localtender.edge.functions.configuration import FunctionConfiguration
    from localtender.edge.functions.execution.invocation_request import InvocationRequest
    from localtender.edge.functions.execution.outcomes import InvocationOutcome
    from localtender.edge.functions.names import FunctionReference
    from localtender.edge.functions.role_permissions import RolePermissions
    from localtender.edge.functions.settings import FunctionsSettings
    from localtender.telemetry.log_delivery import LogDelivery


@dataclass(frozen=True)
class EnvironmentStatus:
    """One environment, for the status: `state` is busy or idle, `runtime` what really runs."""

    function_arn: str
    version: str
    runtime: str
    state: str
    process_id: int | None
    log_stream: str


class FunctionExecutor:
    """Owns every execution environment."""

    def __init__(
        self,
        *,
        code: CodeStore,
        roles: ExecutionRoles,
        logs: LogDelivery,
        endpoint_url: str,
        settings: FunctionsSettings,
        permissions: RolePermissions,
    ) -> None:
        self._code = code
        self._permissions = permissions
        self._roles = roles
        self._logs = logs
        self._endpoint_url = endpoint_url
        self._settings = settings
        self._runtimes = Runtimes(settings.interpreters, settings.runtime_directories)
        self._reload = HotReload(
            settings.hot_reload, settings.state_directory / "code" / "reloaded"
        )
        self._spare = SpareProcess(settings.state_directory / "scratch")
        self._watching: asyncio.Task[None] | None = None
        self._pools: dict[str, EnvironmentPool] = {}
        self._retiring: set[asyncio.Task[None]] = set()
        self._retired: set[EnvironmentPool] = set()

    def start(self) -> None:
        """Begin to look for changed sources, where functions are served from folders."""
        if self._settings.hot_reload:
            self._watching = asyncio.create_task(self._watch_sources())

    async def execute(
        self, configuration: FunctionConfiguration, request: InvocationRequest
    ) -> InvocationOutcome:
        """Run one invocation. Raises ServiceError when no environment can be had."""
        pool = self._pool(configuration, await self._task_root(configuration))
        cold_start_seconds = request.disturbance.cold_start_seconds
        if cold_start_seconds is None:
            environment = await pool.acquire()
        else:
            environment = await pool.acquire_new(cold_start_seconds)
        try:
            environment.place.log.open = await self._permissions.may_log(
                configuration, environment.place.log_stream
            )
            return await environment.invoke(request)
        finally:
            pool.release(environment)

    def provision(self, configuration: FunctionConfiguration, count: int) -> None:
        """Have so many environments of a published version ready, from soon on."""
        if count or configuration.reference.arn in self._pools:
            root = self._code.task_root(configuration.code)
            self._pool(configuration, root).provision(count)

    def provisioned(self, configuration: FunctionConfiguration) -> tuple[int, str | None]:
        """How many environments of a version run, and why the last one could not be started."""
        pool = self._pools.get(configuration.reference.arn)
        return (0, None) if pool is None else (len(pool.environments), pool.provision_failure)

    def retire(self, reference: FunctionReference) -> None:
        """Stop the environments of a function that is gone, or of one of its versions."""
        for arn in list(self._pools):
            if arn == reference.arn or arn.startswith(reference.arn + ":"):
                self._retire(self._pools.pop(arn))
        if reference.qualifier is None:
            self._roles.forget(reference.unqualified_arn)

    def environments(self) -> tuple[EnvironmentStatus, ...]:
        """What runs now."""
        return tuple(
            EnvironmentStatus(
                function_arn=environment.configuration.reference.unqualified_arn,
                version=environment.configuration.version,
                runtime=environment.place.runtime_name,
                state=state,
                process_id=environment.pid,
                log_stream=environment.place.log_stream,
            )
            for pool in (*self._pools.values(), *self._retired)
            for environment, state in pool.environments
        )

    async def stop(self) -> None:
        """Kill every environment and wait until all are gone."""
        if self._watching is not None:
            self._watching.cancel()
            await asyncio.gather(self._watching, return_exceptions=True)
        pools = [*self._pools.values(), *self._retired]
        self._pools.clear()
        self._spare.stop()
        await asyncio.gather(*(pool.stop() for pool in pools))
        await asyncio.gather(*self._retiring, return_exceptions=True)

    async def _watch_sources(self) -> None:
        """Start what was in use anew as soon as its code has changed, one after the other."""
        async for _ in self._reload.changes():
            for pool in list(self._pools.values()):
                configuration = pool.configuration
                root = await self._task_root(configuration)
                if root != pool.task_root and pool.environments:
                    self._pool(configuration, root).start_ahead()

    async def _task_root(self, configuration: FunctionConfiguration) -> Path:
        deployed = self._code.task_root(configuration.code)
        if not self._settings.hot_reload:
            return deployed
        return await self._reload.task_root(configuration, deployed)

    def _pool(self, configuration: FunctionConfiguration, task_root: Path) -> EnvironmentPool:
        arn = configuration.reference.arn
        pool = self._pools.get(arn)
        if pool is not None:
            same_code = pool.task_root == task_root
            if same_code and pool.configuration is configuration:
                return pool
            if same_code and pool.configuration.execution_key() == configuration.execution_key():
                pool.configuration = configuration
                return pool
            self._retire(pool)
        pool = self._pools[arn] = EnvironmentPool(
            configuration,
            self._start,
            task_root=task_root,
            parallel_starts=max(2, os.cpu_count() or 1),
            idle_seconds=self._settings.idle_seconds,
        )
        return pool

    def _retire(self, pool: EnvironmentPool) -> None:
        self._retired.add(pool)
        task = asyncio.ensure_future(pool.retire())
        self._retiring.add(task)
        task.add_done_callback(self._retiring.discard)
        if len(self._retired) > 1:
            self._retired = {known for known in self._retired if known.environments} | {pool}

    async def _start(
        self,
        configuration: FunctionConfiguration,
        task_root: Path,
        *,
        ahead: bool,
        init_delay_seconds: float = 0.0,
    ) -> ExecutionEnvironment:
        installation = self._runtimes.installation(configuration.runtime)
        credentials = await self._roles.credentials(configuration)
        layers = await self._code.layers_root(tuple(layer.code for layer in configuration.layers))
        identity = uuid.uuid4().hex
        scratch = self._settings.state_directory / "scratch" / identity
        scratch.mkdir(parents=True)
        stream = f"{datetime.now(UTC):%Y/%m/%d}/[{configuration.version}]{identity}"

        log = FunctionLog(self._logs, configuration, stream)
        log.open = await self._permissions.may_log(configuration, stream)

        environment = ExecutionEnvironment(
            configuration,
            EnvironmentPlace(
                interpreter=installation.interpreter,
                runtime_directory=installation.directory,
                runtime_name=installation.name,
                task_root=task_root.resolve(),
                scratch=scratch.resolve(),
                log_stream=stream,
                log=log,
                initialization_type="provisioned-concurrency" if ahead else "on-demand",
                layers=layers,
            ),
            credentials,
            endpoint_url=self._endpoint_url,
            write_log=log.write,
            starter=self._spare.start,
        )
        try:
            await environment.start(self._settings.init_seconds, init_delay_seconds)
        except BaseException:
            await environment.close()
            raise
        if self._settings.hot_reload:
            self._spare.prepare(installation)
        return environment

"""Telemetry as the edge sees it: CloudWatch's metrics and alarms, and what feeds them."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping

from localtender.edge.protocol.messages import Caller, HttpRequest, HttpResponse
from localtender.edge.protocol.service import Operation, Parameters
from localtender.engines.calls import EngineCalls
from localtender.telemetry.alarms.actions import AlarmActions, AlarmFunctions
from localtender.telemetry.alarms.registry import AlarmRegistry
from localtender.telemetry.alarms.supervision import (
    STANDARD_INTERVAL_SECONDS,
    AlarmSupervision,
)
from localtender.telemetry.alarms.transitions import AlarmTransitions
from localtender.telemetry.cloudwatch.alarm_operations import AlarmOperations
from localtender.telemetry.cloudwatch.dashboards import DashboardOperations
from localtender.telemetry.cloudwatch.metric_operations import MetricOperations
from localtender.telemetry.cloudwatch.service import CloudWatchService
from localtender.telemetry.function_metrics import FunctionMetrics
from localtender.telemetry.gateway_metrics import GatewayMetrics
from localtender.telemetry.log_metrics import LogMetrics
from localtender.telemetry.logs_requests import LogsRequests
from localtender.telemetry.metric_filters import MetricFilters
from localtender.telemetry.metrics.datum import Scope
from localtender.telemetry.metrics.queries import MetricQueries
from localtender.telemetry.metrics.store import MetricStore
from localtender.telemetry.persistence import NOTHING_KEPT, KeptMetricStore, TelemetryFiles
from localtender.telemetry.queue_metrics import QueueMetrics

ALARM_SECONDS_VARIABLE = "ALARM_SECONDS"
"""The setting with the seconds between two evaluations of an alarm."""


_COLLECT_SECONDS = 1.0
_READS = ("Describe", "Get", "List")


class TelemetryError(Exception):
    """A setting of telemetry that can't be used."""


def alarm_interval(environment: Mapping[str, str] = os.environ) -> float:
    """Seconds between two evaluations of an alarm, a minute unless set.

    Raises TelemetryError for what is no number of seconds between 0.1 and 60.
    """
    text = environment.get(ALARM_SECONDS_VARIABLE) or str(STANDARD_INTERVAL_SECONDS)
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0.1 <= seconds <= STANDARD_INTERVAL_SECONDS:
        raise TelemetryError(f"{ALARM_SECONDS_VARIABLE}={text} is not between 0.1 and 60 seconds.")
    return seconds


class Telemetry:
    """Metrics, alarms and their sources, in one process with the edge."""

    def __init__(
        self,
        engine: EngineCalls,
        *,
        home: Scope,
        alarm_seconds: float = STANDARD_INTERVAL_SECONDS,
        files: TelemetryFiles = NOTHING_KEPT,
    ) -> None:
        """`home` is the account and region whose queues are measured even without an alarm.

        With `files` the state goes on where an earlier run ended.
        """
        self._home = home
        self._keeps_metrics = files.metrics is not None
        self._collecting: asyncio.Task[None] | None = None
        self._store = MetricStore() if files.metrics is None else KeptMetricStore(files.metrics)
        filters = MetricFilters(engine, self._store, files.filter_minutes)
        self.log_metrics = LogMetrics(self._store, filters)
        self.logs_requests = LogsRequests(self.log_metrics, filters)
        self.functions = FunctionMetrics(self._store)
        self.gateway = GatewayMetrics(self._store)
        self._queues = QueueMetrics(engine, self._store)
        self._registry = AlarmRegistry(files.alarms, files.alarm_history)
        self._actions = AlarmActions(engine, self._registry)
        transitions = AlarmTransitions(self._registry, self._actions)
        self._supervision = AlarmSupervision(
            self._registry,
            transitions,
            self._store,
            interval_seconds=alarm_seconds,
            before=self._measure_queues,
        )
        self._cloudwatch = CloudWatchService(
            {
                **DashboardOperations(snapshot=files.dashboards).operations(),
                **MetricOperations(self._store).operations(),
                **self._saved(
                    AlarmOperations(
                        self._registry, transitions, MetricQueries(self._store)
                    ).operations()
                ),
            }
        )

    def use_functions(self, functions: AlarmFunctions) -> None:
        """Take what invokes the functions that alarms name as their actions."""
        self._actions.use_functions(functions)

    async def start(self) -> None:
        """Begin to look at log events and to evaluate alarms."""
        self.log_metrics.start()
        self._supervision.start()
        if self._keeps_metrics:
            self._collecting = asyncio.create_task(self._collect())

    async def stop(self) -> None:
        """End; actions that run are waited for."""
        if self._collecting is not None:
            self._collecting.cancel()
            self._store.collect()
        await self._supervision.stop()
        await self.log_metrics.stop()
        await self._actions.finish()

    async def control(self, request: HttpRequest, caller: Caller) -> HttpResponse | None:
        """Answer a request of the CloudWatch API; None leaves it to the engine."""
        return await self._cloudwatch.handle(request, caller)

    def operation_name(self, request: HttpRequest) -> str | None:
        """The operation of the CloudWatch API that a request names."""
        return self._cloudwatch.operation_name(request)

    def _saved(self, operations: Mapping[str, Operation]) -> Mapping[str, Operation]:
        """Operations on alarms; those that change something write it before they answer."""
        return {
            name: operation if name.startswith(_READS) else self._saving(operation)
            for name, operation in operations.items()
        }

    def _saving(self, operation: Operation) -> Operation:
        async def saving(caller: Caller, parameters: Parameters) -> Parameters:
            answer = await operation(caller, parameters)
            self._registry.save()
            return answer

        return saving

    async def _collect(self) -> None:
        """Have what samplers hold on disk soon: a kill loses the last second of it at most."""
        while True:
            await asyncio.sleep(_COLLECT_SECONDS)
            self._store.collect()

    async def _measure_queues(self) -> None:
        scopes = dict.fromkeys([self._home, *(alarm.scope for alarm in self._registry.all())])
        await self._queues.record(scopes)

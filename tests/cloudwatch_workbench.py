"""CloudWatch as a boto3 client sees it, without a socket, for the tests of telemetry."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from localtender.edge.protocol.messages import Caller, HttpRequest
from localtender.engines.client import EngineCallError
from localtender.telemetry.alarms.actions import AlarmActions
from localtender.telemetry.alarms.registry import AlarmRegistry
from localtender.telemetry.alarms.supervision import AlarmSupervision
from localtender.telemetry.alarms.transitions import AlarmTransitions
from localtender.telemetry.cloudwatch.alarm_operations import AlarmOperations
from localtender.telemetry.cloudwatch.dashboards import DashboardOperations
from localtender.telemetry.cloudwatch.metric_operations import MetricOperations
from localtender.telemetry.cloudwatch.service import CloudWatchService
from localtender.telemetry.cloudwatch.wire import CloudWatchWire
from localtender.telemetry.metrics.datum import Datum, Scope, metric_of
from localtender.telemetry.metrics.distribution import single
from localtender.telemetry.metrics.queries import MetricQueries
from localtender.telemetry.metrics.store import MetricStore

ACCOUNT, REGION = "111111111111", "us-east-1"
SCOPE = Scope(ACCOUNT, REGION)
CALLER = Caller(ACCOUNT, REGION)
NOON = 1_800_000_000 // 3600 * 3600.0
TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:alarms"


@dataclass
class PretendedEngine:
    """Notes every call; answers by operation, an EngineCallError is raised."""

    answers: dict[str, Any] = field(default_factory=dict)
    calls: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)

    async def call(
        self,
        service: str,
        operation: str,
        parameters: Mapping[str, Any],
        *,
        account_id: str,
        region: str,
    ) -> dict[str, Any]:
        await asyncio.sleep(0)
        self.calls.append((service, operation, dict(parameters)))
        answer = self.answers.get(operation, {})
        if isinstance(answer, EngineCallError):
            raise answer
        return dict(answer)


class CloudWatchWorkbench:
    """Everything of CloudWatch over one store, with a clock that the test turns."""

    def __init__(self, *, interval_seconds: float = 60.0) -> None:
        self.now = NOON
        self.engine = PretendedEngine()
        self.store = MetricStore(clock=self._time)
        self.registry = AlarmRegistry()
        self.actions = AlarmActions(self.engine, self.registry, clock=self._time)
        transitions = AlarmTransitions(self.registry, self.actions)
        self.supervision = AlarmSupervision(
            self.registry,
            transitions,
            self.store,
            interval_seconds=interval_seconds,
            clock=self._time,
        )
        alarms = AlarmOperations(
            self.registry, transitions, MetricQueries(self.store), clock=self._time
        )
        self.operations = {
            **DashboardOperations(self._time).operations(),
            **MetricOperations(self.store, self._time).operations(),
            **alarms.operations(),
        }
        self.service = CloudWatchService(self.operations, _wire())

    async def call(self, operation: str, **parameters: Any) -> dict[str, Any]:
        """Call an operation past the wire."""
        return await self.operations[operation](CALLER, parameters)

    def publish(self, name: str, value: float, *, ago: float = 0.0, **dimensions: str) -> None:
        """Record a value of a metric in the namespace N, some seconds ago."""
        listed = [{"Name": key, "Value": each} for key, each in dimensions.items()]
        datum = Datum(metric_of("N", name, listed), self.now - ago, single(value))
        self.store.record(SCOPE, [datum])

    async def evaluate(self) -> None:
        """Evaluate every alarm now, and wait for the actions."""
        self.supervision.evaluate_all(self.now)
        await self.actions.finish()

    async def state(self, name: str) -> tuple[str, str]:
        """An alarm's state and its reason."""
        types = ["MetricAlarm", "CompositeAlarm"]
        found = await self.call("DescribeAlarms", AlarmNames=[name], AlarmTypes=types)
        (alarm,) = found["MetricAlarms"] + found["CompositeAlarms"]
        return alarm["StateValue"], alarm["StateReason"]

    def messages(self) -> list[dict[str, Any]]:
        """What has been published to topics."""
        return [
            parameters
            for service, operation, parameters in self.engine.calls
            if (service, operation) == ("sns", "Publish")
        ]

    def _time(self) -> float:
        return self.now


@cache
def _wire() -> CloudWatchWire:
    return CloudWatchWire()


def alarm(name: str = "errors", **changes: Any) -> dict[str, Any]:
    """The parameters of PutMetricAlarm for the metric Errors of the function pay."""
    return {
        "AlarmName": name,
        "Namespace": "N",
        "MetricName": "Errors",
        "Dimensions": [{"Name": "Function", "Value": "pay"}],
        "Statistic": "Sum",
        "Period": 60,
        "EvaluationPeriods": 1,
        "Threshold": 0.0,
        "ComparisonOperator": "GreaterThanThreshold",
        "AlarmActions": [TOPIC],
        "OKActions": [TOPIC],
        **changes,
    }


def request(body: bytes, *headers: tuple[str, str], path: str = "/") -> HttpRequest:
    """A POST to CloudWatch."""
    return HttpRequest(
        method="POST",
        raw_path=path,
        query=(),
        headers=headers,
        body=body,
        source_ip="127.0.0.1",
        http_version="1.1",
        scheme="http",
        request_id=str(uuid.uuid4()),
    )

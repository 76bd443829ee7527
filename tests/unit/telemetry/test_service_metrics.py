"""What Lambda, API Gateway and SQS publish about themselves."""

from __future__ import annotations

import pytest

from localtender.edge.functions.names import FunctionReference
from localtender.telemetry.function_metrics import FunctionMetrics
from localtender.telemetry.metrics.datum import Metric
from localtender.telemetry.metrics.store import MetricStore
from localtender.telemetry.queue_metrics import QueueMetrics
from localtender.telemetry.service import TelemetryError, alarm_interval
from tests.cloudwatch_workbench import ACCOUNT, NOON, REGION, SCOPE, PretendedEngine

PAY = FunctionReference(ACCOUNT, REGION, "pay")


def _store() -> MetricStore:
    return MetricStore(clock=lambda: NOON)


def _sum(store: MetricStore, namespace: str, name: str, **dimensions: str) -> float | None:
    metric = Metric(namespace, name, tuple(sorted(dimensions.items())))
    periods = store.periods(SCOPE, metric, start=NOON, end=NOON + 60, period=60)
    return sum(each.sum for each in periods.values()) if periods else None


def test_an_invocation_counts_for_its_function_and_for_all() -> None:
    store = _store()
    functions = FunctionMetrics(store, clock=lambda: NOON)
    functions.started(PAY)
    functions.ended(PAY, "$LATEST", duration_ms=12.5, failed=True)
    for dimensions in ({}, {"FunctionName": "pay"}, {"FunctionName": "pay", "Resource": "pay"}):
        assert _sum(store, "AWS/Lambda", "Invocations", **dimensions) == 1
        assert _sum(store, "AWS/Lambda", "Errors", **dimensions) == 1
        assert _sum(store, "AWS/Lambda", "Duration", **dimensions) == 12.5
        assert _sum(store, "AWS/Lambda", "Throttles", **dimensions) == 0


def test_an_invocation_through_an_alias_counts_for_the_alias_and_the_version() -> None:
    store = _store()
    functions = FunctionMetrics(store, clock=lambda: NOON)
    functions.started(PAY.qualified("live"))
    functions.ended(PAY.qualified("live"), "7", duration_ms=1.0, failed=False)
    live = {"FunctionName": "pay", "Resource": "pay:live"}
    assert _sum(store, "AWS/Lambda", "Invocations", **live) == 1
    assert _sum(store, "AWS/Lambda", "Invocations", **live, ExecutedVersion="7") == 1


def test_a_throttled_request_is_no_invocation() -> None:
    store = _store()
    FunctionMetrics(store, clock=lambda: NOON).throttled(PAY)
    assert _sum(store, "AWS/Lambda", "Throttles", FunctionName="pay") == 1
    assert _sum(store, "AWS/Lambda", "Invocations", FunctionName="pay") is None


def test_concurrency_is_what_runs_at_the_same_time() -> None:
    store = _store()
    functions = FunctionMetrics(store, clock=lambda: NOON)
    functions.started(PAY)
    functions.started(PAY)
    functions.ended(PAY, "$LATEST", duration_ms=1.0, failed=False)
    functions.started(PAY)
    metric = Metric("AWS/Lambda", "ConcurrentExecutions", (("FunctionName", "pay"),))
    (found,) = store.periods(SCOPE, metric, start=NOON, end=NOON + 60, period=60).values()
    assert found.maximum == 2


@pytest.mark.anyio
@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_the_depth_of_every_queue_is_recorded(anyio_backend: str) -> None:
    store = _store()
    engine = PretendedEngine(
        {
            "ListQueues": {"QueueUrls": [f"http://127.0.0.1/{ACCOUNT}/dead"]},
            "GetQueueAttributes": {
                "Attributes": {
                    "ApproximateNumberOfMessages": "3",
                    "ApproximateNumberOfMessagesNotVisible": "1",
                }
            },
        }
    )
    await QueueMetrics(engine, store, clock=lambda: NOON).record([SCOPE])
    visible = "ApproximateNumberOfMessagesVisible"
    assert _sum(store, "AWS/SQS", visible, QueueName="dead") == 3
    not_visible = "ApproximateNumberOfMessagesNotVisible"
    assert _sum(store, "AWS/SQS", not_visible, QueueName="dead") == 1


def test_alarms_are_evaluated_every_minute_unless_told_otherwise() -> None:
    assert alarm_interval({}) == 60.0
    assert alarm_interval({"ALARM_SECONDS": "0.5"}) == 0.5


@pytest.mark.parametrize("text", ["0", "61", "fast", "nan"])
def test_an_interval_that_can_not_be_is_refused(text: str) -> None:
    with pytest.raises(TelemetryError, match="not between"):
        alarm_interval({"ALARM_SECONDS": text})

"""Log events become metrics: by the embedded metric format and by metric filters."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import Any

import pytest

from localtender.engines.client import EngineCallError
from localtender.telemetry.log_metrics import LogMetrics
from localtender.telemetry.logs_requests import LogsRequests
from localtender.telemetry.metric_filters import MetricFilters
from localtender.telemetry.metrics.datum import Metric
from localtender.telemetry.metrics.store import MetricStore
from tests.cloudwatch_workbench import ACCOUNT, CALLER, NOON, REGION, SCOPE, PretendedEngine

pytestmark = pytest.mark.anyio
GROUP = "/aws/lambda/pay"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class LogsWorkbench:
    """Log events in, metrics out."""

    def __init__(self, *filters: Mapping[str, Any]) -> None:
        self.now = NOON
        self.engine = PretendedEngine({"DescribeMetricFilters": {"metricFilters": list(filters)}})
        self.store = MetricStore(clock=lambda: self.now)
        self.filters = MetricFilters(self.engine, self.store)
        self.metrics = LogMetrics(self.store, self.filters, clock=lambda: self.now)

    async def log(self, *messages: str) -> None:
        for message in messages:
            self.metrics.take(ACCOUNT, REGION, GROUP, int(self.now * 1000), message)
        await self.metrics.flush()

    def sums(self) -> dict[Metric, float]:
        found = {}
        for metric in self.store.metrics(SCOPE):
            periods = self.store.periods(SCOPE, metric, start=0, end=self.now + 60, period=60)
            found[metric] = sum(each.sum for each in periods.values())
        return found


def _filter(pattern: str, **transformation: Any) -> dict[str, Any]:
    return {
        "filterName": "f",
        "filterPattern": pattern,
        "metricTransformations": [
            {
                "metricName": "Errors",
                "metricNamespace": "N",
                "metricValue": "1",
                **transformation,
            }
        ],
    }


async def test_an_embedded_metric_is_recorded() -> None:
    logs = LogsWorkbench()
    metadata = {
        "Timestamp": int(NOON * 1000),
        "CloudWatchMetrics": [
            {"Namespace": "P", "Dimensions": [["s"]], "Metrics": [{"Name": "latency"}]}
        ],
    }
    await logs.log(json.dumps({"_aws": metadata, "s": "pay", "latency": 7}))
    assert logs.sums() == {Metric("P", "latency", (("s", "pay"),)): 7.0}


async def test_an_embedded_metric_of_another_age_is_not_recorded() -> None:
    logs = LogsWorkbench()
    metadata = {
        "Timestamp": int((NOON - 15 * 86_400) * 1000),
        "CloudWatchMetrics": [{"Namespace": "P", "Metrics": [{"Name": "latency"}]}],
    }
    await logs.log(json.dumps({"_aws": metadata, "latency": 7}))
    assert logs.sums() == {}


async def test_matching_events_are_counted() -> None:
    logs = LogsWorkbench(_filter("ERROR"))
    await logs.log("ERROR one", "fine", "ERROR two")
    assert logs.sums() == {Metric("N", "Errors"): 2.0}


async def test_a_value_and_dimensions_are_read_out_of_the_event() -> None:
    logs = LogsWorkbench(
        _filter("{ $.ms = * }", metricValue="$.ms", dimensions={"Operation": "$.op"})
    )
    await logs.log('{"ms": 12.5, "op": "pay"}', '{"ms": 1}', '{"ms": "word", "op": "pay"}')
    assert logs.sums() == {Metric("N", "Errors", (("Operation", "pay"),)): 12.5}


async def test_a_column_is_a_value_too() -> None:
    logs = LogsWorkbench(_filter("[ip, ..., status = 5*, bytes]", metricValue="$bytes"))
    await logs.log("10.0.0.1 GET / 503 120", "10.0.0.1 GET / 200 900")
    assert logs.sums() == {Metric("N", "Errors"): 120.0}


async def test_the_default_is_reported_for_a_minute_without_a_match() -> None:
    logs = LogsWorkbench(_filter("ERROR", defaultValue=0.0))
    await logs.log("fine")
    assert logs.sums() == {}
    logs.now += 60
    await logs.log("ERROR")
    assert logs.sums() == {Metric("N", "Errors"): 1.0}
    found = logs.store.periods(SCOPE, Metric("N", "Errors"), start=0, end=logs.now + 60, period=60)
    assert [each.sum for each in found.values()] == [0.0, 1.0]


async def test_filters_are_asked_for_once_and_again_after_a_change() -> None:
    logs = LogsWorkbench(_filter("ERROR"))
    await logs.log("ERROR")
    await logs.log("ERROR")
    assert len(logs.engine.calls) == 1
    logs.engine.answers["DescribeMetricFilters"] = {"metricFilters": []}
    logs.filters.forget()
    await logs.log("ERROR")
    assert logs.sums() == {Metric("N", "Errors"): 2.0}


async def test_a_group_that_is_not_there_yet_has_no_filters() -> None:
    logs = LogsWorkbench()
    error = EngineCallError("logs", "DescribeMetricFilters", "ResourceNotFoundException", "", 400)
    logs.engine.answers["DescribeMetricFilters"] = error
    await logs.log("ERROR")
    assert logs.sums() == {}


async def test_a_filter_that_can_not_be_read_does_not_harm_the_others() -> None:
    logs = LogsWorkbench(_filter("{ broken"), {**_filter("ERROR"), "filterName": "g"})
    await logs.log("ERROR")
    assert logs.sums() == {Metric("N", "Errors"): 1.0}


async def _forward(logs: LogsWorkbench, operation: str, body: bytes, status: int = 200) -> bytes:
    requests = LogsRequests(logs.metrics, logs.filters)
    target = f"Logs_20140328.{operation}".encode()
    scope = {"type": "http", "headers": [(b"x-amz-target", target)]}
    assert requests.concern(dict(scope["headers"]))  # type: ignore[arg-type]
    received = b""

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        assert message["type"]

    async def engine(_: Any, receive_: Any, send_: Any) -> None:
        nonlocal received
        received = (await receive_())["body"]
        await send_({"type": "http.response.start", "status": status, "headers": []})
        await send_({"type": "http.response.body", "body": b"{}"})

    await requests.forward(engine, scope, receive, send, CALLER)  # type: ignore[arg-type]
    return received


async def test_events_that_a_client_puts_are_searched() -> None:
    logs = LogsWorkbench(_filter("ERROR"))
    events = [{"timestamp": int(NOON * 1000), "message": "ERROR"}]
    body = json.dumps({"logGroupName": GROUP, "logEvents": events}).encode()
    assert await _forward(logs, "PutLogEvents", body) == body
    await logs.metrics.flush()
    assert logs.sums() == {Metric("N", "Errors"): 1.0}


async def test_events_that_were_refused_are_not_searched() -> None:
    logs = LogsWorkbench(_filter("ERROR"))
    events = [{"timestamp": int(time.time() * 1000), "message": "ERROR"}]
    body = json.dumps({"logGroupName": GROUP, "logEvents": events}).encode()
    await _forward(logs, "PutLogEvents", body, status=400)
    await logs.metrics.flush()
    assert logs.sums() == {}


async def test_a_new_filter_is_known_at_once() -> None:
    logs = LogsWorkbench()
    await logs.log("ERROR")
    logs.engine.answers["DescribeMetricFilters"] = {"metricFilters": [_filter("ERROR")]}
    await _forward(logs, "PutMetricFilter", b"{}")
    await logs.log("ERROR")
    assert logs.sums() == {Metric("N", "Errors"): 1.0}

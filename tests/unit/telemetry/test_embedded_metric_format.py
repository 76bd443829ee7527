from __future__ import annotations

import json
from typing import Any

import pytest

from localtender.telemetry.embedded_metrics import embedded_metrics
from localtender.telemetry.metrics.datum import Metric

NOW_MS = 1_800_000_000_123


def _line(metadata: dict[str, Any], **members: Any) -> str:
    return json.dumps({"_aws": {"Timestamp": NOW_MS, **metadata}, **members})


def _directive(**members: Any) -> dict[str, Any]:
    directive = {
        "Namespace": "Payments",
        "Dimensions": [["service"]],
        "Metrics": [{"Name": "latency", "Unit": "Milliseconds"}],
    }
    return {"CloudWatchMetrics": [{**directive, **members}]}


def test_a_value_is_published_under_its_dimensions() -> None:
    (datum,) = embedded_metrics(_line(_directive(), service="pay", latency=12.5) + "\n")
    assert datum.metric == Metric("Payments", "latency", (("service", "pay"),))
    assert datum.timestamp == NOW_MS / 1000
    assert (datum.distribution.sum, datum.unit, datum.resolution) == (12.5, "Milliseconds", 60)


def test_every_dimension_set_is_a_metric() -> None:
    line = _line(_directive(Dimensions=[["service", "op"], []]), service="s", op="o", latency=1)
    metrics = [datum.metric.dimensions for datum in embedded_metrics(line)]
    assert metrics == [(("op", "o"), ("service", "s")), ()]


def test_every_directive_is_published() -> None:
    metadata = _directive()
    metadata["CloudWatchMetrics"].append({**metadata["CloudWatchMetrics"][0], "Namespace": "Other"})
    found = embedded_metrics(_line(metadata, service="s", latency=1))
    assert [datum.metric.namespace for datum in found] == ["Payments", "Other"]


def test_an_array_is_many_values() -> None:
    (datum,) = embedded_metrics(_line(_directive(), service="s", latency=[1, 2, 3]))
    assert (datum.distribution.sample_count, datum.distribution.sum) == (3, 6)


def test_high_resolution_is_kept() -> None:
    metrics = [{"Name": "latency", "StorageResolution": 1}]
    (datum,) = embedded_metrics(_line(_directive(Metrics=metrics), service="s", latency=1))
    assert (datum.resolution, datum.unit) == (1, "None")


def test_a_metric_without_a_value_is_left_out() -> None:
    metrics = [{"Name": "latency"}, {"Name": "absent"}, {"Name": "word"}]
    line = _line(_directive(Metrics=metrics), service="s", latency=1, word="fast")
    assert [datum.metric.name for datum in embedded_metrics(line)] == ["latency"]


@pytest.mark.parametrize(
    "line",
    [
        "plain text",
        "{not json CloudWatchMetrics",
        '{"_aws": {"CloudWatchMetrics": []}}',
        _line(_directive(), latency=1),
        _line(_directive(), service=7, latency=1),
        _line(_directive(), service="", latency=1),
        _line(_directive(Namespace=""), service="s", latency=1),
        _line(_directive(Dimensions="service"), service="s", latency=1),
        _line(_directive(), service="s", latency=True),
        _line(_directive(), service="s", latency=[1, "2"]),
        _line(_directive(), service="s", latency=[]),
        json.dumps({"_aws": 1, "x": "CloudWatchMetrics"}),
    ],
)
def test_a_line_that_breaks_the_format_publishes_nothing(line: str) -> None:
    assert embedded_metrics(line) == []

"""Metrics out of logs, of services, and what is computed of them."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.integration.conformance import documentation as docs
from tests.integration.conformance.laboratory import Laboratory
from tests.integration.conformance.observing import awaited, outcome
from tests.integration.conformance.row import Area
from tests.integration.conformance.rows.lambda_asynchronous import RECORDER
from tests.integration.conformance.rows.lambda_results import invoked
from tests.metric_statistics import statistic

AREA = Area("Telemetry: metrics")


def _statistic(
    lab: Laboratory, namespace: str, name: str, kind: str = "Sum", **dimensions: str
) -> float:
    return statistic(lab.client("cloudwatch"), namespace, name, kind, **dimensions)


def emf(namespace: str, dimensions: list[str], values: dict[str, Any], *metrics: str) -> str:
    """A line in the embedded metric format."""
    directive = {
        "Namespace": namespace,
        "Dimensions": [dimensions],
        "Metrics": [{"Name": name} for name in metrics],
    }
    metadata = {"Timestamp": int(time.time() * 1000), "CloudWatchMetrics": [directive]}
    return json.dumps({"_aws": metadata, **values})


@AREA.row("EMF printed by a function is a metric", aws="20", source=docs.EMF)
def emf_of_function(lab: Laboratory) -> str:
    arn, namespace = lab.function("def handler(event, context): print(event)"), lab.name()
    for amount in (12.5, 7.5):
        line = emf(namespace, ["Provider"], {"Provider": "p", "Amount": amount}, "Amount")
        invoked(lab, arn, line)
    total = awaited(
        lambda: _statistic(lab, namespace, "Amount", Provider="p"),
        lambda found: found == 20,
    )
    return f"{total:.0f}"


@AREA.row("EMF with a list of values counts each", aws="3", source=docs.EMF)
def emf_values(lab: Laboratory) -> str:
    arn, namespace = lab.function("def handler(event, context): print(event)"), lab.name()
    invoked(lab, arn, emf(namespace, [], {"Amount": [1, 2, 3]}, "Amount"))
    return f"{awaited(lambda: _statistic(lab, namespace, 'Amount', 'SampleCount')):.0f}"


def _log_group(lab: Laboratory) -> str:
    group = lab.name()
    logs = lab.client("logs")
    logs.create_log_group(logGroupName=group)
    logs.create_log_stream(logGroupName=group, logStreamName="s")
    return group


def _logged(lab: Laboratory, group: str, *messages: str) -> None:
    now = int(time.time() * 1000)
    lab.client("logs").put_log_events(
        logGroupName=group,
        logStreamName="s",
        logEvents=[{"timestamp": now, "message": message} for message in messages],
    )


@AREA.row("EMF by PutLogEvents is a metric", aws="5", source=docs.EMF)
def emf_of_log_events(lab: Laboratory) -> str:
    group, namespace = _log_group(lab), lab.name()
    _logged(lab, group, emf(namespace, [], {"Amount": 5}, "Amount"))
    return f"{awaited(lambda: _statistic(lab, namespace, 'Amount')):.0f}"


def _filtered(lab: Laboratory, pattern: str, value: str, *messages: str) -> str:
    group, namespace = _log_group(lab), lab.name()
    lab.client("logs").put_metric_filter(
        logGroupName=group,
        filterName="f",
        filterPattern=pattern,
        metricTransformations=[
            {"metricName": "M", "metricNamespace": namespace, "metricValue": value}
        ],
    )
    _logged(lab, group, *messages)
    return f"{awaited(lambda: _statistic(lab, namespace, 'M')):.0f}"


@AREA.row("A metric filter of a term counts the lines", aws="2", source=docs.METRIC_FILTERS)
def filter_of_term(lab: Laboratory) -> str:
    return _filtered(lab, "ERROR", "1", "ERROR a", "fine", "an ERROR b")


@AREA.row("A metric filter of a JSON field takes its value", aws="7", source=docs.METRIC_FILTERS)
def filter_of_field(lab: Laboratory) -> str:
    return _filtered(
        lab,
        '{ $.kind = "paid" && $.amount > 1 }',
        "$.amount",
        '{"kind": "paid", "amount": 7}',
        '{"kind": "paid", "amount": 1}',
        '{"kind": "other", "amount": 9}',
    )


def _function_metric(metric: str, aws: str, event: str, told: str) -> None:
    def probe(lab: Laboratory) -> str:
        arn = lab.function(RECORDER)
        for _ in range(2):
            invoked(lab, arn, event)
        name = arn.rsplit(":", 1)[1]
        found = awaited(
            lambda: _statistic(lab, "AWS/Lambda", metric, FunctionName=name),
            lambda total: total >= float(aws),
        )
        return f"{found:.0f}"

    probe.__name__ = f"lambda {metric}"
    AREA.row(f"AWS/Lambda {metric} after {told}", aws=aws, source=docs.LAMBDA_METRICS)(probe)


_function_metric("Invocations", "2", "fine", "two calls")
_function_metric("Errors", "2", "raise", "two calls that fail")


@AREA.row("AWS/Lambda Duration of a call of 200 ms", aws="at least 200", source=docs.LAMBDA_METRICS)
def duration(lab: Laboratory) -> str:
    arn = lab.function("import time\ndef handler(event, context): time.sleep(0.2)")
    invoked(lab, arn)
    name = arn.rsplit(":", 1)[1]
    found = awaited(
        lambda: _statistic(lab, "AWS/Lambda", "Duration", "Maximum", FunctionName=name),
    )
    return "at least 200" if found >= 200 else f"{found:.0f}"


@AREA.row("AWS/Lambda Throttles of a refused call", aws="1", source=docs.LAMBDA_METRICS)
def throttles(lab: Laboratory) -> str:
    arn = lab.function(RECORDER)
    lab.functions.put_function_concurrency(FunctionName=arn, ReservedConcurrentExecutions=0)
    outcome(lambda: invoked(lab, arn))
    name = arn.rsplit(":", 1)[1]
    found = awaited(
        lambda: _statistic(lab, "AWS/Lambda", "Throttles", FunctionName=name),
    )
    return f"{found:.0f}"


@AREA.row("AWS/Lambda counts calls through an API", aws="1", source=docs.LAMBDA_METRICS)
def behind_api(lab: Laboratory) -> str:
    arn = lab.function("def handler(event, context): return {'statusCode': 200}")
    lab.rest_api({"GET /": lab.proxy(arn)}).get("/")
    name = arn.rsplit(":", 1)[1]
    found = awaited(
        lambda: _statistic(lab, "AWS/Lambda", "Invocations", FunctionName=name),
    )
    return f"{found:.0f}"


def put_metric(lab: Laboratory, *values: float) -> str:
    namespace = lab.name()
    for value in values:
        lab.client("cloudwatch").put_metric_data(
            Namespace=namespace, MetricData=[{"MetricName": "M", "Value": value}]
        )
    return namespace


def _computed(lab: Laboratory, expression: str, *values: float) -> str:
    """What GetMetricData computes of a metric m with these values."""
    namespace = put_metric(lab, *values)
    now = datetime.now(UTC)
    metric = {"Metric": {"Namespace": namespace, "MetricName": "M"}, "Period": 300, "Stat": "Sum"}
    found = lab.client("cloudwatch").get_metric_data(
        MetricDataQueries=[
            {"Id": "m", "MetricStat": metric, "ReturnData": False},
            {"Id": "e", "Expression": expression},
        ],
        StartTime=now - timedelta(minutes=15),
        EndTime=now + timedelta(minutes=5),
    )
    results = [result for result in found["MetricDataResults"] if result["Id"] == "e"]
    return f"{sum(results[0]['Values']):.0f}" if results else "no result"


@AREA.row("GetMetricData: `m * 10`", aws="70", source=docs.METRIC_MATH)
def arithmetic(lab: Laboratory) -> str:
    return _computed(lab, "m * 10", 3, 4)


@AREA.row("GetMetricData: `IF(m > 5, 1, 0)`", aws="1", source=docs.METRIC_MATH)
def conditional(lab: Laboratory) -> str:
    return _computed(lab, "IF(m > 5, 1, 0)", 3, 4)


@AREA.row("GetMetricStatistics: the 50th percentile of 1, 2, 9", aws="2", source=docs.STATISTICS)
def percentile(lab: Laboratory) -> str:
    namespace = put_metric(lab, 1, 2, 9)
    now = datetime.now(UTC)
    found = lab.client("cloudwatch").get_metric_statistics(
        Namespace=namespace,
        MetricName="M",
        StartTime=now - timedelta(minutes=10),
        EndTime=now + timedelta(minutes=5),
        Period=3600,
        ExtendedStatistics=["p50"],
    )
    points = found["Datapoints"]
    return f"{points[0]['ExtendedStatistics']['p50']:.0f}" if points else "no datapoint"


@AREA.row("PutDashboard, then GetDashboard", aws="the same widgets", source=docs.DASHBOARDS)
def dashboard(lab: Laboratory) -> str:
    cloudwatch, name = lab.client("cloudwatch"), lab.name()
    metrics = {"metrics": [["AWS/Lambda", "Errors"]], "region": lab.region, "title": "Errors"}
    body = {"widgets": [{"type": "metric", "properties": metrics}]}
    cloudwatch.put_dashboard(DashboardName=name, DashboardBody=json.dumps(body))
    told = json.loads(cloudwatch.get_dashboard(DashboardName=name)["DashboardBody"])
    cloudwatch.delete_dashboards(DashboardNames=[name])
    return "the same widgets" if told == body else "other widgets"

"""Alarms change their state by what their metric shows, and act once for each change."""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any

import pytest

from localtender.edge.protocol.errors import ServiceError
from localtender.engines.client import EngineCallError
from localtender.telemetry.alarms.actions import AlarmActions
from localtender.telemetry.alarms.registry import AlarmRegistry
from localtender.telemetry.alarms.supervision import AlarmSupervision
from localtender.telemetry.alarms.transitions import AlarmTransitions
from localtender.telemetry.cloudwatch.alarm_operations import AlarmOperations
from localtender.telemetry.metrics.datum import Datum, metric_of
from localtender.telemetry.metrics.distribution import single
from localtender.telemetry.metrics.queries import MetricQueries
from localtender.telemetry.metrics.store import MetricStore
from tests.cloudwatch_workbench import (
    CALLER,
    NOON,
    SCOPE,
    TOPIC,
    CloudWatchWorkbench,
    PretendedEngine,
    alarm,
)

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def cloudwatch() -> CloudWatchWorkbench:
    return CloudWatchWorkbench()


async def test_a_new_alarm_has_insufficient_data(cloudwatch: CloudWatchWorkbench) -> None:
    await cloudwatch.call("PutMetricAlarm", **alarm())
    assert await cloudwatch.state("errors") == (
        "INSUFFICIENT_DATA",
        "Unchecked: Initial alarm creation",
    )


async def test_a_breach_is_told_once(cloudwatch: CloudWatchWorkbench) -> None:
    await cloudwatch.call("PutMetricAlarm", **alarm())
    cloudwatch.publish("Errors", 3.0, Function="pay")
    cloudwatch.now += 65
    await cloudwatch.evaluate()
    await cloudwatch.evaluate()
    state, reason = await cloudwatch.state("errors")
    assert state == "ALARM"
    assert reason.startswith("Threshold Crossed: 1 datapoint [3.0 (")
    assert reason.endswith(")] was greater than the threshold (0.0).")
    (message,) = cloudwatch.messages()
    assert message["TopicArn"] == TOPIC
    assert message["Subject"] == 'ALARM: "errors" in US East (N. Virginia)'
    body = json.loads(message["Message"])
    assert (body["OldStateValue"], body["NewStateValue"]) == ("INSUFFICIENT_DATA", "ALARM")
    assert body["Trigger"]["Dimensions"] == [{"value": "pay", "name": "Function"}]
    assert body["Trigger"]["Statistic"] == "SUM"


async def test_the_minute_that_still_runs_does_not_count(cloudwatch: CloudWatchWorkbench) -> None:
    await cloudwatch.call("PutMetricAlarm", **alarm())
    cloudwatch.publish("Errors", 3.0, Function="pay")
    cloudwatch.now += 30
    await cloudwatch.evaluate()
    assert (await cloudwatch.state("errors"))[0] == "INSUFFICIENT_DATA"


async def test_with_a_faster_clock_the_running_minute_counts() -> None:
    cloudwatch = CloudWatchWorkbench(interval_seconds=1.0)
    await cloudwatch.call("PutMetricAlarm", **alarm())
    cloudwatch.publish("Errors", 3.0, Function="pay")
    await cloudwatch.evaluate()
    assert (await cloudwatch.state("errors"))[0] == "ALARM"


async def test_other_dimensions_are_another_metric(cloudwatch: CloudWatchWorkbench) -> None:
    await cloudwatch.call("PutMetricAlarm", **alarm(TreatMissingData="notBreaching"))
    cloudwatch.publish("Errors", 3.0, Function="other")
    cloudwatch.publish("Errors", 3.0)
    cloudwatch.now += 65
    await cloudwatch.evaluate()
    assert await cloudwatch.state("errors") == (
        "OK",
        "Threshold Crossed: no datapoints were received for 1 period and 1 missing datapoint was "
        "treated as [NonBreaching].",
    )


async def test_m_out_of_n(cloudwatch: CloudWatchWorkbench) -> None:
    await cloudwatch.call(
        "PutMetricAlarm", **alarm(EvaluationPeriods=3, DatapointsToAlarm=2, Threshold=1.0)
    )
    for minutes, value in ((4, 0.0), (3, 5.0), (2, 0.0), (1, 7.0)):
        cloudwatch.publish("Errors", value, ago=minutes * 60, Function="pay")
    cloudwatch.now += 5
    await cloudwatch.evaluate()
    state, reason = await cloudwatch.state("errors")
    assert state == "ALARM"
    assert "2 out of the last 3 datapoints [7.0 (" in reason
    assert reason.endswith("(minimum 2 datapoints for OK -> ALARM transition).")


async def test_an_alarm_without_data_loses_its_state(cloudwatch: CloudWatchWorkbench) -> None:
    await cloudwatch.call("PutMetricAlarm", **alarm())
    cloudwatch.publish("Errors", 0.0, Function="pay")
    cloudwatch.now += 65
    await cloudwatch.evaluate()
    cloudwatch.now += 600
    await cloudwatch.evaluate()
    assert await cloudwatch.state("errors") == (
        "INSUFFICIENT_DATA",
        "Insufficient Data: 1 datapoint was unknown.",
    )


async def test_a_percentile_alarm(cloudwatch: CloudWatchWorkbench) -> None:
    changes: dict[str, Any] = {"Statistic": None, "ExtendedStatistic": "p90", "Threshold": 80.0}
    await cloudwatch.call("PutMetricAlarm", **alarm(**changes))
    for value in range(1, 101):
        cloudwatch.publish("Errors", float(value), Function="pay")
    cloudwatch.now += 65
    await cloudwatch.evaluate()
    assert (await cloudwatch.state("errors"))[0] == "ALARM"


async def test_too_few_samples_leave_a_percentile_alarm_alone(
    cloudwatch: CloudWatchWorkbench,
) -> None:
    changes: dict[str, Any] = {
        "Statistic": None,
        "ExtendedStatistic": "p99",
        "EvaluateLowSampleCountPercentile": "ignore",
    }
    await cloudwatch.call("PutMetricAlarm", **alarm(**changes))
    cloudwatch.publish("Errors", 9.0, Function="pay")
    cloudwatch.now += 65
    await cloudwatch.evaluate()
    assert (await cloudwatch.state("errors"))[0] == "INSUFFICIENT_DATA"


async def test_an_alarm_on_metric_math(cloudwatch: CloudWatchWorkbench) -> None:
    def metric(identifier: str, name: str) -> dict[str, object]:
        stat = {"Metric": {"Namespace": "N", "MetricName": name}, "Period": 60, "Stat": "Sum"}
        return {"Id": identifier, "MetricStat": stat, "ReturnData": False}

    await cloudwatch.call(
        "PutMetricAlarm",
        AlarmName="rate",
        EvaluationPeriods=1,
        Threshold=10.0,
        ComparisonOperator="GreaterThanOrEqualToThreshold",
        Metrics=[
            metric("errors", "Errors"),
            metric("calls", "Calls"),
            {"Id": "rate", "Expression": "100 * errors / calls", "ReturnData": True},
        ],
    )
    cloudwatch.publish("Errors", 1.0)
    cloudwatch.publish("Calls", 10.0)
    cloudwatch.now += 65
    await cloudwatch.evaluate()
    assert (await cloudwatch.state("rate"))[0] == "ALARM"


async def test_a_composite_alarm_follows_its_children(cloudwatch: CloudWatchWorkbench) -> None:
    for name in ("a", "b"):
        await cloudwatch.call("PutMetricAlarm", **alarm(name, AlarmActions=[], OKActions=[]))
    await cloudwatch.call(
        "PutCompositeAlarm",
        AlarmName="both",
        AlarmRule="ALARM(a) AND ALARM(b)",
        AlarmActions=[TOPIC],
    )
    await cloudwatch.call("SetAlarmState", AlarmName="a", StateValue="ALARM", StateReason="test")
    assert (await cloudwatch.state("both"))[0] == "OK"
    await cloudwatch.call("SetAlarmState", AlarmName="b", StateValue="ALARM", StateReason="test")
    await cloudwatch.actions.finish()
    state, reason = await cloudwatch.state("both")
    assert state == "ALARM"
    assert ":alarm:b transitioned to ALARM at " in reason
    (message,) = cloudwatch.messages()
    assert json.loads(message["Message"])["AlarmRule"] == "ALARM(a) AND ALARM(b)"


async def test_disabled_actions_are_not_run(cloudwatch: CloudWatchWorkbench) -> None:
    await cloudwatch.call("PutMetricAlarm", **alarm())
    await cloudwatch.call("DisableAlarmActions", AlarmNames=["errors"])
    await cloudwatch.call("SetAlarmState", AlarmName="errors", StateValue="OK", StateReason="x")
    await cloudwatch.call("EnableAlarmActions", AlarmNames=["errors"])
    await cloudwatch.call("SetAlarmState", AlarmName="errors", StateValue="ALARM", StateReason="x")
    await cloudwatch.actions.finish()
    assert [each["Subject"].split(":")[0] for each in cloudwatch.messages()] == ["ALARM"]


async def test_a_state_that_is_set_again_is_no_change(cloudwatch: CloudWatchWorkbench) -> None:
    await cloudwatch.call("PutMetricAlarm", **alarm())
    for _ in range(2):
        await cloudwatch.call("SetAlarmState", AlarmName="errors", StateValue="OK", StateReason="x")
    await cloudwatch.actions.finish()
    assert len(cloudwatch.messages()) == 1


async def test_the_history_tells_changes_and_actions(cloudwatch: CloudWatchWorkbench) -> None:
    await cloudwatch.call("PutMetricAlarm", **alarm())
    await cloudwatch.call("SetAlarmState", AlarmName="errors", StateValue="OK", StateReason="x")
    await cloudwatch.actions.finish()
    found = await cloudwatch.call("DescribeAlarmHistory", AlarmName="errors")
    assert [item["HistoryItemType"] for item in found["AlarmHistoryItems"]] == [
        "Action",
        "StateUpdate",
        "ConfigurationUpdate",
    ]
    data = json.loads(found["AlarmHistoryItems"][1]["HistoryData"])
    assert data["oldState"]["stateValue"] == "INSUFFICIENT_DATA"
    assert data["newState"] == {"stateValue": "OK", "stateReason": "x"}


async def test_an_action_that_fails_is_in_the_history(cloudwatch: CloudWatchWorkbench) -> None:
    error = EngineCallError("sns", "Publish", "NotFound", "Topic does not exist", 404)
    cloudwatch.engine.answers["Publish"] = error
    await cloudwatch.call("PutMetricAlarm", **alarm())
    await cloudwatch.call("SetAlarmState", AlarmName="errors", StateValue="OK", StateReason="x")
    await cloudwatch.actions.finish()
    found = await cloudwatch.call(
        "DescribeAlarmHistory", AlarmName="errors", HistoryItemType="Action"
    )
    assert "Topic does not exist" in found["AlarmHistoryItems"][0]["HistorySummary"]


async def test_a_changed_alarm_keeps_its_state_and_tags(cloudwatch: CloudWatchWorkbench) -> None:
    tags = [{"Key": "team", "Value": "payments"}]
    await cloudwatch.call("PutMetricAlarm", **alarm(Tags=tags))
    await cloudwatch.call("SetAlarmState", AlarmName="errors", StateValue="OK", StateReason="x")
    await cloudwatch.call("PutMetricAlarm", **alarm(Threshold=9.0, Tags=[]))
    assert (await cloudwatch.state("errors"))[0] == "OK"
    arn = "arn:aws:cloudwatch:us-east-1:111111111111:alarm:errors"
    assert (await cloudwatch.call("ListTagsForResource", ResourceARN=arn))["Tags"] == tags


async def test_a_child_can_not_be_deleted_before_its_parent(
    cloudwatch: CloudWatchWorkbench,
) -> None:
    await cloudwatch.call("PutMetricAlarm", **alarm("child"))
    await cloudwatch.call("PutCompositeAlarm", AlarmName="parent", AlarmRule="ALARM(child)")
    with pytest.raises(ServiceError, match="composite alarm"):
        await cloudwatch.call("DeleteAlarms", AlarmNames=["child"])
    await cloudwatch.call("DeleteAlarms", AlarmNames=["parent", "child"])
    assert (await cloudwatch.call("DescribeAlarms"))["MetricAlarms"] == []


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"TreatMissingData": "maybe"}, "maybe is not supported for TreatMissingData"),
        ({"Statistic": None}, "Exactly one of Statistic and ExtendedStatistic"),
        ({"Period": 45}, "Period must be"),
        ({"DatapointsToAlarm": 2}, "DatapointsToAlarm"),
        ({"Threshold": None}, "Threshold must be specified"),
        ({"EvaluationPeriods": 2000}, "more than a day"),
        ({"ThresholdMetricId": "ad1"}, "anomaly detection"),
        ({"ComparisonOperator": "GreaterThanUpperThreshold"}, "anomaly detection"),
        (
            {"Metrics": [{"Id": "e1", "Expression": "1"}]},
            "Metrics and MetricName are mutually exclusive",
        ),
    ],
)
async def test_an_alarm_that_can_not_work_is_refused(
    cloudwatch: CloudWatchWorkbench, changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(ServiceError, match=message):
        await cloudwatch.call("PutMetricAlarm", **alarm(**changes))


async def test_an_alarm_is_found_by_its_metric(cloudwatch: CloudWatchWorkbench) -> None:
    await cloudwatch.call("PutMetricAlarm", **alarm())
    found = await cloudwatch.call(
        "DescribeAlarmsForMetric",
        Namespace="N",
        MetricName="Errors",
        Dimensions=[{"Name": "Function", "Value": "pay"}],
    )
    assert [each["AlarmName"] for each in found["MetricAlarms"]] == ["errors"]
    other = await cloudwatch.call("DescribeAlarmsForMetric", Namespace="N", MetricName="Errors")
    assert other["MetricAlarms"] == []


async def test_alarms_are_described_in_pages(cloudwatch: CloudWatchWorkbench) -> None:
    for number in range(5):
        await cloudwatch.call("PutMetricAlarm", **alarm(f"a{number}"))
    first = await cloudwatch.call("DescribeAlarms", MaxRecords=3)
    second = await cloudwatch.call("DescribeAlarms", MaxRecords=3, NextToken=first["NextToken"])
    names = [each["AlarmName"] for each in first["MetricAlarms"] + second["MetricAlarms"]]
    assert names == ["a0", "a1", "a2", "a3", "a4"]
    assert second["NextToken"] is None


async def test_the_reason_data_names_what_was_looked_at(cloudwatch: CloudWatchWorkbench) -> None:
    await cloudwatch.call("PutMetricAlarm", **alarm(Unit="None"))
    cloudwatch.publish("Errors", 3.0, Function="pay")
    cloudwatch.publish("Errors", 1.0, Function="pay")
    cloudwatch.now += 65
    await cloudwatch.evaluate()
    found = await cloudwatch.call("DescribeAlarms", AlarmNames=["errors"])
    data = json.loads(found["MetricAlarms"][0]["StateReasonData"])
    assert data["recentDatapoints"] == [4.0]
    assert data["evaluatedDatapoints"][0]["sampleCount"] == 2.0
    assert (data["statistic"], data["period"], data["threshold"]) == ("Sum", 60, 0.0)
    assert cloudwatch.now > NOON


async def test_alarms_are_evaluated_without_being_asked() -> None:
    engine = PretendedEngine()
    store = MetricStore()
    registry = AlarmRegistry()
    transitions = AlarmTransitions(registry, AlarmActions(engine, registry))
    measured = 0

    async def measure() -> None:
        nonlocal measured
        measured += 1
        datum = Datum(metric_of("N", "Errors", None), time.time(), single(1.0))
        store.record(SCOPE, [datum])

    supervision = AlarmSupervision(
        registry, transitions, store, interval_seconds=0.1, before=measure
    )
    alarms = AlarmOperations(registry, transitions, MetricQueries(store))
    await alarms.put_metric_alarm(CALLER, alarm(Dimensions=[], AlarmActions=[]))
    supervision.start()
    async with asyncio.timeout(10):
        while registry.of(SCOPE)[0].state.value != "ALARM":
            await asyncio.sleep(0.01)
    await supervision.stop()
    assert measured

"""Alarms: when they go off and whom they tell."""

from __future__ import annotations

import json
from typing import Any

from tests.integration.conformance import documentation as docs
from tests.integration.conformance.laboratory import Laboratory
from tests.integration.conformance.observing import awaited
from tests.integration.conformance.row import Area
from tests.integration.conformance.rows.lambda_asynchronous import RECORDER, queue, received
from tests.integration.conformance.rows.lambda_results import invoked
from tests.integration.conformance.rows.telemetry_metrics import put_metric

AREA = Area("Telemetry: alarms")


def _alarm(lab: Laboratory, namespace: str, **changes: Any) -> str:
    """The name of a new alarm when the metric M of the namespace is above 1."""
    cloudwatch, name = lab.client("cloudwatch"), lab.name()
    cloudwatch.put_metric_alarm(
        **{
            "AlarmName": name,
            "Namespace": namespace,
            "MetricName": "M",
            "Statistic": "Sum",
            "Period": 60,
            "EvaluationPeriods": 1,
            "Threshold": 1,
            "ComparisonOperator": "GreaterThanThreshold",
            **changes,
        }
    )
    lab.undo(lambda: cloudwatch.delete_alarms(AlarmNames=[name]))
    return name


def _state(lab: Laboratory, name: str, awaited_state: str, seconds: float = 20) -> str:
    def look() -> str:
        found = lab.client("cloudwatch").describe_alarms(AlarmNames=[name])["MetricAlarms"]
        return str(found[0]["StateValue"]) if found else "no alarm"

    return awaited(look, lambda state: state == awaited_state, seconds=seconds)


@AREA.row("An alarm goes off after its metric was put", aws="ALARM", source=docs.ALARMS, waits=True)
def goes_off(lab: Laboratory) -> str:
    namespace = lab.name()
    name = _alarm(lab, namespace)
    lab.client("cloudwatch").put_metric_data(
        Namespace=namespace, MetricData=[{"MetricName": "M", "Value": 5}]
    )
    return _state(lab, name, "ALARM")


@AREA.row(
    "An alarm of a function's errors, which nobody put", aws="ALARM", source=docs.ALARMS, waits=True
)
def alarm_of_service(lab: Laboratory) -> str:
    arn = lab.function(RECORDER)
    function = arn.rsplit(":", 1)[1]
    name = _alarm(
        lab,
        "AWS/Lambda",
        MetricName="Errors",
        Threshold=0,
        Dimensions=[{"Name": "FunctionName", "Value": function}],
    )
    invoked(lab, arn, "raise")
    return "ALARM" if _state(lab, name, "ALARM") == "ALARM" else "not ALARM"


@AREA.row("An alarm looks at its dimensions only", aws="not ALARM", source=docs.ALARMS, waits=True)
def alarm_dimensions(lab: Laboratory) -> str:
    namespace = lab.name()
    name = _alarm(lab, namespace, Dimensions=[{"Name": "D", "Value": "one"}])
    other = {"MetricName": "M", "Value": 5, "Dimensions": [{"Name": "D", "Value": "other"}]}
    lab.client("cloudwatch").put_metric_data(Namespace=namespace, MetricData=[other])
    state = _state(lab, name, "ALARM", seconds=4)
    return "ALARM" if state == "ALARM" else "not ALARM"


@AREA.row(
    "TreatMissingData `breaching` without any data", aws="ALARM", source=docs.ALARMS, waits=True
)
def missing_data(lab: Laboratory) -> str:
    return _state(lab, _alarm(lab, lab.name(), TreatMissingData="breaching"), "ALARM")


@AREA.row(
    "TreatMissingData `missing` without any data",
    aws="INSUFFICIENT_DATA",
    source=docs.ALARMS,
    waits=True,
)
def missing_data_by_default(lab: Laboratory) -> str:
    return _state(lab, _alarm(lab, lab.name()), "ALARM", seconds=4)


@AREA.row("An alarm of metric math", aws="ALARM", source=docs.ALARMS, waits=True)
def alarm_of_math(lab: Laboratory) -> str:
    cloudwatch, name, namespace = lab.client("cloudwatch"), lab.name(), lab.name()
    metric = {"Metric": {"Namespace": namespace, "MetricName": "M"}, "Period": 60, "Stat": "Sum"}
    cloudwatch.put_metric_alarm(
        AlarmName=name,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanThreshold",
        Metrics=[
            {"Id": "m", "MetricStat": metric, "ReturnData": False},
            {"Id": "e", "Expression": "m * 10", "ReturnData": True},
        ],
    )
    lab.undo(lambda: cloudwatch.delete_alarms(AlarmNames=[name]))
    cloudwatch.put_metric_data(Namespace=namespace, MetricData=[{"MetricName": "M", "Value": 0.5}])
    return _state(lab, name, "ALARM")


@AREA.row(
    "An alarm tells its topic once: old and new state",
    aws="1 message, INSUFFICIENT_DATA to ALARM",
    source=docs.ALARMS,
    waits=True,
)
def alarm_action(lab: Laboratory) -> str:
    sns, namespace = lab.client("sns"), lab.name()
    topic = sns.create_topic(Name=lab.name())["TopicArn"]
    url, arn = queue(lab)
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    name = _alarm(lab, namespace, AlarmActions=[topic])
    for _ in range(2):
        lab.client("cloudwatch").put_metric_data(
            Namespace=namespace, MetricData=[{"MetricName": "M", "Value": 5}]
        )
    messages = received(lab, url)
    messages += received(lab, url, seconds=2)
    told = [json.loads(json.loads(message["Body"])["Message"]) for message in messages]
    own = [each for each in told if each["AlarmName"] == name]
    states = f"{own[0]['OldStateValue']} to {own[0]['NewStateValue']}" if own else "none"
    return f"{len(own)} message, {states}"


@AREA.row(
    "A composite alarm of one that goes off", aws="ALARM", source=docs.COMPOSITE_ALARMS, waits=True
)
def composite(lab: Laboratory) -> str:
    cloudwatch, namespace, name = lab.client("cloudwatch"), put_metric(lab, 5), lab.name()
    child = _alarm(lab, namespace)
    cloudwatch.put_composite_alarm(AlarmName=name, AlarmRule=f'ALARM("{child}")')
    lab.undo(lambda: cloudwatch.delete_alarms(AlarmNames=[name]))

    def look() -> str:
        found = cloudwatch.describe_alarms(AlarmNames=[name], AlarmTypes=["CompositeAlarm"])
        return str(found["CompositeAlarms"][0]["StateValue"])

    return awaited(look, lambda state: state == "ALARM")

"""What an alarm's actions are told.

The message for SNS and the event for Lambda have the members recorded from AWS in LocalStack's
tests/aws/services/cloudwatch/test_cloudwatch.snapshot.json.
"""

from __future__ import annotations

import json
import uuid
from functools import cache
from typing import Any

from botocore.loaders import Loader

from localtender.telemetry.alarms.alarm import ACTIONS, Alarm, AlarmState
from localtender.telemetry.alarms.reasons import instant

_STATISTICS = {
    "SampleCount": "SAMPLE_COUNT",
    "Average": "AVERAGE",
    "Sum": "SUM",
    "Minimum": "MINIMUM",
    "Maximum": "MAXIMUM",
}
_SUBJECT_LENGTH = 100


def subject(alarm: Alarm) -> str:
    """The subject of a notification."""
    text = f'{alarm.state.value}: "{alarm.name}" in {region_name(alarm.scope.region)}'
    return text[:_SUBJECT_LENGTH]


def notification(alarm: Alarm, old: AlarmState) -> str:
    """The message that SNS topics get: JSON."""
    configuration, state = alarm.configuration, alarm.state
    message: dict[str, Any] = {
        "AlarmName": alarm.name,
        "AlarmDescription": configuration.get("AlarmDescription"),
        "AWSAccountId": alarm.scope.account_id,
        "AlarmConfigurationUpdatedTimestamp": instant(alarm.configured_at),
        "NewStateValue": state.value,
        "NewStateReason": state.reason,
        "StateChangeTime": instant(state.updated_at),
        "Region": region_name(alarm.scope.region),
        "AlarmArn": alarm.arn,
        "OldStateValue": old.value,
    }
    for member in ACTIONS.values():
        message[member] = list(configuration.get(member) or [])
    if alarm.alarm_type == "CompositeAlarm":
        message["AlarmRule"] = configuration["AlarmRule"]
        message.pop("AlarmConfigurationUpdatedTimestamp")
    else:
        message["Trigger"] = _trigger(alarm)
    return json.dumps(message)


def function_event(alarm: Alarm, old: AlarmState) -> bytes:
    """The event that a Lambda function gets."""
    configuration = alarm.configuration
    described: dict[str, Any] = {}
    if configuration.get("AlarmDescription"):
        described["description"] = configuration["AlarmDescription"]
    if alarm.alarm_type == "CompositeAlarm":
        described["alarmRule"] = configuration["AlarmRule"]
    else:
        described["metrics"] = [_lower_query(query) for query in _queries(alarm)]
    event = {
        "source": "aws.cloudwatch",
        "alarmArn": alarm.arn,
        "accountId": alarm.scope.account_id,
        "time": instant(alarm.state.updated_at),
        "region": alarm.scope.region,
        "alarmData": {
            "alarmName": alarm.name,
            "state": _state(alarm.state),
            "previousState": _state(old),
            "configuration": described,
        },
    }
    return json.dumps(event).encode()


def region_name(region: str) -> str:
    """A region as people call it: US East (N. Virginia)."""
    return _region_names().get(region, region)


@cache
def _region_names() -> dict[str, str]:
    partitions = Loader().load_data("endpoints")["partitions"]
    return {
        region: description["description"]
        for partition in partitions
        for region, description in partition["regions"].items()
    }


def _trigger(alarm: Alarm) -> dict[str, Any]:
    configuration = alarm.configuration
    trigger: dict[str, Any] = {}
    if alarm.queries:
        trigger["Metrics"] = alarm.queries
    else:
        trigger["MetricName"] = configuration["MetricName"]
        trigger["Namespace"] = configuration["Namespace"]
        if configuration.get("ExtendedStatistic"):
            trigger["StatisticType"] = "ExtendedStatistic"
            trigger["ExtendedStatistic"] = configuration["ExtendedStatistic"]
        else:
            trigger["StatisticType"] = "Statistic"
            trigger["Statistic"] = _STATISTICS[configuration["Statistic"]]
        trigger["Unit"] = configuration.get("Unit")
        trigger["Dimensions"] = [
            {"value": each["Value"], "name": each["Name"]}
            for each in configuration.get("Dimensions") or []
        ]
    trigger["Period"] = alarm.period
    trigger["EvaluationPeriods"] = alarm.evaluation_periods
    if configuration.get("DatapointsToAlarm"):
        trigger["DatapointsToAlarm"] = configuration["DatapointsToAlarm"]
    trigger["ComparisonOperator"] = configuration["ComparisonOperator"]
    trigger["Threshold"] = configuration["Threshold"]
    trigger["TreatMissingData"] = configuration.get("TreatMissingData") or ""
    trigger["EvaluateLowSampleCountPercentile"] = (
        configuration.get("EvaluateLowSampleCountPercentile") or ""
    )
    return trigger


def _queries(alarm: Alarm) -> list[dict[str, Any]]:
    if alarm.queries:
        return alarm.queries
    configuration = alarm.configuration
    stat = {
        "Metric": {
            "Namespace": configuration["Namespace"],
            "MetricName": configuration["MetricName"],
            "Dimensions": configuration.get("Dimensions") or [],
        },
        "Period": configuration["Period"],
        "Stat": configuration.get("Statistic") or configuration.get("ExtendedStatistic"),
        "Unit": configuration.get("Unit"),
    }
    return [{"Id": str(uuid.uuid4()), "MetricStat": stat, "ReturnData": True}]


def _lower_query(query: dict[str, Any]) -> dict[str, Any]:
    lowered: dict[str, Any] = {"id": query["Id"]}
    stat = query.get("MetricStat")
    if stat:
        metric = stat["Metric"]
        lowered["metricStat"] = {
            "metric": {
                "namespace": metric.get("Namespace"),
                "name": metric.get("MetricName"),
                "dimensions": {
                    each["Name"]: each["Value"] for each in metric.get("Dimensions") or []
                },
            },
            "period": stat["Period"],
            "stat": stat["Stat"],
        }
        if stat.get("Unit"):
            lowered["metricStat"]["unit"] = stat["Unit"]
    for member in ("Expression", "Label"):
        if query.get(member):
            lowered[member.lower()] = query[member]
    lowered["returnData"] = query.get("ReturnData", True)
    return lowered


def _state(state: AlarmState) -> dict[str, Any]:
    document = {
        "value": state.value,
        "reason": state.reason,
        "timestamp": instant(state.updated_at),
    }
    if state.reason_data:
        document["reasonData"] = state.reason_data
    return document

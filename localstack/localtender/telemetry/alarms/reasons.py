"""Why an alarm changed its state, in CloudWatch's words.

The texts and the members of the reason data are those recorded from AWS in LocalStack's
tests/aws/services/cloudwatch/test_cloudwatch.snapshot.json, and shown in
https://repost.aws/knowledge-center/cloudwatch-alarm-transitions.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from localtender.telemetry.alarms.alarm import ALARM, INSUFFICIENT_DATA, Alarm
from localtender.telemetry.alarms.evaluation import Datapoint, Rule, Verdict

_COMPARISON_TEXTS = {
    "GreaterThanOrEqualToThreshold": "greater than or equal to",
    "GreaterThanThreshold": "greater than",
    "LessThanThreshold": "less than",
    "LessThanOrEqualToThreshold": "less than or equal to",
}
_FILLED_AS = {"breaching": "Breaching", "notBreaching": "NonBreaching"}


def reason_text(alarm: Alarm, rule: Rule, verdict: Verdict) -> str:
    """StateReason of the state that a verdict leads to."""
    real = [each for each in verdict.evaluated if each.value is not None]
    wanted = rule.evaluation_periods
    if verdict.state == INSUFFICIENT_DATA:
        return f"Insufficient Data: {_counted(wanted, 'datapoint')} {_was(wanted)} unknown."
    if not real:
        kind = _FILLED_AS[rule.missing]
        return (
            f"Threshold Crossed: no datapoints were received for {_counted(wanted, 'period')} and "
            f"{_counted(verdict.filled, 'missing datapoint')} {_was(verdict.filled)} "
            f"treated as [{kind}]."
        )
    alarming = verdict.state == ALARM
    named = [
        each for each in real if each.value is not None and rule.breaches(each.value) is alarming
    ] or real
    listed = ", ".join(_datapoint_text(each) for each in reversed(named))
    comparison = _COMPARISON_TEXTS[rule.comparison]
    verb = _was(len(named)) + ("" if alarming else " not")
    threshold = f"{verb} {comparison} the threshold ({rule.threshold})"
    if alarm.configuration.get("DatapointsToAlarm") is None:
        text = f"{_counted(len(named), 'datapoint')} [{listed}] {threshold}"
        return f"Threshold Crossed: {text}{_filled_text(rule, verdict)}."
    minimum = rule.datapoints_to_alarm if alarming else wanted - rule.datapoints_to_alarm + 1
    transition = "OK -> ALARM" if alarming else "ALARM -> OK"
    return (
        f"Threshold Crossed: {len(named)} out of the last {len(real)} datapoints [{listed}] "
        f"{threshold} (minimum {_counted(minimum, 'datapoint')} for {transition} transition)"
        f"{_filled_text(rule, verdict)}."
    )


def reason_data(alarm: Alarm, rule: Rule, verdict: Verdict, now: float) -> str:
    """StateReasonData: JSON."""
    real = [each for each in verdict.evaluated if each.value is not None]
    configuration = alarm.configuration
    data: dict[str, Any] = {"version": "1.0", "queryDate": instant(now)}
    if real:
        data["startDate"] = instant(real[0].timestamp)
    if configuration.get("Unit"):
        data["unit"] = configuration["Unit"]
    statistic = configuration.get("Statistic") or configuration.get("ExtendedStatistic")
    if statistic:
        data["statistic"] = statistic
    data["period"] = alarm.period
    data["recentDatapoints"] = [each.value for each in real]
    data["threshold"] = rule.threshold
    data["evaluatedDatapoints"] = [_described(each) for each in reversed(verdict.evaluated)]
    return json.dumps(data, separators=(",", ":"))


def instant(seconds: float) -> str:
    """A time as CloudWatch writes it in reasons and messages."""
    moment = datetime.fromtimestamp(seconds, tz=UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}+0000"


def _described(datapoint: Datapoint) -> dict[str, Any]:
    described: dict[str, Any] = {"timestamp": instant(datapoint.timestamp)}
    if datapoint.sample_count is not None:
        described["sampleCount"] = datapoint.sample_count
    if datapoint.value is not None:
        described["value"] = datapoint.value
    return described


def _datapoint_text(datapoint: Datapoint) -> str:
    moment = datetime.fromtimestamp(datapoint.timestamp, tz=UTC)
    return f"{datapoint.value} ({moment:%d/%m/%y %H:%M:%S})"


def _filled_text(rule: Rule, verdict: Verdict) -> str:
    if not verdict.filled:
        return ""
    count = verdict.filled
    text = f"{_counted(count, 'missing datapoint')} {_was(count)}"
    return f" and {text} treated as [{_FILLED_AS[rule.missing]}]"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" + ("" if number == 1 else "s")


def _was(number: int) -> str:
    return "was" if number == 1 else "were"

"""Metric alarms as the API takes them and answers them, from and to Terraform's values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from localtender.provider.values import Values

ACTIONS: Final = {
    "alarm_actions": "AlarmActions",
    "insufficient_data_actions": "InsufficientDataActions",
    "ok_actions": "OKActions",
}
_METRIC: Final = {
    "extended_statistic": "ExtendedStatistic",
    "metric_name": "MetricName",
    "namespace": "Namespace",
    "period": "Period",
    "statistic": "Statistic",
    "unit": "Unit",
}
_PLAIN: Final = {
    **ACTIONS,
    **_METRIC,
    "actions_enabled": "ActionsEnabled",
    "alarm_description": "AlarmDescription",
    "alarm_name": "AlarmName",
    "comparison_operator": "ComparisonOperator",
    "datapoints_to_alarm": "DatapointsToAlarm",
    "evaluate_low_sample_count_percentiles": "EvaluateLowSampleCountPercentile",
    "evaluation_interval": "EvaluationInterval",
    "evaluation_periods": "EvaluationPeriods",
    "threshold": "Threshold",
    "threshold_metric_id": "ThresholdMetricId",
    "treat_missing_data": "TreatMissingData",
}
_QUERY: Final = {
    "account_id": "AccountId",
    "expression": "Expression",
    "id": "Id",
    "label": "Label",
    "period": "Period",
    "return_data": "ReturnData",
}
_PROMQL: Final = {
    "pending_period": "PendingPeriod",
    "query": "Query",
    "recovery_period": "RecoveryPeriod",
}
_WARM_UP: Final = {
    "only_start_evaluating_after_warm_up_period_ends": "OnlyStartEvaluatingAfterWarmUpPeriodEnds",
    "warm_up_period_duration_in_minutes": "WarmUpPeriodDurationInMinutes",
}


def alarm_request(planned: Values) -> Values:
    """Return the parameters of ``PutMetricAlarm``; what is left out is reset by it."""
    request = _request(planned, _PLAIN)
    # A combination of metrics and a criterion come instead of a threshold.
    if planned["evaluation_criteria"] or planned["threshold_metric_id"]:
        request.pop("Threshold", None)
    if planned["dimensions"]:
        request["Dimensions"] = _dimension_list(planned["dimensions"])
    if planned["metric_query"]:
        request["Metrics"] = [_query_request(query) for query in planned["metric_query"]]
    for block in planned["evaluation_criteria"]:
        criteria = _request(block["promql_criteria"][0], _PROMQL)
        request["EvaluationCriteria"] = {"PromQLCriteria": criteria}
    for block in planned["warm_up_configuration"]:
        request["WarmUpConfiguration"] = _request(block, _WARM_UP)
    return request


def alarm_state(alarm: Mapping[str, Any]) -> Values:
    """Return the attributes that an answer of ``DescribeAlarms`` holds."""
    found: Values = {name: alarm.get(key) for name, key in _PLAIN.items()}
    if found["extended_statistic"]:
        found["statistic"] = None
    criteria = (alarm.get("EvaluationCriteria") or {}).get("PromQLCriteria")
    warm_up = alarm.get("WarmUpConfiguration")
    return found | {
        "arn": alarm["AlarmArn"],
        "dimensions": _dimension_map(alarm.get("Dimensions")),
        "evaluation_criteria": [{"promql_criteria": [_state(criteria, _PROMQL)]}]
        if criteria
        else [],
        "metric_query": [_query_state(query) for query in alarm.get("Metrics") or []],
        "treat_missing_data": alarm.get("TreatMissingData") or "missing",
        "warm_up_configuration": [_state(warm_up, _WARM_UP)] if warm_up else [],
    }


def _request(values: Values, names: Mapping[str, str]) -> Values:
    request = {key: values[name] for name, key in names.items()}
    return {key: value for key, value in request.items() if value not in (None, "")}


def _state(answer: Mapping[str, Any], names: Mapping[str, str]) -> Values:
    return {name: answer.get(key) for name, key in names.items()}


def _query_request(query: Values) -> Values:
    request = _request(query, _QUERY)
    for metric in query["metric"]:
        statistic: Values = {
            "Metric": _request(metric, {"metric_name": "MetricName", "namespace": "Namespace"}),
            **_request(metric, {"period": "Period", "stat": "Stat", "unit": "Unit"}),
        }
        if metric["dimensions"]:
            statistic["Metric"]["Dimensions"] = _dimension_list(metric["dimensions"])
        request["MetricStat"] = statistic
    return request


def _query_state(query: Mapping[str, Any]) -> Values:
    found = _state(query, _QUERY)
    statistic = query.get("MetricStat")
    found["metric"] = []
    if statistic:
        metric = statistic.get("Metric", {})
        found["metric"] = [
            {
                "dimensions": _dimension_map(metric.get("Dimensions")),
                "metric_name": metric.get("MetricName"),
                "namespace": metric.get("Namespace"),
                "period": statistic.get("Period"),
                "stat": statistic.get("Stat"),
                "unit": statistic.get("Unit"),
            }
        ]
    return found


def _dimension_list(dimensions: dict[str, str]) -> list[dict[str, str]]:
    return [{"Name": name, "Value": value} for name, value in dimensions.items()]


def _dimension_map(dimensions: list[dict[str, str]] | None) -> dict[str, str] | None:
    return {each["Name"]: each["Value"] for each in dimensions or []} or None

"""What PutMetricAlarm and PutCompositeAlarm accept.

Follows https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html and
https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html.
"""

from __future__ import annotations

from typing import Any

from localtender.edge.protocol.service import Parameters
from localtender.telemetry.alarms.composite_rule import AlarmRuleError, parse_rule
from localtender.telemetry.alarms.evaluation import COMPARISONS
from localtender.telemetry.cloudwatch.constraints import invalid_combination, validation
from localtender.telemetry.cloudwatch.metric_operations import check_queries
from localtender.telemetry.metrics.distribution import is_statistic
from localtender.telemetry.metrics.expression import ExpressionError
from localtender.telemetry.metrics.queries import MetricQueries

_MISSING_DATA = ("breaching", "notBreaching", "ignore", "missing")
_LOW_SAMPLES = ("evaluate", "ignore")
_SINGLE_METRIC = (
    "MetricName",
    "Namespace",
    "Statistic",
    "ExtendedStatistic",
    "Dimensions",
    "Period",
    "Unit",
)
_NOT_OFFERED = {
    "EvaluationCriteria": "alarms on PromQL queries",
    "EvaluationInterval": "alarms on PromQL queries",
    "EvaluationWindow": "evaluation windows",
    "ThresholdMetricId": "anomaly detection",
    "WarmUpConfiguration": "warm-up periods",
}
_COMPOSITE_NOT_OFFERED = (
    "ActionsSuppressor",
    "ActionsSuppressorWaitPeriod",
    "ActionsSuppressorExtensionPeriod",
)
_DAY_SECONDS = 86_400


def check_metric_alarm(parameters: Parameters, queries: MetricQueries) -> None:
    """Refuse what CloudWatch refuses, and what is not offered here. Raises ServiceError."""
    for member, what in _NOT_OFFERED.items():
        if parameters.get(member) is not None:
            raise validation(f"{member}: {what} are not offered by Localtender.")
    if parameters.get("ComparisonOperator") is None or not parameters.get("EvaluationPeriods"):
        raise validation("ComparisonOperator and EvaluationPeriods must be specified.")
    if parameters["ComparisonOperator"] not in COMPARISONS:
        raise validation(
            f"{parameters['ComparisonOperator']}: anomaly detection is not offered by Localtender."
        )
    if parameters.get("Threshold") is None:
        raise validation("Threshold must be specified for a static threshold alarm.")
    _check_choices(parameters)
    if parameters.get("Metrics"):
        _check_metric_math(parameters, queries)
    else:
        _check_single_metric(parameters)
    _check_periods(parameters)


def check_composite_alarm(parameters: Parameters) -> None:
    """Refuse a rule that can't be read. Raises ServiceError."""
    for member in _COMPOSITE_NOT_OFFERED:
        if parameters.get(member) is not None:
            raise validation(f"{member}: action suppression is not offered by Localtender.")
    try:
        parse_rule(parameters["AlarmRule"])
    except AlarmRuleError as error:
        raise validation(str(error)) from error


def _check_choices(parameters: Parameters) -> None:
    missing = parameters.get("TreatMissingData")
    if missing is not None and missing not in _MISSING_DATA:
        raise validation(
            f"The value {missing} is not supported for TreatMissingData parameter. "
            f"Supported values are [{', '.join(_MISSING_DATA)}]."
        )
    low = parameters.get("EvaluateLowSampleCountPercentile")
    if low is not None and low not in _LOW_SAMPLES:
        raise validation(
            f"Option {low} is not supported. Supported options for parameter "
            "EvaluateLowSampleCountPercentile are evaluate and ignore."
        )
    datapoints = parameters.get("DatapointsToAlarm")
    if datapoints is not None and datapoints > parameters["EvaluationPeriods"]:
        raise validation("DatapointsToAlarm must not be greater than EvaluationPeriods.")


def _check_metric_math(parameters: Parameters, queries: MetricQueries) -> None:
    for member in _SINGLE_METRIC:
        if parameters.get(member):
            raise invalid_combination(
                f"The parameters Metrics and {member} are mutually exclusive."
            )
    listed: list[dict[str, Any]] = parameters["Metrics"]
    check_queries(listed)
    returned = [query for query in listed if query.get("ReturnData", True)]
    if len(returned) != 1:
        raise validation("Exactly one element of the metrics list should return data.")
    try:
        queries.check(listed)
    except ExpressionError as error:
        raise validation(str(error)) from error


def _check_single_metric(parameters: Parameters) -> None:
    for member in ("MetricName", "Namespace", "Period"):
        if not parameters.get(member):
            raise validation(f"{member} must be specified for an alarm on a single metric.")
    statistic, extended = parameters.get("Statistic"), parameters.get("ExtendedStatistic")
    if bool(statistic) == bool(extended):
        raise invalid_combination("Exactly one of Statistic and ExtendedStatistic must be given.")
    if extended and not is_statistic(extended):
        raise validation(f"The value {extended} for parameter ExtendedStatistic is not supported.")
    period = parameters["Period"]
    if period not in (10, 20, 30) and period % 60:
        raise validation("Period must be 10, 20, 30 or a multiple of 60.")


def _check_periods(parameters: Parameters) -> None:
    period = parameters.get("Period") or 60
    most = _DAY_SECONDS if period < 3600 else 7 * _DAY_SECONDS
    if parameters["EvaluationPeriods"] * period > most:
        span = "a day" if most == _DAY_SECONDS else "7 days"
        raise validation(
            f"Metrics cannot be checked across more than {span} "
            f"(EvaluationPeriods * Period must be <= {most})."
        )

"""Amazon CloudWatch: alarms on metrics, and dashboards.

Arguments, defaults and replace rules follow the documentation of ``aws_cloudwatch_metric_alarm``
and ``aws_cloudwatch_dashboard``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from localtender.provider.call import Call
from localtender.provider.checks import every, length, matches, one_of
from localtender.provider.declaration import Change, Check, Resource
from localtender.provider.documents import is_json, same_json
from localtender.provider.errors import InvalidArgumentError
from localtender.provider.resources.cloudwatch_alarms import (
    ACTIONS,
    alarm_request,
    alarm_state,
)
from localtender.provider.tags import tag_list, tag_map
from localtender.provider.values import UNKNOWN, Values, is_given

_STATISTICS: Final = ("SampleCount", "Average", "Sum", "Minimum", "Maximum")
_PERCENTILE: Final = (
    r"((p|tm|wm|tc|ts)(\d{1,2}(\.\d{1,2})?|100)"
    r"|IQM|(TM|WM|PR|TC|TS)\((\d+(\.\d+)?%?)?:(\d+(\.\d+)?%?)?\))"
)
_COMPARISONS: Final = (
    "GreaterThanOrEqualToThreshold",
    "GreaterThanThreshold",
    "LessThanThreshold",
    "LessThanOrEqualToThreshold",
    "LessThanLowerOrGreaterThanUpperThreshold",
    "LessThanLowerThreshold",
    "GreaterThanUpperThreshold",
)


def _is_period(*short: int) -> Check:
    def check(seconds: float) -> str | None:
        if seconds in short or (seconds > 0 and seconds % 60 == 0):
            return None
        listed = ", ".join(map(str, short))
        return f"expected {listed} or a multiple of 60 seconds, got {seconds:g}"

    return check


def _is_statistic(value: str) -> str | None:
    if value in _STATISTICS:
        return None
    return matches(_PERCENTILE, "no statistic that CloudWatch knows")(value)


def _at_least_one(value: float) -> str | None:
    return None if value >= 1 else f"expected at least 1, got {value:g}"


class MetricAlarm(Resource):
    """``aws_cloudwatch_metric_alarm``; its id is the alarm's name."""

    type_name = "aws_cloudwatch_metric_alarm"
    service = "cloudwatch"
    gone = ("ResourceNotFound", "ResourceNotFoundException")
    replaces = ("alarm_name",)
    defaults = {
        "actions_enabled": True,
        "metric_query.return_data": False,
        "treat_missing_data": "missing",
    }
    element_keys = {"metric_query": ("id",)}
    conflicts = (
        ("extended_statistic", "statistic", "metric_query", "evaluation_criteria"),
        *((name, "metric_query") for name in ("dimensions", "metric_name", "namespace", "period")),
        ("threshold", "threshold_metric_id"),
    )
    checks = {
        "alarm_description": length(0, 1024),
        "alarm_name": length(1, 255),
        "comparison_operator": one_of(*_COMPARISONS),
        "datapoints_to_alarm": _at_least_one,
        "evaluate_low_sample_count_percentiles": one_of("evaluate", "ignore"),
        "evaluation_periods": _at_least_one,
        "extended_statistic": matches(_PERCENTILE, "no statistic that CloudWatch knows"),
        "metric_name": length(1, 255),
        "metric_query.expression": length(1, 1024),
        "metric_query.id": length(1, 255),
        "metric_query.metric.metric_name": length(1, 255),
        "metric_query.metric.period": _is_period(1, 5, 10, 20, 30),
        "metric_query.metric.stat": _is_statistic,
        "metric_query.period": _is_period(1, 5, 10, 20, 30),
        "namespace": every(length(1, 255), matches(r"[^:].*", "must not begin with a colon")),
        "period": _is_period(10, 20, 30),
        "statistic": one_of(*_STATISTICS),
        "threshold_metric_id": length(1, 255),
        "treat_missing_data": one_of("breaching", "notBreaching", "ignore", "missing"),
    }

    def validate(self, config: Values) -> Iterable[InvalidArgumentError]:
        """Check that the alarm says what it watches."""
        metric, criteria = config.get("metric_name"), config.get("evaluation_criteria")
        statistics = [config.get("statistic"), config.get("extended_statistic")]
        if metric not in (None, UNKNOWN, "") and all(each in (None, "") for each in statistics):
            yield InvalidArgumentError("statistic", "statistic or extended_statistic must be set")
        for argument in ("comparison_operator", "evaluation_periods"):
            if config.get(argument) is None and not (criteria is UNKNOWN or criteria):
                yield InvalidArgumentError(argument, "is required without evaluation_criteria")
        queries = config.get("metric_query")
        for query in queries if isinstance(queries, list) else []:
            if query is not UNKNOWN and all(
                is_given(query[name]) for name in ("expression", "metric")
            ):
                yield InvalidArgumentError(
                    "metric_query", "a metric_query has either an expression or a metric"
                )
        for argument in ACTIONS:
            for action in _known_texts(config.get(argument)):
                if not action.startswith("arn:"):
                    yield InvalidArgumentError(argument, f"not an ARN: {action!r}")

    def create(self, call: Call, planned: Values) -> Values:
        """Put the alarm, over one of the same name if there is one, as CloudWatch has it."""
        request = alarm_request(planned)
        if planned["tags_all"]:
            request["Tags"] = tag_list(planned["tags_all"])
        call.client().put_metric_alarm(**request)
        return {"id": planned["alarm_name"]}

    def read(self, call: Call, state: Values) -> Values | None:
        """Read the alarm and its tags."""
        client = call.client()
        alarm = _find(client, state["id"])
        if alarm is None:
            return None
        found = alarm_state(alarm)
        tags = client.list_tags_for_resource(ResourceARN=alarm["AlarmArn"]).get("Tags", [])
        return {**found, "tags": tag_map(tags)}

    def update(self, call: Call, change: Change) -> None:
        """Put the whole alarm again."""
        call.client().put_metric_alarm(**alarm_request(change.planned))

    def update_tags(
        self, call: Call, state: Values, changed: dict[str, str], removed: list[str]
    ) -> None:
        """Tag and untag the alarm."""
        if removed:
            call.client().untag_resource(ResourceARN=state["arn"], TagKeys=removed)
        if changed:
            call.client().tag_resource(ResourceARN=state["arn"], Tags=tag_list(changed))

    def delete(self, call: Call, state: Values) -> None:
        """Delete the alarm."""
        call.client().delete_alarms(AlarmNames=[state["id"]])


class Dashboard(Resource):
    """``aws_cloudwatch_dashboard``; its id is the dashboard's name."""

    type_name = "aws_cloudwatch_dashboard"
    service = "cloudwatch"
    gone = ("ResourceNotFound", "DashboardNotFoundError")
    replaces = ("dashboard_name",)
    equivalent = {"dashboard_body": same_json}
    checks = {
        "dashboard_body": is_json,
        "dashboard_name": every(
            length(1, 255), matches(r"[\w-]*", "expected letters, digits or any of _-")
        ),
    }

    def create(self, call: Call, planned: Values) -> Values:
        """Put the dashboard."""
        self._put(call, planned)
        return {"id": planned["dashboard_name"]}

    def read(self, call: Call, state: Values) -> Values | None:
        """Read the dashboard."""
        dashboard = call.client().get_dashboard(DashboardName=state["id"])
        return {
            "dashboard_arn": dashboard["DashboardArn"],
            "dashboard_body": dashboard["DashboardBody"],
            "dashboard_name": dashboard["DashboardName"],
        }

    def update(self, call: Call, change: Change) -> None:
        """Put the changed body."""
        self._put(call, change.planned)

    def delete(self, call: Call, state: Values) -> None:
        """Delete the dashboard."""
        call.client().delete_dashboards(DashboardNames=[state["id"]])

    def _put(self, call: Call, planned: Values) -> None:
        answer = call.client().put_dashboard(
            DashboardName=planned["dashboard_name"], DashboardBody=planned["dashboard_body"]
        )
        for message in answer.get("DashboardValidationMessages") or []:
            call.warn(
                f"dashboard {planned['dashboard_name']}: {message.get('DataPath', '')}",
                message.get("Message", ""),
            )


def _known_texts(value: Any) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def _find(client: Any, name: str) -> Values | None:
    answer = client.describe_alarms(AlarmNames=[name], AlarmTypes=["MetricAlarm"])
    return next((alarm for alarm in answer["MetricAlarms"]), None)

from __future__ import annotations

from typing import Any

from localtender.provider.resources.cloudwatch_alarms import alarm_request, alarm_state
from localtender.provider.schema.loading import load_schema

SCHEMA = load_schema().block("resource", "aws_cloudwatch_metric_alarm")


def planned(**arguments: Any) -> dict[str, Any]:
    return SCHEMA.complete({"alarm_name": "errors", "actions_enabled": True, **arguments})


def round_trip(values: dict[str, Any]) -> dict[str, Any]:
    answer = alarm_request(values) | {"AlarmArn": "arn:aws:cloudwatch:::alarm:errors"}
    found = SCHEMA.complete(alarm_state(answer))
    return {name: value for name, value in found.items() if value not in (None, [])}


def test_an_alarm_on_one_metric_is_read_as_it_was_put() -> None:
    values = planned(
        comparison_operator="GreaterThanThreshold",
        dimensions={"FunctionName": "api"},
        evaluation_periods=1,
        metric_name="Errors",
        namespace="AWS/Lambda",
        period=60,
        statistic="Sum",
        threshold=0,
        treat_missing_data="notBreaching",
    )
    assert alarm_request(values)["Threshold"] == 0
    assert round_trip(values) == {
        "actions_enabled": True,
        "alarm_name": "errors",
        "arn": "arn:aws:cloudwatch:::alarm:errors",
        "comparison_operator": "GreaterThanThreshold",
        "dimensions": {"FunctionName": "api"},
        "evaluation_periods": 1,
        "metric_name": "Errors",
        "namespace": "AWS/Lambda",
        "period": 60,
        "statistic": "Sum",
        "threshold": 0,
        "treat_missing_data": "notBreaching",
    }


def test_an_alarm_on_an_expression_is_read_as_it_was_put() -> None:
    queries = [
        {"id": "rate", "expression": "e / i", "label": "Rate", "return_data": True, "metric": []},
        {
            "id": "e",
            "return_data": False,
            "metric": [
                {
                    "dimensions": {"FunctionName": "api"},
                    "metric_name": "Errors",
                    "namespace": "AWS/Lambda",
                    "period": 60,
                    "stat": "Sum",
                }
            ],
        },
    ]
    values = planned(metric_query=queries, threshold_metric_id="rate", threshold=None)
    assert "Threshold" not in alarm_request(values)
    assert round_trip(values)["metric_query"] == values["metric_query"]


def test_an_alarm_on_a_promql_criterion_has_no_threshold() -> None:
    values = planned(
        evaluation_criteria=[
            {"promql_criteria": [{"query": "up == 0", "pending_period": 60}]},
        ],
        evaluation_interval=60,
        warm_up_configuration=[{"warm_up_period_duration_in_minutes": 5}],
        threshold=1,
    )
    assert alarm_request(values) == {
        "ActionsEnabled": True,
        "AlarmName": "errors",
        "EvaluationCriteria": {"PromQLCriteria": {"PendingPeriod": 60, "Query": "up == 0"}},
        "EvaluationInterval": 60,
        "WarmUpConfiguration": {"WarmUpPeriodDurationInMinutes": 5},
    }
    assert round_trip(values)["evaluation_criteria"] == values["evaluation_criteria"]


def test_a_percentile_takes_the_place_of_a_statistic() -> None:
    found = alarm_state({"AlarmArn": "a", "ExtendedStatistic": "p99", "Statistic": "Average"})
    assert found["extended_statistic"] == "p99"
    assert found["statistic"] is None
    assert found["treat_missing_data"] == "missing"

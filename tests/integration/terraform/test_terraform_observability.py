from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from tests.terraform_folder import TerraformFolder

OBSERVED = """
resource "aws_sns_topic" "alarms" {
  name = "alarms"
}

resource "aws_cloudwatch_log_group" "api" {
  name              = "/aws/lambda/payments-api"
  retention_in_days = 14
  tags              = { team = "payments" }
}

resource "aws_cloudwatch_log_group" "like_it" {
  name_prefix = "/aws/lambda/payments-api"
}

resource "aws_cloudwatch_metric_alarm" "errors" {
  alarm_name          = "errors"
  alarm_description   = "Functions fail"
  namespace           = "AWS/Lambda"
  metric_name         = "Errors"
  statistic           = "Sum"
  period              = 60
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = []
  dimensions          = { FunctionName = "payments-api" }
}

resource "aws_cloudwatch_metric_alarm" "latency" {
  alarm_name          = "latency"
  namespace           = "AWS/ApiGateway"
  metric_name         = "Latency"
  extended_statistic  = "p99"
  period              = 300
  evaluation_periods  = 3
  datapoints_to_alarm = 2
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = 1.5
  unit                = "Milliseconds"
}

resource "aws_cloudwatch_dashboard" "payments" {
  dashboard_name = "payments"
  dashboard_body = jsonencode({
    widgets = [{
      type = "text", x = 0, y = 0, width = 6, height = 6, properties = { markdown = "Payments" }
    }]
  })
}
"""
GROUP = "aws_cloudwatch_log_group.api"
ALARM = "aws_cloudwatch_metric_alarm.errors"
LATENCY = "aws_cloudwatch_metric_alarm.latency"
DASHBOARD = "aws_cloudwatch_dashboard.payments"


def test_log_groups_alarms_and_dashboards_live_their_whole_life(
    terraform: TerraformFolder, aws: Callable[[str], Any], account_id: str
) -> None:
    logs, cloudwatch = aws("logs"), aws("cloudwatch")
    terraform.write(OBSERVED)
    terraform.apply()
    assert terraform.changes() == {}
    group = terraform.values(GROUP)
    assert group["arn"] == (
        f"arn:aws:logs:eu-central-1:{account_id}:log-group:/aws/lambda/payments-api"
    )
    assert group["log_group_class"] == "STANDARD"
    assert terraform.values(ALARM)["id"] == "errors"
    assert terraform.values(LATENCY)["statistic"] is None

    changed = OBSERVED.replace("= 14", "= 30").replace("threshold           = 0", "threshold = 2")
    changed = changed.replace('"payments" }', '"money" }').replace('"Payments" }', '"Money" }')
    changed = changed.replace('"p99"', '"p95"')
    terraform.write(changed)
    every = {address: ["update"] for address in (GROUP, ALARM, LATENCY, DASHBOARD)}
    assert terraform.changes() == every
    terraform.apply()
    assert terraform.changes() == {}

    renamed = changed.replace('"errors"\n', '"failures"\n', 2).replace(
        'payments-api"\n  ret', 'x"\n  ret'
    )
    terraform.write(renamed)
    changes = terraform.changes()
    assert changes[GROUP] == ["delete", "create"]

    terraform.write(changed)
    logs.delete_retention_policy(logGroupName="/aws/lambda/payments-api")
    alarm = cloudwatch.describe_alarms(AlarmNames=["errors"])["MetricAlarms"][0]
    cloudwatch.put_metric_alarm(
        **{
            name: alarm[name]
            for name in (
                "AlarmName",
                "ComparisonOperator",
                "Dimensions",
                "EvaluationPeriods",
                "MetricName",
                "Namespace",
                "Period",
                "Statistic",
                "TreatMissingData",
            )
        },
        AlarmDescription="Functions fail",
        Threshold=9.0,
    )
    cloudwatch.put_dashboard(DashboardName="payments", DashboardBody=json.dumps({"widgets": []}))
    assert terraform.drifted() == {
        GROUP: ["retention_in_days"],
        ALARM: ["alarm_actions", "threshold"],
        DASHBOARD: ["dashboard_body"],
    }
    terraform.apply()
    assert terraform.changes() == {}

    identifiers = {GROUP: "/aws/lambda/payments-api", ALARM: "errors", LATENCY: "latency"}
    assert terraform.import_all({**identifiers, DASHBOARD: "payments"}) == {}

    terraform.destroy()
    assert logs.describe_log_groups()["logGroups"] == []
    assert cloudwatch.describe_alarms()["MetricAlarms"] == []
    assert cloudwatch.list_dashboards()["DashboardEntries"] == []


def test_an_alarm_must_say_what_it_watches(terraform: TerraformFolder) -> None:
    terraform.write("""
    resource "aws_cloudwatch_metric_alarm" "vague" {
      alarm_name          = "vague"
      metric_name         = "Errors"
      namespace           = "AWS/Lambda"
      period              = 45
      comparison_operator = "GreaterThanThreshold"
    }
    """)
    complaint = terraform.fail("plan")
    assert "statistic or extended_statistic must be set" in complaint
    assert "multiple of 60 seconds, got 45" in complaint
    assert "is required without evaluation_criteria" in complaint


def test_an_alarm_on_several_metrics_keeps_its_queries(
    terraform: TerraformFolder, aws: Callable[[str], Any]
) -> None:
    terraform.write("""
    resource "aws_cloudwatch_metric_alarm" "rate" {
      alarm_name          = "error-rate"
      comparison_operator = "GreaterThanThreshold"
      evaluation_periods  = 2
      threshold           = 5

      metric_query {
        id          = "rate"
        expression  = "100 * errors / invocations"
        label       = "Error rate"
        return_data = true
      }

      dynamic "metric_query" {
        for_each = { errors = "Errors", invocations = "Invocations" }
        content {
          id = metric_query.key
          metric {
            namespace   = "AWS/Lambda"
            metric_name = metric_query.value
            period      = 60
            stat        = "Sum"
            dimensions  = { FunctionName = "payments-api" }
          }
        }
      }
    }
    """)
    terraform.apply()
    (alarm,) = aws("cloudwatch").describe_alarms(AlarmNames=["error-rate"])["MetricAlarms"]
    assert sorted(query["Id"] for query in alarm["Metrics"]) == ["errors", "invocations", "rate"]
    assert terraform.changes() == {}
    terraform.destroy()


def test_what_was_deleted_by_hand_is_made_again(
    terraform: TerraformFolder, aws: Callable[[str], Any]
) -> None:
    terraform.write(OBSERVED)
    terraform.apply()
    aws("logs").delete_log_group(logGroupName="/aws/lambda/payments-api")
    aws("cloudwatch").delete_alarms(AlarmNames=["errors", "latency"])
    aws("cloudwatch").delete_dashboards(DashboardNames=["payments"])
    every = (GROUP, ALARM, LATENCY, DASHBOARD)
    assert terraform.changes() == {address: ["create"] for address in every}
    terraform.succeed("destroy", "-auto-approve", "-refresh=false")

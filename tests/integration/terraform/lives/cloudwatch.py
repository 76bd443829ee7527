"""Amazon CloudWatch: alarms on metrics, composite alarms, dashboards."""

from __future__ import annotations

import json

from tests.integration.terraform.life import Aws, Life, Lives, Values

ALARMS = """
locals {
  alarms = {
    errors  = aws_cloudwatch_metric_alarm.errors.alarm_name
    latency = aws_cloudwatch_metric_alarm.latency.id
  }
}

resource "aws_sns_topic" "alarms" {
  name = "alarms"
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
  tags                = { team = "payments" }
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

resource "aws_cloudwatch_composite_alarm" "payments" {
  alarm_name        = "payments"
  alarm_description = "Payments suffer"
  alarm_actions     = [aws_sns_topic.alarms.arn]
  ok_actions        = [aws_sns_topic.alarms.arn]
  alarm_rule        = join(" OR ", [
    for name in ["errors", "latency"] : "ALARM(${local.alarms[name]})"
  ])
  tags              = { team = "payments" }
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


def alarm_is_there(aws: Aws, values: Values) -> bool:
    answer = aws("cloudwatch").describe_alarms(
        AlarmNames=[values["alarm_name"]], AlarmTypes=["MetricAlarm", "CompositeAlarm"]
    )
    return bool(answer["MetricAlarms"] + answer["CompositeAlarms"])


def change_errors(aws: Aws, values: Values) -> None:
    aws("cloudwatch").put_metric_alarm(
        AlarmName=values["alarm_name"],
        AlarmDescription=values["alarm_description"],
        ComparisonOperator=values["comparison_operator"],
        Dimensions=[{"Name": "FunctionName", "Value": "payments-api"}],
        EvaluationPeriods=1,
        MetricName="Errors",
        Namespace="AWS/Lambda",
        Period=60,
        Statistic="Sum",
        Threshold=9.0,
    )


def change_composite(aws: Aws, values: Values) -> None:
    aws("cloudwatch").put_composite_alarm(
        AlarmName=values["alarm_name"], AlarmRule="ALARM(latency)", ActionsEnabled=True
    )


def delete_alarm(aws: Aws, values: Values) -> None:
    aws("cloudwatch").delete_alarms(AlarmNames=[values["alarm_name"]])


def dashboard_is_there(aws: Aws, values: Values) -> bool:
    entries = aws("cloudwatch").list_dashboards()["DashboardEntries"]
    return values["dashboard_name"] in [entry["DashboardName"] for entry in entries]


LIVES = (
    Lives(
        "alarms and dashboards",
        ALARMS,
        lives=(
            # First: CloudWatch deletes no alarm that a composite one mentions.
            Life(
                "aws_cloudwatch_composite_alarm.payments",
                is_there=alarm_is_there,
                update=('"Payments suffer"', '"Payments fail"'),
                replace=('"payments"\n  alarm_desc', '"business"\n  alarm_desc'),
                drift=change_composite,
                drifted=(
                    "alarm_actions",
                    "alarm_description",
                    "alarm_rule",
                    "ok_actions",
                ),
                vanish=delete_alarm,
            ),
            Life(
                "aws_cloudwatch_metric_alarm.errors",
                is_there=alarm_is_there,
                update=("threshold           = 0\n  treat", "threshold           = 2\n  treat"),
                replace=('"errors"\n  alarm_desc', '"failures"\n  alarm_desc'),
                drift=change_errors,
                drifted=("alarm_actions", "threshold", "treat_missing_data"),
                vanish=delete_alarm,
            ),
            Life(
                "aws_cloudwatch_metric_alarm.latency",
                is_there=alarm_is_there,
                update=('"p99"', '"p95"'),
                vanish=delete_alarm,
            ),
            Life(
                "aws_cloudwatch_dashboard.payments",
                is_there=dashboard_is_there,
                update=('markdown = "Payments"', 'markdown = "Money"'),
                replace=('dashboard_name = "payments"', 'dashboard_name = "money"'),
                drift=lambda aws, values: aws("cloudwatch").put_dashboard(
                    DashboardName=values["dashboard_name"],
                    DashboardBody=json.dumps({"widgets": []}),
                ),
                drifted=("dashboard_body",),
                vanish=lambda aws, values: aws("cloudwatch").delete_dashboards(
                    DashboardNames=[values["dashboard_name"]]
                ),
            ),
        ),
    ),
)

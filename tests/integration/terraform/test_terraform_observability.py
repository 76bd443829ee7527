from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.terraform_folder import TerraformFolder


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

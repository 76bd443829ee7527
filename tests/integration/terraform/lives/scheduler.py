"""Amazon EventBridge Scheduler: schedules and groups."""

from __future__ import annotations

from typing import Any

from tests.integration.terraform.life import Aws, Life, Lives, Values

SCHEDULES = """
resource "aws_sqs_queue" "work" {
  name = "work"
}

resource "aws_iam_role" "scheduler" {
  name = "scheduler"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "scheduler.amazonaws.com" }
    }]
  })
}

resource "aws_scheduler_schedule_group" "reports" {
  name = "reports"
  tags = { team = "payments" }
}

resource "aws_scheduler_schedule_group" "prefixed" {
  name_prefix = "reports-"
}

resource "aws_scheduler_schedule" "monthly" {
  name                         = "monthly"
  group_name                   = aws_scheduler_schedule_group.reports.name
  description                  = "The report of a month"
  schedule_expression          = "cron(0 6 1 * ? *)"
  schedule_expression_timezone = "Europe/Berlin"
  start_date                   = "2030-01-01T00:00:00Z"
  end_date                     = "2031-01-01T01:00:00+01:00"

  flexible_time_window {
    mode                      = "FLEXIBLE"
    maximum_window_in_minutes = 15
  }

  target {
    arn      = aws_sqs_queue.work.arn
    role_arn = aws_iam_role.scheduler.arn
    input    = jsonencode({ report = "monthly" })

    dead_letter_config {
      arn = aws_sqs_queue.work.arn
    }
    retry_policy {
      maximum_retry_attempts = 3
    }
  }
}

resource "aws_scheduler_schedule" "plain" {
  schedule_expression = "rate(1 hour)"

  flexible_time_window {
    mode = "OFF"
  }

  target {
    arn      = "arn:aws:ecs:eu-central-1:123456789012:cluster/nightly"
    role_arn = aws_iam_role.scheduler.arn

    ecs_parameters {
      task_definition_arn = "arn:aws:ecs:eu-central-1:123456789012:task-definition/nightly:1"
      launch_type         = "FARGATE"
      tags                = { team = "payments" }

      network_configuration {
        assign_public_ip = true
        subnets          = ["subnet-1"]
      }
      placement_strategy {
        type  = "spread"
        field = "instanceId"
      }
    }
  }
}
"""


def group_is_there(aws: Aws, values: Values) -> bool:
    groups = aws("scheduler").list_schedule_groups()["ScheduleGroups"]
    return values["name"] in [group["Name"] for group in groups]


def schedule_is_there(aws: Aws, values: Values) -> bool:
    schedules = aws("scheduler").list_schedules()["Schedules"]
    return values["name"] in [schedule["Name"] for schedule in schedules]


def change_schedule(aws: Aws, values: Values) -> None:
    aws("scheduler").update_schedule(
        Name=values["name"],
        GroupName=values["group_name"],
        ScheduleExpression="rate(5 minutes)",
        FlexibleTimeWindow={"Mode": "OFF"},
        State="DISABLED",
        Target={
            "Arn": values["target"][0]["arn"],
            "RoleArn": values["target"][0]["role_arn"],
            "Input": "{}",
        },
    )


def change_plain(aws: Aws, values: Values) -> None:
    client = aws("scheduler")
    schedule: dict[str, Any] = client.get_schedule(Name=values["name"])
    schedule["Target"]["EcsParameters"]["LaunchType"] = "EC2"
    client.update_schedule(
        Name=values["name"],
        ScheduleExpression=schedule["ScheduleExpression"],
        FlexibleTimeWindow=schedule["FlexibleTimeWindow"],
        Target=schedule["Target"],
        ActionAfterCompletion="NONE",
    )


def delete_schedule(aws: Aws, values: Values) -> None:
    aws("scheduler").delete_schedule(Name=values["name"], GroupName=values["group_name"])


LIVES = (
    Lives(
        "schedules",
        SCHEDULES,
        lives=(
            Life(
                "aws_scheduler_schedule_group.reports",
                is_there=group_is_there,
                update=(
                    '"payments" }\n}\n\nresource "aws_scheduler_schedule_group" "pre',
                    ('"money" }\n}\n\nresource "aws_scheduler_schedule_group" "pre'),
                ),
                replace=('"reports"\n  tags', '"statements"\n  tags'),
                drift=lambda aws, values: aws("scheduler").tag_resource(
                    ResourceArn=values["arn"], Tags=[{"Key": "by", "Value": "hand"}]
                ),
                drifted=("tags", "tags_all"),
            ),
            Life(
                "aws_scheduler_schedule_group.prefixed",
                is_there=group_is_there,
                replace=('"reports-"', '"statements-"'),
                vanish=lambda aws, values: aws("scheduler").delete_schedule_group(
                    Name=values["name"]
                ),
            ),
            Life(
                "aws_scheduler_schedule.monthly",
                is_there=schedule_is_there,
                update=("cron(0 6", "cron(0 7"),
                replace=('"monthly"\n  group', '"every-month"\n  group'),
                drift=change_schedule,
                drifted=(
                    "description",
                    "end_date",
                    "flexible_time_window",
                    "schedule_expression",
                    "schedule_expression_timezone",
                    "start_date",
                    "state",
                    "target",
                ),
                vanish=delete_schedule,
            ),
            Life(
                "aws_scheduler_schedule.plain",
                is_there=schedule_is_there,
                update=('"rate(1 hour)"', '"rate(2 hours)"'),
                drift=change_plain,
                drifted=("target",),
                vanish=delete_schedule,
            ),
        ),
    ),
)

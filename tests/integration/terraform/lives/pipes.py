"""Amazon EventBridge Pipes."""

from __future__ import annotations

import json

from tests.integration.terraform.life import Aws, Life, Lives, Values

PIPES = """
resource "aws_iam_role" "pipes" {
  name = "pipes"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "pipes.amazonaws.com" }
    }]
  })
}

resource "aws_sqs_queue" "source" {
  name = "source"
}

resource "aws_sqs_queue" "target" {
  name                        = "target.fifo"
  fifo_queue                  = true
  content_based_deduplication = true
}

resource "aws_cloudwatch_log_group" "pipes" {
  name = "/aws/vendedlogs/pipes/orders"
}

resource "aws_pipes_pipe" "orders" {
  name        = "orders"
  description = "Orders for the shipping"
  role_arn    = aws_iam_role.pipes.arn
  source      = aws_sqs_queue.source.arn
  target      = aws_sqs_queue.target.arn
  enrichment  = "arn:aws:events:eu-central-1:123456789012:api-destination/partner/1"
  tags        = { team = "payments" }

  source_parameters {
    sqs_queue_parameters {
      batch_size                         = 5
      maximum_batching_window_in_seconds = 2
    }
    filter_criteria {
      filter {
        pattern = jsonencode({ body = { kind = ["order"] } })
      }
    }
  }

  enrichment_parameters {
    http_parameters {
      path_parameter_values   = ["orders"]
      header_parameters       = { "x-tenant" = "payments" }
      query_string_parameters = { verbose = "true" }
    }
  }

  target_parameters {
    input_template = "{\\"order\\": <$.body.order>}"
    sqs_queue_parameters {
      message_group_id = "orders"
    }
  }

  log_configuration {
    level                  = "INFO"
    include_execution_data = ["ALL"]
    cloudwatch_logs_log_destination {
      log_group_arn = aws_cloudwatch_log_group.pipes.arn
    }
  }
}

resource "aws_pipes_pipe" "plain" {
  name_prefix = "plain-"
  role_arn    = aws_iam_role.pipes.arn
  source      = aws_sqs_queue.source.arn
  target      = "arn:aws:ecs:eu-central-1:123456789012:cluster/nightly"

  target_parameters {
    ecs_task_parameters {
      task_definition_arn = "arn:aws:ecs:eu-central-1:123456789012:task-definition/nightly:1"
      launch_type         = "FARGATE"
      tags                = { team = "payments" }

      network_configuration {
        aws_vpc_configuration {
          assign_public_ip = "ENABLED"
          subnets          = ["subnet-1"]
        }
      }
      overrides {
        cpu = "256"
        container_override {
          name    = "app"
          command = ["run"]
          environment {
            name  = "STAGE"
            value = "test"
          }
        }
        ephemeral_storage {
          size_in_gib = 30
        }
      }
    }
  }
}

resource "aws_pipes_pipe" "stream" {
  name          = "stream"
  role_arn      = aws_iam_role.pipes.arn
  desired_state = "STOPPED"
  source        = "arn:aws:kinesis:eu-central-1:123456789012:stream/orders"
  target        = "arn:aws:lambda:eu-central-1:123456789012:function:orders"

  source_parameters {
    kinesis_stream_parameters {
      starting_position      = "LATEST"
      maximum_retry_attempts = 3
      dead_letter_config {
        arn = aws_sqs_queue.source.arn
      }
    }
  }

  target_parameters {
    lambda_function_parameters {
      invocation_type = "REQUEST_RESPONSE"
    }
  }
}
"""


def is_there(aws: Aws, values: Values) -> bool:
    return values["name"] in [pipe["Name"] for pipe in aws("pipes").list_pipes()["Pipes"]]


def change_orders(aws: Aws, values: Values) -> None:
    aws("pipes").update_pipe(
        Name=values["name"],
        RoleArn=values["role_arn"],
        Description="Changed by hand",
        DesiredState="STOPPED",
        SourceParameters={
            "SqsQueueParameters": {"BatchSize": 1},
            "FilterCriteria": {"Filters": [{"Pattern": json.dumps({"body": {"kind": ["all"]}})}]},
        },
        TargetParameters={"InputTemplate": "<$.body>"},
        LogConfiguration={"Level": "OFF"},
    )
    aws("pipes").tag_resource(resourceArn=values["arn"], tags={"by": "hand"})


def change_plain(aws: Aws, values: Values) -> None:
    parameters = aws("pipes").describe_pipe(Name=values["name"])["TargetParameters"]
    parameters["EcsTaskParameters"]["Overrides"]["Cpu"] = "512"
    aws("pipes").update_pipe(
        Name=values["name"], RoleArn=values["role_arn"], TargetParameters=parameters
    )


def delete(aws: Aws, values: Values) -> None:
    aws("pipes").delete_pipe(Name=values["name"])


LIVES = (
    Lives(
        "pipes",
        PIPES,
        lives=(
            Life(
                "aws_pipes_pipe.orders",
                is_there=is_there,
                update=("batch_size                         = 5", "batch_size = 10"),
                replace=('"orders"\n  desc', '"shipping"\n  desc'),
                drift=change_orders,
                drifted=(
                    "description",
                    "desired_state",
                    "log_configuration",
                    "source_parameters",
                    "tags",
                    "target_parameters",
                ),
                vanish=delete,
            ),
            Life(
                "aws_pipes_pipe.plain",
                is_there=is_there,
                update=('cpu = "256"', 'cpu = "1024"'),
                drift=change_plain,
                drifted=("target_parameters",),
                vanish=delete,
            ),
            Life(
                "aws_pipes_pipe.stream",
                is_there=is_there,
                update=("maximum_retry_attempts = 3", "maximum_retry_attempts = 4"),
                replace=('"LATEST"', '"TRIM_HORIZON"'),
                vanish=delete,
            ),
        ),
    ),
)

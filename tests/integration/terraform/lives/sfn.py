"""AWS Step Functions: state machines, their aliases, activities."""

from __future__ import annotations

import json

from tests.integration.terraform.life import Aws, Life, Lives, Values
from tests.terraform_folder import TerraformFolder

MACHINES = """
resource "aws_iam_role" "states" {
  name = "states"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "states.amazonaws.com" }
    }]
  })
}

resource "aws_cloudwatch_log_group" "states" {
  name = "/aws/vendedlogs/states/settlement"
}

resource "aws_sfn_state_machine" "settlement" {
  name     = "settlement"
  role_arn = aws_iam_role.states.arn
  publish  = true
  definition = jsonencode({
    Comment = "Settles payments"
    StartAt = "Settle"
    States  = { Settle = { Type = "Pass", End = true } }
  })
  tags = { team = "payments" }

  logging_configuration {
    include_execution_data = true
    level                  = "ERROR"
    log_destination        = "${aws_cloudwatch_log_group.states.arn}:*"
  }
  tracing_configuration {
    enabled = true
  }
}

resource "aws_sfn_state_machine" "quick" {
  name_prefix = "quick-"
  role_arn    = aws_iam_role.states.arn
  type        = "EXPRESS"
  definition = jsonencode({
    StartAt = "Wait"
    States  = { Wait = { Type = "Wait", Seconds = 1, End = true } }
  })
}

resource "aws_sfn_alias" "live" {
  name        = "live"
  description = "What is in use"

  routing_configuration {
    state_machine_version_arn = aws_sfn_state_machine.settlement.state_machine_version_arn
    weight                    = 100
  }
}

resource "aws_sfn_activity" "review" {
  name = "review"
  tags = { team = "reviewers" }
}

resource "aws_sfn_state_machine" "refund" {
  name       = "refund"
  role_arn   = aws_iam_role.states.arn
  publish    = true
  definition = jsonencode({ StartAt = "Done", States = { Done = { Type = "Succeed" } } })
}

resource "aws_sfn_alias" "refund" {
  name = "current"

  routing_configuration {
    state_machine_version_arn = aws_sfn_state_machine.refund.state_machine_version_arn
    weight                    = 100
  }
}

data "aws_sfn_state_machine" "refund" {
  name = aws_sfn_state_machine.refund.name
}

data "aws_sfn_activity" "review" {
  name = aws_sfn_activity.review.name
}

data "aws_sfn_alias" "refund" {
  name             = aws_sfn_alias.refund.name
  statemachine_arn = aws_sfn_state_machine.refund.arn
}

data "aws_sfn_state_machine_versions" "refund" {
  statemachine_arn = aws_sfn_state_machine.refund.arn
}
"""
OTHER = json.dumps({"StartAt": "Other", "States": {"Other": {"Type": "Succeed"}}})


def machine_is_there(aws: Aws, values: Values) -> bool:
    machines = aws("stepfunctions").list_state_machines()["stateMachines"]
    return values["arn"] in [machine["stateMachineArn"] for machine in machines]


def change_machine(aws: Aws, values: Values) -> None:
    client = aws("stepfunctions")
    client.update_state_machine(
        stateMachineArn=values["arn"],
        definition=OTHER,
        loggingConfiguration={"level": "OFF", "includeExecutionData": False},
        tracingConfiguration={"enabled": False},
    )
    client.tag_resource(resourceArn=values["arn"], tags=[{"key": "by", "value": "hand"}])


def delete_machine(aws: Aws, values: Values) -> None:
    aws("stepfunctions").delete_state_machine(stateMachineArn=values["arn"])


def activity_is_there(aws: Aws, values: Values) -> bool:
    activities = aws("stepfunctions").list_activities()["activities"]
    return values["arn"] in [activity["activityArn"] for activity in activities]


def change_alias(aws: Aws, values: Values) -> None:
    aws("stepfunctions").update_state_machine_alias(
        stateMachineAliasArn=values["arn"], description="Changed by hand"
    )


def check_data(terraform: TerraformFolder, _aws: Aws) -> None:
    machine = terraform.values("aws_sfn_state_machine.refund")
    version = machine["state_machine_version_arn"]
    assert version == f"{machine['arn']}:1"
    found = terraform.values("data.aws_sfn_state_machine.refund")
    assert [found["arn"], found["role_arn"]] == [machine["arn"], machine["role_arn"]]
    assert terraform.values("data.aws_sfn_activity.review")["arn"].endswith(":activity:review")
    alias = terraform.values("data.aws_sfn_alias.refund")
    assert alias["routing_configuration"] == [{"state_machine_version_arn": version, "weight": 100}]
    versions = terraform.values("data.aws_sfn_state_machine_versions.refund")
    assert versions["statemachine_versions"] == [version]


LIVES = (
    Lives(
        "state machines",
        MACHINES,
        lives=(
            Life(
                "aws_sfn_state_machine.settlement",
                is_there=machine_is_there,
                update=('"Settles payments"', '"Settles every payment"'),
                drift=change_machine,
                drifted=("definition", "logging_configuration", "tags", "tracing_configuration"),
                unreadable=("publish",),
            ),
            Life(
                "aws_sfn_state_machine.quick",
                is_there=machine_is_there,
                update=("Seconds = 1", "Seconds = 2"),
                replace=('"EXPRESS"', '"STANDARD"'),
                vanish=delete_machine,
            ),
            Life(
                "aws_sfn_alias.live",
                update=('"What is in use"', '"What is used"'),
                replace=('"live"\n  desc', '"used"\n  desc'),
                drift=change_alias,
                drifted=("description",),
                # The state machine publishes a version after its import.
                unreadable=("routing_configuration",),
                vanish=lambda aws, values: aws("stepfunctions").delete_state_machine_alias(
                    stateMachineAliasArn=values["arn"]
                ),
            ),
            Life(
                "aws_sfn_activity.review",
                is_there=activity_is_there,
                update=('"reviewers"', '"auditors"'),
                replace=('"review"\n  tags', '"audit"\n  tags'),
                drift=lambda aws, values: aws("stepfunctions").tag_resource(
                    resourceArn=values["arn"], tags=[{"key": "by", "value": "hand"}]
                ),
                drifted=("tags", "tags_all"),
                vanish=lambda aws, values: aws("stepfunctions").delete_activity(
                    activityArn=values["arn"]
                ),
            ),
        ),
        along_with_updates=("aws_sfn_alias.live", "data.aws_sfn_activity.review"),
        check=check_data,
    ),
)

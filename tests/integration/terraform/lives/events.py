"""Amazon EventBridge: buses, rules, targets, permissions, archives, connections."""

from __future__ import annotations

import json

from tests.integration.terraform.life import Aws, Life, Lives, Values
from tests.terraform_folder import TerraformFolder

EVENTS = """
resource "aws_cloudwatch_event_bus" "payments" {
  name        = "payments"
  description = "What happens to payments"
  tags        = { team = "payments" }

  dead_letter_config {
    arn = aws_sqs_queue.dead_letters.arn
  }
  log_config {
    include_detail = "FULL"
    level          = "INFO"
  }
}

resource "aws_sqs_queue" "dead_letters" {
  name = "dead-letters"
}

resource "aws_cloudwatch_event_rule" "settled" {
  name           = "settled"
  description    = "Payments that are settled"
  event_bus_name = aws_cloudwatch_event_bus.payments.name
  event_pattern = jsonencode({
    source      = ["payments"]
    detail-type = ["Settled"]
  })
  tags = { team = "payments" }
}

resource "aws_cloudwatch_event_rule" "nightly" {
  name_prefix         = "nightly-"
  schedule_expression = "cron(0 3 * * ? *)"
  state               = "DISABLED"
}

resource "aws_cloudwatch_event_target" "queue" {
  rule           = aws_cloudwatch_event_rule.settled.name
  event_bus_name = aws_cloudwatch_event_bus.payments.name
  target_id      = "queue"
  arn            = aws_sqs_queue.dead_letters.arn

  input_transformer {
    input_paths    = { payment = "$.detail.payment_id" }
    input_template = "{\\"payment\\": <payment>}"
  }
  dead_letter_config {
    arn = aws_sqs_queue.dead_letters.arn
  }
  retry_policy {
    maximum_event_age_in_seconds = 600
    maximum_retry_attempts       = 3
  }
}

resource "aws_cloudwatch_event_target" "task" {
  rule     = aws_cloudwatch_event_rule.nightly.name
  arn      = "arn:aws:ecs:eu-central-1:123456789012:cluster/nightly"
  role_arn = "arn:aws:iam::123456789012:role/ecs-events"
  input    = jsonencode({ containerOverrides = [] })

  ecs_target {
    launch_type         = "FARGATE"
    task_definition_arn = "arn:aws:ecs:eu-central-1:123456789012:task-definition/nightly:1"
    tags                = { team = "payments" }

    network_configuration {
      subnets         = ["subnet-1", "subnet-2"]
      security_groups = ["sg-1"]
    }
    placement_constraint {
      type       = "memberOf"
      expression = "attribute:ecs.os-type == linux"
    }
  }
}

resource "aws_cloudwatch_event_bus" "partners" {
  name = "partners"
}

resource "aws_cloudwatch_event_bus_policy" "partners" {
  event_bus_name = aws_cloudwatch_event_bus.partners.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "Put"
      Effect    = "Allow"
      Action    = "events:PutEvents"
      Resource  = aws_cloudwatch_event_bus.partners.arn
      Principal = { AWS = "123456789012" }
    }]
  })
}

resource "aws_cloudwatch_event_permission" "organization" {
  principal      = "*"
  statement_id   = "organization"
  event_bus_name = aws_cloudwatch_event_bus.payments.name

  condition {
    key   = "aws:PrincipalOrgID"
    type  = "StringEquals"
    value = "o-1234567890"
  }
}

resource "aws_cloudwatch_event_permission" "account" {
  principal    = "123456789012"
  statement_id = "account"
}

resource "aws_cloudwatch_event_archive" "payments" {
  name             = "payments"
  description      = "Everything about payments"
  event_source_arn = aws_cloudwatch_event_bus.payments.arn
  event_pattern    = jsonencode({ source = ["payments"] })
  retention_days   = 7
}

resource "aws_cloudwatch_event_connection" "partner" {
  name               = "partner"
  description        = "The partner's API"
  authorization_type = "API_KEY"

  auth_parameters {
    api_key {
      key   = "x-api-key"
      value = "secret"
    }
    invocation_http_parameters {
      header {
        key   = "x-tenant"
        value = "payments"
      }
      body {
        key             = "token"
        value           = "hidden"
        is_value_secret = true
      }
    }
  }
}

resource "aws_cloudwatch_event_connection" "basic" {
  name               = "basic"
  authorization_type = "BASIC"

  auth_parameters {
    basic {
      username = "payments"
      password = "secret"
    }
  }
}

resource "aws_cloudwatch_event_api_destination" "partner" {
  name                = "partner"
  invocation_endpoint = "https://partner.example.com/events"
  http_method         = "POST"
  connection_arn      = aws_cloudwatch_event_connection.partner.arn
}

data "aws_cloudwatch_event_bus" "partners" {
  name = aws_cloudwatch_event_bus.partners.name
}

data "aws_cloudwatch_event_buses" "partners" {
  name_prefix = "partn"
  depends_on  = [aws_cloudwatch_event_bus_policy.partners]
}

data "aws_cloudwatch_event_connection" "basic" {
  name = aws_cloudwatch_event_connection.basic.name
}
"""
BUS = "payments"


def bus_is_there(aws: Aws, values: Values) -> bool:
    names = [bus["Name"] for bus in aws("events").list_event_buses()["EventBuses"]]
    return values["name"] in names


def change_bus(aws: Aws, values: Values) -> None:
    aws("events").update_event_bus(
        Name=values["name"],
        Description="Changed by hand",
        LogConfig={"IncludeDetail": "NONE", "Level": "OFF"},
    )
    aws("events").tag_resource(
        ResourceARN=values["arn"], Tags=[{"Key": "team", "Value": "operations"}]
    )


def rule_is_there(aws: Aws, values: Values) -> bool:
    answer = aws("events").list_rules(EventBusName=values["event_bus_name"])
    return values["name"] in [rule["Name"] for rule in answer["Rules"]]


def change_rule(aws: Aws, values: Values) -> None:
    aws("events").put_rule(
        Name=values["name"],
        EventBusName=values["event_bus_name"],
        Description="Changed by hand",
        EventPattern=json.dumps({"source": ["others"]}),
    )


def delete_rule(aws: Aws, values: Values) -> None:
    aws("events").delete_rule(
        Name=values["name"], EventBusName=values["event_bus_name"], Force=True
    )


def target_is_there(aws: Aws, values: Values) -> bool:
    if not rule_is_there(aws, {"name": values["rule"], "event_bus_name": values["event_bus_name"]}):
        return False
    answer = aws("events").list_targets_by_rule(
        Rule=values["rule"], EventBusName=values["event_bus_name"]
    )
    return values["target_id"] in [target["Id"] for target in answer["Targets"]]


def change_target(aws: Aws, values: Values) -> None:
    aws("events").put_targets(
        Rule=values["rule"],
        EventBusName=values["event_bus_name"],
        Targets=[
            {
                "Id": values["target_id"],
                "Arn": values["arn"],
                "InputPath": "$.detail",
                "RetryPolicy": {"MaximumRetryAttempts": 1},
            }
        ],
    )


def remove_target(aws: Aws, values: Values) -> None:
    aws("events").remove_targets(
        Rule=values["rule"], EventBusName=values["event_bus_name"], Ids=[values["target_id"]]
    )


def change_task(aws: Aws, values: Values) -> None:
    (target,) = aws("events").list_targets_by_rule(Rule=values["rule"])["Targets"]
    parameters = target["EcsParameters"]
    parameters["TaskCount"] = 2
    parameters["NetworkConfiguration"]["awsvpcConfiguration"]["AssignPublicIp"] = "ENABLED"
    aws("events").put_targets(Rule=values["rule"], Targets=[target])


def policy_of(aws: Aws, bus: str) -> str:
    buses = aws("events").list_event_buses()["EventBuses"]
    return next((each.get("Policy", "") for each in buses if each["Name"] == bus), "")


def permission_is_there(aws: Aws, values: Values) -> bool:
    return f'"{values["statement_id"]}"' in policy_of(aws, values["event_bus_name"])


def change_permission(aws: Aws, values: Values) -> None:
    aws("events").put_permission(
        EventBusName=values["event_bus_name"],
        StatementId=values["statement_id"],
        Action="events:PutEvents",
        Principal="210987654321",
    )


def remove_permission(aws: Aws, values: Values) -> None:
    aws("events").remove_permission(
        EventBusName=values["event_bus_name"], StatementId=values["statement_id"]
    )


def archives(aws: Aws, values: Values) -> bool:
    listed = aws("events").list_archives()["Archives"]
    return values["name"] in [archive["ArchiveName"] for archive in listed]


def change_archive(aws: Aws, values: Values) -> None:
    aws("events").update_archive(
        ArchiveName=values["name"],
        Description="Changed by hand",
        EventPattern=json.dumps({"source": ["others"]}),
        RetentionDays=3,
    )


def connections(aws: Aws, values: Values) -> bool:
    listed = aws("events").list_connections()["Connections"]
    return values["name"] in [connection["Name"] for connection in listed]


def change_connection(aws: Aws, values: Values) -> None:
    aws("events").update_connection(
        Name=values["name"],
        Description="Changed by hand",
        AuthorizationType="BASIC",
        AuthParameters={"BasicAuthParameters": {"Username": "u", "Password": "p"}},
    )


def api_destinations(aws: Aws, values: Values) -> bool:
    listed = aws("events").list_api_destinations()["ApiDestinations"]
    return values["name"] in [destination["Name"] for destination in listed]


def change_api_destination(aws: Aws, values: Values) -> None:
    aws("events").update_api_destination(
        Name=values["name"], HttpMethod="PUT", InvocationRateLimitPerSecond=5
    )


def check_data(terraform: TerraformFolder, aws: Aws) -> None:
    bus = terraform.values("data.aws_cloudwatch_event_bus.partners")
    assert bus["arn"].endswith(":event-bus/partners")
    (listed,) = terraform.values("data.aws_cloudwatch_event_buses.partners")["event_buses"]
    assert json.loads(listed["policy"])["Statement"][0]["Sid"] == "Put"
    connection = terraform.values("data.aws_cloudwatch_event_connection.basic")
    secret = aws("secretsmanager").get_secret_value(SecretId=connection["secret_arn"])
    assert json.loads(secret["SecretString"])["BasicAuthParameters"]["Password"] == "secret"
    shown = aws("events").describe_connection(Name="partner")["AuthParameters"]
    assert "secret" not in str(shown)
    assert "hidden" not in str(shown)


LIVES = (
    Lives(
        "buses, rules and what they lead to",
        EVENTS,
        lives=(
            Life(
                "aws_cloudwatch_event_bus.partners",
                is_there=bus_is_there,
                update=('"partners"\n}', '"partners"\n  description = "Partners"\n}'),
                replace=('"partners"\n  desc', '"partnership"\n  desc'),
                vanish=lambda aws, values: aws("events").delete_event_bus(Name=values["name"]),
            ),
            Life(
                "aws_cloudwatch_event_bus.payments",
                update=("INFO", "TRACE"),
                drift=change_bus,
                drifted=("description", "log_config", "tags"),
            ),
            Life(
                "aws_cloudwatch_event_rule.settled",
                is_there=rule_is_there,
                update=('["Settled"]', '["Settled", "Refused"]'),
                replace=('"settled"\n  desc', '"completed"\n  desc'),
                drift=change_rule,
                drifted=("description", "event_pattern"),
                vanish=delete_rule,
                unreadable=("force_destroy",),
            ),
            Life(
                "aws_cloudwatch_event_rule.nightly",
                is_there=rule_is_there,
                update=("cron(0 3", "cron(0 4"),
                drift=lambda aws, values: aws("events").enable_rule(Name=values["name"]),
                drifted=("is_enabled", "state"),
            ),
            Life(
                "aws_cloudwatch_event_target.queue",
                is_there=target_is_there,
                update=("= 600", "= 700"),
                replace=('target_id      = "queue"', 'target_id      = "letters"'),
                drift=change_target,
                drifted=("dead_letter_config", "input_path", "input_transformer", "retry_policy"),
                vanish=remove_target,
                import_id=lambda values: "/".join(
                    values[name] for name in ("event_bus_name", "rule", "target_id")
                ),
            ),
            Life(
                "aws_cloudwatch_event_target.task",
                is_there=target_is_there,
                update=('"sg-1"]', '"sg-1", "sg-2"]'),
                drift=change_task,
                drifted=("ecs_target",),
                vanish=remove_target,
                import_id=lambda values: f"{values['rule']}/{values['target_id']}",
            ),
            Life(
                "aws_cloudwatch_event_bus_policy.partners",
                is_there=lambda aws, values: bool(policy_of(aws, values["event_bus_name"])),
                update=('Sid       = "Put"', 'Sid       = "PutEvents"'),
                drift=lambda aws, values: aws("events").put_permission(
                    EventBusName=values["event_bus_name"],
                    Policy=json.dumps({"Version": "2012-10-17", "Statement": []}),
                ),
                drifted=("policy",),
                vanish=lambda aws, values: aws("events").remove_permission(
                    EventBusName=values["event_bus_name"], RemoveAllPermissions=True
                ),
            ),
            Life(
                "aws_cloudwatch_event_permission.organization",
                is_there=permission_is_there,
                update=("o-1234567890", "o-0987654321"),
                replace=('statement_id   = "organization"', 'statement_id   = "everybody"'),
                drift=change_permission,
                drifted=("condition", "principal"),
                vanish=remove_permission,
            ),
            Life(
                "aws_cloudwatch_event_permission.account",
                is_there=permission_is_there,
                update=('principal    = "123456789012"', 'principal    = "*"'),
                drift=change_permission,
                drifted=("principal",),
                vanish=remove_permission,
            ),
            Life(
                "aws_cloudwatch_event_archive.payments",
                is_there=archives,
                update=("= 7", "= 14"),
                replace=('"payments"\n  description      =', '"history"\n  description      ='),
                drift=change_archive,
                drifted=("description", "event_pattern", "retention_days"),
                vanish=lambda aws, values: aws("events").delete_archive(ArchiveName=values["name"]),
            ),
            Life(
                "aws_cloudwatch_event_connection.partner",
                is_there=connections,
                update=('value = "secret"', 'value = "changed"'),
                replace=('"partner"\n  description  ', '"provider"\n  description  '),
                drift=change_connection,
                drifted=("auth_parameters", "authorization_type", "description"),
                vanish=lambda aws, values: aws("events").delete_connection(Name=values["name"]),
                # The API never gives secrets back.
                unreadable=("auth_parameters",),
            ),
            Life(
                "aws_cloudwatch_event_api_destination.partner",
                is_there=api_destinations,
                update=('"POST"', '"PATCH"'),
                replace=('"partner"\n  invocation', '"provider"\n  invocation'),
                drift=change_api_destination,
                drifted=("http_method", "invocation_rate_limit_per_second"),
                vanish=lambda aws, values: aws("events").delete_api_destination(
                    Name=values["name"]
                ),
            ),
        ),
        along_with_updates=(
            "data.aws_cloudwatch_event_bus.partners",
            "data.aws_cloudwatch_event_buses.partners",
        ),
        check=check_data,
    ),
)

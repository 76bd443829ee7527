"""Amazon CloudWatch Logs: groups, streams, filters, policies, destinations, saved queries."""

from __future__ import annotations

import json

from tests.integration.terraform.life import Aws, Life, Lives, Values
from tests.terraform_folder import TerraformFolder

GROUPS = """
resource "aws_cloudwatch_log_group" "api" {
  name              = "/aws/lambda/payments-api"
  retention_in_days = 14
  tags              = { team = "payments" }

  deletion_protection_enabled = false
}

resource "aws_cloudwatch_log_group" "prefixed" {
  name_prefix                 = "/aws/lambda/payments-api"
  deletion_protection_enabled = false
}

resource "aws_cloudwatch_log_group" "audit" {
  name              = "audit"
  retention_in_days = 7
  tags              = { team = "audit" }
}

resource "aws_cloudwatch_log_stream" "manual" {
  name           = "manual"
  log_group_name = aws_cloudwatch_log_group.audit.name
}

resource "aws_cloudwatch_log_metric_filter" "failures" {
  name           = "failures"
  log_group_name = aws_cloudwatch_log_group.audit.name
  pattern        = "{ $.status = \\"FAILED\\" }"

  metric_transformation {
    name          = "Failures"
    namespace     = "Payments"
    value         = "1"
    default_value = "0"
  }
}

locals {
  stream_arn = "arn:aws:kinesis:eu-central-1:123456789012:stream/logs"
}

resource "aws_iam_role" "logs" {
  name = "logs"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "logs.amazonaws.com" }
    }]
  })
}

resource "aws_cloudwatch_log_subscription_filter" "audit" {
  name            = "audit"
  log_group_name  = aws_cloudwatch_log_group.audit.name
  filter_pattern  = ""
  destination_arn = local.stream_arn
  role_arn        = aws_iam_role.logs.arn
}

resource "aws_cloudwatch_log_resource_policy" "events" {
  policy_name = "events"
  policy_document = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = ["logs:PutLogEvents", "logs:CreateLogStream"]
      Resource  = "*"
      Principal = { Service = "events.amazonaws.com" }
    }]
  })
}

resource "aws_cloudwatch_log_destination" "shared" {
  name       = "shared"
  role_arn   = aws_iam_role.logs.arn
  target_arn = local.stream_arn
  tags       = { team = "payments" }
}

resource "aws_cloudwatch_log_destination_policy" "shared" {
  destination_name = aws_cloudwatch_log_destination.shared.name
  access_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "logs:PutSubscriptionFilter"
      Principal = { AWS = "123456789012" }
      Resource  = aws_cloudwatch_log_destination.shared.arn
    }]
  })
}

resource "aws_cloudwatch_query_definition" "slow" {
  name            = "payments/slow"
  log_group_names = [aws_cloudwatch_log_group.audit.name]
  query_string    = "filter @duration > 1000"
}

data "aws_cloudwatch_log_data_protection_policy_document" "mails" {
  name = "mails"
  statement {
    sid              = "audit"
    data_identifiers = ["arn:aws:dataprotection::aws:data-identifier/EmailAddress"]
    operation {
      audit {
        findings_destination {
          cloudwatch_logs {
            log_group = aws_cloudwatch_log_group.audit.name
          }
        }
      }
    }
  }
  statement {
    sid              = "mask"
    data_identifiers = ["arn:aws:dataprotection::aws:data-identifier/EmailAddress"]
    operation {
      deidentify {
        mask_config {}
      }
    }
  }
}

resource "aws_cloudwatch_log_data_protection_policy" "audit" {
  log_group_name  = aws_cloudwatch_log_group.audit.name
  policy_document = data.aws_cloudwatch_log_data_protection_policy_document.mails.json
}

resource "aws_cloudwatch_log_account_policy" "mails" {
  policy_name     = "mails"
  policy_type     = "DATA_PROTECTION_POLICY"
  policy_document = data.aws_cloudwatch_log_data_protection_policy_document.mails.json
}

data "aws_cloudwatch_log_group" "audit" {
  name = aws_cloudwatch_log_group.audit.name
}

data "aws_cloudwatch_log_groups" "audits" {
  log_group_name_prefix = "aud"
  depends_on            = [aws_cloudwatch_log_group.audit]
}
"""
OTHER_POLICY = json.dumps({"Name": "other", "Version": "2021-06-01", "Statement": []})


def group_is_there(aws: Aws, values: Values) -> bool:
    groups = aws("logs").describe_log_groups(logGroupNamePrefix=values["name"])["logGroups"]
    return values["name"] in [group["logGroupName"] for group in groups]


def change_group(aws: Aws, values: Values) -> None:
    logs = aws("logs")
    logs.delete_retention_policy(logGroupName=values["name"])
    logs.put_log_group_deletion_protection(
        logGroupIdentifier=values["name"], deletionProtectionEnabled=True
    )
    logs.tag_resource(resourceArn=values["arn"], tags={"team": "ops"})


def delete_group(aws: Aws, values: Values) -> None:
    aws("logs").delete_log_group(logGroupName=values["name"])


def streams(aws: Aws, values: Values) -> bool:
    if not group_is_there(aws, {"name": "audit"}):
        return False
    answer = aws("logs").describe_log_streams(logGroupName="audit")
    return values["name"] in [stream["logStreamName"] for stream in answer["logStreams"]]


def filters(aws: Aws, values: Values) -> bool:
    answer = aws("logs").describe_metric_filters(filterNamePrefix=values["name"])
    return bool(answer["metricFilters"])


def change_filter(aws: Aws, values: Values) -> None:
    aws("logs").put_metric_filter(
        logGroupName=values["log_group_name"],
        filterName=values["name"],
        filterPattern="ERROR",
        metricTransformations=[
            {"metricName": "Other", "metricNamespace": "Payments", "metricValue": "2"}
        ],
    )


def change_subscription(aws: Aws, values: Values) -> None:
    aws("logs").put_subscription_filter(
        logGroupName=values["log_group_name"],
        filterName=values["name"],
        filterPattern="ERROR",
        destinationArn=values["destination_arn"],
        roleArn=values["role_arn"],
        distribution="Random",
    )


def queries(aws: Aws, values: Values) -> bool:
    listed = aws("logs").describe_query_definitions()["queryDefinitions"]
    return values["id"] in [each["queryDefinitionId"] for each in listed]


def change_query(aws: Aws, values: Values) -> None:
    aws("logs").put_query_definition(
        queryDefinitionId=values["id"], name="payments/fast", queryString="limit 1"
    )


def destinations(aws: Aws, values: Values) -> bool:
    listed = aws("logs").describe_destinations()["destinations"]
    return values["name"] in [each["destinationName"] for each in listed]


def change_destination(aws: Aws, values: Values) -> None:
    aws("logs").put_destination(
        destinationName=values["name"],
        roleArn=values["role_arn"],
        targetArn=values["target_arn"].replace("stream/logs", "stream/others"),
    )
    aws("logs").tag_resource(resourceArn=values["arn"], tags={"team": "ops"})


def change_policy(aws: Aws, values: Values) -> None:
    aws("logs").put_resource_policy(
        policyName=values["policy_name"],
        policyDocument=json.dumps({"Version": "2012-10-17", "Statement": []}),
    )


def check_data(terraform: TerraformFolder, _aws: Aws) -> None:
    group = terraform.values("data.aws_cloudwatch_log_group.audit")
    assert group["retention_in_days"] == 7
    assert group["tags"] == {"team": "audit"}
    groups = terraform.values("data.aws_cloudwatch_log_groups.audits")
    assert groups["log_group_names"] == ["audit"]
    document = json.loads(
        terraform.values("data.aws_cloudwatch_log_data_protection_policy_document.mails")["json"]
    )
    assert document["Statement"][1]["Operation"] == {"Deidentify": {"MaskConfig": {}}}


LIVES = (
    Lives(
        "log groups and what hangs on them",
        GROUPS,
        lives=(
            Life(
                "aws_cloudwatch_log_group.api",
                is_there=group_is_there,
                update=("= 14", "= 30"),
                replace=('payments-api"\n  ret', 'payments-gateway"\n  ret'),
                drift=change_group,
                drifted=("deletion_protection_enabled", "retention_in_days", "tags"),
                vanish=delete_group,
                unreadable=("skip_destroy",),
            ),
            Life(
                "aws_cloudwatch_log_stream.manual",
                is_there=streams,
                replace=('"manual"\n  log', '"by-hand"\n  log'),
                vanish=lambda aws, values: aws("logs").delete_log_stream(
                    logGroupName="audit", logStreamName=values["name"]
                ),
                import_id=lambda values: f"audit:{values['name']}",
            ),
            Life(
                "aws_cloudwatch_log_metric_filter.failures",
                is_there=filters,
                update=("FAILED", "REFUSED"),
                replace=('"failures"\n  log', '"refusals"\n  log'),
                drift=change_filter,
                drifted=("metric_transformation", "pattern"),
                vanish=lambda aws, values: aws("logs").delete_metric_filter(
                    logGroupName="audit", filterName=values["name"]
                ),
                import_id=lambda values: f"audit:{values['name']}",
            ),
            Life(
                "aws_cloudwatch_log_subscription_filter.audit",
                is_there=lambda aws, values: bool(
                    group_is_there(aws, {"name": "audit"})
                    and aws("logs").describe_subscription_filters(
                        logGroupName="audit", filterNamePrefix=values["name"]
                    )["subscriptionFilters"]
                ),
                update=('filter_pattern  = ""', 'filter_pattern  = "FAILED"'),
                replace=('"audit"\n  log_group_name  ', '"every-event"\n  log_group_name  '),
                drift=change_subscription,
                drifted=("distribution", "filter_pattern"),
                vanish=lambda aws, values: aws("logs").delete_subscription_filter(
                    logGroupName="audit", filterName=values["name"]
                ),
                import_id=lambda values: f"audit|{values['name']}",
            ),
            Life(
                "aws_cloudwatch_log_resource_policy.events",
                is_there=lambda aws, values: (
                    values["policy_name"]
                    in str(aws("logs").describe_resource_policies()["resourcePolicies"])
                ),
                update=('"logs:CreateLogStream"', '"logs:CreateLogGroup"'),
                replace=('policy_name = "events"', 'policy_name = "eventbridge"'),
                drift=change_policy,
                drifted=("policy_document", "revision_id"),
                vanish=lambda aws, values: aws("logs").delete_resource_policy(
                    policyName=values["policy_name"]
                ),
            ),
            Life(
                "aws_cloudwatch_log_destination.shared",
                is_there=destinations,
                update=("target_arn = local.stream_arn", 'target_arn = "${local.stream_arn}-2"'),
                replace=('"shared"\n  role', '"common"\n  role'),
                drift=change_destination,
                drifted=("tags", "target_arn"),
                vanish=lambda aws, values: aws("logs").delete_destination(
                    destinationName=values["name"]
                ),
            ),
            Life(
                "aws_cloudwatch_log_destination_policy.shared",
                update=('"123456789012"', '"210987654321"'),
                drift=lambda aws, values: aws("logs").put_destination_policy(
                    destinationName=values["destination_name"],
                    accessPolicy=json.dumps({"Version": "2012-10-17", "Statement": []}),
                ),
                drifted=("access_policy",),
            ),
            Life(
                "aws_cloudwatch_query_definition.slow",
                is_there=queries,
                update=("@duration > 1000", "@duration > 2000"),
                drift=change_query,
                drifted=("log_group_names", "name", "query_string"),
                vanish=lambda aws, values: aws("logs").delete_query_definition(
                    queryDefinitionId=values["id"]
                ),
                import_id=lambda values: values["arn"],
            ),
            Life(
                "aws_cloudwatch_log_data_protection_policy.audit",
                update=('name = "mails"', 'name = "addresses"'),
                drift=lambda aws, values: aws("logs").put_data_protection_policy(
                    logGroupIdentifier=values["log_group_name"], policyDocument=OTHER_POLICY
                ),
                drifted=("policy_document",),
                vanish=lambda aws, values: aws("logs").delete_data_protection_policy(
                    logGroupIdentifier=values["log_group_name"]
                ),
            ),
            Life(
                "aws_cloudwatch_log_account_policy.mails",
                is_there=lambda aws, values: bool(
                    aws("logs").describe_account_policies(policyType=values["policy_type"])[
                        "accountPolicies"
                    ]
                ),
                update=('sid              = "mask"', 'sid              = "masked"'),
                replace=('policy_name     = "mails"', 'policy_name     = "addresses"'),
                drift=lambda aws, values: aws("logs").put_account_policy(
                    policyName=values["policy_name"],
                    policyType=values["policy_type"],
                    policyDocument=OTHER_POLICY,
                ),
                drifted=("policy_document",),
                vanish=lambda aws, values: aws("logs").delete_account_policy(
                    policyName=values["policy_name"], policyType=values["policy_type"]
                ),
                import_id=lambda values: f"{values['policy_name']}:{values['policy_type']}",
            ),
        ),
        along_with_updates=("data.aws_cloudwatch_log_data_protection_policy_document.mails",),
        check=check_data,
    ),
)

# One role per function, each with what that function calls and nothing else.
data "aws_iam_policy_document" "assumed_by_lambda" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "function" {
  for_each = local.functions

  name               = "${var.name_prefix}payments-${each.key}"
  assume_role_policy = data.aws_iam_policy_document.assumed_by_lambda.json
}

resource "aws_iam_role_policy" "function" {
  for_each = local.functions

  name   = "payments-${each.key}"
  role   = aws_iam_role.function[each.key].name
  policy = local.function_policies[each.key]
}

locals {
  function_policies = {
    api        = data.aws_iam_policy_document.api.json
    settlement = data.aws_iam_policy_document.settlement.json
    webhooks   = data.aws_iam_policy_document.webhooks.json
  }
}

data "aws_iam_policy_document" "api" {
  source_policy_documents = [
    data.aws_iam_policy_document.pays.json,
    data.aws_iam_policy_document.logs["api"].json,
  ]

  statement {
    sid       = "Customers"
    actions   = ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"]
    resources = [aws_dynamodb_table.customers.arn]
  }

  statement {
    sid       = "ReadDailyTotals"
    actions   = ["dynamodb:GetItem"]
    resources = [aws_dynamodb_table.daily_totals.arn]
  }

  statement {
    sid       = "ListPayments"
    actions   = ["dynamodb:Query"]
    resources = [aws_dynamodb_table.disbursements.arn]
  }

  statement {
    sid       = "IdempotencyKeys"
    actions   = ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"]
    resources = [aws_dynamodb_table.idempotency.arn]
  }

  statement {
    sid       = "AskForSettlement"
    actions   = ["sqs:SendMessage"]
    resources = [aws_sqs_queue.settlement.arn]
  }
}

data "aws_iam_policy_document" "settlement" {
  source_policy_documents = [
    data.aws_iam_policy_document.pays.json,
    data.aws_iam_policy_document.logs["settlement"].json,
  ]

  statement {
    sid = "Settle"
    actions = [
      "sqs:ChangeMessageVisibility",
      "sqs:DeleteMessage",
      "sqs:GetQueueAttributes",
      "sqs:ReceiveMessage",
    ]
    resources = [aws_sqs_queue.settlement.arn]
  }

  statement {
    sid       = "FindPayments"
    actions   = ["dynamodb:Query"]
    resources = ["${aws_dynamodb_table.disbursements.arn}/index/by_payment_id"]
  }
}

data "aws_iam_policy_document" "webhooks" {
  source_policy_documents = [data.aws_iam_policy_document.logs["webhooks"].json]

  statement {
    sid       = "KnownEvents"
    actions   = ["dynamodb:GetItem", "dynamodb:PutItem"]
    resources = [aws_dynamodb_table.webhook_events.arn]
  }

  statement {
    sid       = "Signatures"
    actions   = ["secretsmanager:GetSecretValue"]
    resources = [for secret in aws_secretsmanager_secret.webhook : secret.arn]
  }

  statement {
    sid       = "AskForSettlement"
    actions   = ["sqs:SendMessage"]
    resources = [aws_sqs_queue.settlement.arn]
  }
}

# What paying takes, whoever does it.
data "aws_iam_policy_document" "pays" {
  statement {
    sid       = "Ledger"
    actions   = ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"]
    resources = [aws_dynamodb_table.disbursements.arn]
  }

  # Up with a payment, down again with the end of one that moved no money.
  statement {
    sid       = "DailyTotals"
    actions   = ["dynamodb:UpdateItem"]
    resources = [aws_dynamodb_table.daily_totals.arn]
  }

  statement {
    sid       = "ProviderCredentials"
    actions   = ["secretsmanager:GetSecretValue"]
    resources = [for secret in aws_secretsmanager_secret.provider : secret.arn]
  }

  statement {
    sid       = "ProviderCircuits"
    actions   = ["dynamodb:GetItem", "dynamodb:PutItem"]
    resources = [aws_dynamodb_table.circuits.arn]
  }

  statement {
    sid       = "PublishOutcomes"
    actions   = ["sns:Publish"]
    resources = [aws_sns_topic.outcomes.arn]
  }
}

data "aws_iam_policy_document" "logs" {
  for_each = local.functions

  statement {
    sid       = "Logs"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.function[each.key].arn}:*"]
  }
}

data "aws_iam_policy_document" "assumed_by_gateway" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["apigateway.amazonaws.com"]
    }
  }
}

# As the managed policy AmazonAPIGatewayPushToCloudWatchLogs has it.
data "aws_iam_policy_document" "gateway_logging" {
  statement {
    actions = [
      "logs:CreateLogGroup",
      "logs:CreateLogStream",
      "logs:DescribeLogGroups",
      "logs:DescribeLogStreams",
      "logs:FilterLogEvents",
      "logs:GetLogEvents",
      "logs:PutLogEvents",
    ]
    resources = [
      "arn:${data.aws_partition.current.partition}:logs:${data.aws_region.current.region}:${data.aws_caller_identity.current.account_id}:*",
    ]
  }
}

resource "aws_iam_role" "gateway_logging" {
  count = var.manage_account_logging ? 1 : 0

  name               = "${var.name_prefix}payments-gateway-logging"
  assume_role_policy = data.aws_iam_policy_document.assumed_by_gateway.json
}

resource "aws_iam_role_policy" "gateway_logging" {
  count = var.manage_account_logging ? 1 : 0

  name   = "gateway-logging"
  role   = aws_iam_role.gateway_logging[0].name
  policy = data.aws_iam_policy_document.gateway_logging.json
}

locals {
  functions = {
    api = {
      description = "Answers the REST API"
      handler     = "handlers.api.handler"
      # The budget and time to store what was reached; what is cut off here is settled later.
      timeout_seconds = ceil(var.request_budget_seconds) + 4
    }
    settlement = {
      description     = "Takes payments to their outcome"
      handler         = "handlers.settlement.handler"
      timeout_seconds = 60
    }
    webhooks = {
      description = "Takes the payment providers' webhooks"
      handler     = "handlers.webhooks.handler"
      # PayPal's certificate may have to be fetched; providers give up waiting after some 10 seconds.
      timeout_seconds = 10
    }
  }

  function_environment = merge(local.provider_environment, {
    CIRCUITS_TABLE          = aws_dynamodb_table.circuits.name
    CUSTOMERS_TABLE         = aws_dynamodb_table.customers.name
    DAILY_LIMITS            = jsonencode(var.daily_limits)
    DAILY_TOTALS_TABLE      = aws_dynamodb_table.daily_totals.name
    DISBURSEMENTS_TABLE     = aws_dynamodb_table.disbursements.name
    IDEMPOTENCY_TABLE       = aws_dynamodb_table.idempotency.name
    OUTCOME_TOPIC_ARN       = aws_sns_topic.outcomes.arn
    POWERTOOLS_LOG_LEVEL    = var.log_level
    POWERTOOLS_SERVICE_NAME = "payments"
    REQUEST_BUDGET_SECONDS  = tostring(var.request_budget_seconds)
    SETTLEMENT_QUEUE_URL    = aws_sqs_queue.settlement.url
  })

  # What takes webhooks knows no ledger and no credentials to pay with.
  own_environments = {
    webhooks = {
      PAYPAL_BASE_URL         = var.paypal_base_url
      POWERTOOLS_LOG_LEVEL    = var.log_level
      POWERTOOLS_SERVICE_NAME = "payments"
      SETTLEMENT_QUEUE_URL    = aws_sqs_queue.settlement.url
      WEBHOOK_EVENTS_TABLE    = aws_dynamodb_table.webhook_events.name
      WEBHOOK_SECRET_IDS      = jsonencode({ for provider, secret in aws_secretsmanager_secret.webhook : provider => secret.arn })
    }
  }
}

resource "aws_lambda_function" "payments" {
  for_each = local.functions

  function_name    = "${var.name_prefix}payments-${each.key}"
  description      = each.value.description
  role             = aws_iam_role.function[each.key].arn
  runtime          = "python3.12"
  handler          = each.value.handler
  filename         = var.lambda_package
  source_code_hash = filebase64sha256(var.lambda_package)
  timeout          = each.value.timeout_seconds
  memory_size      = var.function_memory_megabytes

  environment {
    variables = lookup(local.own_environments, each.key, local.function_environment)
  }

  # The role must be able to write logs, and the log group must have its retention, before the
  # first invocation.
  depends_on = [
    aws_cloudwatch_log_group.function,
    aws_iam_role_policy.function,
  ]
}

resource "aws_lambda_event_source_mapping" "settlement" {
  event_source_arn        = aws_sqs_queue.settlement.arn
  function_name           = aws_lambda_function.payments["settlement"].arn
  function_response_types = ["ReportBatchItemFailures"]

  # The worker handles a batch at once, on at most this many threads.
  batch_size = 5

  scaling_config {
    maximum_concurrency = var.settlement_concurrency
  }
}

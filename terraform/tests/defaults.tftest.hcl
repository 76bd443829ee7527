# What a deployment is without any setting beyond the required ones.
mock_provider "aws" {
  mock_data "aws_iam_policy_document" {
    defaults = {
      json = "{}"
    }
  }
}

variables {
  paypal_base_url        = "https://api-m.sandbox.paypal.com"
  paypal_client_id       = "client-id"
  paypal_client_secret   = "client-secret"
  name_prefix            = "blue-"
  stripe_base_url        = "https://api.stripe.com"
  ach_base_url           = null
  request_budget_seconds = 1.5
}

run "tables_can_not_be_lost" {
  command = plan

  assert {
    condition = alltrue([
      for table in [aws_dynamodb_table.circuits, aws_dynamodb_table.customers, aws_dynamodb_table.daily_totals, aws_dynamodb_table.disbursements, aws_dynamodb_table.idempotency] :
      table.deletion_protection_enabled && table.point_in_time_recovery[0].enabled && table.server_side_encryption[0].enabled
    ])
    error_message = "every table must be protected from deletion, recoverable and encrypted"
  }

  assert {
    condition     = aws_cognito_user_pool.users.deletion_protection == "ACTIVE"
    error_message = "the user pool must be protected from deletion"
  }

  assert {
    condition     = aws_sqs_queue.settlement.sqs_managed_sse_enabled && aws_sqs_queue.settlement_dead.sqs_managed_sse_enabled
    error_message = "queues must be encrypted"
  }
}

run "functions_outlive_the_budget_in_whole_seconds" {
  command = plan

  assert {
    condition     = aws_lambda_function.payments["api"].timeout == 6
    error_message = "the API function's time-out must be the budget, rounded up, and 4 seconds"
  }

  assert {
    condition     = aws_sqs_queue.settlement.visibility_timeout_seconds == 6 * aws_lambda_function.payments["settlement"].timeout
    error_message = "the queue must hide messages for six times the worker's time-out"
  }
}

run "every_route_but_the_webhooks_needs_a_token_and_a_key" {
  command = plan

  assert {
    condition     = alltrue([for key, method in aws_api_gateway_method.route : key == "take_webhook" || (method.authorization == "COGNITO_USER_POOLS" && method.api_key_required)])
    error_message = "every method but the webhooks' must ask for a Cognito token and an API key"
  }

  assert {
    condition     = aws_api_gateway_method.route["take_webhook"].authorization == "NONE" && !aws_api_gateway_method.route["take_webhook"].api_key_required
    error_message = "a provider has neither a token nor an API key"
  }
}

run "only_paypal_is_offered" {
  command = plan

  assert {
    condition     = keys(aws_secretsmanager_secret.provider) == ["paypal"] && output.payment_methods == ["paypal"]
    error_message = "a provider whose credentials are not given must not be offered"
  }

  assert {
    condition = alltrue([
      for name in ["STRIPE_SECRET_ID", "STRIPE_BASE_URL", "ACH_SECRET_ID", "ACH_BASE_URL"] :
      !contains(keys(aws_lambda_function.payments["api"].environment[0].variables), name)
    ])
    error_message = "the functions must not be told of a provider that is not offered"
  }
}

run "every_provider_whose_credentials_are_given_is_offered" {
  command = plan

  variables {
    stripe_secret_key = "rk_live_0123456789"
    ach_base_url      = "https://ach.example.com"
    ach_api_key       = "key"
  }

  assert {
    condition     = output.payment_methods == ["ach", "paypal", "stripe"]
    error_message = "all three providers must be offered"
  }

  assert {
    condition     = aws_lambda_function.payments["api"].environment[0].variables["STRIPE_BASE_URL"] == "https://api.stripe.com"
    error_message = "Stripe must be called where it is, unless somebody says otherwise"
  }
}

run "a_key_has_a_rate_and_no_quota" {
  command = plan

  assert {
    condition     = one(aws_api_gateway_usage_plan.clients.throttle_settings).rate_limit == 1000 && length(aws_api_gateway_usage_plan.clients.quota_settings) == 0
    error_message = "the usage plan must throttle and must have no quota unless it is asked for"
  }
}

run "a_daily_quota_is_the_plans" {
  command = plan

  variables {
    api_daily_quota = 5000
  }

  assert {
    condition     = one(aws_api_gateway_usage_plan.clients.quota_settings).limit == 5000 && one(aws_api_gateway_usage_plan.clients.quota_settings).period == "DAY"
    error_message = "api_daily_quota must be the quota of a day"
  }
}

run "copies_in_one_account_do_not_meet" {
  command = plan

  assert {
    condition = alltrue([
      for name in [
        aws_dynamodb_table.customers.name,
        aws_dynamodb_table.daily_totals.name,
        aws_dynamodb_table.disbursements.name,
        aws_dynamodb_table.idempotency.name,
        aws_lambda_function.payments["api"].function_name,
        aws_lambda_function.payments["settlement"].function_name,
        aws_sqs_queue.settlement.name,
        aws_sqs_queue.settlement_dead.name,
        aws_sns_topic.outcomes.name,
        aws_secretsmanager_secret.provider["paypal"].name,
        aws_dynamodb_table.circuits.name,
        aws_iam_role.function["api"].name,
        aws_api_gateway_rest_api.payments.name,
      ] : startswith(name, "blue-")
    ])
    error_message = "every name must begin with the prefix"
  }
}

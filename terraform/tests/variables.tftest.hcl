# What a wrong variable is answered with, before anything is planned. Nothing is created: the
# provider is mocked.
mock_provider "aws" {
  mock_data "aws_iam_policy_document" {
    defaults = {
      json = "{}"
    }
  }
}

variables {
  paypal_base_url      = "https://api-m.sandbox.paypal.com"
  paypal_client_id     = "client-id"
  paypal_client_secret = "client-secret"
}

run "a_region_that_is_none" {
  command = plan

  variables {
    region = "virginia"
  }

  expect_failures = [var.region]
}

run "a_name_prefix_that_begins_with_a_digit" {
  command = plan

  variables {
    name_prefix = "1-"
  }

  expect_failures = [var.name_prefix]
}

run "a_name_prefix_that_is_too_long" {
  command = plan

  variables {
    name_prefix = "a-prefix-of-21-letters"
  }

  expect_failures = [var.name_prefix]
}

run "a_package_that_is_no_zip" {
  command = plan

  variables {
    lambda_package = "../build/payments.tar.gz"
  }

  expect_failures = [var.lambda_package]
}

run "a_stage_name_with_a_slash" {
  command = plan

  variables {
    stage_name = "v1/live"
  }

  expect_failures = [var.stage_name]
}

run "a_paypal_address_with_a_trailing_slash" {
  command = plan

  variables {
    paypal_base_url = "https://api-m.paypal.com/"
  }

  expect_failures = [var.paypal_base_url]
}

run "a_paypal_address_without_a_scheme" {
  command = plan

  variables {
    paypal_base_url = "api-m.paypal.com"
  }

  expect_failures = [var.paypal_base_url]
}

run "no_paypal_client_id" {
  command = plan

  variables {
    paypal_client_id = ""
  }

  expect_failures = [var.paypal_client_id]
}

run "no_paypal_client_secret" {
  command = plan

  variables {
    paypal_client_secret = ""
  }

  expect_failures = [var.paypal_client_secret]
}

run "a_stripe_key_that_may_be_shown_to_everybody" {
  command = plan

  variables {
    stripe_secret_key = "pk_test_0123456789"
  }

  expect_failures = [var.stripe_secret_key]
}

run "a_stripe_address_without_a_scheme" {
  command = plan

  variables {
    stripe_base_url = "api.stripe.com"
  }

  expect_failures = [var.stripe_base_url]
}

run "no_ach_key" {
  command = plan

  variables {
    ach_base_url = "https://ach.example.com"
    ach_api_key  = ""
  }

  expect_failures = [var.ach_api_key]
}

run "an_ach_key_for_nobody" {
  command = plan

  variables {
    ach_base_url = null
    ach_api_key  = "key"
  }

  expect_failures = [var.ach_api_key]
}

run "an_ach_address_with_a_trailing_slash" {
  command = plan

  variables {
    ach_base_url = "https://ach.example.com/"
  }

  expect_failures = [var.ach_base_url]
}

run "a_budget_beyond_what_the_gateway_waits" {
  command = plan

  variables {
    request_budget_seconds = 21
  }

  expect_failures = [var.request_budget_seconds]
}

run "no_budget" {
  command = plan

  variables {
    request_budget_seconds = 0
  }

  expect_failures = [var.request_budget_seconds]
}

run "a_daily_limit_of_no_currency" {
  command = plan

  variables {
    daily_limits = { dollars = 100 }
  }

  expect_failures = [var.daily_limits]
}

run "a_daily_limit_of_nothing" {
  command = plan

  variables {
    daily_limits = { USD = 0 }
  }

  expect_failures = [var.daily_limits]
}

run "no_settlement_attempt" {
  command = plan

  variables {
    settlement_attempts = 0
  }

  expect_failures = [var.settlement_attempts]
}

run "half_a_settlement_attempt" {
  command = plan

  variables {
    settlement_attempts = 1.5
  }

  expect_failures = [var.settlement_attempts]
}

run "less_concurrency_than_lambda_offers" {
  command = plan

  variables {
    settlement_concurrency = 1
  }

  expect_failures = [var.settlement_concurrency]
}

run "half_a_concurrent_batch" {
  command = plan

  variables {
    settlement_concurrency = 2.5
  }

  expect_failures = [var.settlement_concurrency]
}

run "less_memory_than_lambda_offers" {
  command = plan

  variables {
    function_memory_megabytes = 64
  }

  expect_failures = [var.function_memory_megabytes]
}

run "no_requests_at_all" {
  command = plan

  variables {
    api_rate_limit = 0
  }

  expect_failures = [var.api_rate_limit]
}

run "half_a_burst" {
  command = plan

  variables {
    api_burst_limit = 0.5
  }

  expect_failures = [var.api_burst_limit]
}

run "a_quota_of_nothing" {
  command = plan

  variables {
    api_daily_quota = 0
  }

  expect_failures = [var.api_daily_quota]
}

run "a_retention_that_cloudwatch_does_not_offer" {
  command = plan

  variables {
    log_retention_days = 31
  }

  expect_failures = [var.log_retention_days]
}

run "a_log_level_that_does_not_exist" {
  command = plan

  variables {
    log_level = "VERBOSE"
  }

  expect_failures = [var.log_level]
}

run "a_recovery_window_shorter_than_secrets_manager_offers" {
  command = plan

  variables {
    secret_recovery_days = 3
  }

  expect_failures = [var.secret_recovery_days]
}

run "an_alarm_topic_that_is_a_queue" {
  command = plan

  variables {
    alarm_topic_arns = ["arn:aws:sqs:us-east-1:123456789012:alarms"]
  }

  expect_failures = [var.alarm_topic_arns]
}

# Who may call the API: holders of a token of the user pool and of an API key.
resource "aws_api_gateway_authorizer" "users" {
  rest_api_id     = aws_api_gateway_rest_api.payments.id
  name            = "users"
  type            = "COGNITO_USER_POOLS"
  provider_arns   = [aws_cognito_user_pool.users.arn]
  identity_source = "method.request.header.Authorization"
}

resource "aws_api_gateway_api_key" "client" {
  name        = "${var.name_prefix}payments-client"
  description = "Key of the clients of the payments API"
}

resource "aws_api_gateway_usage_plan" "clients" {
  name        = "${var.name_prefix}payments-clients"
  description = "What clients of the payments API may use"

  api_stages {
    api_id = aws_api_gateway_rest_api.payments.id
    stage  = aws_api_gateway_stage.live.stage_name
  }

  throttle_settings {
    rate_limit  = var.api_rate_limit
    burst_limit = var.api_burst_limit
  }

  dynamic "quota_settings" {
    for_each = var.api_daily_quota == null ? [] : [var.api_daily_quota]

    content {
      limit  = quota_settings.value
      period = "DAY"
    }
  }
}

resource "aws_api_gateway_usage_plan_key" "client" {
  key_id        = aws_api_gateway_api_key.client.id
  key_type      = "API_KEY"
  usage_plan_id = aws_api_gateway_usage_plan.clients.id
}

resource "aws_lambda_permission" "gateway" {
  statement_id  = "AllowPaymentsApi"
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.payments["api"].function_name
  principal     = "apigateway.amazonaws.com"
  source_arn    = "${aws_api_gateway_rest_api.payments.execution_arn}/${var.stage_name}/*/*"
}

resource "aws_lambda_permission" "webhooks" {
  statement_id  = "AllowWebhooks"
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.payments["webhooks"].function_name
  principal     = "apigateway.amazonaws.com"
  source_arn    = "${aws_api_gateway_rest_api.payments.execution_arn}/${var.stage_name}/POST/v1/api/webhooks/*"
}

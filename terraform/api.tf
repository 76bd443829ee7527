resource "aws_api_gateway_rest_api" "payments" {
  name        = "${var.name_prefix}payments"
  description = "Customers and payments"

  endpoint_configuration {
    types = ["REGIONAL"]
  }
}

# A stage serves a snapshot of the API, so every change of a definition makes a new one.
resource "aws_api_gateway_deployment" "payments" {
  rest_api_id = aws_api_gateway_rest_api.payments.id

  triggers = {
    definitions = sha1(jsonencode([
      local.routes,
      local.models,
      local.resource_ids,
      [for key, route in aws_api_gateway_method.route : [key, route.authorization, route.authorizer_id, route.request_validator_id]],
      [for key, route in aws_api_gateway_integration.route : [key, route.uri, route.timeout_milliseconds]],
      [aws_api_gateway_authorizer.users.identity_source, aws_api_gateway_authorizer.users.provider_arns],
      [aws_api_gateway_request_validator.everything.validate_request_body, aws_api_gateway_request_validator.everything.validate_request_parameters],
      [aws_api_gateway_gateway_response.bad_request_body.status_code, aws_api_gateway_gateway_response.bad_request_body.response_templates],
    ]))
  }

  depends_on = [
    aws_api_gateway_model.body,
    aws_api_gateway_method.route,
    aws_api_gateway_integration.route,
    aws_api_gateway_gateway_response.bad_request_body,
  ]

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_api_gateway_stage" "live" {
  rest_api_id   = aws_api_gateway_rest_api.payments.id
  deployment_id = aws_api_gateway_deployment.payments.id
  stage_name    = var.stage_name

  access_log_settings {
    destination_arn = aws_cloudwatch_log_group.api_access.arn

    # No address and no user name: access logs hold no personal data.
    format = jsonencode({
      requestId         = "$context.requestId"
      extendedRequestId = "$context.extendedRequestId"
      requestTime       = "$context.requestTime"
      httpMethod        = "$context.httpMethod"
      resourcePath      = "$context.resourcePath"
      status            = "$context.status"
      responseLength    = "$context.responseLength"
      responseLatency   = "$context.responseLatency"
      integrationStatus = "$context.integration.status"
      integrationError  = "$context.integration.error"
      errorMessage      = "$context.error.message"
      apiKeyId          = "$context.identity.apiKeyId"
    })
  }

  depends_on = [aws_api_gateway_account.logging]
}

resource "aws_api_gateway_method_settings" "everything" {
  rest_api_id = aws_api_gateway_rest_api.payments.id
  stage_name  = aws_api_gateway_stage.live.stage_name
  method_path = "*/*"

  settings {
    metrics_enabled        = true
    throttling_rate_limit  = var.api_rate_limit
    throttling_burst_limit = var.api_burst_limit
  }
}

# API Gateway writes access logs through one role per account and region.
resource "aws_api_gateway_account" "logging" {
  count = var.manage_account_logging ? 1 : 0

  cloudwatch_role_arn = aws_iam_role.gateway_logging[0].arn

  depends_on = [aws_iam_role_policy.gateway_logging]
}

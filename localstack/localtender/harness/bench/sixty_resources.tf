# What `localtender bench terraform` applies: sixty resources of a small serverless product.

locals {
  functions = toset(["orders", "payments", "reports", "webhooks"])
  queues    = toset(["incoming", "settlement"])
  routes    = toset(["orders", "payments", "reports"])
  tables    = toset(["Customers", "Orders", "Payments"])
}

resource "aws_iam_role" "function" {
  for_each = local.functions
  name     = "bench-${each.key}"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "lambda.amazonaws.com" }
    }]
  })
}

resource "aws_iam_role_policy" "function" {
  for_each = local.functions
  name     = "work"
  role     = aws_iam_role.function[each.key].id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = ["dynamodb:*"], Resource = [for table in aws_dynamodb_table.this : table.arn] },
      { Effect = "Allow", Action = ["sqs:*"], Resource = [for queue in aws_sqs_queue.this : queue.arn] },
      { Effect = "Allow", Action = ["logs:*"], Resource = "${aws_cloudwatch_log_group.function[each.key].arn}:*" },
    ]
  })
}

resource "aws_cloudwatch_log_group" "function" {
  for_each          = local.functions
  name              = "/aws/lambda/bench-${each.key}"
  retention_in_days = 14
}

resource "aws_lambda_function" "this" {
  for_each         = local.functions
  function_name    = "bench-${each.key}"
  role             = aws_iam_role.function[each.key].arn
  runtime          = "python3.12"
  handler          = "app.handler"
  filename         = "function.zip"
  source_code_hash = filebase64sha256("function.zip")
  timeout          = 20

  environment {
    variables = { TABLES = join(",", keys(aws_dynamodb_table.this)) }
  }

  depends_on = [aws_iam_role_policy.function]
}

resource "aws_lambda_permission" "gateway" {
  for_each      = local.routes
  function_name = aws_lambda_function.this[each.key].function_name
  statement_id  = "gateway"
  action        = "lambda:InvokeFunction"
  principal     = "apigateway.amazonaws.com"
  source_arn    = "${aws_api_gateway_rest_api.this.execution_arn}/*/*"
}

resource "aws_sqs_queue" "dead_letters" {
  for_each = local.queues
  name     = "bench-${each.key}-dead-letters"
}

resource "aws_sqs_queue" "this" {
  for_each                   = local.queues
  name                       = "bench-${each.key}"
  visibility_timeout_seconds = 60
  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.dead_letters[each.key].arn
    maxReceiveCount     = 4
  })
}

resource "aws_lambda_event_source_mapping" "settlement" {
  event_source_arn = aws_sqs_queue.this["settlement"].arn
  function_name    = aws_lambda_function.this["payments"].arn
}

resource "aws_sns_topic" "this" {
  for_each = local.queues
  name     = "bench-${each.key}"
}

resource "aws_sns_topic_subscription" "this" {
  for_each  = local.queues
  topic_arn = aws_sns_topic.this[each.key].arn
  protocol  = "sqs"
  endpoint  = aws_sqs_queue.this[each.key].arn
}

resource "aws_dynamodb_table" "this" {
  for_each     = local.tables
  name         = "Bench${each.key}"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }

  point_in_time_recovery {
    enabled = true
  }
}

resource "aws_secretsmanager_secret" "provider" {
  name                    = "bench/provider"
  recovery_window_in_days = 0
}

resource "aws_secretsmanager_secret_version" "provider" {
  secret_id     = aws_secretsmanager_secret.provider.id
  secret_string = jsonencode({ client_id = "bench", client_secret = "bench" })
}

resource "aws_ssm_parameter" "table" {
  for_each = local.tables
  name     = "/bench/tables/${each.key}"
  type     = "String"
  value    = aws_dynamodb_table.this[each.key].name
}

resource "aws_api_gateway_rest_api" "this" {
  name = "bench"
}

resource "aws_api_gateway_resource" "this" {
  for_each    = local.routes
  rest_api_id = aws_api_gateway_rest_api.this.id
  parent_id   = aws_api_gateway_rest_api.this.root_resource_id
  path_part   = each.key
}

resource "aws_api_gateway_method" "this" {
  for_each      = local.routes
  rest_api_id   = aws_api_gateway_rest_api.this.id
  resource_id   = aws_api_gateway_resource.this[each.key].id
  http_method   = "POST"
  authorization = "COGNITO_USER_POOLS"
  authorizer_id = aws_api_gateway_authorizer.this.id
}

resource "aws_api_gateway_integration" "this" {
  for_each                = local.routes
  rest_api_id             = aws_api_gateway_rest_api.this.id
  resource_id             = aws_api_gateway_resource.this[each.key].id
  http_method             = aws_api_gateway_method.this[each.key].http_method
  type                    = "AWS_PROXY"
  integration_http_method = "POST"
  uri                     = aws_lambda_function.this[each.key].invoke_arn
}

resource "aws_api_gateway_authorizer" "this" {
  name          = "users"
  rest_api_id   = aws_api_gateway_rest_api.this.id
  type          = "COGNITO_USER_POOLS"
  provider_arns = [aws_cognito_user_pool.this.arn]
}

resource "aws_api_gateway_deployment" "this" {
  rest_api_id = aws_api_gateway_rest_api.this.id
  triggers    = { redeployment = sha1(jsonencode([for each in aws_api_gateway_integration.this : each.id])) }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_api_gateway_stage" "this" {
  rest_api_id   = aws_api_gateway_rest_api.this.id
  deployment_id = aws_api_gateway_deployment.this.id
  stage_name    = "bench"
}

resource "aws_api_gateway_method_settings" "this" {
  rest_api_id = aws_api_gateway_rest_api.this.id
  stage_name  = aws_api_gateway_stage.this.stage_name
  method_path = "*/*"

  settings {
    metrics_enabled        = true
    throttling_burst_limit = 100
    throttling_rate_limit  = 50
  }
}

resource "aws_cognito_user_pool" "this" {
  name = "bench"
}

resource "aws_cognito_user_pool_client" "this" {
  name                = "bench"
  user_pool_id        = aws_cognito_user_pool.this.id
  explicit_auth_flows = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
}

resource "aws_cognito_user_group" "this" {
  name         = "operator"
  user_pool_id = aws_cognito_user_pool.this.id
}

resource "aws_cloudwatch_metric_alarm" "dead_letters" {
  for_each            = local.queues
  alarm_name          = "bench-${each.key}-dead-letters"
  namespace           = "AWS/SQS"
  metric_name         = "ApproximateNumberOfMessagesVisible"
  dimensions          = { QueueName = aws_sqs_queue.dead_letters[each.key].name }
  statistic           = "Maximum"
  period              = 60
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  alarm_actions       = [aws_sns_topic.this[each.key].arn]
}

resource "aws_sqs_queue_redrive_allow_policy" "dead_letters" {
  for_each  = local.queues
  queue_url = aws_sqs_queue.dead_letters[each.key].id
  redrive_allow_policy = jsonencode({
    redrivePermission = "byQueue"
    sourceQueueArns   = [aws_sqs_queue.this[each.key].arn]
  })
}

resource "aws_cloudwatch_dashboard" "this" {
  dashboard_name = "bench"
  dashboard_body = jsonencode({
    widgets = [{
      type       = "metric"
      width      = 12
      height     = 6
      properties = { title = "dead letters", region = aws_sns_topic.this["incoming"].region, metrics = [["AWS/SQS", "NumberOfMessagesSent"]] }
    }]
  })
}

resource "aws_iam_policy" "secret" {
  name = "bench-secret"
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "secretsmanager:GetSecretValue", Resource = aws_secretsmanager_secret.provider.arn }]
  })
}

resource "aws_iam_role_policy_attachment" "secret" {
  role       = aws_iam_role.function["payments"].name
  policy_arn = aws_iam_policy.secret.arn
}

output "api_id" {
  description = "Id of the REST API."
  value       = aws_api_gateway_rest_api.payments.id
}

output "api_stage" {
  description = "Stage that clients call."
  value       = aws_api_gateway_stage.live.stage_name
}

output "api_url" {
  description = "Address of the API on AWS, stage included."
  value       = aws_api_gateway_stage.live.invoke_url
}

output "api_key_id" {
  description = "Id of the clients' API key."
  value       = aws_api_gateway_api_key.client.id
}

output "api_key" {
  description = "The clients' API key, for the header x-api-key."
  value       = aws_api_gateway_api_key.client.value
  sensitive   = true
}

output "user_pool_id" {
  description = "Id of the user pool whose tokens the API accepts."
  value       = aws_cognito_user_pool.users.id
}

output "user_pool_client_id" {
  description = "Id of the app client through which users sign in."
  value       = aws_cognito_user_pool_client.clients.id
}

output "customers_table" {
  description = "Name of the table of customers."
  value       = aws_dynamodb_table.customers.name
}

output "disbursements_table" {
  description = "Name of the ledger."
  value       = aws_dynamodb_table.disbursements.name
}

output "daily_totals_table" {
  description = "Name of the table of what customers are paid in a day."
  value       = aws_dynamodb_table.daily_totals.name
}

output "idempotency_table" {
  description = "Name of the table of idempotency keys."
  value       = aws_dynamodb_table.idempotency.name
}

output "circuits_table" {
  description = "Name of the table of the providers' circuits."
  value       = aws_dynamodb_table.circuits.name
}

output "payment_methods" {
  description = "Payment methods that the API offers."
  value       = keys(local.providers)
}

output "outcome_topic_arn" {
  description = "Topic on which final outcomes are published."
  value       = aws_sns_topic.outcomes.arn
}

output "settlement_queue_url" {
  description = "Queue of the settlement worker."
  value       = aws_sqs_queue.settlement.url
}

output "settlement_dead_letter_queue_url" {
  description = "Queue of payments that could not be settled."
  value       = aws_sqs_queue.settlement_dead.url
}

output "function_names" {
  description = "Names of the functions by their role."
  value       = { for key, function in aws_lambda_function.payments : key => function.function_name }
}

output "webhook_secret_names" {
  description = "Secrets that hold what webhooks are checked with, by provider."
  value       = { for provider, secret in aws_secretsmanager_secret.webhook : provider => secret.name }
}

output "webhook_path" {
  description = "Path of webhooks below the stage; a provider's name follows."
  value       = "/v1/api/webhooks/"
}

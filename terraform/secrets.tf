resource "aws_secretsmanager_secret" "paypal" {
  name                    = "${var.name_prefix}payments/paypal"
  description             = "Client id and secret of the PayPal application that pays"
  recovery_window_in_days = var.secret_recovery_days
}

resource "aws_secretsmanager_secret_version" "paypal" {
  secret_id = aws_secretsmanager_secret.paypal.id

  secret_string = jsonencode({
    client_id     = var.paypal_client_id
    client_secret = var.paypal_client_secret
  })
}

# What the signatures of webhooks are checked with. The values come into being when a webhook is
# registered at its provider, which needs the API's address; so they are put there afterwards and
# are in no state. Without a value a provider's webhooks are answered with 503.
resource "aws_secretsmanager_secret" "webhook" {
  for_each = local.webhook_secrets

  name                    = "${var.name_prefix}payments/${each.key}-webhook"
  description             = each.value
  recovery_window_in_days = var.secret_recovery_days
}

locals {
  webhook_secrets = {
    paypal = "Id of the PayPal webhook: {webhook_id}"
    stripe = "Signing secret of the Stripe webhook endpoint: {signing_secret}"
    ach    = "Signing secret of the ACH processor's webhook endpoint: {signing_secret}"
  }
}

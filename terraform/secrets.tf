# Credentials of the providers that are offered: PayPal always, the others when theirs are given.
locals {
  credentials = {
    paypal = {
      client_id     = var.paypal_client_id
      client_secret = var.paypal_client_secret
    }
    stripe = {
      secret_key = var.stripe_secret_key
    }
    ach = {
      api_key = var.ach_api_key
    }
  }

  # Whether a credential is given is no secret; what it is never leaves the sensitive value.
  providers = {
    for name, description in {
      paypal = "Client id and secret of the PayPal application that pays"
      stripe = "Secret key of the Stripe account that pays"
      ach    = "API key of the client of the ACH processor that pays"
    } : name => description
    if alltrue([for value in values(local.credentials[name]) : nonsensitive(value != null)])
  }

  provider_environment = merge(
    {
      PAYPAL_BASE_URL  = var.paypal_base_url
      PAYPAL_SECRET_ID = aws_secretsmanager_secret.provider["paypal"].arn
    },
    contains(keys(local.providers), "stripe") ? {
      STRIPE_BASE_URL  = var.stripe_base_url
      STRIPE_SECRET_ID = aws_secretsmanager_secret.provider["stripe"].arn
    } : {},
    contains(keys(local.providers), "ach") ? {
      ACH_BASE_URL  = var.ach_base_url
      ACH_SECRET_ID = aws_secretsmanager_secret.provider["ach"].arn
    } : {},
  )
}

resource "aws_secretsmanager_secret" "provider" {
  for_each = local.providers

  name                    = "${var.name_prefix}payments/${each.key}"
  description             = each.value
  recovery_window_in_days = var.secret_recovery_days
}

resource "aws_secretsmanager_secret_version" "provider" {
  for_each = local.providers

  secret_id     = aws_secretsmanager_secret.provider[each.key].id
  secret_string = jsonencode(local.credentials[each.key])
}

moved {
  from = aws_secretsmanager_secret.paypal
  to   = aws_secretsmanager_secret.provider["paypal"]
}

moved {
  from = aws_secretsmanager_secret_version.paypal
  to   = aws_secretsmanager_secret_version.provider["paypal"]
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
    for provider, description in {
      paypal = "Id of the PayPal webhook: {webhook_id}"
      stripe = "Signing secret of the Stripe webhook endpoint: {signing_secret}"
      ach    = "Signing secret of the ACH processor's webhook endpoint: {signing_secret}"
    } : provider => description
    if contains(keys(local.providers), provider)
  }
}

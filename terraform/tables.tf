resource "aws_dynamodb_table" "customers" {
  name                        = "${var.name_prefix}Customers"
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "customer_id"
  deletion_protection_enabled = var.deletion_protection

  attribute {
    name = "customer_id"
    type = "S"
  }

  point_in_time_recovery {
    enabled = true
  }

  server_side_encryption {
    enabled = true
  }
}

# The ledger. payment_id begins with the instant, so a customer's payments are sorted by time.
resource "aws_dynamodb_table" "disbursements" {
  name                        = "${var.name_prefix}Disbursements"
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "customer_id"
  range_key                   = "payment_id"
  deletion_protection_enabled = var.deletion_protection

  attribute {
    name = "customer_id"
    type = "S"
  }

  attribute {
    name = "payment_id"
    type = "S"
  }

  # A provider's webhook names the payment and not the customer.
  global_secondary_index {
    name            = "by_payment_id"
    hash_key        = "payment_id"
    projection_type = "KEYS_ONLY"
  }

  point_in_time_recovery {
    enabled = true
  }

  server_side_encryption {
    enabled = true
  }
}

# The circuit of each provider: whether it is called at all at the moment. Small, and safe to lose.
resource "aws_dynamodb_table" "circuits" {
  name                        = "${var.name_prefix}ProviderCircuits"
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "provider"
  deletion_protection_enabled = var.deletion_protection

  attribute {
    name = "provider"
    type = "S"
  }

  point_in_time_recovery {
    enabled = true
  }

  server_side_encryption {
    enabled = true
  }
}

# What a customer is paid on a day in a currency, counted against daily_limits.
resource "aws_dynamodb_table" "daily_totals" {
  name                        = "${var.name_prefix}DailyTotals"
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "customer_id"
  range_key                   = "day_and_currency"
  deletion_protection_enabled = var.deletion_protection

  attribute {
    name = "customer_id"
    type = "S"
  }

  attribute {
    name = "day_and_currency"
    type = "S"
  }

  ttl {
    attribute_name = "expires_at"
    enabled        = true
  }

  point_in_time_recovery {
    enabled = true
  }

  server_side_encryption {
    enabled = true
  }
}

# Which Idempotency-Key of a caller stands for which payment, kept longer than any provider's memory.
resource "aws_dynamodb_table" "idempotency" {
  name                        = "${var.name_prefix}IdempotencyKeys"
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "idempotency_key"
  deletion_protection_enabled = var.deletion_protection

  attribute {
    name = "idempotency_key"
    type = "S"
  }

  ttl {
    attribute_name = "expires_at"
    enabled        = true
  }

  point_in_time_recovery {
    enabled = true
  }

  server_side_encryption {
    enabled = true
  }
}

# Which webhooks came, so that a repetition is known. Losing it costs a question to a provider.
resource "aws_dynamodb_table" "webhook_events" {
  name         = "${var.name_prefix}WebhookEvents"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "event_key"

  attribute {
    name = "event_key"
    type = "S"
  }

  ttl {
    attribute_name = "expires_at"
    enabled        = true
  }

  server_side_encryption {
    enabled = true
  }
}

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

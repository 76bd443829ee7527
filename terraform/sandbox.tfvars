# The payments stack on AWS against PayPal's own sandbox. The credentials of the PayPal application
# come from the environment: TF_VAR_paypal_client_id and TF_VAR_paypal_client_secret.
paypal_base_url = "https://api-m.sandbox.paypal.com"

deletion_protection  = false
secret_recovery_days = 7
log_retention_days   = 30

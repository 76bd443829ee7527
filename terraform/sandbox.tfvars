# The payments stack on AWS against the providers' own sandboxes. Credentials come from the
# environment: TF_VAR_paypal_client_id and TF_VAR_paypal_client_secret of a PayPal application, and,
# to offer Stripe as well, TF_VAR_stripe_secret_key, a key of test mode (sk_test_… or rk_test_…).
# ACH is offered where TF_VAR_ach_base_url and TF_VAR_ach_api_key name a processor.
paypal_base_url = "https://api-m.sandbox.paypal.com"

deletion_protection  = false
secret_recovery_days = 7
log_retention_days   = 30

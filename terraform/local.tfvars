# The payments stack against the payment sandboxes on this machine. Their addresses come from the
# environment, TF_VAR_paypal_base_url and so on: `localtender env` prints them, and their port is a
# setting.
paypal_client_id     = "sandbox-client-id"
paypal_client_secret = "sandbox-client-secret"
stripe_secret_key    = "sk_test_sandbox"
ach_api_key          = "ach-sandbox-key"

deletion_protection  = false
secret_recovery_days = 0
log_retention_days   = 1

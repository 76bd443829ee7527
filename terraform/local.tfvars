# The payments stack against the payment sandboxes on this machine. Their address comes from the
# environment, TF_VAR_paypal_base_url: `localtender env` prints it, and their port is a setting.
paypal_client_id     = "sandbox-client-id"
paypal_client_secret = "sandbox-client-secret"

deletion_protection  = false
secret_recovery_days = 0
log_retention_days   = 1

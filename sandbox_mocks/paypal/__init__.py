"""The PayPal sandbox: OAuth2, Payouts, and the legacy Payments v1 API."""

"""The PayPal sandbox: OAuth2, Payouts, Orders v2, Payments v2 and the legacy Payments v1 API."""

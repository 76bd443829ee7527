"""Stripe: balance, customers, payment intents, transfers, payouts, events and webhooks."""

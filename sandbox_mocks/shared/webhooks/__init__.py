"""Webhooks: what a provider tells its clients without being asked."""

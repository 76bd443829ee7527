"""Stripe Connect: transfers to connected accounts."""

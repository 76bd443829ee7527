"""Clients of payment providers, each behind the port ``payments.ports.PayoutProvider``."""

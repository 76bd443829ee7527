"""Invocations that start inside the engine (SNS, EventBridge, S3, ...) and reach our functions.

The embedded engine's services call the engine's own Lambda. Each of our functions therefore has a
shadow there, whose environment names an address of the edge in MINISTACK_LAMBDA_PROXY_URL, the
engine's documented way to hand an invocation to somebody else.
"""

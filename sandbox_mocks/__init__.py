"""Sandboxes of the payment providers: servers that behave, or misbehave, like the real ones."""

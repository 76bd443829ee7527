"""The sandboxes as an ASGI server, with their control API below ``/_sandbox``."""

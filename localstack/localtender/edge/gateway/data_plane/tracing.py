"""X-Ray trace headers, after "X-Ray concepts: Tracing header" of the X-Ray developer guide."""

from __future__ import annotations

import re
import secrets
import time

_ROOT = re.compile(r"Root=1-[0-9a-f]{8}-[0-9a-f]{24}", re.IGNORECASE)


def trace_header(sent: str | None) -> str:
    """The request's `X-Amzn-Trace-Id`: the client's root goes on, otherwise there is a new one."""
    if sent is not None and _ROOT.search(sent):
        return sent
    return f"Root=1-{int(time.time()):08x}-{secrets.token_hex(12)}"

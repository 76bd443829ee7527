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


def function_trace(trace: str, *, sampled: bool) -> str:
    """The trace as a function gets it and its answer has it: with parent, sampling and lineage.

    The four parts in this order are those recorded on AWS in LocalStack's
    `test_apigateway_basic.snapshot.json` (`test_apigw_test_invoke_method_api`).
    """
    parts = dict(part.strip().partition("=")[::2] for part in trace.split(";") if part)
    known = {name.title(): value for name, value in parts.items()}
    return (
        f"Root={known.get('Root', '')};"
        f"Parent={known.get('Parent') or secrets.token_hex(8)};"
        f"Sampled={known.get('Sampled') or int(sampled)};"
        f"Lineage={known.get('Lineage') or f'{secrets.token_hex(4)}:0'}"
    )

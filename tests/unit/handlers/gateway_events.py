"""Events of the Lambda proxy integration and the context that goes with them."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from handlers.observability import logger


@dataclass
class Context:
    function_name: str = "payments-api"
    memory_limit_in_mb: int = 512
    invoked_function_arn: str = "arn:aws:lambda:us-east-1:000000000000:function:payments-api"
    aws_request_id: str = "00000000-0000-0000-0000-000000000000"
    remaining_milliseconds: int = 12_000

    def get_remaining_time_in_millis(self) -> int:
        return self.remaining_milliseconds


def proxy_event(
    method: str,
    path: str,
    body: object = None,
    *,
    headers: dict[str, str] | None = None,
    query: dict[str, str] | None = None,
    subject: str = "user-1",
    groups: str | None = "operator",
) -> dict[str, Any]:
    """Make the event of a request; a body that is no string is sent as JSON."""
    claims = {"sub": subject, **({} if groups is None else {"cognito:groups": groups})}
    text = body if body is None or isinstance(body, str) else json.dumps(body)
    return {
        "resource": path,
        "path": path,
        "httpMethod": method,
        "headers": {"Content-Type": "application/json", **(headers or {})},
        "multiValueHeaders": None,
        "queryStringParameters": query,
        "multiValueQueryStringParameters": None,
        "pathParameters": None,
        "stageVariables": None,
        "requestContext": {
            "requestId": "request-1",
            "stage": "live",
            "authorizer": {"claims": claims},
            "identity": {"apiKeyId": "key-1"},
        },
        "body": text,
        "isBase64Encoded": False,
    }


@contextmanager
def captured_logs() -> Iterator[io.StringIO]:
    """Collect what the functions log; their handler keeps the stream it was made with."""
    stream = io.StringIO()
    handler: Any = logger.registered_handler
    before = handler.setStream(stream)
    try:
        yield stream
    finally:
        handler.setStream(before)

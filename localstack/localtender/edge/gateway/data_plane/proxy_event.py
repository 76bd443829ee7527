"""The event that a Lambda function behind AWS_PROXY receives.

After "Input format of a Lambda function for proxy integration" in "Set up Lambda proxy
integrations in API Gateway" of the developer guide; details (a path stays percent-encoded, empty
maps are null, which headers are dropped) as recorded on AWS in LocalStack's
`test_apigateway_lambda.snapshot.json`.
"""

from __future__ import annotations

import base64
import json
from typing import Any

from localtender.edge.gateway.data_plane.context_variables import request_context
from localtender.edge.gateway.data_plane.exchange import Exchange
from localtender.edge.gateway.data_plane.media_types import is_binary

# Headers between client and gateway only, after "Important notes" of the developer guide.
_DROPPED = frozenset(
    {
        "connection",
        "content-length",
        "content-md5",
        "expect",
        "max-forwards",
        "proxy-authenticate",
        "server",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "www-authenticate",
    }
)
# Written by the gateway, whatever the client sent under these names.
_OWN = frozenset(
    {"host", "x-forwarded-for", "x-forwarded-port", "x-forwarded-proto", "x-amzn-trace-id"}
)

# `json.dumps` with separators makes an encoder anew each time.
_encode = json.JSONEncoder(separators=(",", ":")).encode


def proxy_event(exchange: Exchange) -> bytes:
    """The event as JSON."""
    headers = forwarded_headers(exchange)
    query = exchange.query
    body, is_base64 = _body(exchange)
    event: dict[str, Any] = {
        "resource": exchange.resource.path if exchange.resource else None,
        "path": exchange.client_path,
        "httpMethod": exchange.request.method,
        "headers": {name: values[-1] for name, values in headers.items()},
        "multiValueHeaders": headers,
        "queryStringParameters": {name: values[-1] for name, values in query.items()} or None,
        "multiValueQueryStringParameters": query or None,
        "pathParameters": dict(exchange.path_parameters) or None,
        "stageVariables": dict(exchange.stage_variables) or None,
        "requestContext": request_context(exchange),
        "body": body,
        "isBase64Encoded": is_base64,
    }
    return _encode(event).encode()


def forwarded_headers(exchange: Exchange) -> dict[str, list[str]]:
    """The request's headers as an integration sees them, in the case the client wrote them."""
    headers: dict[str, list[str]] = {}
    spelled: dict[str, str] = {}
    for name, value in exchange.request.headers:
        lower = name.lower()
        if lower in _DROPPED or lower in _OWN:
            continue
        headers.setdefault(spelled.setdefault(lower, name), []).append(value)
    addresses = (*exchange.headers.get("x-forwarded-for", ()), exchange.request.source_ip)
    headers["Host"] = [exchange.endpoint.domain_name]
    headers["X-Amzn-Trace-Id"] = [exchange.trace_id]
    headers["X-Forwarded-For"] = [", ".join(addresses)]
    # API Gateway is reached by HTTPS only; a plain local port does not change what code sees.
    headers["X-Forwarded-Port"] = ["443"]
    headers["X-Forwarded-Proto"] = ["https"]
    return headers


def _body(exchange: Exchange) -> tuple[str | None, bool]:
    body = exchange.request.body
    if not body:
        return None, False
    if is_binary(exchange.header("Content-Type"), exchange.endpoint.snapshot.binary_media_types):
        return base64.b64encode(body).decode(), True
    return body.decode(errors="replace"), False

"""The event of a function URL, in payload format 2.0.

https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-payloads
"""

from __future__ import annotations

import base64
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from localtender.edge.protocol.messages import Caller, HttpRequest

_TEXT = ("text/", "application/json", "application/javascript", "application/xml")


def url_event(
    request: HttpRequest,
    *,
    path: str,
    identifier: str,
    domain_name: str,
    trace_id: str,
    caller: Caller | None,
) -> dict[str, Any]:
    """The event; `path` is what follows the host, `caller` is None for a public URL."""
    headers, cookies = _headers(request, trace_id)
    now = time.time()
    context: dict[str, Any] = {
        "accountId": "anonymous" if caller is None else caller.account_id,
        "apiId": identifier,
        "domainName": domain_name,
        "domainPrefix": identifier,
        "http": {
            "method": request.method,
            "path": path,
            "protocol": f"HTTP/{request.http_version}",
            "sourceIp": request.source_ip,
            "userAgent": request.header("User-Agent") or "",
        },
        "requestId": request.request_id,
        "routeKey": "$default",
        "stage": "$default",
        "time": f"{datetime.fromtimestamp(now, UTC):%d/%b/%Y:%H:%M:%S +0000}",
        "timeEpoch": int(now * 1000),
    }
    if caller is not None:
        context["authorizer"] = {"iam": _identity(caller)}
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": request.raw_query,
        "headers": headers,
        "requestContext": context,
        "isBase64Encoded": False,
    }
    if cookies:
        event["cookies"] = cookies
    if request.query:
        event["queryStringParameters"] = _joined(request.query)
    if request.body:
        text = _text(request)
        event["isBase64Encoded"] = text is None
        event["body"] = base64.b64encode(request.body).decode() if text is None else text
    return event


def _headers(request: HttpRequest, trace_id: str) -> tuple[dict[str, str], list[str]]:
    cookies = [
        cookie.strip()
        for value in request.header_values("Cookie")
        for cookie in value.split(";")
        if cookie.strip()
    ]
    sent = [
        (name.lower(), value)
        for name, value in request.headers
        if name.lower() not in ("cookie", "connection")
    ]
    headers = _joined(tuple(sent))
    forwarded = headers.get("x-forwarded-for")
    # A function URL is reached by TLS on port 443 only, and functions build links from that.
    headers.update(
        {
            "x-amzn-trace-id": trace_id,
            "x-forwarded-for": f"{forwarded}, {request.source_ip}"
            if forwarded
            else request.source_ip,
            "x-forwarded-port": "443",
            "x-forwarded-proto": "https",
        }
    )
    return headers, cookies


def _joined(pairs: tuple[tuple[str, str], ...]) -> dict[str, str]:
    """Values of the same name in one, separated by commas."""
    joined: dict[str, str] = {}
    for name, value in pairs:
        joined[name] = f"{joined[name]},{value}" if name in joined else value
    return joined


def _text(request: HttpRequest) -> str | None:
    content_type = (request.header("Content-Type") or "").lower()
    if not content_type.startswith(_TEXT):
        return None
    try:
        return request.body.decode()
    except UnicodeDecodeError:
        return None


def _identity(caller: Caller) -> dict[str, Any]:
    return {
        "accessKey": caller.access_key_id,
        "accountId": caller.account_id,
        "callerId": caller.access_key_id,
        "cognitoIdentity": None,
        "principalOrgId": None,
        "userArn": f"arn:aws:iam::{caller.account_id}:root",
        "userId": caller.access_key_id,
    }

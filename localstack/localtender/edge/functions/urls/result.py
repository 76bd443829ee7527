"""What a function behind a URL returned, as an HTTP response.

Inference follows https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-response-payload:
JSON without a statusCode is itself the body of a 200.
"""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any

_JSON = "application/json"


class MalformedResultError(Exception):
    """What the function returned says statusCode and can't be a response."""


def url_response(payload: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
    """Status, headers and body. Raises MalformedResultError."""
    text = payload.decode("utf-8", "replace")
    try:
        document = json.loads(text) if text else None
    except ValueError:
        return 200, [("Content-Type", _JSON)], payload
    if not isinstance(document, dict) or "statusCode" not in document:
        body = document.encode() if isinstance(document, str) else payload
        return 200, [("Content-Type", _JSON)], body
    return _status(document), _headers(document), _body(document)


def _status(document: dict[str, Any]) -> int:
    try:
        status = int(document["statusCode"])
    except (TypeError, ValueError) as error:
        raise MalformedResultError from error
    if not 100 <= status <= 599:
        raise MalformedResultError
    return status


def _headers(document: dict[str, Any]) -> list[tuple[str, str]]:
    given = document.get("headers") or {}
    cookies = document.get("cookies") or []
    if not isinstance(given, dict) or not isinstance(cookies, list):
        raise MalformedResultError
    headers = [(str(name), _plain(value)) for name, value in given.items()]
    if not any(name.lower() == "content-type" for name, _ in headers):
        headers.append(("Content-Type", _JSON))
    return headers + [("Set-Cookie", str(cookie)) for cookie in cookies]


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _body(document: dict[str, Any]) -> bytes:
    body = document.get("body")
    if body is None:
        return b""
    if document.get("isBase64Encoded"):
        try:
            return base64.b64decode(str(body), validate=True)
        except (binascii.Error, ValueError) as error:
            raise MalformedResultError from error
    return _plain(body).encode()

"""What a Lambda function behind AWS_PROXY may answer.

After "Output format of a Lambda function for proxy integration" in "Set up Lambda proxy
integrations in API Gateway" of the developer guide. Anything else, a function's error included, is
a malformed result and a 502; which members are malformed follows the checks that LocalStack's
`RestApiAwsProxyIntegration` makes after recordings on AWS.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from localtender.edge.gateway.data_plane.errors import BadGatewayError, InternalServerError
from localtender.edge.gateway.data_plane.header_mapping import is_header_name, remapped_headers

_MEMBERS = frozenset({"statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded"})
# What RFC 9110 forbids in a field value; AWS has no way of sending it either.
_FORBIDDEN_IN_VALUE = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")


@dataclass(frozen=True)
class ProxyResult:
    """A function's answer, checked."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


def parse_proxy_result(payload: bytes, *, decodes_binary: bool) -> ProxyResult:
    """Check a function's result; `decodes_binary` says that the client accepts a binary type.

    Raises BadGatewayError for a malformed result, InternalServerError for a body that is said to
    be base64 and is not.
    """
    result = _document(payload)
    return ProxyResult(
        status=_status(result.get("statusCode"), payload),
        headers=_headers(result, payload),
        body=_body(result, payload, decodes_binary=decodes_binary),
    )


def _malformed(payload: bytes) -> BadGatewayError:
    shown = payload[:200].decode(errors="replace")
    return BadGatewayError(
        reason=f"Execution failed due to configuration error: Malformed Lambda proxy response: "
        f"{shown}"
    )


def _document(payload: bytes) -> dict[str, Any]:
    try:
        result = json.loads(payload)
    except (ValueError, RecursionError):
        raise _malformed(payload) from None
    if not isinstance(result, dict) or not result.keys() <= _MEMBERS:
        raise _malformed(payload)
    return result


def _status(value: Any, payload: bytes) -> int:
    if value is None:
        return 200
    try:
        status = int(value)
    except (TypeError, ValueError, OverflowError):
        raise _malformed(payload) from None
    # Informational statuses (1xx) announce an answer and are none.
    if isinstance(value, bool) or not 200 <= status < 600:
        raise _malformed(payload)
    return status


def _headers(result: Mapping[str, Any], payload: bytes) -> tuple[tuple[str, str], ...]:
    merged: dict[str, tuple[str, list[str]]] = {}
    for name, value in _mapping(result.get("headers"), payload).items():
        merged.setdefault(name.lower(), (name, []))[1].append(_text(value, payload))
    for name, values in _mapping(result.get("multiValueHeaders"), payload).items():
        if not isinstance(values, list):
            raise _malformed(payload)
        texts = [_text(value, payload) for value in values]
        kept = merged.get(name.lower(), (name, []))
        merged[name.lower()] = (
            kept[0],
            [value for value in kept[1] if value not in texts] + texts,
        )
    merged.setdefault("content-type", ("Content-Type", ["application/json"]))
    return remapped_headers((name, value) for name, values in merged.values() for value in values)


def _mapping(value: Any, payload: bytes) -> Mapping[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, dict) or not all(is_header_name(name) for name in value):
        raise _malformed(payload)
    return value


def _text(value: Any, payload: bytes) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str) or _FORBIDDEN_IN_VALUE.search(value):
        raise _malformed(payload)
    return value


def _body(result: Mapping[str, Any], payload: bytes, *, decodes_binary: bool) -> bytes:
    body = result.get("body")
    is_base64 = result.get("isBase64Encoded")
    if body is None:
        return b""
    if not isinstance(body, str) or not isinstance(is_base64, (bool, type(None))):
        raise _malformed(payload)
    if not (is_base64 and decodes_binary):
        return body.encode(errors="replace")
    try:
        return base64.b64decode(body, validate=True)
    except binascii.Error:
        raise InternalServerError(
            reason="Execution failed due to configuration error: Unable to base64 decode the body."
        ) from None

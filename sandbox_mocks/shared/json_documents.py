"""Reading JSON strictly, and showing any body in a JSON document."""

from __future__ import annotations

import json
import math
from typing import Any
from urllib.parse import parse_qsl

JsonObject = dict[str, Any]


class MalformedJsonError(ValueError):
    """The body is not a JSON document."""


def _refuse_constant(name: str) -> None:
    raise MalformedJsonError(f"{name} is not JSON")


def read_json(body: bytes) -> Any:
    """Parse a JSON document as RFC 8259 has it: no NaN, no Infinity, UTF-8 only.

    Raises:
        MalformedJsonError: the bytes are not one JSON document.
    """
    try:
        return json.loads(body.decode("utf-8"), parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise MalformedJsonError(str(error)) from error


def write_json(document: Any) -> bytes:
    """Serialise compactly, in ASCII, so that any text a client sent survives."""
    return json.dumps(document, separators=(",", ":")).encode("ascii")


def _finite(digits: str) -> float | str:
    number = float(digits)
    return number if math.isfinite(number) else digits


def body_for_display(body: bytes, content_type: str | None) -> Any:
    """Return a body as a value that can stand in a JSON document.

    A JSON or form body is parsed, an empty one is None, anything else is text.
    """
    if not body:
        return None
    if content_type and content_type.startswith("application/x-www-form-urlencoded"):
        return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
    text = body.decode("utf-8", "replace")
    try:
        return json.loads(text, parse_constant=str, parse_float=_finite)
    except (ValueError, RecursionError):
        return text

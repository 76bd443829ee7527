"""DynamoDB's JSON of attribute values, as Terraform's arguments write it, and boto3's form of it.

The two differ in binary values, which are base64 in JSON and bytes for boto3. Follows
"AttributeValue" of the DynamoDB API reference.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from typing import Any

_TYPES = frozenset(("S", "N", "B", "BOOL", "NULL", "M", "L", "SS", "NS", "BS"))

AttributeValues = dict[str, dict[str, Any]]
"""Attributes by name; a value is an object of its type and itself: ``{"S": "text"}``."""


def is_item(text: str) -> str | None:
    """Check: the text must be a JSON object of attribute values."""
    try:
        read_item(text)
    except (ValueError, TypeError) as failure:
        return f"not a DynamoDB item in JSON: {failure}"
    return None


def read_item(text: str) -> AttributeValues:
    """Return an item as boto3 takes it.

    Raises
    ------
    ValueError, TypeError
        When the text is not JSON, or not of attribute values.
    """
    document = json.loads(text)
    if not isinstance(document, dict):
        raise TypeError("expected an object of attributes")
    return {name: _converted(value, base64.b64decode) for name, value in document.items()}


def write_item(item: Mapping[str, Any]) -> str:
    """Return an item that boto3 answered as JSON, with sorted attributes and sets."""
    encoded = {name: _converted(value, _base64) for name, value in item.items()}
    return json.dumps(encoded, separators=(",", ":"), sort_keys=True, ensure_ascii=False)


def key_text(value: Mapping[str, Any]) -> str:
    """Return the value of a key as it stands in ids: text, number, or base64."""
    [(kind, content)] = value.items()
    return _base64(content) if kind == "B" else str(content)


def key_value(text: str, kind: str) -> dict[str, Any]:
    """Return the value of a key of type ``S``, ``N`` or ``B`` that stands in an id."""
    return {kind: base64.b64decode(text) if kind == "B" else text}


def _converted(value: Any, binary: Callable[[Any], Any]) -> dict[str, Any]:
    if not isinstance(value, dict) or len(value) != 1:
        raise TypeError(f"expected one type with its value, got {value!r}")
    [(kind, content)] = value.items()
    if kind not in _TYPES:
        raise ValueError(f"{kind!r} is none of DynamoDB's types")
    if kind == "B":
        content = binary(content)
    elif kind == "BS":
        content = sorted(binary(item) for item in content)
    elif kind in ("SS", "NS"):
        content = sorted(content)
    elif kind == "M":
        content = {name: _converted(item, binary) for name, item in content.items()}
    elif kind == "L":
        content = [_converted(item, binary) for item in content]
    return {kind: content}


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode()

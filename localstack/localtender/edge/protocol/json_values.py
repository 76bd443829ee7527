"""Values of a JSON body as the members of an operation's input, by botocore's shapes.

A value of another type is refused. The wording is that of AWS's own front end, as recorded in
LocalStack's `test_apigateway_api.snapshot.json` for texts ("class java.lang.Boolean can not be
converted to an String") and in public reports of the same exception for the others.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from botocore.model import Shape

from localtender.edge.protocol.errors import SerializationError

_NUMBER = "com.amazon.coral.value.json.numbers.TruncatingBigNumber"
_DEEPEST = 64


def value_from_json(shape: Shape, value: Any, depth: int = 0) -> Any:
    """The value as its shape has it; raises SerializationError where it is of another type.

    A map of texts keeps entries that are null, others and structures do not.
    """
    converter = _CONVERTERS.get(shape.type_name)
    if converter is None:
        return value
    if depth > _DEEPEST:
        raise SerializationError("The request body is nested too deeply")
    try:
        return converter(shape, value, depth + 1)
    except (TypeError, ValueError, AttributeError, OverflowError, binascii.Error) as error:
        raise SerializationError(_refusal(shape, value)) from error


def timestamp_from(value: Any, timestamp_format: str = "iso8601") -> datetime:
    """A point in time out of seconds since the epoch or a text."""
    if isinstance(value, (int, float)):
        return datetime.fromtimestamp(value, tz=UTC)
    if timestamp_format == "rfc822":
        return parsedate_to_datetime(value)
    try:
        return datetime.fromtimestamp(float(value), tz=UTC)
    except ValueError:
        return datetime.fromisoformat(value)


def boolean_from(value: Any) -> bool:
    """A boolean, also as a text; raises TypeError."""
    if isinstance(value, bool):
        return value
    if value in ("true", "false"):
        return bool(value == "true")
    raise TypeError


def without_null_entries(value: Any) -> Any:
    """The value without the entries of maps that are null, at any depth."""
    if isinstance(value, dict):
        return {
            name: without_null_entries(item) for name, item in value.items() if item is not None
        }
    if isinstance(value, list):
        return [without_null_entries(item) for item in value]
    return value


def _refusal(shape: Shape, value: Any) -> str:
    if isinstance(value, dict):
        return "Start of structure or map found where not expected."
    if isinstance(value, list):
        return "Start of list found where not expected"
    if isinstance(value, bool):
        kind = "java.lang.Boolean"
    elif isinstance(value, (int, float)):
        kind = _NUMBER
    else:
        kind = "java.lang.String"
    if shape.type_name == "list":
        return f"Unrecognized collection type class {kind}"
    if shape.type_name in ("structure", "map"):
        return "Unexpected field type"
    wanted = "Timestamp" if shape.type_name == "timestamp" else shape.type_name.capitalize()
    return f"class {kind} can not be converted to an {wanted}"


def _structure(shape: Any, value: Any, depth: int) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise TypeError
    parsed = {}
    for name, member in shape.members.items():
        item = value.get(member.serialization.get("name", name))
        if item is not None:
            parsed[name] = value_from_json(member, item, depth)
    return parsed


def _list(shape: Any, value: Any, depth: int) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError
    return [value_from_json(shape.member, item, depth) for item in value]


def _map(shape: Any, value: Any, depth: int) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise TypeError
    holds_texts = shape.value.type_name == "string"
    return {
        key: None if item is None else value_from_json(shape.value, item, depth)
        for key, item in value.items()
        if item is not None or holds_texts
    }


def _string(_shape: Shape, value: Any, _depth: int) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _boolean(_shape: Shape, value: Any, _depth: int) -> bool:
    return boolean_from(value)


def _integer(_shape: Shape, value: Any, _depth: int) -> int:
    if isinstance(value, bool):
        raise TypeError
    return int(value)


def _float(_shape: Shape, value: Any, _depth: int) -> float:
    if isinstance(value, bool):
        raise TypeError
    return float(value)


def _blob(_shape: Shape, value: Any, _depth: int) -> bytes:
    return base64.b64decode(value, validate=True)


def _timestamp(_shape: Shape, value: Any, _depth: int) -> datetime:
    return timestamp_from(value)


_CONVERTERS: dict[str, Callable[[Shape, Any, int], Any]] = {
    "structure": _structure,
    "list": _list,
    "map": _map,
    "string": _string,
    "character": _string,
    "boolean": _boolean,
    "integer": _integer,
    "long": _integer,
    "float": _float,
    "double": _float,
    "blob": _blob,
    "timestamp": _timestamp,
}

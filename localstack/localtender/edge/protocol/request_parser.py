"""Reads an operation's input out of an HTTP request, by the REST-JSON protocol.

Follows the Smithy specification "AWS restJson1 protocol" and botocore's models; it is the
inverse of botocore's `RestJSONSerializer`.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from botocore.model import OperationModel, Shape

from localtender.edge.protocol.errors import SerializationError
from localtender.edge.protocol.messages import HttpRequest
from localtender.edge.protocol.routing import OperationMatch

# Numbers too large for an integer or a date are OverflowError and OSError.
_UNREADABLE = (TypeError, ValueError, AttributeError, OverflowError, OSError)


def parse_request(match: OperationMatch, request: HttpRequest) -> dict[str, Any]:
    """The operation's input by member names, as a boto3 caller would have written it.

    Raises SerializationError where the body is not JSON or a value has the wrong type.
    """
    shape = match.operation.input_shape
    if shape is None:
        return {}
    parameters: dict[str, Any] = {}
    body_members: dict[str, Shape] = {}
    for name, member in shape.members.items():
        location = member.serialization.get("location")
        if location is None:
            body_members[name] = member
            continue
        value = _located_value(location, name, member, match, request)
        if value is not None:
            parameters[name] = value
    payload = shape.serialization.get("payload")
    if payload is not None:
        parameters.update(_payload(payload, shape.members[payload], request))
    elif body_members:
        parameters.update(_body(match.operation, body_members, request))
    return parameters


def _located_value(
    location: str, name: str, member: Shape, match: OperationMatch, request: HttpRequest
) -> Any:
    wire_name = member.serialization.get("name", name)
    if location == "uri":
        return _from_text(member, match.labels[wire_name])
    if location == "header":
        text = request.header(wire_name)
        return None if text is None else _from_text(member, text, timestamp_format="rfc822")
    if location == "headers":
        found = {
            key[len(wire_name) :]: value
            for key, value in request.headers
            if key.lower().startswith(wire_name.lower())
        }
        return found or None
    if location == "querystring":
        return _from_query(member, wire_name, request)
    raise SerializationError(f"Unsupported location {location} of {name}")


def _from_query(member: Any, wire_name: str, request: HttpRequest) -> Any:
    if member.type_name == "map":
        return dict(request.query) or None
    values = [value for key, value in request.query if key == wire_name]
    if not values:
        return None
    if member.type_name == "list":
        return [_from_text(member.member, value) for value in values]
    return _from_text(member, values[0])


def _payload(name: str, member: Shape, request: HttpRequest) -> dict[str, Any]:
    if member.type_name == "blob":
        return {name: request.body}
    if member.type_name == "string":
        return {name: request.body.decode()}
    return {name: _from_json(member, _load_json(request.body), name)} if request.body else {}


def _body(
    operation: OperationModel, members: Mapping[str, Shape], request: HttpRequest
) -> dict[str, Any]:
    document = _load_json(request.body) if request.body.strip() else {}
    if not isinstance(document, dict):
        raise SerializationError(f"The body of {operation.name} must be a JSON object")
    parsed: dict[str, Any] = {}
    for name, member in members.items():
        value = document.get(member.serialization.get("name", name))
        if value is not None:
            parsed[name] = _from_json(member, value, name)
    return parsed


def _load_json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise SerializationError("The request body is not valid JSON") from error


def _from_json(shape: Shape, value: Any, path: str) -> Any:
    converter = _JSON_CONVERTERS.get(shape.type_name)
    if converter is None:
        return value
    try:
        return converter(shape, value, path)
    except _UNREADABLE as error:
        raise SerializationError(
            f"{path} must be of type {shape.type_name}, not {type(value).__name__}"
        ) from error


def _structure(shape: Any, value: Any, path: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise TypeError
    parsed = {}
    for name, member in shape.members.items():
        item = value.get(member.serialization.get("name", name))
        if item is not None:
            parsed[name] = _from_json(member, item, f"{path}.{name}")
    return parsed


def _list(shape: Any, value: Any, path: str) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError
    return [_from_json(shape.member, item, f"{path}[{n}]") for n, item in enumerate(value)]


def _map(shape: Any, value: Any, path: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise TypeError
    return {key: _from_json(shape.value, item, f"{path}.{key}") for key, item in value.items()}


def _string(_shape: Shape, value: Any, _path: str) -> str:
    # AWS's own front ends read a number or a boolean as the string it is written as.
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return str(value)
    if not isinstance(value, str):
        raise TypeError
    return value


def _boolean(_shape: Shape, value: Any, _path: str) -> bool:
    if isinstance(value, bool):
        return value
    if value in ("true", "false"):
        return bool(value == "true")
    raise TypeError


def _integer(_shape: Shape, value: Any, _path: str) -> int:
    if isinstance(value, bool):
        raise TypeError
    return int(value)


def _float(_shape: Shape, value: Any, _path: str) -> float:
    if isinstance(value, bool):
        raise TypeError
    return float(value)


def _blob(_shape: Shape, value: Any, _path: str) -> bytes:
    return base64.b64decode(value, validate=True)


def _timestamp(_shape: Shape, value: Any, _path: str) -> datetime:
    return _timestamp_from(value)


_JSON_CONVERTERS: dict[str, Callable[[Shape, Any, str], Any]] = {
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


def _from_text(shape: Shape, text: str, timestamp_format: str = "iso8601") -> Any:
    try:
        match shape.type_name:
            case "boolean":
                return _boolean(shape, text.lower(), "")
            case "integer" | "long":
                return int(text)
            case "float" | "double":
                return float(text)
            case "timestamp":
                return _timestamp_from(text, timestamp_format)
            case "blob":
                return base64.b64decode(text)
            case _:
                if shape.serialization.get("jsonvalue"):
                    return json.loads(base64.b64decode(text))
                return text
    except _UNREADABLE as error:
        raise SerializationError(f"'{text}' is not a valid {shape.type_name}") from error


def _timestamp_from(value: Any, timestamp_format: str = "iso8601") -> datetime:
    if isinstance(value, (int, float)):
        return datetime.fromtimestamp(value, tz=UTC)
    if timestamp_format == "rfc822":
        return parsedate_to_datetime(value)
    try:
        return datetime.fromtimestamp(float(value), tz=UTC)
    except ValueError:
        return datetime.fromisoformat(value)

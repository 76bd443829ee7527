"""Reads an operation's input out of an HTTP request, by the REST protocols.

Follows the Smithy specification "AWS restJson1 protocol" and botocore's models; it is the
inverse of botocore's `RestJSONSerializer`.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any

from botocore.model import OperationModel, Shape

from localtender.edge.protocol.errors import SerializationError
from localtender.edge.protocol.json_values import (
    boolean_from,
    timestamp_from,
    value_from_json,
    without_null_entries,
)
from localtender.edge.protocol.messages import HttpRequest
from localtender.edge.protocol.routing import OperationMatch


def parse_request(
    match: OperationMatch, request: HttpRequest, *, keeps_null_entries: bool = False
) -> dict[str, Any]:
    """The operation's input by member names, as a boto3 caller would have written it.

    Entries of maps that are null are left out unless they are to be kept.
    Raises SerializationError where the body is not JSON or a value has the wrong type.
    """
    shape = match.operation.input_shape
    if shape is None:
        return {}
    parameters = parse_located(match, request)
    body_members = {
        name: member
        for name, member in shape.members.items()
        if member.serialization.get("location") is None
    }
    payload = shape.serialization.get("payload")
    if payload is not None:
        body = _payload(payload, shape.members[payload], request)
    elif body_members:
        body = _body(match.operation, body_members, request)
    else:
        return parameters
    return parameters | (body if keeps_null_entries else without_null_entries(body))


def parse_located(match: OperationMatch, request: HttpRequest) -> dict[str, Any]:
    """The members of an operation's input that stand in the path, the query or the headers.

    Raises SerializationError.
    """
    shape = match.operation.input_shape
    parameters: dict[str, Any] = {}
    if shape is None:
        return parameters
    for name, member in shape.members.items():
        location = member.serialization.get("location")
        if location is None:
            continue
        value = _located_value(location, name, member, match, request)
        if value is not None:
            parameters[name] = value
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
        return {name: _decoded(request.body)}
    return {name: value_from_json(member, _load_json(request.body))} if request.body else {}


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
            parsed[name] = value_from_json(member, value)
    return parsed


def _decoded(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        raise SerializationError("The request body is not UTF-8") from error


def _load_json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise SerializationError("The request body is not valid JSON") from error


def _from_text(shape: Shape, text: str, timestamp_format: str = "iso8601") -> Any:
    try:
        match shape.type_name:
            case "boolean":
                return boolean_from(text.lower())
            case "integer" | "long":
                return int(text)
            case "float" | "double":
                return float(text)
            case "timestamp":
                return timestamp_from(text, timestamp_format)
            case "blob":
                return base64.b64decode(text)
            case _:
                if shape.serialization.get("jsonvalue"):
                    return json.loads(base64.b64decode(text))
                return text
    except (TypeError, ValueError, OverflowError) as error:
        raise SerializationError(f"'{text}' is not a valid {shape.type_name}") from error

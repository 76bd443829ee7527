"""Writes an operation's output, or its error, as an HTTP response of the REST-JSON protocol.

Follows the Smithy specification "AWS restJson1 protocol"; botocore's parsers read the result.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any, cast

from botocore.model import OperationModel, ServiceModel, Shape, StructureShape

from localtender.edge.protocol.errors import ServiceError
from localtender.edge.protocol.event_stream import CONTENT_TYPE, encoded_events
from localtender.edge.protocol.messages import HttpResponse

JSON_CONTENT_TYPE = ("Content-Type", "application/json")


def serialize_output(
    operation: OperationModel, output: Mapping[str, Any], request_id: str
) -> HttpResponse:
    """The response of a call that succeeded; members that are None are left out."""
    status = operation.http.get("responseCode", 200)
    headers: list[tuple[str, str]] = [("x-amzn-RequestId", request_id)]
    shape = operation.output_shape
    if shape is None:
        return HttpResponse(status, tuple(headers), b"")
    payload = shape.serialization.get("payload")
    document: dict[str, Any] = {}
    for name, member in shape.members.items():
        value = output.get(name)
        if value is None or name == payload:
            continue
        location = member.serialization.get("location")
        wire_name = member.serialization.get("name", name)
        if location == "statusCode":
            status = int(value)
        elif location == "header":
            headers.append((wire_name, _to_text(member, value)))
        elif location == "headers":
            headers.extend((wire_name + key, str(item)) for key, item in value.items())
        else:
            document[wire_name] = _to_json(member, value)
    if status == 204:
        return HttpResponse(status, tuple(headers), b"")
    if payload is not None and shape.members[payload].serialization.get("eventstream"):
        headers = [pair for pair in headers if pair[0].lower() != "content-type"]
        headers.append(("Content-Type", CONTENT_TYPE))
        events = encoded_events(shape.members[payload], output[payload])
        return HttpResponse(status, tuple(headers), b"", events)
    body, content_type = _body(shape, payload, output, document)
    if not any(key.lower() == "content-type" for key, _ in headers):
        headers.append(content_type)
    return HttpResponse(status, tuple(headers), body)


def serialize_error(service: ServiceModel, error: ServiceError, request_id: str) -> HttpResponse:
    """The response of a call that failed, its members named as the error's own shape has them."""
    # The stubs of botocore take an error code for a number; it is the error's name.
    shape: Any = service.shape_for_error_code(cast("Any", error.code))
    members: dict[str, Shape] = {} if shape is None else shape.members
    document: dict[str, Any] = {}
    headers = [
        ("x-amzn-RequestId", request_id),
        ("x-amzn-ErrorType", error.code),
        JSON_CONTENT_TYPE,
    ]
    if "Type" in members and "Type" not in error.fields:
        document["Type"] = "User" if error.status < 500 else "Service"
    message_name = "Message" if "Message" in members else "message"
    document[message_name] = error.message or None
    for name, value in error.fields.items():
        if value is None:
            continue
        member = members.get(name)
        if member is not None and member.serialization.get("location") == "header":
            headers.append((member.serialization["name"], _to_text(member, value)))
        else:
            document[name] = value if member is None else _to_json(member, value)
    return HttpResponse(error.status, tuple(headers), json.dumps(document).encode())


def _body(
    shape: StructureShape, payload: str | None, output: Mapping[str, Any], document: dict[str, Any]
) -> tuple[bytes, tuple[str, str]]:
    if payload is None:
        return json.dumps(document).encode(), JSON_CONTENT_TYPE
    value = output.get(payload)
    member = shape.members[payload]
    if value is None:
        return b"", JSON_CONTENT_TYPE
    if member.type_name == "blob":
        return bytes(value), ("Content-Type", "application/json")
    if member.type_name == "string":
        return str(value).encode(), ("Content-Type", "text/plain")
    return json.dumps(_to_json(member, value)).encode(), JSON_CONTENT_TYPE


def _to_json(shape: Any, value: Any) -> Any:
    match shape.type_name:
        case "structure":
            return {
                member.serialization.get("name", name): _to_json(member, value[name])
                for name, member in shape.members.items()
                if value.get(name) is not None
            }
        case "list":
            return [_to_json(shape.member, item) for item in value]
        case "map":
            return {key: _to_json(shape.value, item) for key, item in value.items()}
        case "timestamp":
            return _timestamp(shape, value, "unixtimestamp")
        case "blob":
            return base64.b64encode(value).decode()
        case _:
            return value


def _to_text(shape: Shape, value: Any) -> str:
    if shape.type_name == "boolean":
        return "true" if value else "false"
    if shape.type_name == "timestamp":
        return str(_timestamp(shape, value, "rfc822"))
    if shape.type_name == "blob":
        return base64.b64encode(value).decode()
    return str(value)


def _timestamp(shape: Shape, value: datetime | float, default_format: str) -> str | float:
    if not isinstance(value, datetime):
        value = datetime.fromtimestamp(value, tz=UTC)
    match str(shape.serialization.get("timestampFormat", default_format)).lower():
        case "iso8601":
            return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        case "rfc822":
            return format_datetime(value.astimezone(UTC), usegmt=True)
        case _:
            seconds = value.timestamp()
            return int(seconds) if seconds.is_integer() else round(seconds, 3)

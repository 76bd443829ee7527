"""Encodes events in the binary form of an AWS event stream.

Follows the Smithy specification "Amazon Event Stream"
(https://smithy.io/2.0/aws/amazon-eventstream.html): a prelude of two lengths and their CRC-32,
headers, a payload, and a CRC-32 over all of it. Botocore reads it back.
"""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import AsyncIterator, Mapping
from typing import Any

from botocore.model import Shape

CONTENT_TYPE = "application/vnd.amazon.eventstream"
_STRING = 7
_PRELUDE_BYTES, _CHECKSUM_BYTES = 12, 4


async def encoded_events(
    shape: Shape, events: AsyncIterator[Mapping[str, Any]]
) -> AsyncIterator[bytes]:
    """Events as boto3 shows them, ``{NAME: {MEMBER: ...}}``, in the form of the wire."""
    async for event in events:
        for name, value in event.items():
            yield encode_event(shape, name, value)


def encode_event(shape: Any, name: str, value: Mapping[str, Any]) -> bytes:
    """One event of a stream's shape."""
    members = shape.members[name].members
    for member_name, member in members.items():
        if member.serialization.get("eventpayload"):
            payload = bytes(value.get(member_name) or b"")
            return _message(name, "application/octet-stream", payload)
    document = {key: item for key, item in value.items() if item is not None}
    return _message(name, "application/json", json.dumps(document).encode())


def _message(event_type: str, content_type: str, payload: bytes) -> bytes:
    headers = b"".join(
        _header(name, value)
        for name, value in (
            (":event-type", event_type),
            (":content-type", content_type),
            (":message-type", "event"),
        )
    )
    total = _PRELUDE_BYTES + len(headers) + len(payload) + _CHECKSUM_BYTES
    lengths = struct.pack("!II", total, len(headers))
    message = lengths + struct.pack("!I", zlib.crc32(lengths)) + headers + payload
    return message + struct.pack("!I", zlib.crc32(message))


def _header(name: str, value: str) -> bytes:
    key, text = name.encode(), value.encode()
    return struct.pack("!B", len(key)) + key + struct.pack("!BH", _STRING, len(text)) + text

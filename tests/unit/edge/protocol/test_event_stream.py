"""Event streams as botocore, and so every AWS SDK, reads them."""

from __future__ import annotations

from typing import Any

from botocore.eventstream import EventStreamBuffer

from localtender.edge.protocol.event_stream import encode_event
from localtender.edge.protocol.models import ServiceModels


def decoded(*messages: bytes) -> list[tuple[dict[str, Any], bytes]]:
    buffer: Any = EventStreamBuffer()
    for message in messages:
        buffer.add_data(message)
    return [(event.headers, event.payload) for event in buffer]


def stream_shape() -> Any:
    operation: Any = ServiceModels().get("lambda").operation_model("InvokeWithResponseStream")
    return operation.output_shape.members["EventStream"]


def test_bytes_are_carried_as_they_are() -> None:
    chunk = b"\x00\x01 piece"
    message = encode_event(stream_shape(), "PayloadChunk", {"Payload": chunk})
    ((headers, payload),) = decoded(message)
    assert payload == chunk
    assert headers == {
        ":event-type": "PayloadChunk",
        ":content-type": "application/octet-stream",
        ":message-type": "event",
    }


def test_members_are_carried_as_json_without_those_that_are_absent() -> None:
    complete = {"ErrorCode": "Unhandled", "ErrorDetails": "{}", "LogResult": None}
    first = encode_event(stream_shape(), "PayloadChunk", {"Payload": b""})
    last = encode_event(stream_shape(), "InvokeComplete", complete)
    (_, empty), (headers, payload) = decoded(first, last)
    assert empty == b""
    assert headers[":event-type"] == "InvokeComplete"
    assert payload == b'{"ErrorCode": "Unhandled", "ErrorDetails": "{}"}'

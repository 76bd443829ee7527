"""Between the server's ASGI messages and the edge's HTTP values."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from urllib.parse import parse_qsl

from localtender.edge.http_protocol import wire_headers
from localtender.edge.protocol.messages import BrokenBodyError, HttpRequest, HttpResponse
from localtender.engines.port import Message, Receive, Scope, Send

# What the server refuses in a field value (RFC 9110, section 5.5 wants it replaced by spaces).
_CONTROL_CHARACTERS = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")


class ClientGoneError(Exception):
    """The client closed its connection before the request was whole."""


def read_request(scope: Scope, body: bytes, request_id: str) -> HttpRequest:
    """The request of a connection whose body was read."""
    query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
    client = scope.get("client") or ("127.0.0.1", 0)
    return HttpRequest(
        method=scope["method"],
        raw_path=scope["raw_path"].decode("latin-1"),
        query=tuple(query),
        headers=tuple(wire_headers(dict(scope))),
        body=body,
        source_ip=client[0],
        http_version=scope["http_version"],
        scheme=scope["scheme"],
        request_id=request_id,
        raw_query=scope["query_string"].decode("latin-1"),
    )


async def read_body(receive: Receive, limit: int | None) -> bytes:
    """The body, or its first `limit` + 1 bytes: enough for the service to refuse it as too long.

    Raises ClientGoneError.
    """
    chunks: list[bytes] = []
    size = 0
    while limit is None or size <= limit:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGoneError
        chunk = message.get("body", b"")
        chunks.append(chunk)
        size += len(chunk)
        if not message.get("more_body"):
            break
    body = b"".join(chunks)
    return body if limit is None else body[: limit + 1]


def replayed(body: bytes, receive: Receive) -> Receive:
    """A stream that begins with a body that has been read already."""
    pending: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return pending.pop() if pending else await receive()

    return replay


async def send_response(response: HttpResponse, send: Send, *, head: bool) -> None:
    """Send an answer; `head` says that the request was a HEAD, which gets no body."""
    headers = [
        (
            name.lower().encode("latin-1"),
            _CONTROL_CHARACTERS.sub(" ", value).encode("latin-1", "replace"),
        )
        for name, value in response.headers
        if name.lower() != "content-length"
    ]
    # These statuses have no body (RFC 9110, sections 15.3.5 and 15.4.5), whatever a function says;
    # one sent all the same would be read as the beginning of the connection's next answer.
    bodiless = response.status in (204, 304)
    if response.stream is not None and not bodiless and not head:
        await send({"type": "http.response.start", "status": response.status, "headers": headers})
        await _send_stream(response.stream, send)
        return
    if not bodiless:
        headers.append((b"content-length", str(len(response.body)).encode()))
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if head or bodiless else response.body})


async def _send_stream(stream: AsyncIterator[bytes], send: Send) -> None:
    try:
        async for chunk in stream:
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
    except BrokenBodyError:
        # The server closes the connection of a response that is not finished.
        return
    await send({"type": "http.response.body", "body": b""})

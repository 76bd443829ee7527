"""The few words of ASGI that this server speaks itself, without a framework in between."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from fault_injection.holding import until_disconnected
from sandbox_mocks.shared.messages import Request

if TYPE_CHECKING:
    from sandbox_mocks.shared.messages import Answer

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

LARGEST_BODY_BYTES = 16 * 1024 * 1024
_WITHOUT_BODY = frozenset({204, 304})


class BodyTooLargeError(Exception):
    """The client sends more than ``LARGEST_BODY_BYTES``."""


class ClientGoneError(Exception):
    """The client closed the connection before its request was complete."""


async def read_body(receive: Receive) -> bytes:
    """Read the whole body of a request.

    Raises:
        BodyTooLargeError: it is too large to be taken.
        ClientGoneError: it never came to an end.
    """
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGoneError
        part = message.get("body", b"")
        size += len(part)
        if size > LARGEST_BODY_BYTES:
            raise BodyTooLargeError
        if not message.get("more_body", False):
            return b"".join([*parts, part]) if parts else part
        parts.append(part)


async def is_disconnected(receive: Receive) -> bool:
    """Say whether the client has closed its connection by now."""
    gone = asyncio.ensure_future(until_disconnected(receive))
    # One turn of the loop lets the task begin, another lets it end if it has nothing to wait for.
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    if gone.done():
        return True
    gone.cancel()
    await asyncio.gather(gone, return_exceptions=True)
    return False


def read_request(scope: Scope, body: bytes, *, prefix: str) -> Request:
    """Return the request as a provider sees it, its path below ``prefix``."""
    headers = tuple(
        (name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]
    )
    host = next((value for name, value in headers if name == "host"), "localhost")
    query = scope["query_string"]
    return Request(
        method=scope["method"],
        path=scope["path"][len(prefix) :] or "/",
        query=tuple(parse_qsl(query.decode("latin-1"), keep_blank_values=True)) if query else (),
        headers=headers,
        body=body,
        base_url=f"{scope['scheme']}://{host}{prefix}",
    )


async def send_answer(send: Send, answer: Answer, *, share: float = 1.0) -> None:
    """Send an answer, or announce it whole and send only a share of its body."""
    body = b"" if answer.status in _WITHOUT_BODY else answer.body
    headers = [
        (name.encode("latin-1"), value.encode("latin-1"))
        for name, value in answer.headers
        if name.lower() not in ("content-length", "transfer-encoding")
    ]
    if answer.status not in _WITHOUT_BODY:
        headers.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    if share < 1.0 and body:
        part = body[: int(len(body) * share)]
        await send({"type": "http.response.body", "body": part, "more_body": True})
    else:
        await send({"type": "http.response.body", "body": body})

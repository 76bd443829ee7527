"""Requests to the engine that the edge answers itself, or changes on their way.

Some of what a service of AWS does concerns functions, and an engine leaves it out: rotating a
secret, asking a user pool's triggers. What adds it stands between the client and the engine.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol

from localtender.edge.asgi_messages import replayed
from localtender.edge.protocol.messages import Caller, HttpRequest, HttpResponse
from localtender.engines.port import Engine, Message, Scope

Forward = Callable[[bytes], Awaitable[HttpResponse]]
"""Lets the engine answer the request, with this body instead of its own."""

_JSON = (("Content-Type", "application/x-amz-json-1.1"),)


class EngineRequests(Protocol):
    """Stands before one service of the engine, for operations that it names."""

    def concerns(self, target: str) -> bool:
        """Whether requests with this X-Amz-Target are answered here."""
        ...

    async def answer(self, request: HttpRequest, caller: Caller, forward: Forward) -> HttpResponse:
        """Answer one of them."""
        ...

    async def start(self) -> None:
        """Begin what goes on beside requests."""
        ...

    async def stop(self) -> None:
        """End it."""
        ...


def forwarding(engine: Engine, scope: Scope) -> Forward:
    """The way to the engine for the request of a connection."""

    async def forward(body: bytes) -> HttpResponse:
        status = 500
        headers: list[tuple[str, str]] = []
        chunks: list[bytes] = []

        async def collect(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers.extend(
                    (name.decode("latin-1"), value.decode("latin-1"))
                    for name, value in message.get("headers", ())
                    if name.lower() not in (b"date", b"content-length")
                )
            else:
                chunks.append(message.get("body", b""))

        async def gone() -> Message:
            return {"type": "http.disconnect"}

        length = str(len(body)).encode()
        sent = [pair for pair in scope["headers"] if pair[0].lower() != b"content-length"]
        changed = {**scope, "headers": [*sent, (b"content-length", length)]}
        await engine(changed, replayed(body, gone), collect)
        return HttpResponse(status, tuple(headers), b"".join(chunks))

    return forward


def json_document(body: bytes) -> dict[str, Any]:
    """A body of the AWS JSON protocol; empty where it is none, which the engine then refuses."""
    try:
        document = json.loads(body)
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}


def json_answer(document: Mapping[str, Any], status: int = 200) -> HttpResponse:
    """An answer in the AWS JSON protocol 1.1."""
    return HttpResponse(status, _JSON, json.dumps(document).encode())


def json_error(code: str, message: str, status: int = 400) -> HttpResponse:
    """An error in the AWS JSON protocol, read by every SDK whichever way it spells `message`."""
    document = {"__type": code, "message": message, "Message": message}
    answer = json_answer(document, status)
    return HttpResponse(status, (*answer.headers, ("x-amzn-errortype", code)), answer.body)

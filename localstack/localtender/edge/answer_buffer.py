"""An answer held back on its way to the client, so that a stage can still change it."""

from __future__ import annotations

from localtender.edge.protocol.messages import HttpResponse
from localtender.engines.port import Message, Send


class AnswerBuffer:
    """Takes the ASGI messages of one answer and lets them go later, whole or in part."""

    def __init__(self) -> None:
        self._start: Message | None = None
        self._bodies: list[bytes] = []

    async def take(self, message: Message) -> None:
        """Keep one message; stands where an application sends."""
        if message["type"] == "http.response.start":
            self._start = message
        elif message["type"] == "http.response.body":
            self._bodies.append(message.get("body", b""))

    @property
    def response(self) -> HttpResponse | None:
        """The answer so far, None when there is none."""
        if self._start is None:
            return None
        headers = tuple(
            (name.decode("latin-1"), value.decode("latin-1"))
            for name, value in self._start.get("headers", ())
        )
        return HttpResponse(self._start["status"], headers, b"".join(self._bodies))

    async def release(self, send: Send) -> None:
        """Send all of it."""
        if self._start is not None:
            await send(self._start)
            await send({"type": "http.response.body", "body": b"".join(self._bodies)})

    async def release_share(self, send: Send, share: float) -> None:
        """Announce all of it, send this share of the body (0 to 1), and no end."""
        if self._start is not None:
            body = b"".join(self._bodies)
            await send(self._start)
            part = body[: int(len(body) * share)]
            await send({"type": "http.response.body", "body": part, "more_body": True})

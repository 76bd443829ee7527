"""An httpx transport to an ASGI application in the same process.

`httpx.ASGITransport` would do the same for about twice the time: it looks for another event loop's
library at each request, in vain where that is not installed.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import httpx

if TYPE_CHECKING:
    from localtender.engines.port import Message


class InProcessTransport(httpx.AsyncBaseTransport):
    """Calls the application directly; an answer is read whole before it is returned."""

    def __init__(self, application: Any, client: tuple[str, int]) -> None:
        """`client` is the address from which requests seem to come."""
        self._application = application
        self._client = client

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Have a request answered. Raises httpx.RemoteProtocolError for half an answer."""
        body = await request.aread()
        path, _, query = request.url.raw_path.partition(b"?")
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": request.method,
            "headers": [(name.lower(), value) for name, value in request.headers.raw],
            "scheme": request.url.scheme,
            "path": request.url.path,
            "raw_path": path,
            "query_string": query,
            "server": (request.url.host, request.url.port),
            "client": self._client,
            "root_path": "",
        }
        is_read = False
        answered = asyncio.Event()
        status = 0
        headers: list[tuple[bytes, bytes]] = []
        chunks: list[bytes] = []

        async def receive() -> Message:
            nonlocal is_read
            if is_read:
                await answered.wait()
                return {"type": "http.disconnect"}
            is_read = True
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Message) -> None:
            nonlocal status, headers
            if message["type"] == "http.response.start":
                status, headers = message["status"], list(message.get("headers", ()))
            elif message["type"] == "http.response.body":
                chunks.append(message.get("body", b""))
                if not message.get("more_body"):
                    answered.set()

        await self._application(scope, receive, send)
        if not answered.is_set():
            raise httpx.RemoteProtocolError("The application ended without a whole answer.")
        content = b"" if request.method == "HEAD" else b"".join(chunks)
        return httpx.Response(status, headers=headers, stream=httpx.ByteStream(content))

"""The Runtime API of one execution environment, on a loopback port of its own.

Follows https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html. A listener for each
environment is needed because AWS's runtime clients take nothing but a host and a port; it is a bare
asyncio protocol, so that it costs a socket and a few kilobytes.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import json
from typing import TYPE_CHECKING, Any, Protocol

import httptools

if TYPE_CHECKING:
    from collections.abc import Mapping

_PREFIX = "/2018-06-01/runtime/"
_ACCEPTED = b'{"status":"OK"}\n'
_REASONS = {200: "OK", 202: "Accepted", 400: "Bad Request", 404: "Not Found", 413: "Too Large"}


class RuntimeEvents(Protocol):
    """What an environment learns from its runtime."""

    def runtime_is_ready(self) -> None:
        """The runtime waits for an invocation."""

    def runtime_responded(self, body: bytes) -> bool:
        """The handler returned; False refuses the answer as too large."""
        ...

    def runtime_streams(self, content_type: str) -> None:
        """The handler's response begins to come, piece by piece."""

    def runtime_streamed(self, chunk: bytes) -> None:
        """A piece of it."""

    def runtime_stream_ended(self, error: bytes | None) -> bool:
        """The response is whole, or broken off by this error; False refuses it as too large."""
        ...

    def runtime_failed(self, body: bytes) -> None:
        """The handler raised."""

    def initialization_failed(self, body: bytes, error_type: str | None) -> None:
        """The handler could not be loaded."""

    def knows(self, request_id: str) -> bool:
        """Whether this is the invocation now running."""
        ...


class RuntimeApi:
    """Serves one runtime: one invocation at a time over kept-alive connections."""

    def __init__(self, events: RuntimeEvents) -> None:
        self._events = events
        self._server: asyncio.Server | None = None
        self._connections: set[_Connection] = set()
        self._waiting: _Connection | None = None

    async def start(self) -> str:
        """Listen, and return the address as AWS_LAMBDA_RUNTIME_API has it: ``host:port``."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: _Connection(self), "127.0.0.1", 0)
        port = self._server.sockets[0].getsockname()[1]
        return f"127.0.0.1:{port}"

    def stop(self) -> None:
        """Close the port and every connection at once."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for connection in tuple(self._connections):
            connection.abort()
        self._waiting = None

    @property
    def is_waiting(self) -> bool:
        """Whether the runtime waits for its next invocation."""
        return self._waiting is not None

    def send_invocation(self, headers: Mapping[str, str], payload: bytes) -> None:
        """Hand an invocation to the waiting runtime."""
        connection, self._waiting = self._waiting, None
        if connection is None:
            raise RuntimeError("the runtime does not wait for an invocation")
        connection.respond(200, payload, headers)

    def opened(self, connection: _Connection) -> None:
        """Remember a connection."""
        self._connections.add(connection)

    def closed(self, connection: _Connection) -> None:
        """Forget a connection."""
        self._connections.discard(connection)
        if self._waiting is connection:
            self._waiting = None

    def requested(self, connection: _Connection, path: str, body: bytes) -> None:
        """Answer one request of the runtime."""
        name = path.removeprefix(_PREFIX)
        if name == "invocation/next":
            self._waiting = connection
            self._events.runtime_is_ready()
        elif name == "init/error":
            self._events.initialization_failed(body, connection.error_type)
            connection.respond(202, _ACCEPTED)
        elif name.startswith("invocation/"):
            self._outcome(connection, name, body)
        else:
            connection.respond(404, _error("NotFound", f"{path} is not part of the Runtime API"))

    def streams(self, connection: _Connection, path: str) -> bool:
        """Whether a response that begins now is passed on as it comes."""
        _, request_id, kind = [*path.removeprefix(_PREFIX).split("/"), "", ""][:3]
        if kind != "response" or not self._events.knows(request_id):
            return False
        self._events.runtime_streams(connection.content_type)
        return True

    def streamed(self, chunk: bytes) -> None:
        """Pass a piece of a response on."""
        self._events.runtime_streamed(chunk)

    def stream_ended(self, connection: _Connection) -> None:
        """The runtime has written all of its response, the trailers included."""
        if self._events.runtime_stream_ended(connection.trailing_error()):
            connection.respond(202, _ACCEPTED)
        else:
            connection.respond(413, _error("RequestEntityTooLarge", "The response is too large"))

    def _outcome(self, connection: _Connection, name: str, body: bytes) -> None:
        _, request_id, kind = [*name.split("/"), "", ""][:3]
        if kind not in ("response", "error"):
            connection.respond(404, _error("NotFound", f"{name} is not part of the Runtime API"))
        elif not self._events.knows(request_id):
            connection.respond(400, _error("InvalidRequestID", "Invalid request ID"))
        elif kind == "error":
            self._events.runtime_failed(body)
            connection.respond(202, _ACCEPTED)
        elif self._events.runtime_responded(body):
            connection.respond(202, _ACCEPTED)
        else:
            text = f"Exceeded maximum allowed payload size, got {len(body)} bytes"
            connection.respond(413, _error("RequestEntityTooLarge", text))


def _error(error_type: str, message: str) -> bytes:
    return json.dumps({"errorMessage": message, "errorType": error_type}).encode()


class _Connection(asyncio.Protocol):
    """One connection of the runtime; requests on it follow one another."""

    def __init__(self, api: RuntimeApi) -> None:
        self._api = api
        self._parser: Any = httptools.HttpRequestParser(self)
        self._transport: Any = None
        self._path = ""
        self._body: list[bytes] = []
        self._streams = False
        self._headers: dict[bytes, str] = {}

    @property
    def error_type(self) -> str | None:
        """What the runtime says of an error's type."""
        return self._headers.get(b"lambda-runtime-function-error-type")

    @property
    def content_type(self) -> str:
        """The type of the request's body, which a streamed response is passed on with."""
        return self._headers.get(b"content-type", "application/octet-stream")

    def trailing_error(self) -> bytes | None:
        """The error that a streamed response ends with: its trailers hold it in base64."""
        error_type = self.error_type
        if error_type is None:
            return None
        body = self._headers.get(b"lambda-runtime-function-error-body", "")
        try:
            return base64.b64decode(body, validate=True) or _error(error_type, "")
        except binascii.Error:
            return _error(error_type, body)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._api.opened(self)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        self._api.closed(self)

    def data_received(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError:
            self.abort()

    def on_message_begin(self) -> None:
        self._path = ""
        self._body = []
        self._streams = False
        self._headers = {}

    def on_url(self, url: bytes) -> None:
        self._path += url.decode("latin-1")

    def on_header(self, name: bytes, value: bytes) -> None:
        self._headers[name.lower()] = value.decode("latin-1")

    def on_headers_complete(self) -> None:
        mode = self._headers.get(b"lambda-runtime-function-response-mode", "")
        self._streams = mode.lower() == "streaming" and self._api.streams(self, self._path)

    def on_body(self, body: bytes) -> None:
        if self._streams:
            self._api.streamed(body)
        else:
            self._body.append(body)

    def on_message_complete(self) -> None:
        if self._streams:
            self._api.stream_ended(self)
            return
        self._api.requested(self, self._path, b"".join(self._body))

    def respond(self, status: int, body: bytes, headers: Mapping[str, str] | None = None) -> None:
        lines = [f"HTTP/1.1 {status} {_REASONS[status]}", "Content-Type: application/json"]
        lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
        lines += [f"Content-Length: {len(body)}", "", ""]
        self._transport.write("\r\n".join(lines).encode("utf-8") + body)

    def abort(self) -> None:
        if self._transport is not None:
            self._transport.abort()

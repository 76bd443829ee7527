"""Breaking a connection from inside an ASGI application.

ASGI has no word for "reset this connection", so the HTTP protocol of uvicorn is extended by an
entry in ``scope["extensions"]``. This is the only file that leans on uvicorn's insides; it needs,
of uvicorn 0.54.0, ``HttpToolsProtocol.on_message_begin`` to build ``self.scope`` and
``self.transport`` to be the asyncio transport.
"""

from __future__ import annotations

import socket
import struct
from typing import TYPE_CHECKING, Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

if TYPE_CHECKING:
    from asyncio import Transport
    from collections.abc import Mapping

EXTENSION = "localtender.connection"

# Linger on, for no time: closing then sends RST and drops what is unsent.
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class Connection:
    """The TCP connection that a request came on."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def reset(self) -> None:
        """Break it: the client sees a connection reset, unless it has gone already."""
        if self._transport.is_closing():
            return
        raw = self._transport.get_extra_info("socket")
        if raw is not None:
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
        self._transport.abort()

    def close(self) -> None:
        """Send what was written, then end it."""
        self._transport.close()


def connection_of(scope: Mapping[str, Any]) -> Connection:
    """Return the connection of a request.

    Raises:
        ConnectionResetError: the server offers no such control, as when an application is called
            in process; for such a client this is what a broken connection looks like.
    """
    connection = scope.get("extensions", {}).get(EXTENSION)
    if not isinstance(connection, Connection):
        raise ConnectionResetError("a fault broke the connection")
    return connection


class ResettableHttpProtocol(HttpToolsProtocol):
    """uvicorn's HTTP protocol, with the connection within the application's reach."""

    def on_message_begin(self) -> None:
        """Begin a request as usual and add the extension to its scope."""
        super().on_message_begin()
        scope = cast("dict[str, Any]", self.scope)
        scope["extensions"] = {EXTENSION: Connection(self.transport)}

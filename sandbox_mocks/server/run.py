"""Running the sandbox server: one process, one event loop, stopped at once by SIGTERM."""

from __future__ import annotations

import asyncio
import json
import os
import socket
from typing import TYPE_CHECKING

import uvicorn

from fault_injection.connection import ResettableHttpProtocol
from sandbox_mocks.server.application import SandboxApplication
from sandbox_mocks.server.webhook_sender import send_webhooks

if TYPE_CHECKING:
    from pathlib import Path


class AddressUnavailableError(OSError):
    """The address to listen on can't be had."""


class SandboxServer(uvicorn.Server):
    """A uvicorn server that says when it is ready and does not wait for held requests."""

    def __init__(self, application: SandboxApplication, ready_file: Path | None = None) -> None:
        super().__init__(
            uvicorn.Config(
                application,
                http=ResettableHttpProtocol,
                ws="none",
                lifespan="off",
                access_log=False,
                log_config=None,
                server_header=False,
                timeout_graceful_shutdown=1,
            )
        )
        self._application = application
        self._ready_file = ready_file
        self._sender: asyncio.Task[None] | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start listening, then write the ready file."""
        await super().startup(sockets)
        self._sender = asyncio.create_task(send_webhooks(self._application.sandboxes))
        if self._ready_file is not None and sockets:
            host, port = sockets[0].getsockname()[:2]
            _write_whole(self._ready_file, {"host": host, "port": port, "pid": os.getpid()})

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop; requests that a fault holds are broken off."""
        self._application.release_held_requests()
        if self._sender is not None:
            self._sender.cancel()
        if self._ready_file is not None:
            self._ready_file.unlink(missing_ok=True)
        await super().shutdown(sockets)


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket; port 0 takes a free one.

    Raises:
        AddressUnavailableError: the port is taken or the host is not ours.
    """
    try:
        return socket.create_server((host, port), backlog=2048)
    except OSError as error:
        raise AddressUnavailableError(
            f"can't listen on {host}:{port}: {error.strerror or error}"
        ) from error


def serve(
    application: SandboxApplication, *, host: str, port: int, ready_file: Path | None
) -> None:
    """Serve until SIGTERM or SIGINT; raises AddressUnavailableError."""
    with listen(host, port) as listener:
        SandboxServer(application, ready_file).run(sockets=[listener])


def _write_whole(path: Path, document: dict[str, object]) -> None:
    # Whoever waits for the file must never see half of it.
    unfinished = path.with_name(path.name + ".unfinished")
    unfinished.write_text(json.dumps(document) + "\n")
    unfinished.replace(path)

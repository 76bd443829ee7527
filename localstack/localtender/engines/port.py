"""What the edge needs of an engine: the rest of AWS behind one ASGI application."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Protocol

import httpx

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class EngineStartError(Exception):
    """The engine did not come up."""


class Engine(Protocol):
    """An emulation of AWS's services, in process or behind an address."""

    @property
    def name(self) -> str:
        """The name by which ENGINE chooses it."""
        ...

    @property
    def version(self) -> str:
        """The version of the emulation, for status."""
        ...

    @property
    def transport(self) -> httpx.AsyncBaseTransport:
        """How an httpx client reaches it."""
        ...

    async def start(self) -> None:
        """Bring it up. Raises EngineStartError."""
        ...

    async def stop(self) -> None:
        """Take it down."""
        ...

    async def reset(self) -> None:
        """Forget all state of all accounts."""
        ...

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one HTTP or WebSocket connection as ASGI."""
        ...

"""Waiting on purpose: for a time, or for the client to go, and never past the server's end."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, MutableMapping

    Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]


async def until_disconnected(receive: Receive) -> None:
    """Return when the connection of an ASGI request is gone."""
    while (await receive())["type"] != "http.disconnect":
        pass


class RequestReleasedError(Exception):
    """A held request is broken off, because the server stops or is reset."""


class HeldRequests:
    """Lets requests wait without keeping the server from stopping."""

    def __init__(self) -> None:
        self._released = asyncio.Event()

    def release(self) -> None:
        """Break off every request that waits now."""
        self._released.set()
        self._released = asyncio.Event()

    def stop(self) -> None:
        """Break off every request that waits, now and from now on."""
        self._released.set()

    async def wait(self, seconds: float) -> None:
        """Let time pass; raises RequestReleasedError when broken off before."""
        try:
            async with asyncio.timeout(seconds):
                await self._released.wait()
        except TimeoutError:
            return
        raise RequestReleasedError

    async def until_client_goes(self, receive: Receive, seconds: float) -> None:
        """Return when the client has closed its connection, or after ``seconds``.

        Raises:
            RequestReleasedError: the request is broken off before.
        """
        gone = asyncio.ensure_future(until_disconnected(receive))
        waiting = asyncio.ensure_future(self.wait(seconds))
        try:
            await asyncio.wait({gone, waiting}, return_when=asyncio.FIRST_COMPLETED)
            if waiting.done():
                waiting.result()
        finally:
            gone.cancel()
            waiting.cancel()
            await asyncio.gather(gone, waiting, return_exceptions=True)

"""Polling: one reader for each enabled event source mapping."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Protocol

from localtender.edge.functions.sources.queue_poller import QueuePoller
from localtender.edge.functions.sources.stream_poller import StreamPoller

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from localtender.edge.functions.event_source_mapping import EventSourceMapping
    from localtender.edge.functions.names import FunctionReference
    from localtender.edge.functions.role_permissions import RolePermissions
    from localtender.edge.functions.settings import FunctionsSettings
    from localtender.edge.functions.sources.checkpoints import StreamCheckpoints
    from localtender.edge.functions.sources.queue import Queues
    from localtender.edge.functions.sources.stream import Streams
    from localtender.edge.functions.sources.stream_batch import DiscardedBatch
    from localtender.edge.invocation import Invocation, InvocationResult


class Poller(Protocol):
    """Reads by one mapping from the moment it is made."""

    @property
    def last_result(self) -> str | None:
        """How the last batch ended, where the mapping shows it."""
        ...

    async def finish(self) -> None:
        """Read no more, and end what runs in good order."""
        ...

    async def stop(self) -> None:
        """End at once."""
        ...


class Pollers:
    """Starts and stops the readers as mappings come, change and go."""

    def __init__(
        self,
        queues: Queues,
        streams: Streams,
        invoke: Callable[[Invocation], Awaitable[InvocationResult]],
        *,
        discard: Callable[[DiscardedBatch], Awaitable[None]],
        role_of: Callable[[FunctionReference], str],
        settings: FunctionsSettings,
        permissions: RolePermissions,
        checkpoints: StreamCheckpoints,
    ) -> None:
        """`discard` takes a stream's records that were given up; `role_of` gives a role's ARN."""
        self._queues = queues
        self._streams = streams
        self._invoke = invoke
        self._discard = discard
        self._role_of = role_of
        self._settings = settings
        self._permissions = permissions
        self._checkpoints = checkpoints
        self._pollers: dict[str, Poller] = {}
        self._last_results: dict[str, str] = {}
        self._leaving: set[asyncio.Task[None]] = set()

    def follow(self, mapping: EventSourceMapping) -> None:
        """Read by a mapping as it is now; a disabled one is not read."""
        self.leave(mapping.uuid)
        if mapping.enabled:
            self._pollers[mapping.uuid] = self._poller(mapping)

    def last_result(self, uuid: str) -> str | None:
        """How the last batch of a mapping ended, were it before a change; None before the first."""
        poller = self._pollers.get(uuid)
        latest = None if poller is None else poller.last_result
        return latest or self._last_results.get(uuid)

    async def _check(self, mapping: EventSourceMapping) -> None:
        """Raise EngineCallError where the function's role may not read the source any more."""
        await self._permissions.check_reading(mapping.function, mapping.source_arn)

    def forget(self, uuid: str) -> None:
        """Leave a mapping for good."""
        self.leave(uuid)
        self._last_results.pop(uuid, None)
        self._checkpoints.forget(uuid)

    def _poller(self, mapping: EventSourceMapping) -> Poller:
        if mapping.is_stream:
            return StreamPoller(
                mapping,
                self._streams,
                self._invoke,
                self._discard,
                check=self._check,
                checkpoints=self._checkpoints.of(mapping.uuid),
                identity_arn=self._role_of(mapping.function),
                poll_seconds=self._settings.stream_poll_seconds,
                retry_seconds=self._settings.stream_retry_seconds,
            )
        return QueuePoller(
            mapping,
            self._queues,
            self._invoke,
            check=self._check,
            wait_seconds=self._settings.queue_wait_seconds,
        )

    def leave(self, uuid: str) -> None:
        """Read no more by a mapping; batches that run are finished."""
        poller = self._pollers.pop(uuid, None)
        if poller is not None:
            if poller.last_result is not None:
                self._last_results[uuid] = poller.last_result
            task = asyncio.ensure_future(poller.finish())
            self._leaving.add(task)
            task.add_done_callback(self._leaving.discard)

    async def stop(self) -> None:
        """End every reader at once."""
        pollers = [*self._pollers.values()]
        self._pollers.clear()
        for task in tuple(self._leaving):
            task.cancel()
        await asyncio.gather(*(poller.stop() for poller in pollers))
        await asyncio.gather(*self._leaving, return_exceptions=True)

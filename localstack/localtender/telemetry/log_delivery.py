"""Writing log events to CloudWatch Logs, through the engine's public API.

Follows https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html:
events of a batch in chronological order, at most 10,000 of them and 1 MiB with 26 bytes of
overhead each.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import httpx

from localtender.engines.calls import EngineCalls
from localtender.engines.client import EngineCallError

if TYPE_CHECKING:
    from collections.abc import Callable

_MAXIMUM_BATCH_EVENTS = 10_000
_MAXIMUM_BATCH_BYTES = 1_048_576
_EVENT_OVERHEAD_BYTES = 26
_MAXIMUM_EVENT_BYTES = _MAXIMUM_BATCH_BYTES - _EVENT_OVERHEAD_BYTES
_MAXIMUM_HELD_EVENTS = 200_000
_MAXIMUM_IDLE_STREAMS = 1_000
_ATTEMPTS = 3

_log = logging.getLogger(__name__)


class LogStream(NamedTuple):
    """Where events go; made and looked up for every event, hence no dataclass."""

    account_id: str
    region: str
    group: str
    name: str


@dataclass
class _Backlog:
    """What waits to be written to one stream."""

    events: deque[tuple[int, str]] = field(default_factory=deque)
    last_timestamp_ms: int = 0
    created: bool = False
    writing: asyncio.Lock = field(default_factory=asyncio.Lock)


class LogDelivery:
    """Takes events without waiting and writes them in batches, in order within each stream.

    Groups and streams are made when they are absent. An engine that can't be written to costs
    the events, with a warning in the emulator's own log, and never the caller.
    """

    def __init__(
        self,
        engine: EngineCalls,
        *,
        interval_seconds: float = 0.1,
        observe: Callable[[str, str, str, int, str], None] | None = None,
    ) -> None:
        """`observe` is told each event's account, region, group, time (ms) and message."""
        self._engine = engine
        self._observe = observe
        self._interval = interval_seconds
        self._backlogs: dict[LogStream, _Backlog] = {}
        self._held = 0
        self._dropped = 0
        self._wake: asyncio.Event | None = None
        self._writer: asyncio.Task[None] | None = None
        self._stopping = False

    async def start(self) -> None:
        """Begin to write; events delivered before are kept."""
        self._stopping = False
        self._wake = asyncio.Event()
        if self._held:
            self._wake.set()
        self._writer = asyncio.create_task(self._write_until_stopped())

    async def stop(self) -> None:
        """Write what is left, then end."""
        self._stopping = True
        if self._wake is not None and self._writer is not None:
            self._wake.set()
            await self._writer
            self._writer = None

    async def flush(self) -> None:
        """Write everything delivered so far, now."""
        await self._write_all()

    def deliver(
        self,
        account_id: str,
        region: str,
        log_group: str,
        log_stream: str,
        message: str,
        timestamp_ms: int | None = None,
    ) -> None:
        """Take one event; `timestamp_ms` is milliseconds since 1970, now when None.

        CloudWatch sorts a stream by time; an event older than the one before it gets that one's
        time, so that the order of delivery is kept.
        """
        if not message:
            return
        if self._held >= _MAXIMUM_HELD_EVENTS:
            self._dropped += 1
            return
        stream = LogStream(account_id, region, log_group, log_stream)
        backlog = self._backlogs.get(stream)
        if backlog is None:
            backlog = self._backlogs[stream] = _Backlog()
        timestamp = int(time.time() * 1000) if timestamp_ms is None else timestamp_ms
        backlog.last_timestamp_ms = max(timestamp, backlog.last_timestamp_ms)
        backlog.events.append((backlog.last_timestamp_ms, message))
        if self._observe is not None:
            self._observe(account_id, region, log_group, backlog.last_timestamp_ms, message)
        self._held += 1
        if self._wake is not None:
            self._wake.set()

    async def _write_until_stopped(self) -> None:
        if self._wake is None:
            return
        while not self._stopping:
            await self._wake.wait()
            if not self._stopping:
                await asyncio.sleep(self._interval)
            self._wake.clear()
            await self._write_all()
        await self._write_all()

    async def _write_all(self) -> None:
        streams = [stream for stream, backlog in self._backlogs.items() if backlog.events]
        await asyncio.gather(*(self._write_stream(stream) for stream in streams))
        if len(self._backlogs) > _MAXIMUM_IDLE_STREAMS:
            self._backlogs = {
                stream: backlog
                for stream, backlog in self._backlogs.items()
                if backlog.events or backlog.writing.locked()
            }
        if self._dropped:
            _log.warning("%d log events were dropped: too many were waiting", self._dropped)
            self._dropped = 0

    async def _write_stream(self, stream: LogStream) -> None:
        backlog = self._backlogs[stream]
        async with backlog.writing:
            while backlog.events:
                batch = _next_batch(backlog.events)
                self._held -= len(batch)
                try:
                    await self._write_batch(stream, backlog, batch)
                except (EngineCallError, httpx.HTTPError, OSError) as error:
                    _log.warning(
                        "%d log events for %s were lost: %s", len(batch), stream.group, error
                    )

    async def _write_batch(
        self, stream: LogStream, backlog: _Backlog, batch: list[tuple[int, str]]
    ) -> None:
        if not backlog.created:
            await self._create(stream)
            backlog.created = True
        parameters = {
            "logGroupName": stream.group,
            "logStreamName": stream.name,
            "logEvents": [{"timestamp": at, "message": message} for at, message in batch],
        }
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                await self._call("PutLogEvents", stream, parameters)
            except EngineCallError as error:
                if attempt == _ATTEMPTS:
                    raise
                if error.code == "ResourceNotFoundException":
                    await self._create(stream)
                else:
                    await asyncio.sleep(0.1 * attempt)
            else:
                return

    async def _create(self, stream: LogStream) -> None:
        """Make the stream and, only when that fails for want of it, the group."""
        names = {"logGroupName": stream.group, "logStreamName": stream.name}
        try:
            await self._ensure("CreateLogStream", stream, names)
        except EngineCallError as error:
            if error.code != "ResourceNotFoundException":
                raise
            await self._ensure("CreateLogGroup", stream, {"logGroupName": stream.group})
            await self._ensure("CreateLogStream", stream, names)

    async def _ensure(self, operation: str, stream: LogStream, parameters: dict[str, Any]) -> None:
        try:
            await self._call(operation, stream, parameters)
        except EngineCallError as error:
            if error.code != "ResourceAlreadyExistsException":
                raise

    async def _call(self, operation: str, stream: LogStream, parameters: dict[str, Any]) -> None:
        await self._engine.call(
            "logs", operation, parameters, account_id=stream.account_id, region=stream.region
        )


def _next_batch(events: deque[tuple[int, str]]) -> list[tuple[int, str]]:
    batch: list[tuple[int, str]] = []
    size = 0
    while events and len(batch) < _MAXIMUM_BATCH_EVENTS:
        timestamp, message = events[0]
        length = len(message.encode("utf-8", "replace"))
        if length > _MAXIMUM_EVENT_BYTES:
            cut = message.encode("utf-8", "replace")[:_MAXIMUM_EVENT_BYTES]
            message, length = cut.decode("utf-8", "ignore"), _MAXIMUM_EVENT_BYTES
        size += length + _EVENT_OVERHEAD_BYTES
        if batch and size > _MAXIMUM_BATCH_BYTES:
            break
        batch.append((timestamp, message))
        events.popleft()
    return batch

"""Polling of streams: a reader for every shard of a mapping's stream.

Follows https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-create.html: a shard is read
in order, the next batch after the one before is done with; with a parallelization factor the
records of one partition key stay in order.
"""

from __future__ import annotations

import asyncio
import logging
import time
import zlib
from typing import TYPE_CHECKING

import httpx

from localtender.edge.functions.sources.filtering import EventFilter
from localtender.edge.functions.sources.stream import READ_LIMIT, StartingPosition
from localtender.edge.functions.sources.stream_batch import BatchProcessor
from localtender.edge.functions.sources.tumbling_window import TumblingWindow, windows_of
from localtender.engines.client import EngineCallError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from localtender.edge.functions.event_source_mapping import EventSourceMapping
    from localtender.edge.functions.sources.checkpoints import MappingCheckpoints
    from localtender.edge.functions.sources.stream import StreamRecord, Streams
    from localtender.edge.functions.sources.stream_batch import DiscardedBatch
    from localtender.edge.invocation import Invocation, InvocationResult

_PAUSE_AFTER_FAILURE_SECONDS = 2.0
_SHARD_DISCOVERY_SECONDS = 10.0
_REACHED_IS_GONE = (
    *("TrimmedDataAccessException", "ValidationException"),
    *("InvalidArgumentException", "ResourceNotFoundException"),
)
_log = logging.getLogger(__name__)


class StreamPoller:
    """Reads one stream for one mapping; the checkpoints outlive it."""

    def __init__(
        self,
        mapping: EventSourceMapping,
        streams: Streams,
        invoke: Callable[[Invocation], Awaitable[InvocationResult]],
        discard: Callable[[DiscardedBatch], Awaitable[None]],
        *,
        check: Callable[[EventSourceMapping], Awaitable[None]],
        checkpoints: MappingCheckpoints,
        identity_arn: str,
        poll_seconds: float,
        retry_seconds: float,
    ) -> None:
        """`check` raises EngineCallError where the stream may not be read."""
        self._mapping = mapping
        self._streams = streams
        self._check = check
        self._checkpoints = checkpoints
        self._identity_arn = identity_arn
        self._poll_seconds = poll_seconds
        self._filter = EventFilter(mapping.filters)
        self._processor = BatchProcessor(mapping, invoke, discard, retry_seconds=retry_seconds)
        self._windows: dict[str, TumblingWindow] = {}
        self._shards: dict[str, asyncio.Task[None]] = {}
        self._discovery = asyncio.create_task(self._discover())

    @property
    def last_result(self) -> str | None:
        """LastProcessingResult of the mapping; None before the first batch."""
        return self._processor.last_result

    async def finish(self) -> None:
        """Read no more; a batch that runs is given up and read again from the checkpoint."""
        await self.stop()

    async def stop(self) -> None:
        """End every reader at once."""
        self._discovery.cancel()
        for task in self._shards.values():
            task.cancel()
        await asyncio.gather(self._discovery, *self._shards.values(), return_exceptions=True)

    async def _discover(self) -> None:
        """Start a reader for each shard; one that appears later is read from its beginning."""
        mapping = self._mapping
        first = StartingPosition(mapping.starting_position, mapping.starting_timestamp)
        begun = bool(self._checkpoints)
        while True:
            try:
                shards = await self._streams.shards(mapping.source_arn)
            except (EngineCallError, httpx.HTTPError, OSError) as error:
                _log.warning("%s can't be read: %s", mapping.source_arn, error)
                await asyncio.sleep(_PAUSE_AFTER_FAILURE_SECONDS)
                continue
            for shard in shards:
                if shard not in self._shards:
                    position = StartingPosition("TRIM_HORIZON") if begun else first
                    self._shards[shard] = asyncio.create_task(self._read(shard, position))
            begun = True
            await asyncio.sleep(_SHARD_DISCOVERY_SECONDS)

    async def _read(self, shard: str, position: StartingPosition) -> None:
        arn = self._mapping.source_arn
        iterator: str | None = None
        while True:
            try:
                await self._check(self._mapping)
                if iterator is None:
                    iterator = await self._iterator(shard, position)
                    if iterator is None:
                        return
                records, following = await self._gather(shard, iterator)
            except (EngineCallError, httpx.HTTPError, OSError) as error:
                _log.warning("Shard %s of %s can't be read: %s", shard, arn, error)
                iterator = None
                await asyncio.sleep(_PAUSE_AFTER_FAILURE_SECONDS)
                continue
            if records:
                await self._hand_over(shard, records)
                self._checkpoints.move(shard, records[-1].sequence_number)
            if following is None:
                return
            iterator = following
            if not records:
                # Nothing of a window that is over is still to come.
                await self._close_windows(shard, before=time.time())
                await asyncio.sleep(self._poll_seconds)

    async def _iterator(self, shard: str, first: StartingPosition) -> str | None:
        """Behind the checkpoint; from the oldest record on when the one reached is gone."""
        arn, reached = self._mapping.source_arn, self._checkpoints.get(shard)
        if reached is None:
            return await self._streams.iterator(arn, shard, first)
        position = StartingPosition("AFTER_SEQUENCE_NUMBER", sequence_number=reached)
        try:
            return await self._streams.iterator(arn, shard, position)
        except EngineCallError as error:
            if error.code not in _REACHED_IS_GONE:
                raise
            _log.info("%s no longer holds record %s of shard %s", arn, reached, shard)
            self._checkpoints.drop(shard)
            return await self._streams.iterator(arn, shard, StartingPosition("TRIM_HORIZON"))

    async def _gather(self, shard: str, iterator: str) -> tuple[list[StreamRecord], str | None]:
        """The next batch: what one call gives, or more while the batching window is open."""
        mapping = self._mapping
        size = mapping.batch_size
        loop = asyncio.get_running_loop()
        records: list[StreamRecord] = []
        following: str | None = iterator
        closes: float | None = None
        while following is not None and len(records) < size:
            found, following = await self._streams.read(
                mapping.source_arn,
                shard,
                following,
                min(size - len(records), READ_LIMIT),
                self._identity_arn,
            )
            records += found
            if not records:
                break
            if closes is None:
                closes = loop.time() + mapping.batching_window
            if not found:
                if loop.time() >= closes:
                    break
                await asyncio.sleep(min(self._poll_seconds, max(0.0, closes - loop.time())))
        return records, following

    async def _hand_over(self, shard: str, records: list[StreamRecord]) -> None:
        wanted = tuple(
            record
            for record in records
            if self._filter.passes(_filtered_view(record), "data", record.payload)
        )
        if self._mapping.tumbling_window:
            await self._hand_over_by_window(shard, wanted)
            return
        lanes: dict[int, list[StreamRecord]] = {}
        for record in wanted:
            lane = zlib.crc32(record.partition.encode()) % self._mapping.parallelization_factor
            lanes.setdefault(lane, []).append(record)
        await asyncio.gather(
            *(self._processor.process(shard, tuple(lane)) for lane in lanes.values())
        )

    async def _hand_over_by_window(self, shard: str, records: tuple[StreamRecord, ...]) -> None:
        mapping = self._mapping
        for window, members in windows_of(
            records, mapping.tumbling_window, shard, mapping.source_arn
        ):
            await self._close_windows(shard, before=window.start)
            opened = self._windows.setdefault(shard, window)
            await self._processor.process(shard, members, window=opened)
            if opened.is_too_large:
                del self._windows[shard]
                await self._processor.finish(opened, early=True)

    async def _close_windows(self, shard: str, *, before: float) -> None:
        """End the shard's window when it is over at a time, in seconds since 1970."""
        window = self._windows.get(shard)
        if window is not None and window.end <= before:
            del self._windows[shard]
            await self._processor.finish(window)


def _filtered_view(record: StreamRecord) -> dict[str, object]:
    """What patterns see: a Kinesis record's metadata stands beside its data."""
    kinesis = record.event.get("kinesis")
    return {**kinesis, **record.event} if isinstance(kinesis, dict) else record.event

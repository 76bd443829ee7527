"""Polling of one queue.

Follows https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html: batches run side by
side up to the mapping's maximum concurrency; a batch that failed is left to its visibility timeout.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

import httpx

from localtender.edge.functions.sources.filtering import EventFilter
from localtender.edge.functions.sources.queue import (
    RECEIVE_LIMIT,
    Message,
    Queues,
    failed_messages,
    queue_event,
    queue_record,
)
from localtender.edge.invocation import Invocation, InvocationResult
from localtender.edge.protocol.errors import ServiceError
from localtender.engines.client import EngineCallError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine

    from localtender.edge.functions.event_source_mapping import EventSourceMapping

_CONCURRENT_BATCHES = 10
_PAUSE_AFTER_FAILURE_SECONDS = (1.0, 2.0, 5.0, 10.0)
_log = logging.getLogger(__name__)


class QueuePoller:
    """Reads one queue for one mapping."""

    def __init__(
        self,
        mapping: EventSourceMapping,
        queues: Queues,
        invoke: Callable[[Invocation], Awaitable[InvocationResult]],
        *,
        check: Callable[[EventSourceMapping], Awaitable[None]],
        wait_seconds: int,
    ) -> None:
        """`check` raises EngineCallError where the queue may not be read."""
        self._mapping = mapping
        self._check = check
        self._queues = queues
        self._invoke = invoke
        self._wait_seconds = wait_seconds
        self._slots = asyncio.Semaphore(mapping.maximum_concurrency or _CONCURRENT_BATCHES)
        self._filter = EventFilter(mapping.filters)
        self._batches: set[asyncio.Task[None]] = set()
        self._reader = asyncio.create_task(self._read())

    @property
    def last_result(self) -> str | None:
        """Mappings of queues don't show it."""
        return None

    async def finish(self) -> None:
        """Read no more, and wait for the batches that run."""
        await _cancel(self._reader)
        try:
            await asyncio.gather(*self._batches)
        except asyncio.CancelledError:
            await self.stop()
            raise

    async def stop(self) -> None:
        """Read no more and leave the batches that run; their messages become visible again."""
        await _cancel(self._reader, *self._batches)

    async def _read(self) -> None:
        failures = 0
        while True:
            await self._slots.acquire()
            try:
                messages = await self._next_batch()
            except (EngineCallError, httpx.HTTPError, OSError) as error:
                self._slots.release()
                pause = _PAUSE_AFTER_FAILURE_SECONDS[
                    min(failures, len(_PAUSE_AFTER_FAILURE_SECONDS) - 1)
                ]
                failures += 1
                _log.warning("%s can't be read: %s", self._mapping.source_arn, error)
                await asyncio.sleep(pause)
                continue
            except BaseException:
                self._slots.release()
                raise
            failures = 0
            if messages:
                self._run(self._process(messages))
            else:
                self._slots.release()

    async def _next_batch(self) -> list[Message]:
        """The next messages: what one call gives, or more while the batching window is open."""
        mapping = self._mapping
        messages = await self._receive(mapping.batch_size, self._wait_seconds)
        if not messages or not mapping.batching_window:
            return messages
        loop = asyncio.get_running_loop()
        closes = loop.time() + mapping.batching_window
        while len(messages) < mapping.batch_size and loop.time() < closes:
            wait = min(self._wait_seconds, max(1, int(closes - loop.time())))
            messages += await self._receive(mapping.batch_size - len(messages), wait)
        return messages

    async def _receive(self, limit: int, wait_seconds: int) -> list[Message]:
        await self._check(self._mapping)
        return await self._queues.receive(
            self._mapping.source_arn, limit=min(limit, RECEIVE_LIMIT), wait_seconds=wait_seconds
        )

    async def _process(self, messages: list[Message]) -> None:
        mapping = self._mapping
        try:
            messages = await self._filtered(messages)
            if not messages:
                return
            result = await self._invoke(
                Invocation(
                    mapping.function.arn,
                    queue_event(mapping.source_arn, messages, gathered=mapping.batching_window > 0),
                )
            )
            failed = failed_messages(
                messages,
                result.payload,
                function_failed=result.function_error is not None,
                reports_item_failures=mapping.reports_item_failures,
            )
            identifiers = {message["MessageId"] for message in failed}
            done = [message for message in messages if message["MessageId"] not in identifiers]
            if done:
                await self._queues.delete(mapping.source_arn, done)
        except (ServiceError, EngineCallError, httpx.HTTPError, OSError) as error:
            _log.warning(
                "A batch of %d messages of %s was not processed: %s",
                len(messages),
                mapping.source_arn,
                error,
            )
        finally:
            self._slots.release()

    async def _filtered(self, messages: list[Message]) -> list[Message]:
        """The messages that the filters let through; the others are deleted, as documented."""
        if not self._mapping.filters:
            return messages
        arn = self._mapping.source_arn
        wanted = [
            message
            for message in messages
            if self._filter.passes(queue_record(arn, message), "body", message["Body"].encode())
        ]
        identifiers = {message["MessageId"] for message in wanted}
        unwanted = [message for message in messages if message["MessageId"] not in identifiers]
        if unwanted:
            await self._queues.delete(arn, unwanted)
        return wanted

    def _run(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._batches.add(task)
        task.add_done_callback(self._batches.discard)


async def _cancel(*tasks: asyncio.Task[None]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)

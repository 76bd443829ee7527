"""Metrics out of log events: the embedded metric format and metric filters.

Events are taken at once and looked at a little later, off the path of whoever wrote them.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable

from localtender.telemetry.embedded_metrics import embedded_metrics
from localtender.telemetry.metric_filters import LogGroup, MetricFilters
from localtender.telemetry.metrics.datum import Datum, Scope
from localtender.telemetry.metrics.store import MetricStore

_OLDEST_SECONDS = 14 * 24 * 3600
_NEWEST_SECONDS = 2 * 3600
_MOST_HELD = 200_000

_log = logging.getLogger(__name__)


class LogMetrics:
    """Takes log events and records the metrics in them, about twice a second."""

    def __init__(
        self,
        store: MetricStore,
        filters: MetricFilters,
        *,
        interval_seconds: float = 0.5,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """`clock` gives seconds since 1970."""
        self._store = store
        self._filters = filters
        self._interval = interval_seconds
        self._clock = clock
        self._held: deque[tuple[str, str, str, int, str]] = deque()
        self._dropped = 0
        self._task: asyncio.Task[None] | None = None
        self._working = asyncio.Lock()

    def take(
        self, account_id: str, region: str, log_group: str, timestamp_ms: int, message: str
    ) -> None:
        """Take one event; `timestamp_ms` is milliseconds since 1970."""
        if len(self._held) >= _MOST_HELD:
            self._dropped += 1
            return
        self._held.append((account_id, region, log_group, timestamp_ms, message))

    def start(self) -> None:
        """Begin to look at events."""
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Look at what is left, then end."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None
        await self.flush()

    async def flush(self) -> None:
        """Look at everything taken so far, now."""
        async with self._working:
            by_group: dict[tuple[str, str, str], list[tuple[int, str]]] = {}
            while self._held:
                account_id, region, name, timestamp_ms, message = self._held.popleft()
                key = (account_id, region, name)
                by_group.setdefault(key, []).append((timestamp_ms, message))
            for (account_id, region, name), events in by_group.items():
                group = LogGroup(Scope(account_id, region), name)
                self._record_embedded(group, events)
                await self._filters.apply(group, events)
            self._filters.close_minutes(self._clock())
            if self._dropped:
                _log.warning("%d log events were not searched for metrics", self._dropped)
                self._dropped = 0

    def _record_embedded(self, group: LogGroup, events: list[tuple[int, str]]) -> None:
        now = self._clock()
        data: list[Datum] = []
        for _, message in events:
            data.extend(embedded_metrics(message))
        self._store.record(
            group.scope,
            [
                datum
                for datum in data
                if now - _OLDEST_SECONDS <= datum.timestamp <= now + _NEWEST_SECONDS
            ],
        )

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(self._interval)
            try:
                await self.flush()
            except Exception:  # one bad event must not end the metrics of all others
                _log.exception("Log events could not be searched for metrics")

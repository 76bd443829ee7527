"""Single values taken at once and added to their metrics many at a time.

A request of the edge gives rise to some twenty values, most of them the same as those of the
request before; added one by one they would take longer than much of what serves the request.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from localtender.telemetry.metrics.datum import Datum, Metric
from localtender.telemetry.metrics.distribution import counted

Record = Callable[[Sequence[Datum], float], None]

_MOST_HELD = 1_000


class Sampler:
    """Values of one unit that belong to several metrics alike: to all sets of dimensions."""

    __slots__ = ("_held", "_metrics", "_record", "_unit")

    def __init__(self, metrics: Sequence[Metric], unit: str, record: Record) -> None:
        """`record` is given the data and when the last of them came."""
        self._metrics = tuple(metrics)
        self._unit = unit
        self._record = record
        self._held: list[tuple[float, float]] = []

    def add(self, timestamp: float, value: float) -> None:
        """Take a value; `timestamp` is seconds since 1970."""
        self._held.append((timestamp, value))
        if len(self._held) >= _MOST_HELD:
            self.flush()

    def flush(self) -> None:
        """Add what was taken so far to the metrics."""
        if not self._held:
            return
        held, self._held = self._held, []
        by_minute: dict[int, list[float]] = {}
        for timestamp, value in held:
            by_minute.setdefault(int(timestamp) // 60 * 60, []).append(value)
        data = [
            Datum(metric, minute, distribution, self._unit)
            for minute, values in by_minute.items()
            for distribution in (counted(values),)
            for metric in self._metrics
        ]
        self._record(data, max(timestamp for timestamp, _ in held))

"""What has been published, kept as CloudWatch keeps it.

Values of standard resolution are kept by the minute for 15 days, of high resolution by the second
for 3 hours: "Metrics retention" in
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator

from localtender.telemetry.metrics.datum import Datum, Metric, Scope
from localtender.telemetry.metrics.distribution import Distribution

_STANDARD_RETENTION_SECONDS = 15 * 24 * 3600
_HIGH_RESOLUTION_RETENTION_SECONDS = 3 * 3600

_Slots = dict[tuple[int, str], Distribution]


class _Values:
    """One metric: distributions by the second they begin at and their unit."""

    def __init__(self) -> None:
        self.by_minute: _Slots = {}
        self.by_second: _Slots = {}
        self.written_at = 0.0
        self.swept_at = 0.0

    def slots(self) -> Iterator[tuple[int, str, Distribution]]:
        for slots in (self.by_minute, self.by_second):
            for (second, unit), distribution in slots.items():
                yield second, unit, distribution

    def sweep(self, now: float) -> None:
        self.swept_at = now
        for slots, retention in (
            (self.by_minute, _STANDARD_RETENTION_SECONDS),
            (self.by_second, _HIGH_RESOLUTION_RETENTION_SECONDS),
        ):
            for key in [key for key in slots if key[0] < now - retention]:
                del slots[key]


class MetricStore:
    """The metrics of every account and region, in memory."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        """`clock` gives seconds since 1970."""
        self._clock = clock
        self._scopes: defaultdict[Scope, dict[Metric, _Values]] = defaultdict(dict)

    def record(self, scope: Scope, data: Iterable[Datum]) -> None:
        """Add published values."""
        metrics = self._scopes[scope]
        now = self._clock()
        for datum in data:
            values = metrics.get(datum.metric)
            if values is None:
                values = metrics[datum.metric] = _Values()
            high = datum.resolution == 1
            slots = values.by_second if high else values.by_minute
            second = int(datum.timestamp)
            slot = (second if high else second - second % 60, datum.unit)
            known = slots.get(slot)
            slots[slot] = datum.distribution if known is None else known.merged(datum.distribution)
            values.written_at = now
            if now - values.swept_at > _HIGH_RESOLUTION_RETENTION_SECONDS / 10:
                values.sweep(now)

    def periods(
        self,
        scope: Scope,
        metric: Metric,
        *,
        start: float,
        end: float,
        period: int,
        unit: str | None = None,
    ) -> dict[int, Distribution]:
        """What falls into each period of `period` seconds from `start` on, by its first second.

        Periods without any value are left out; with a `unit`, values of another are.
        """
        values = self._scopes[scope].get(metric)
        found: dict[int, Distribution] = {}
        if values is None:
            return found
        first = int(start)
        for second, its_unit, distribution in values.slots():
            if not start <= second < end or (unit is not None and its_unit != unit):
                continue
            begin = first + (second - first) // period * period
            known = found.get(begin)
            found[begin] = distribution if known is None else known.merged(distribution)
        return dict(sorted(found.items()))

    def units(self, scope: Scope, metric: Metric, *, start: float, end: float) -> tuple[str, ...]:
        """The units in which a metric has been published in a time, sorted."""
        values = self._scopes[scope].get(metric)
        if values is None:
            return ()
        return tuple(sorted({unit for at, unit, _ in values.slots() if start <= at < end}))

    def metrics(self, scope: Scope, *, written_since: float = 0.0) -> list[Metric]:
        """The metrics of an account and region, in the order of their first value."""
        known = self._scopes[scope]
        return [metric for metric, values in known.items() if values.written_at >= written_since]

"""What has been published, kept as CloudWatch keeps it.

Values of standard resolution are kept by the minute for 15 days, of high resolution by the second
for 3 hours: "Metrics retention" in
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial

from localtender.telemetry.metrics.datum import Datum, Metric, Scope
from localtender.telemetry.metrics.distribution import Distribution
from localtender.telemetry.metrics.sampler import Sampler

_STANDARD_RETENTION_SECONDS = 15 * 24 * 3600
_HIGH_RESOLUTION_RETENTION_SECONDS = 3 * 3600

# Beyond this many different values they are rounded to three digits, so that a minute under load
# takes some kilobytes and not megabytes; percentiles stay right to half a percent.
_MOST_VALUES = 1_000


class _Accumulation:
    """The values of one slot, added up in place: a busy minute has thousands of them."""

    __slots__ = ("_limit", "count", "maximum", "minimum", "total", "values")

    def __init__(self, first: Distribution) -> None:
        self._limit = _MOST_VALUES
        self.count = first.sample_count
        self.total = first.sum
        self.minimum = first.minimum
        self.maximum = first.maximum
        self.values = None if first.values is None else dict(first.values)

    def add(self, other: Distribution) -> None:
        self.count += other.sample_count
        self.total += other.sum
        self.minimum = min(self.minimum, other.minimum)
        self.maximum = max(self.maximum, other.maximum)
        if self.values is None or other.values is None:
            self.values = None
            return
        values = self.values
        for value, count in other.values.items():
            values[value] = values.get(value, 0.0) + count
        if len(values) > self._limit:
            self.values = _rounded(values)
            # Values that stay apart when rounded must not be rounded again at every further one.
            self._limit = max(_MOST_VALUES, 2 * len(self.values))

    def distribution(self) -> Distribution:
        return Distribution(self.count, self.total, self.minimum, self.maximum, self.values)


def _rounded(values: dict[float, float]) -> dict[float, float]:
    rounded: dict[float, float] = {}
    for value, count in values.items():
        key = float(f"{value:.3g}")
        rounded[key] = rounded.get(key, 0.0) + count
    return rounded


_Slots = dict[tuple[int, str], _Accumulation]


class _Values:
    """One metric: distributions by the second they begin at and their unit."""

    def __init__(self) -> None:
        self.by_minute: _Slots = {}
        self.by_second: _Slots = {}
        self.written_at = 0.0
        self.swept_at = 0.0

    def slots(self) -> Iterator[tuple[int, str, _Accumulation]]:
        for slots in (self.by_minute, self.by_second):
            for (second, unit), accumulation in slots.items():
                yield second, unit, accumulation

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
        self._samplers: dict[tuple[Scope, tuple[Metric, ...], str], Sampler] = {}

    def sampler(self, scope: Scope, metrics: Sequence[Metric], unit: str) -> Sampler:
        """What takes single values of these metrics; they are seen as if recorded at once."""
        key = (scope, tuple(metrics), unit)
        sampler = self._samplers.get(key)
        if sampler is None:
            record = partial(self.record_at, scope)
            sampler = self._samplers[key] = Sampler(metrics, unit, record)
        return sampler

    def record(self, scope: Scope, data: Iterable[Datum]) -> None:
        """Add published values."""
        self.record_at(scope, data, self._clock())

    def record_at(self, scope: Scope, data: Iterable[Datum], written_at: float) -> None:
        """Add values that were published at a time, in seconds since 1970."""
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
            if known is None:
                slots[slot] = _Accumulation(datum.distribution)
            else:
                known.add(datum.distribution)
            values.written_at = max(values.written_at, written_at)
            if now - values.swept_at > _HIGH_RESOLUTION_RETENTION_SECONDS / 10:
                values.sweep(now)

    def contents(self) -> Iterator[tuple[Scope, tuple[Datum, ...], float]]:
        """Everything, as `record_at` takes it; what samplers hold is not in it."""
        for scope, metrics in self._scopes.items():
            for metric, values in metrics.items():
                data = tuple(
                    Datum(metric, float(second), added.distribution(), unit, resolution)
                    for slots, resolution in ((values.by_minute, 60), (values.by_second, 1))
                    for (second, unit), added in slots.items()
                )
                yield scope, data, values.written_at

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
        self.collect()
        values = self._scopes[scope].get(metric)
        found: dict[int, _Accumulation] = {}
        if values is None:
            return {}
        first = int(start)
        for second, its_unit, accumulation in values.slots():
            if not start <= second < end or (unit is not None and its_unit != unit):
                continue
            begin = first + (second - first) // period * period
            known = found.get(begin)
            if known is None:
                found[begin] = _Accumulation(accumulation.distribution())
            else:
                known.add(accumulation.distribution())
        return {at: accumulation.distribution() for at, accumulation in sorted(found.items())}

    def units(self, scope: Scope, metric: Metric, *, start: float, end: float) -> tuple[str, ...]:
        """The units in which a metric has been published in a time, sorted."""
        self.collect()
        values = self._scopes[scope].get(metric)
        if values is None:
            return ()
        return tuple(sorted({unit for at, unit, _ in values.slots() if start <= at < end}))

    def metrics(self, scope: Scope, *, written_since: float = 0.0) -> list[Metric]:
        """The metrics of an account and region, in the order of their first value."""
        self.collect()
        known = self._scopes[scope]
        return [metric for metric, values in known.items() if values.written_at >= written_since]

    def collect(self) -> None:
        """Add what samplers hold."""
        for sampler in self._samplers.values():
            sampler.flush()

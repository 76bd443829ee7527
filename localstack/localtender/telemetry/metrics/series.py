"""Time series, and the ways in which metric math combines them.

Follows "Using math expressions with CloudWatch metrics"
(https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace


@dataclass(frozen=True)
class TimeSeries:
    """Values by the second at which their period begins, in order; `period` is seconds."""

    values: Mapping[int, float]
    period: int
    label: str = ""

    def mapped(self, function: Callable[[float], float]) -> TimeSeries:
        """Every value put through a function."""
        return self.with_values({at: function(value) for at, value in self.values.items()})

    def with_values(self, values: Mapping[int, float]) -> TimeSeries:
        """The same series with other values."""
        return replace(self, values=values)


@dataclass(frozen=True)
class Window:
    """The time that a query is for, in seconds since 1970; the end does not belong to it."""

    start: int
    end: int

    def times(self, period: int) -> range:
        """Where each period in it begins."""
        return range(self.start, self.end, period)


@dataclass(frozen=True)
class Collection:
    """An array of time series: TS[] in the documentation."""

    members: tuple[TimeSeries, ...] = field(default_factory=tuple)


Value = float | TimeSeries | Collection | str
"""What an expression, or a part of it, amounts to; texts are arguments of functions."""

Binary = Callable[[float, float], float | None]


def combine(left: Value, right: Value, operation: Binary) -> Value:
    """Apply an operator: two series where both have a value, an array member by member.

    Raises TypeError for a text or for two arrays of different lengths.
    """
    match left, right:
        case Collection(members), Collection(others):
            if len(members) != len(others):
                raise TypeError("two arrays must have as many members")
            return Collection(
                tuple(
                    _series(combine(a, b, operation)) for a, b in zip(members, others, strict=True)
                )
            )
        case Collection(members), other:
            return Collection(tuple(_series(combine(each, other, operation)) for each in members))
        case other, Collection(members):
            return Collection(tuple(_series(combine(other, each, operation)) for each in members))
        case TimeSeries(), TimeSeries():
            pairs = (
                (at, left.values[at], right.values[at]) for at in left.values if at in right.values
            )
            return TimeSeries(_applied(pairs, operation), max(left.period, right.period))
        case TimeSeries(), float():
            pairs = ((at, value, right) for at, value in left.values.items())
            return left.with_values(_applied(pairs, operation))
        case float(), TimeSeries():
            pairs = ((at, left, value) for at, value in right.values.items())
            return right.with_values(_applied(pairs, operation))
        case float(), float():
            result = operation(left, right)
            return float("nan") if result is None else result
    raise TypeError("an operator takes numbers and time series")


def _series(value: Value) -> TimeSeries:
    if not isinstance(value, TimeSeries):
        raise TypeError("an array holds time series")
    return value


def _applied(pairs: Iterable[tuple[int, float, float]], operation: Binary) -> dict[int, float]:
    results = ((at, operation(a, b)) for at, a, b in pairs)
    return {at: result for at, result in results if result is not None}

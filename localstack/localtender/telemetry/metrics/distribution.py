"""The values of a metric within a period, and the statistics of them.

Follows "CloudWatch statistics definitions"
(https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import reduce

_SIMPLE = ("SampleCount", "Sum", "Average", "Minimum", "Maximum")
_NUMBER = r"\d+(?:\.\d+)?"
_SHORT = re.compile(rf"(?P<kind>p|tm|wm|tc|ts)(?P<upper>{_NUMBER})", re.IGNORECASE)
_RANGE = re.compile(rf"(?P<kind>TM|WM|PR|TC|TS)\((?P<lower>{_NUMBER}%?)?:(?P<upper>{_NUMBER}%?)?\)")


@dataclass(frozen=True)
class Distribution:
    """Samples and how often each occurred; `values` is None for a published statistic set."""

    sample_count: float
    sum: float
    minimum: float
    maximum: float
    values: Mapping[float, float] | None = None

    def merged(self, other: Distribution) -> Distribution:
        """Both together."""
        values: dict[float, float] | None = None
        if self.values is not None and other.values is not None:
            values = dict(self.values)
            for value, count in other.values.items():
                values[value] = values.get(value, 0.0) + count
        return Distribution(
            self.sample_count + other.sample_count,
            self.sum + other.sum,
            min(self.minimum, other.minimum),
            max(self.maximum, other.maximum),
            values,
        )


def single(value: float) -> Distribution:
    """One sample."""
    return Distribution(1.0, value, value, value, {value: 1.0})


def counted(values: Iterable[float], counts: Iterable[float] | None = None) -> Distribution:
    """Samples each with the number of times it occurred, once where `counts` is None."""
    listed = list(values)
    weights = [1.0] * len(listed) if counts is None else list(counts)
    occurrences: dict[float, float] = {}
    for value, weight in zip(listed, weights, strict=True):
        occurrences[value] = occurrences.get(value, 0.0) + weight
    return Distribution(
        sum(weights),
        sum(value * weight for value, weight in occurrences.items()),
        min(listed),
        max(listed),
        occurrences,
    )


def summarized(sample_count: float, total: float, low: float, high: float) -> Distribution:
    """A statistic set; it has percentiles only where all of its samples are the same."""
    same = low == high and total == low * sample_count
    return Distribution(sample_count, total, low, high, {low: sample_count} if same else None)


def merge(distributions: Iterable[Distribution]) -> Distribution:
    """All together; there must be at least one."""
    return reduce(Distribution.merged, distributions)


def is_statistic(name: str) -> bool:
    """Whether CloudWatch has a statistic of this name."""
    if name in _SIMPLE or name in ("IQM", "iqm"):
        return True
    short = _SHORT.fullmatch(name)
    if short:
        return float(short["upper"]) <= 100
    return _RANGE.fullmatch(name) is not None


def statistic(distribution: Distribution, name: str) -> float | None:
    """A statistic by its name in the API; None where the samples do not give one."""
    match name:
        case "SampleCount":
            return distribution.sample_count
        case "Sum":
            return distribution.sum
        case "Minimum":
            return distribution.minimum
        case "Maximum":
            return distribution.maximum
        case "Average":
            count = distribution.sample_count
            return distribution.sum / count if count else None
        case _:
            return _extended(distribution, name)


def _extended(distribution: Distribution, name: str) -> float | None:
    values = distribution.values
    # Negative values have no percentiles in CloudWatch, nor have statistic sets.
    if not values or distribution.minimum < 0:
        return None
    samples = sorted(values.items())
    if name.upper() == "IQM":
        return _mean(_between(samples, 25.0, 75.0))
    short = _SHORT.fullmatch(name)
    if short:
        kind, upper = short["kind"].upper(), float(short["upper"])
        if kind == "P":
            return _percentile(samples, upper)
        return _bounded(kind, samples, (None, f"{upper}%"))
    ranged = _RANGE.fullmatch(name)
    if ranged is None:
        return None
    return _bounded(ranged["kind"], samples, (ranged["lower"], ranged["upper"]))


def _bounded(
    kind: str, samples: list[tuple[float, float]], bounds: tuple[str | None, str | None]
) -> float | None:
    low, high = _limits(samples, bounds)
    percent = any(bound is not None and bound.endswith("%") for bound in bounds)
    if percent and kind in ("TM", "TC", "TS"):
        lower = float(bounds[0].rstrip("%")) if bounds[0] else 0.0
        upper = float(bounds[1].rstrip("%")) if bounds[1] else 100.0
        kept = _between(samples, lower, upper)
    else:
        kept = [(value, count) for value, count in samples if low < value <= high]
    match kind:
        case "TM":
            return _mean(kept)
        case "TC":
            return sum(count for _, count in kept)
        case "TS":
            return sum(value * count for value, count in kept)
        case "PR":
            total = sum(count for _, count in samples)
            return 100.0 * sum(count for _, count in kept) / total
        case _:
            return _mean([(min(max(value, low), high), count) for value, count in samples])


def _limits(
    samples: list[tuple[float, float]], bounds: tuple[str | None, str | None]
) -> tuple[float, float]:
    lower, upper = bounds

    def limit(bound: str | None, default: float) -> float:
        if bound is None:
            return default
        if bound.endswith("%"):
            return _percentile(samples, float(bound[:-1]))
        return float(bound)

    return limit(lower, float("-inf")), limit(upper, float("inf"))


def _between(
    samples: list[tuple[float, float]], lower: float, upper: float
) -> list[tuple[float, float]]:
    """The part of the ordered samples between two percentages of their number."""
    total = sum(count for _, count in samples)
    first, last = total * lower / 100.0, total * upper / 100.0
    kept, seen = [], 0.0
    for value, count in samples:
        part = min(seen + count, last) - max(seen, first)
        if part > 0:
            kept.append((value, part))
        seen += count
    return kept


def _mean(samples: list[tuple[float, float]]) -> float | None:
    total = sum(count for _, count in samples)
    return sum(value * count for value, count in samples) / total if total else None


def _percentile(samples: list[tuple[float, float]], percent: float) -> float:
    """By linear interpolation between the two nearest ranks."""
    total = sum(count for _, count in samples)
    rank = percent / 100.0 * (total - 1) if total > 1 else 0.0
    whole = int(rank)
    low = _at(samples, whole)
    fraction = rank - whole
    return low + fraction * (_at(samples, whole + 1) - low) if fraction else low


def _at(samples: list[tuple[float, float]], index: int) -> float:
    seen = 0.0
    for value, count in samples:
        seen += count
        if index < seen:
            return value
    return samples[-1][0]

"""What is said of a number of requests: the median, the slow end, the rate."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Latencies:
    """Milliseconds of the median and of the 99th percentile, and requests a second."""

    p50_ms: float
    p99_ms: float
    requests_per_second: float


def latencies(milliseconds: Sequence[float], elapsed_seconds: float) -> Latencies:
    """Sum up requests that together took so long.

    `elapsed_seconds` is the time the clients were busy, which for several clients at once is less
    than the sum of the requests' own. Raises ValueError where there are none.
    """
    if not milliseconds or elapsed_seconds <= 0:
        raise ValueError("there is nothing to sum up")
    return Latencies(
        p50_ms=statistics.median(milliseconds),
        p99_ms=percentile(milliseconds, 99),
        requests_per_second=len(milliseconds) / elapsed_seconds,
    )


def percentile(values: Sequence[float], percent: int) -> float:
    """The value below which `percent` (1 to 99) of the values lie, interpolated between two."""
    if len(values) == 1:
        return values[0]
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


def median_difference(first: Sequence[float], second: Sequence[float]) -> float:
    """The median of what each of the first takes more than the one measured right after it.

    What slows the machine for a while slows both of a pair, and drops out.
    """
    return statistics.median(a - b for a, b in zip(first, second, strict=True))

"""One published value of a metric, and what tells one metric from another.

A metric is its namespace, its name and its exact set of dimensions, as "CloudWatch concepts"
(https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html) has it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from localtender.telemetry.metrics.distribution import Distribution


@dataclass(frozen=True)
class Scope:
    """The account and region that metrics and alarms belong to."""

    account_id: str
    region: str


@dataclass(frozen=True)
class Metric:
    """A metric's identity; `dimensions` are sorted by name."""

    namespace: str
    name: str
    dimensions: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Datum:
    """Values published for a metric at one time.

    `timestamp` is seconds since 1970; `resolution` is 1 or 60 seconds.
    """

    metric: Metric
    timestamp: float
    distribution: Distribution
    unit: str = "None"
    resolution: int = 60


def sorted_dimensions(dimensions: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Dimensions in the order in which a metric keeps them."""
    return tuple(sorted(dimensions.items()))


def metric_of(namespace: str, name: str, dimensions: Iterable[Mapping[str, Any]] | None) -> Metric:
    """The metric that a request of the CloudWatch API names."""
    pairs = sorted((each["Name"], each.get("Value", "")) for each in dimensions or ())
    return Metric(namespace, name, tuple(pairs))


def dimension_list(metric: Metric) -> list[dict[str, str]]:
    """A metric's dimensions as the CloudWatch API writes them."""
    return [{"Name": name, "Value": value} for name, value in metric.dimensions]

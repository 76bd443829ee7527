"""What CloudWatch has of a metric, for tests of what publishes it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any


def statistic(
    cloudwatch: Any, namespace: str, name: str, kind: str = "Sum", **dimensions: str
) -> float:
    """A statistic of a metric, added up over the last ten minutes; 0 where there is nothing."""
    now = datetime.now(UTC)
    found = cloudwatch.get_metric_statistics(
        Namespace=namespace,
        MetricName=name,
        Dimensions=[{"Name": key, "Value": value} for key, value in dimensions.items()],
        StartTime=now - timedelta(minutes=10),
        EndTime=now + timedelta(minutes=1),
        Period=60,
        Statistics=[kind],
    )
    return float(sum(point[kind] for point in found["Datapoints"]))

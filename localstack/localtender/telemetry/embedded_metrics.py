"""Metrics out of log events in the embedded metric format.

Follows "Specification: Embedded metric format"
(https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html):
an event that breaks it is a log event like any other and gives no metrics.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from typing import Any, TypeGuard

from localtender.telemetry.metrics.datum import Datum, Metric, sorted_dimensions
from localtender.telemetry.metrics.distribution import Distribution, counted, single

_MOST_DIMENSIONS = 30
_MOST_METRICS = 100
_MOST_VALUES = 100
_LONGEST_VALUE = 1024
_LARGEST_VALUE = 2.0**360
_MARK = '"CloudWatchMetrics"'


def embedded_metrics(message: str) -> list[Datum]:
    """What a log event publishes; nothing when it is not in the format."""
    if _MARK not in message or not message.lstrip().startswith("{"):
        return []
    try:
        document = json.loads(message)
    except ValueError:
        return []
    metadata = document.get("_aws")
    if not isinstance(metadata, dict):
        return []
    timestamp, directives = metadata.get("Timestamp"), metadata.get("CloudWatchMetrics")
    if not _is_number(timestamp) or not isinstance(directives, list):
        return []
    seconds = float(timestamp) / 1000
    return [
        datum
        for directive in directives
        if isinstance(directive, dict)
        for datum in _published(directive, document, seconds)
    ]


def _published(
    directive: Mapping[str, Any], document: Mapping[str, Any], seconds: float
) -> Iterator[Datum]:
    namespace, definitions = directive.get("Namespace"), directive.get("Metrics")
    dimension_sets = _dimension_sets(directive.get("Dimensions"), document)
    if not isinstance(namespace, str) or not namespace or dimension_sets is None:
        return
    if not isinstance(definitions, list) or len(definitions) > _MOST_METRICS:
        return
    for definition in definitions:
        name = definition.get("Name") if isinstance(definition, dict) else None
        values = _values(document.get(name)) if isinstance(name, str) and name else None
        if values is None:
            continue
        for dimensions in dimension_sets:
            yield Datum(
                Metric(namespace, str(name), sorted_dimensions(dimensions)),
                seconds,
                values,
                str(definition.get("Unit") or "None"),
                1 if definition.get("StorageResolution") == 1 else 60,
            )


def _dimension_sets(listed: Any, document: Mapping[str, Any]) -> list[dict[str, str]] | None:
    """The sets with their values; None when one of them can't be resolved."""
    if listed is None or listed == []:
        return [{}]
    if not isinstance(listed, list):
        return None
    resolved = []
    for names in listed:
        if not isinstance(names, list) or len(names) > _MOST_DIMENSIONS:
            return None
        values = {}
        for name in names:
            value = document.get(name) if isinstance(name, str) else None
            if not isinstance(value, str) or not 0 < len(value) <= _LONGEST_VALUE:
                return None
            values[name] = value
        resolved.append(values)
    return resolved


def _values(target: Any) -> Distribution | None:
    if _is_number(target):
        return single(float(target))
    if not isinstance(target, list) or not 0 < len(target) <= _MOST_VALUES:
        return None
    if not all(_is_number(each) for each in target):
        return None
    return counted(float(each) for each in target)


def _is_number(value: Any) -> TypeGuard[int | float]:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    return abs(value) <= _LARGEST_VALUE and math.isfinite(value)

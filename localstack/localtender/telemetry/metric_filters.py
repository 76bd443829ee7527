"""Metric filters of CloudWatch Logs, applied to events as they come in.

Follows "Creating metrics from log events using filters"
(https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/MonitoringLogData.html). The filters
themselves are kept by the engine.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from localtender.edge.snapshot import Snapshot
from localtender.engines.calls import EngineCalls
from localtender.engines.client import EngineCallError
from localtender.telemetry.filter_pattern.matching import FilterPatternError, number
from localtender.telemetry.filter_pattern.pattern import Event, Pattern, parse_pattern
from localtender.telemetry.metrics.datum import Datum, Metric, Scope, sorted_dimensions
from localtender.telemetry.metrics.distribution import single
from localtender.telemetry.metrics.store import MetricStore

_MINUTE = 60

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class LogGroup:
    """A log group of an account and region."""

    scope: Scope
    name: str


@dataclass(frozen=True)
class _Filter:
    group: LogGroup
    name: str
    pattern: Pattern
    transformations: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True)
class _Minute:
    """A minute in which events came: whether one has matched, and what is published if none."""

    transformations: tuple[Mapping[str, Any], ...]
    matched: bool


class MetricFilters:
    """Turns log events into metrics by the filters of their groups."""

    def __init__(
        self, engine: EngineCalls, store: MetricStore, snapshot: Snapshot | None = None
    ) -> None:
        """A snapshot keeps the minutes that are not over yet beyond the end of the process."""
        self._engine = engine
        self._store = store
        self._snapshot = snapshot
        self._filters: dict[LogGroup, tuple[_Filter, ...]] = {}
        self._minutes: dict[tuple[LogGroup, str, int], _Minute] = {}
        self._minutes.update((snapshot.load() if snapshot is not None else None) or {})

    def forget(self) -> None:
        """Ask the engine again which filters there are."""
        self._filters.clear()

    async def apply(self, group: LogGroup, events: Iterable[tuple[int, str]]) -> None:
        """Take events, each with its time in milliseconds since 1970."""
        filters = self._filters.get(group)
        if filters is None:
            filters = await self._described(group)
            if filters is None:
                return
            self._filters[group] = filters
        if not filters:
            return
        data: list[Datum] = []
        for timestamp_ms, message in events:
            event = Event(message)
            for each in filters:
                matched = each.pattern.matches(event)
                if matched:
                    data.extend(_published(each, event, timestamp_ms / 1000))
                self._note(each, timestamp_ms // 1000, matched)
        self._store.record(group.scope, data)

    def close_minutes(self, now: float) -> None:
        """Publish the default values for minutes that are over and in which nothing matched."""
        over = [key for key in self._minutes if key[2] + _MINUTE <= now]
        for key in over:
            minute = self._minutes.pop(key)
            if minute.matched:
                continue
            data = [
                Datum(
                    _metric(transformation, {}),
                    float(key[2]),
                    single(float(transformation["defaultValue"])),
                    transformation.get("unit") or "None",
                )
                for transformation in minute.transformations
                if transformation.get("defaultValue") is not None
            ]
            self._store.record(key[0].scope, data)
        if over:
            self._save()

    def _note(self, each: _Filter, second: int, matched: bool) -> None:
        if any(one.get("defaultValue") is not None for one in each.transformations):
            key = (each.group, each.name, second // _MINUTE * _MINUTE)
            before = self._minutes.get(key)
            if before is None or (matched and not before.matched):
                self._minutes[key] = _Minute(each.transformations, matched)
                self._save()

    def _save(self) -> None:
        if self._snapshot is not None:
            self._snapshot.save(self._minutes)

    async def _described(self, group: LogGroup) -> tuple[_Filter, ...] | None:
        """The filters of a group, None when the engine does not say."""
        found: list[_Filter] = []
        token: str | None = None
        while True:
            parameters = {"logGroupName": group.name}
            if token:
                parameters["nextToken"] = token
            try:
                answer = await self._engine.call(
                    "logs",
                    "DescribeMetricFilters",
                    parameters,
                    account_id=group.scope.account_id,
                    region=group.scope.region,
                )
            except EngineCallError as error:
                return () if error.code == "ResourceNotFoundException" else None
            except (httpx.HTTPError, OSError):
                return None
            found.extend(_readable(group, answer.get("metricFilters") or []))
            token = answer.get("nextToken")
            if not token:
                return tuple(found)


def _readable(group: LogGroup, described: Iterable[Mapping[str, Any]]) -> Iterable[_Filter]:
    for each in described:
        try:
            pattern = parse_pattern(each.get("filterPattern") or "")
        except FilterPatternError as error:
            _log.warning("Metric filter %s of %s: %s", each["filterName"], group.name, error)
            continue
        transformations = tuple(each.get("metricTransformations") or ())
        yield _Filter(group, each["filterName"], pattern, transformations)


def _published(each: _Filter, event: Event, seconds: float) -> Iterable[Datum]:
    for transformation in each.transformations:
        value = _value(each.pattern, event, transformation["metricValue"])
        if value is None:
            continue
        dimensions = {
            name: each.pattern.extract(event, selector)
            for name, selector in (transformation.get("dimensions") or {}).items()
        }
        # A metric without one of its dimensions would be another metric.
        if any(found is None or found == "" for found in dimensions.values()):
            continue
        texts = {name: str(found) for name, found in dimensions.items()}
        yield Datum(
            _metric(transformation, texts),
            seconds,
            single(value),
            transformation.get("unit") or "None",
        )


def _metric(transformation: Mapping[str, Any], dimensions: Mapping[str, str]) -> Metric:
    return Metric(
        transformation["metricNamespace"],
        transformation["metricName"],
        sorted_dimensions(dimensions),
    )


def _value(pattern: Pattern, event: Event, metric_value: str) -> float | None:
    """A constant, or what a selector finds when that is a number."""
    if not metric_value.startswith("$"):
        return number(metric_value)
    found = pattern.extract(event, metric_value)
    if isinstance(found, bool) or found is None:
        return None
    return float(found) if isinstance(found, (int, float)) else number(str(found))

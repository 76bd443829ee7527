"""PutMetricData, ListMetrics, GetMetricStatistics and GetMetricData.

Follows https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/; what it leaves open is as
recorded from AWS in LocalStack's tests/aws/services/cloudwatch/test_cloudwatch.snapshot.json.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from localtender.edge.protocol.messages import Caller
from localtender.edge.protocol.service import Operation, Parameters
from localtender.telemetry.cloudwatch.constraints import (
    invalid_combination,
    invalid_value,
    validation,
)
from localtender.telemetry.cloudwatch.paging import page
from localtender.telemetry.metrics.datum import Datum, Metric, Scope, dimension_list, metric_of
from localtender.telemetry.metrics.distribution import (
    Distribution,
    counted,
    is_statistic,
    single,
    statistic,
    summarized,
)
from localtender.telemetry.metrics.expression import ExpressionError
from localtender.telemetry.metrics.queries import MetricQueries, QueryResult
from localtender.telemetry.metrics.series import Window
from localtender.telemetry.metrics.store import MetricStore

_OLDEST_SECONDS = 14 * 24 * 3600
_NEWEST_SECONDS = 2 * 3600
_LARGEST_VALUE = 2.0**360
_MOST_METRICS = 1000
_MOST_VALUES = 150
_MOST_STATISTICS_DATAPOINTS = 1440
_MOST_QUERIES = 500
_LIST_PAGE = 500
_SHORT_PERIODS = (1, 5, 10, 20, 30)


class MetricOperations:
    """The operations on metrics, over the store."""

    def __init__(self, store: MetricStore, clock: Callable[[], float] = time.time) -> None:
        """`clock` gives seconds since 1970."""
        self._store = store
        self._queries = MetricQueries(store)
        self._clock = clock

    def operations(self) -> Mapping[str, Operation]:
        """By name."""
        return {
            "PutMetricData": self.put_metric_data,
            "ListMetrics": self.list_metrics,
            "GetMetricStatistics": self.get_metric_statistics,
            "GetMetricData": self.get_metric_data,
        }

    async def put_metric_data(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Publish values."""
        namespace = parameters["Namespace"]
        if namespace.startswith("AWS/"):
            raise invalid_value("The value AWS/ for parameter Namespace is invalid.")
        entries = list(parameters.get("MetricData") or [])
        for entity in parameters.get("EntityMetricData") or []:
            entries.extend(entity.get("MetricData") or [])
        if len(entries) > _MOST_METRICS:
            raise validation(f"The collection MetricData must not have more than {_MOST_METRICS}")
        now = self._clock()
        data = [
            self._datum(namespace, entry, number, now) for number, entry in enumerate(entries, 1)
        ]
        self._store.record(_scope(caller), data)
        return {}

    async def list_metrics(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Name the metrics that have been published."""
        since = self._clock() - 3 * 3600 if parameters.get("RecentlyActive") else 0.0
        found = [
            metric
            for metric in self._store.metrics(_scope(caller), written_since=since)
            if _listed(metric, parameters)
        ]
        shown, token = page(found, _LIST_PAGE, parameters.get("NextToken"))
        return {
            "Metrics": [
                {
                    "Namespace": metric.namespace,
                    "MetricName": metric.name,
                    "Dimensions": dimension_list(metric),
                }
                for metric in shown
            ],
            "NextToken": token,
        }

    async def get_metric_statistics(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Aggregate one metric, each unit by itself."""
        basic = list(parameters.get("Statistics") or [])
        extended = list(parameters.get("ExtendedStatistics") or [])
        if not basic and not extended:
            raise invalid_combination("Must specify either Statistics or ExtendedStatistics")
        for name in extended:
            if not is_statistic(name):
                raise invalid_value(f"The value {name} for parameter ExtendedStatistics is invalid")
        period = parameters["Period"]
        _check_period(period)
        window = _window(parameters, period)
        requested = math.ceil((window.end - window.start) / period)
        if requested > _MOST_STATISTICS_DATAPOINTS:
            raise invalid_combination(
                f"You have requested up to {requested:,} datapoints, which exceeds the limit of "
                f"{_MOST_STATISTICS_DATAPOINTS:,}. You may reduce the datapoints requested by "
                "increasing Period, or decreasing the time range."
            )
        scope = _scope(caller)
        metric = metric_of(
            parameters["Namespace"], parameters["MetricName"], parameters.get("Dimensions")
        )
        wanted = parameters.get("Unit")
        units = self._store.units(scope, metric, start=window.start, end=window.end)
        datapoints = []
        for unit in units if wanted is None else (wanted,):
            periods = self._store.periods(
                scope, metric, start=window.start, end=window.end, period=period, unit=unit
            )
            for at, distribution in periods.items():
                datapoints.append(_datapoint(at, unit, distribution, basic, extended))
        return {"Label": parameters["MetricName"], "Datapoints": datapoints}

    async def get_metric_data(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Answer several queries, with metric math."""
        queries = parameters["MetricDataQueries"]
        if len(queries) > _MOST_QUERIES:
            raise validation(
                f"The collection MetricDataQueries must not have a size greater than "
                f"{_MOST_QUERIES}."
            )
        check_queries(queries)
        periods = [q["MetricStat"]["Period"] for q in queries if q.get("MetricStat")]
        window = _window(parameters, min(periods, default=60))
        scope = _scope(caller)
        try:
            results = self._queries.evaluate(scope, queries, window)
        except ExpressionError as error:
            raise validation(str(error)) from error
        labels = _default_labels(queries)
        newest_first = parameters.get("ScanBy", "TimestampDescending") == "TimestampDescending"
        return {
            "MetricDataResults": [
                self._described(scope, result, series_number, labels, window, newest_first)
                for result in results
                if result.query.get("ReturnData", True)
                for series_number in range(len(result.series))
            ],
            "Messages": [],
        }

    def _described(
        self,
        scope: Scope,
        result: QueryResult,
        number: int,
        labels: Mapping[str, str],
        window: Window,
        newest_first: bool,
    ) -> Parameters:
        query, series = result.query, result.series[number]
        own = series.label if result.is_array else ""
        label = query.get("Label") or labels.get(query["Id"]) or own or query["Id"]
        items = sorted(series.values.items(), reverse=newest_first)
        described: Parameters = {
            "Id": query["Id"],
            "Label": label,
            "Timestamps": [float(at) for at, _ in items],
            "Values": [value for _, value in items],
            "StatusCode": "Complete",
        }
        stat = query.get("MetricStat")
        if stat and not stat.get("Unit"):
            named = stat["Metric"]
            metric = metric_of(
                named.get("Namespace", ""), named.get("MetricName", ""), named.get("Dimensions")
            )
            units = self._store.units(scope, metric, start=window.start, end=window.end)
            if len(units) > 1:
                text = f"Multiple units returned: '[{', '.join(units)}]'"
                described["Messages"] = [{"Code": "MultipleUnits", "Value": text}]
        return described

    def _datum(self, namespace: str, entry: Parameters, number: int, now: float) -> Datum:
        where = f"MetricData.member.{number}"
        moment = entry.get("Timestamp")
        timestamp = now if moment is None else moment.timestamp()
        if timestamp < now - _OLDEST_SECONDS or timestamp > now + _NEWEST_SECONDS:
            raise invalid_value(
                f"The parameter {where}.Timestamp must specify a time no older than two weeks and "
                "no more than two hours in the future."
            )
        resolution = entry.get("StorageResolution") or 60
        if resolution not in (1, 60):
            raise invalid_value(
                f"The value {resolution} for parameter {where}.StorageResolution is invalid."
            )
        return Datum(
            metric_of(namespace, entry["MetricName"], entry.get("Dimensions")),
            timestamp,
            _distribution(entry, where),
            entry.get("Unit") or "None",
            resolution,
        )


def check_queries(queries: Iterable[Mapping[str, Any]]) -> None:
    """Refuse queries that contradict themselves. Raises ServiceError."""
    seen: set[str] = set()
    for number, query in enumerate(queries, 1):
        name = query["Id"]
        if name in seen:
            raise validation(
                f"The values for parameter id in MetricDataQueries must be unique: {name}"
            )
        seen.add(name)
        if not name[:1].islower() or not name.replace("_", "a").isalnum():
            raise validation(
                f"The value {name} for parameter MetricDataQueries.member.{number}.Id is invalid: "
                "it must begin with a lower-case letter."
            )
        if bool(query.get("Expression")) == bool(query.get("MetricStat")):
            raise validation(
                f"Exactly one of MetricStat and Expression must be given in "
                f"MetricDataQueries.member.{number}."
            )
        if query.get("MetricStat"):
            stat = query["MetricStat"]
            _check_period(stat["Period"])
            if not is_statistic(stat["Stat"]):
                raise validation(
                    f"The value {stat['Stat']} for parameter "
                    f"MetricDataQueries.member.{number}.MetricStat.Stat is not supported."
                )


def _distribution(entry: Parameters, where: str) -> Distribution:
    value, values = entry.get("Value"), entry.get("Values")
    statistics, counts = entry.get("StatisticValues"), entry.get("Counts")
    given = [name for name in ("Value", "Values", "StatisticValues") if entry.get(name) is not None]
    if len(given) > 1:
        raise invalid_combination(
            f"The parameters {where}.{given[0]} and {where}.{given[1]} are mutually exclusive and "
            "you have specified both."
        )
    if statistics is not None:
        _check_numbers(statistics.values(), f"{where}.StatisticValues")
        return summarized(
            statistics["SampleCount"],
            statistics["Sum"],
            statistics["Minimum"],
            statistics["Maximum"],
        )
    if values:
        _check_numbers(values, f"{where}.Values")
        if len(values) > _MOST_VALUES:
            raise invalid_value(f"The parameter {where}.Values has more than {_MOST_VALUES}.")
        if counts is not None and len(counts) != len(values):
            raise invalid_value(
                f"The parameters {where}.Values and {where}.Counts must be of the same size."
            )
        return counted(values, counts)
    if value is None:
        raise invalid_combination(
            f"At least one of the parameters {where}.Value, {where}.Values and "
            f"{where}.StatisticValues must be specified."
        )
    _check_numbers((value,), f"{where}.Value")
    return single(float(value))


def _check_numbers(values: Iterable[float], where: str) -> None:
    for value in values:
        if not math.isfinite(value) or abs(value) > _LARGEST_VALUE:
            raise invalid_value(f"The value {value} for parameter {where} is invalid.")


def _check_period(period: int) -> None:
    if period not in _SHORT_PERIODS and (period < 60 or period % 60):
        raise invalid_value(
            f"The parameter Period must be 1, 5, 10, 20, 30 or a multiple of 60, not {period}."
        )


def _window(parameters: Parameters, period: int) -> Window:
    start, end = _seconds(parameters["StartTime"]), _seconds(parameters["EndTime"])
    if start >= end:
        raise invalid_value("The parameter StartTime must be less than the parameter EndTime.")
    step = min(period, 60)
    return Window(math.floor(start) // step * step, math.ceil(end))


def _seconds(moment: datetime) -> float:
    return moment.timestamp()


def _datapoint(
    at: int, unit: str, distribution: Distribution, basic: list[str], extended: list[str]
) -> Parameters:
    described: Parameters = {"Timestamp": float(at), "Unit": unit}
    for name in basic:
        described[name] = statistic(distribution, name)
    found = {name: statistic(distribution, name) for name in extended}
    known = {name: value for name, value in found.items() if value is not None}
    if known:
        described["ExtendedStatistics"] = known
    return described


def _listed(metric: Metric, parameters: Parameters) -> bool:
    if parameters.get("Namespace") not in (None, metric.namespace):
        return False
    if parameters.get("MetricName") not in (None, metric.name):
        return False
    dimensions = dict(metric.dimensions)
    return all(
        each["Name"] in dimensions and each.get("Value") in (None, dimensions[each["Name"]])
        for each in parameters.get("Dimensions") or []
    )


def _default_labels(queries: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Labels that tell the metrics of one request apart by what differs between them."""
    stats = {query["Id"]: query["MetricStat"] for query in queries if query.get("MetricStat")}
    by_statistic = len({each["Stat"] for each in stats.values()}) > 1
    by_period = len({each["Period"] for each in stats.values()}) > 1
    labels = {}
    for name, stat in stats.items():
        parts = [stat["Metric"].get("MetricName", "")]
        if by_statistic:
            parts.append(stat["Stat"])
        if by_period:
            parts.append(str(stat["Period"]))
        labels[name] = " ".join(parts)
    return labels


def _scope(caller: Caller) -> Scope:
    return Scope(caller.account_id, caller.region)

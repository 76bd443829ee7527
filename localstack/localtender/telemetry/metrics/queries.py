"""Evaluating the queries of GetMetricData and of alarms on metric math.

Follows
https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDataQuery.html.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from localtender.telemetry.metrics.datum import Metric, Scope, metric_of
from localtender.telemetry.metrics.distribution import is_statistic, statistic
from localtender.telemetry.metrics.expression import (
    Array,
    Call,
    ExpressionError,
    Negation,
    Node,
    Number,
    Operation,
    Reference,
    Text,
    parse_expression,
)
from localtender.telemetry.metrics.math_functions import KEYWORDS, call
from localtender.telemetry.metrics.search import search
from localtender.telemetry.metrics.series import (
    Binary,
    Collection,
    TimeSeries,
    Value,
    Window,
    combine,
)
from localtender.telemetry.metrics.store import MetricStore

_COMPARISONS = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_SEARCH_ACTIVE_SECONDS = 14 * 24 * 3600
_SEARCH_LIMIT = 500


@dataclass(frozen=True)
class QueryResult:
    """The series that one query amounts to: one, or any number for an array."""

    query: Mapping[str, Any]
    series: tuple[TimeSeries, ...]
    is_array: bool = False


class MetricQueries:
    """Answers lists of queries from the store."""

    def __init__(self, store: MetricStore) -> None:
        self._store = store

    def evaluate(
        self, scope: Scope, queries: Iterable[Mapping[str, Any]], window: Window
    ) -> list[QueryResult]:
        """Every query's result, in their order. Raises ExpressionError."""
        by_id = {query["Id"]: query for query in queries}
        evaluation = _Evaluation(self._store, scope, by_id, window)
        results = []
        for name, query in by_id.items():
            value = evaluation.result(name)
            if isinstance(value, TimeSeries):
                series: tuple[TimeSeries, ...] = (value,)
            elif isinstance(value, Collection):
                series = value.members
            else:
                raise ExpressionError(
                    f"Error in expression '{name}': the result must be a time series"
                )
            results.append(QueryResult(query, series, isinstance(value, Collection)))
        return results

    def check(self, queries: Iterable[Mapping[str, Any]]) -> None:
        """Refuse what can't be evaluated whatever the data. Raises ExpressionError."""
        by_id = {query["Id"]: query for query in queries}
        for name, query in by_id.items():
            if query.get("Expression"):
                _check_names(name, parse_expression(query["Expression"]), by_id)

    def metric(
        self,
        scope: Scope,
        metric: Metric,
        *,
        stat: str,
        period: int,
        unit: str | None,
        window: Window,
    ) -> TimeSeries:
        """One metric's statistic by period. Raises ExpressionError for an unknown statistic."""
        if not is_statistic(stat):
            raise ExpressionError(f"{stat} is no statistic")
        units = self._store.units(scope, metric, start=window.start, end=window.end)
        if unit is None and len(units) > 1:
            # Values of different units are never added up; the first unit by name is taken, as
            # LocalStack's tests/aws/services/cloudwatch/test_cloudwatch.snapshot.json records.
            unit = units[0]
        periods = self._store.periods(
            scope, metric, start=window.start, end=window.end, period=period, unit=unit
        )
        values = {}
        for at, distribution in periods.items():
            value = statistic(distribution, stat)
            if value is not None:
                values[at] = value
        return TimeSeries(values, period, metric.name)


def _check_names(name: str, node: Node, by_id: Mapping[str, Any]) -> None:
    match node:
        case Reference(reference) if reference not in by_id and reference not in KEYWORDS:
            raise ExpressionError(f"Error in expression '{name}' [Undefined variable {reference}]")
        case Negation(operand):
            _check_names(name, operand, by_id)
        case Operation(_, left, right):
            _check_names(name, left, by_id)
            _check_names(name, right, by_id)
        case Call(_, members) | Array(members):
            for member in members:
                _check_names(name, member, by_id)


class _Evaluation:
    """One pass over a list of queries, which may refer to each other but not in a circle."""

    def __init__(
        self,
        store: MetricStore,
        scope: Scope,
        queries: Mapping[str, Mapping[str, Any]],
        window: Window,
    ) -> None:
        self._store = store
        self._scope = scope
        self._queries = queries
        self._window = window
        self._results: dict[str, Value] = {}
        self._open: set[str] = set()

    def result(self, name: str) -> Value:
        if name in self._results:
            return self._results[name]
        if name in self._open:
            raise ExpressionError(f"Error in expression '{name}': it refers to itself")
        query = self._queries.get(name)
        if query is None:
            raise ExpressionError(f"Undefined variable {name}")
        self._open.add(name)
        stat = query.get("MetricStat")
        if stat is not None:
            value: Value = self._metric(stat)
        elif query.get("Expression"):
            value = self._value(parse_expression(query["Expression"]))
        else:
            raise ExpressionError(f"The query '{name}' needs a MetricStat or an Expression")
        self._open.discard(name)
        self._results[name] = value
        return value

    def _metric(self, stat: Mapping[str, Any]) -> TimeSeries:
        named = stat["Metric"]
        metric = metric_of(
            named.get("Namespace", ""), named.get("MetricName", ""), named.get("Dimensions")
        )
        return MetricQueries(self._store).metric(
            self._scope,
            metric,
            stat=stat["Stat"],
            period=stat["Period"],
            unit=stat.get("Unit"),
            window=self._window,
        )

    def _value(self, node: Node) -> Value:
        match node:
            case Number(value):
                return value
            case Text(text):
                return text
            case Reference(name):
                return name if name in KEYWORDS and name not in self._queries else self.result(name)
            case Negation(operand):
                return self._combined(self._value(operand), -1.0, operator.mul)
            case Operation(sign, left, right):
                return self._combined(self._value(left), self._value(right), _binary(sign))
            case Array(members):
                return Collection(tuple(self._members(members)))
            case Call("METRICS", arguments):
                return self._metrics(arguments)
            case Call("SEARCH", arguments):
                return self._search(arguments)
            case Call(function, arguments):
                return call(function, [self._value(each) for each in arguments], self._window)

    def _combined(self, left: Value, right: Value, operation: Binary) -> Value:
        try:
            return combine(left, right, operation)
        except TypeError as error:
            raise ExpressionError(str(error)) from error

    def _members(self, nodes: Iterable[Node]) -> Iterable[TimeSeries]:
        for node in nodes:
            value = self._value(node)
            if isinstance(value, TimeSeries):
                yield value
            elif isinstance(value, Collection):
                yield from value.members
            else:
                raise ExpressionError("An array holds time series only")

    def _metrics(self, arguments: tuple[Node, ...]) -> Collection:
        part = self._value(arguments[0]) if arguments else ""
        found = []
        for name, query in self._queries.items():
            if query.get("MetricStat") and isinstance(part, str) and part in name:
                value = self.result(name)
                if isinstance(value, TimeSeries):
                    found.append(value)
        return Collection(tuple(found))

    def _search(self, arguments: tuple[Node, ...]) -> Collection:
        values = [self._value(each) for each in arguments]
        if len(values) not in (2, 3) or not all(isinstance(each, str) for each in values[:2]):
            raise ExpressionError("SEARCH takes an expression, a statistic and a period")
        period = int(values[2]) if len(values) == 3 and isinstance(values[2], float) else 300
        since = self._window.end - _SEARCH_ACTIVE_SECONDS
        known = self._store.metrics(self._scope, written_since=since)
        found = search(str(values[0]), known)[:_SEARCH_LIMIT]
        queries = MetricQueries(self._store)
        return Collection(
            tuple(
                queries.metric(
                    self._scope,
                    metric,
                    stat=str(values[1]),
                    period=period,
                    unit=None,
                    window=self._window,
                )
                for metric in found
            )
        )


def _binary(sign: str) -> Binary:
    comparison = _COMPARISONS.get(sign)
    if comparison is not None:
        return lambda left, right: float(comparison(left, right))
    match sign:
        case "+":
            return operator.add
        case "-":
            return operator.sub
        case "*":
            return operator.mul
        case "/":
            # A division by zero gives no data point.
            return lambda left, right: left / right if right else None
        case "^":
            return _power
        case "AND":
            return lambda left, right: float(bool(left) and bool(right))
        case _:
            return lambda left, right: float(bool(left) or bool(right))


def _power(base: float, exponent: float) -> float | None:
    try:
        result = base**exponent
    except (OverflowError, ZeroDivisionError):
        return None
    return result if isinstance(result, float) else None

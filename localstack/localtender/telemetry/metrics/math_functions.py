"""The functions of metric math.

Names, arguments and results are those of "Functions supported for metric math"
(https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html#metric-math-syntax-functions-list).
Series that have no value at a time are left out of what is computed for it.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from itertools import pairwise

from localtender.telemetry.metrics.expression import ExpressionError
from localtender.telemetry.metrics.series import Collection, TimeSeries, Value, Window

NOT_OFFERED = (
    "ANOMALY_DETECTION_BAND",
    "DB_PERF_INSIGHTS",
    "INSIGHT_RULE_METRIC",
    "LAMBDA",
    "SERVICE_QUOTA",
)
"""What CloudWatch has and is not offered here: other data than metrics is behind it."""

KEYWORDS = ("REPEAT", "LINEAR", "ASC", "DESC", "AVG", "MIN", "MAX", "SUM", "STDDEV", "TIMESTAMP")
"""Words that are arguments of functions and no ids."""

Function = Callable[[Sequence[Value], Window], Value]


def call(name: str, arguments: Sequence[Value], window: Window) -> Value:
    """Apply a function. Raises ExpressionError where CloudWatch has no answer."""
    if name in NOT_OFFERED:
        raise ExpressionError(f"{name} is not offered by Localtender")
    function = FUNCTIONS.get(name)
    if function is None:
        raise ExpressionError(f"{name} is no function of metric math")
    try:
        return function(arguments, window)
    except (IndexError, TypeError, ValueError) as error:
        raise ExpressionError(f"The arguments of {name} can't be used") from error


def _aggregate(function: Callable[[Sequence[float]], float]) -> Function:
    """Of a series a number; of an array the series of what the members have at each time."""

    def aggregated(arguments: Sequence[Value], _: Window) -> Value:
        (argument,) = arguments
        if isinstance(argument, TimeSeries):
            if not argument.values:
                return math.nan
            return function(list(argument.values.values()))
        if not isinstance(argument, Collection):
            raise TypeError
        times = sorted({at for each in argument.members for at in each.values})
        return TimeSeries(
            {
                at: function([each.values[at] for each in argument.members if at in each.values])
                for at in times
            },
            max((each.period for each in argument.members), default=60),
        )

    return aggregated


def _each(change: Callable[[TimeSeries, Window], TimeSeries]) -> Function:
    """Of a series a series; of an array an array."""

    def changed(arguments: Sequence[Value], window: Window) -> Value:
        (argument,) = arguments
        if isinstance(argument, Collection):
            return Collection(tuple(change(each, window) for each in argument.members))
        if not isinstance(argument, TimeSeries):
            raise TypeError
        return change(argument, window)

    return changed


def _number(function: Callable[[float], float]) -> Function:
    """Of every value a value; also of a number."""
    of_series = _each(lambda series, _: series.mapped(function))

    def applied(arguments: Sequence[Value], window: Window) -> Value:
        (argument,) = arguments
        return function(argument) if isinstance(argument, float) else of_series(arguments, window)

    return applied


def _calendar(part: Callable[[datetime], float]) -> Function:
    def parts(series: TimeSeries, _: Window) -> TimeSeries:
        return series.with_values(
            {at: float(part(datetime.fromtimestamp(at, tz=UTC))) for at in series.values}
        )

    return _each(parts)


def _steps(of: Callable[[float, float, int], float]) -> Function:
    """What lies between each value and the one before it."""

    def stepped(series: TimeSeries, _: Window) -> TimeSeries:
        items = list(series.values.items())
        return series.with_values(
            {at: of(value, before, at - then) for (then, before), (at, value) in pairwise(items)}
        )

    return _each(stepped)


def _running_sum(series: TimeSeries, _: Window) -> TimeSeries:
    total, sums = 0.0, {}
    for at, value in series.values.items():
        total += value
        sums[at] = total
    return series.with_values(sums)


def _fill(arguments: Sequence[Value], window: Window) -> Value:
    source, filling = arguments
    if isinstance(source, Collection):
        filled = tuple(_filled(each, filling, window) for each in source.members)
        return Collection(filled)
    if not isinstance(source, TimeSeries):
        raise TypeError
    return _filled(source, filling, window)


def _filled(series: TimeSeries, filling: Value, window: Window) -> TimeSeries:
    known, values = series.values, {}
    for at in window.times(series.period):
        if at in known:
            values[at] = known[at]
            continue
        value = _filling(known, filling, at)
        if value is not None:
            values[at] = value
    return series.with_values(values)


def _filling(known: Mapping[int, float], filling: Value, at: int) -> float | None:
    if isinstance(filling, float):
        return filling
    if isinstance(filling, TimeSeries):
        return filling.values.get(at)
    before = max((each for each in known if each < at), default=None)
    if filling == "REPEAT":
        return None if before is None else known[before]
    if filling != "LINEAR":
        raise TypeError
    after = min((each for each in known if each > at), default=None)
    if before is None or after is None:
        return None
    share = (at - before) / (after - before)
    return known[before] + share * (known[after] - known[before])


def _if(arguments: Sequence[Value], _: Window) -> Value:
    condition, chosen = arguments[0], arguments[1]
    otherwise = arguments[2] if len(arguments) == 3 else None
    if isinstance(condition, float):
        result = chosen if condition else otherwise
        if result is None:
            raise TypeError
        return result
    if not isinstance(condition, TimeSeries):
        raise TypeError
    values = {}
    for at, holds in condition.values.items():
        value = _value_at(chosen if holds else otherwise, at)
        if value is not None:
            values[at] = value
    return condition.with_values(values)


def _value_at(source: Value | None, at: int) -> float | None:
    if isinstance(source, TimeSeries):
        return source.values.get(at)
    return source if isinstance(source, float) else None


def _end(index: int) -> Function:
    def end(arguments: Sequence[Value], _: Window) -> Value:
        (argument,) = arguments
        if isinstance(argument, Collection):
            return argument.members[index]
        if not isinstance(argument, TimeSeries):
            raise TypeError
        return list(argument.values.values())[index]

    return end


def _count(arguments: Sequence[Value], _: Window) -> Value:
    (argument,) = arguments
    if isinstance(argument, Collection):
        return float(len(argument.members))
    if not isinstance(argument, TimeSeries):
        raise TypeError
    return 1.0


def _period(arguments: Sequence[Value], _: Window) -> Value:
    (argument,) = arguments
    if not isinstance(argument, TimeSeries):
        raise TypeError
    return float(argument.period)


def _remove_empty(arguments: Sequence[Value], _: Window) -> Value:
    (argument,) = arguments
    if not isinstance(argument, Collection):
        raise TypeError
    return Collection(tuple(each for each in argument.members if each.values))


def _slice(arguments: Sequence[Value], _: Window) -> Value:
    source = arguments[0]
    bounds = [int(_as_float(each)) for each in arguments[1:]]
    start, end = bounds[0], bounds[1] if len(bounds) > 1 else None
    if not isinstance(source, Collection):
        raise TypeError
    if end is None:
        return source.members[start]
    return Collection(source.members[start:end])


def _sort(arguments: Sequence[Value], _: Window) -> Value:
    source, function, order = arguments[:3]
    key = _SORT_KEYS.get(str(function))
    if not isinstance(source, Collection) or key is None or order not in ("ASC", "DESC"):
        raise TypeError
    filled = [each for each in source.members if each.values]
    filled.sort(key=lambda each: key(list(each.values.values())), reverse=order == "DESC")
    limit = int(_as_float(arguments[3])) if len(arguments) > 3 else len(filled)
    return Collection(tuple(filled[:limit]))


def _time_series(arguments: Sequence[Value], window: Window) -> Value:
    (argument,) = arguments
    value = _as_float(argument)
    return TimeSeries(dict.fromkeys(window.times(60), value), 60)


def _as_float(value: Value) -> float:
    if not isinstance(value, float):
        raise TypeError
    return value


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


_SORT_KEYS: Mapping[str, Callable[[Sequence[float]], float]] = {
    "AVG": _mean,
    "MAX": max,
    "MIN": min,
    "STDDEV": statistics.pstdev,
    "SUM": math.fsum,
}

FUNCTIONS: Mapping[str, Function] = {
    "ABS": _number(abs),
    "AVG": _aggregate(_mean),
    "CEIL": _number(lambda value: float(math.ceil(value))),
    "DATAPOINT_COUNT": _aggregate(lambda values: float(len(values))),
    "DATE": _calendar(lambda moment: moment.day),
    "DAY": _calendar(lambda moment: moment.isoweekday()),
    "DIFF": _steps(lambda value, before, _: value - before),
    "DIFF_TIME": _steps(lambda _, __, seconds: float(seconds)),
    "EPOCH": _calendar(lambda moment: moment.timestamp()),
    "FILL": _fill,
    "FIRST": _end(0),
    "FLOOR": _number(lambda value: float(math.floor(value))),
    "HOUR": _calendar(lambda moment: moment.hour),
    "IF": _if,
    "LAST": _end(-1),
    "LOG": _number(math.log),
    "LOG10": _number(math.log10),
    "MAX": _aggregate(max),
    "METRIC_COUNT": _count,
    "MIN": _aggregate(min),
    "MINUTE": _calendar(lambda moment: moment.minute),
    "MONTH": _calendar(lambda moment: moment.month),
    "PERIOD": _period,
    "RATE": _steps(lambda value, before, seconds: (value - before) / seconds),
    "REMOVE_EMPTY": _remove_empty,
    "RUNNING_SUM": _each(_running_sum),
    "SLICE": _slice,
    "SORT": _sort,
    "STDDEV": _aggregate(statistics.pstdev),
    "SUM": _aggregate(math.fsum),
    "TIME_SERIES": _time_series,
    "YEAR": _calendar(lambda moment: moment.year),
}
"""By name; METRICS and SEARCH need the query around them and are not among these."""

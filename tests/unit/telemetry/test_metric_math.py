from __future__ import annotations

from typing import Any

import pytest

from localtender.telemetry.metrics.datum import Datum, Metric, Scope
from localtender.telemetry.metrics.distribution import single
from localtender.telemetry.metrics.expression import ExpressionError, parse_expression
from localtender.telemetry.metrics.queries import MetricQueries
from localtender.telemetry.metrics.series import Window
from localtender.telemetry.metrics.store import MetricStore

SCOPE = Scope("000000000000", "us-east-1")
START = 1_800_000_000 // 3600 * 3600
WINDOW = Window(START, START + 300)

ERRORS = {0: 1.0, 60: 2.0, 180: 4.0}
CALLS = {0: 10.0, 60: 10.0, 120: 10.0, 180: 0.0}


def _queries() -> MetricQueries:
    store = MetricStore(clock=lambda: START + 300)
    for name, values in (("Errors", ERRORS), ("Calls", CALLS)):
        store.record(
            SCOPE,
            [
                Datum(Metric("N", name, (("F", "pay"),)), START + at, single(value))
                for at, value in values.items()
            ],
        )
    return MetricQueries(store)


def _metric(name: str, identifier: str) -> dict[str, Any]:
    metric = {"Namespace": "N", "MetricName": name, "Dimensions": [{"Name": "F", "Value": "pay"}]}
    return {"Id": identifier, "MetricStat": {"Metric": metric, "Period": 60, "Stat": "Sum"}}


def _result(expression: str) -> dict[int, float]:
    queries = [
        _metric("Errors", "m1"),
        _metric("Calls", "m2"),
        {"Id": "e1", "Expression": expression},
    ]
    (series,) = _queries().evaluate(SCOPE, queries, WINDOW)[2].series
    return {at - START: value for at, value in series.values.items()}


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("m1 + m2", {0: 11.0, 60: 12.0, 180: 4.0}),
        ("100 * m1 / m2", {0: 10.0, 60: 20.0}),
        ("-m1 ^ 2", {0: -1.0, 60: -4.0, 180: -16.0}),
        ("m1 > 1 AND m2 > 5", {0: 0.0, 60: 1.0, 180: 0.0}),
        ("m1 == 1 || m1 == 4", {0: 1.0, 60: 0.0, 180: 1.0}),
        ("FILL(m1, 0)", {0: 1.0, 60: 2.0, 120: 0.0, 180: 4.0, 240: 0.0}),
        ("FILL(m1, REPEAT)", {0: 1.0, 60: 2.0, 120: 2.0, 180: 4.0, 240: 4.0}),
        ("FILL(m1, LINEAR)", {0: 1.0, 60: 2.0, 120: 3.0, 180: 4.0}),
        ("FILL(m1, m2)", {0: 1.0, 60: 2.0, 120: 10.0, 180: 4.0}),
        ("IF(m1 > 1, m1, 0)", {0: 0.0, 60: 2.0, 180: 4.0}),
        ("IF(m1 > 1, m1)", {60: 2.0, 180: 4.0}),
        ("SUM([m1, m2])", {0: 11.0, 60: 12.0, 120: 10.0, 180: 4.0}),
        ("SUM(METRICS())", {0: 11.0, 60: 12.0, 120: 10.0, 180: 4.0}),
        ('MAX(METRICS("m1"))', {0: 1.0, 60: 2.0, 180: 4.0}),
        ("AVG([m1, m2])", {0: 5.5, 60: 6.0, 120: 10.0, 180: 2.0}),
        ("m1 - AVG(m1)", {0: 1 - 7 / 3, 60: 2 - 7 / 3, 180: 4 - 7 / 3}),
        ("m1 / PERIOD(m1)", {0: 1 / 60, 60: 2 / 60, 180: 4 / 60}),
        ("DIFF(m1)", {60: 1.0, 180: 2.0}),
        ("DIFF_TIME(m1)", {60: 60.0, 180: 120.0}),
        ("RATE(m1)", {60: 1 / 60, 180: 2 / 120}),
        ("RUNNING_SUM(m1)", {0: 1.0, 60: 3.0, 180: 7.0}),
        ("CEIL(m1 / 3)", {0: 1.0, 60: 1.0, 180: 2.0}),
        ("ABS(0 - m1)", {0: 1.0, 60: 2.0, 180: 4.0}),
        ("m1 * METRIC_COUNT(METRICS())", {0: 2.0, 60: 4.0, 180: 8.0}),
        ("FIRST([m1, m2])", {0: 1.0, 60: 2.0, 180: 4.0}),
        ("FIRST(SORT([m1, m2], SUM, DESC))", {0: 10.0, 60: 10.0, 120: 10.0, 180: 0.0}),
        ("SLICE(SORT([m1, m2], SUM, ASC), 0)", {0: 1.0, 60: 2.0, 180: 4.0}),
        ("TIME_SERIES(LAST(m1))", {0: 4.0, 60: 4.0, 120: 4.0, 180: 4.0, 240: 4.0}),
        ("MINUTE(m1)", {0: 0.0, 60: 1.0, 180: 3.0}),
        ("SUM(SEARCH('{N,F} Errors', 'Sum', 60))", {0: 1.0, 60: 2.0, 180: 4.0}),
    ],
)
def test_an_expression_gives_what_the_documentation_says(
    expression: str, expected: dict[int, float]
) -> None:
    assert _result(expression) == pytest.approx(expected)


def test_an_expression_may_refer_to_another_one() -> None:
    queries = [
        {"Id": "e2", "Expression": "e1 * 2"},
        {"Id": "e1", "Expression": "m1 + 1"},
        _metric("Errors", "m1"),
    ]
    results = _queries().evaluate(SCOPE, queries, WINDOW)
    assert list(results[0].series[0].values.values()) == [4.0, 6.0, 10.0]


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("m1 +", "ends too early"),
        ("m1 m2", "Unexpected 'm2'"),
        ("(m1", "')' is missing"),
        ("m9", "Undefined variable m9"),
        ("NOPE(m1)", "NOPE is no function"),
        ("ANOMALY_DETECTION_BAND(m1)", "not offered"),
        ("SUM(m1)", "must be a time series"),
        ("e1", "refers to itself"),
        ("m1 ; m2", "Unexpected character"),
    ],
)
def test_what_can_not_be_computed_is_refused_with_the_reason(expression: str, message: str) -> None:
    with pytest.raises(ExpressionError, match=message.replace("(", r"\(").replace(")", r"\)")):
        _result(expression)


def test_a_very_deep_expression_is_refused() -> None:
    with pytest.raises(ExpressionError, match="nested too deeply"):
        parse_expression("(" * 500 + "1" + ")" * 500)


def test_undefined_names_are_found_without_data() -> None:
    with pytest.raises(ExpressionError, match="Undefined variable m7"):
        _queries().check([{"Id": "e1", "Expression": "SUM([m7])"}])

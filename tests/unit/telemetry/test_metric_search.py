from __future__ import annotations

import pytest

from localtender.telemetry.metrics.datum import Metric
from localtender.telemetry.metrics.expression import ExpressionError
from localtender.telemetry.metrics.search import search

PAY_ERRORS = Metric("AWS/Lambda", "Errors", (("FunctionName", "payments-api"),))
PAY_CALLS = Metric("AWS/Lambda", "Invocations", (("FunctionName", "payments-api"),))
SETTLE_ERRORS = Metric("AWS/Lambda", "Errors", (("FunctionName", "settlement"),))
ALL_ERRORS = Metric("AWS/Lambda", "Errors")
METRICS = [PAY_ERRORS, PAY_CALLS, SETTLE_ERRORS, ALL_ERRORS]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("{AWS/Lambda,FunctionName} Errors", [PAY_ERRORS, SETTLE_ERRORS]),
        ('{AWS/Lambda,FunctionName} MetricName="Errors"', [PAY_ERRORS, SETTLE_ERRORS]),
        ('Errors FunctionName="payments-api"', [PAY_ERRORS]),
        ("payments AND NOT Errors", [PAY_CALLS]),
        ("settlement OR Invocations", [PAY_CALLS, SETTLE_ERRORS]),
        ("(settlement OR payments) Errors", [PAY_ERRORS, SETTLE_ERRORS]),
        ("Namespace=AWS/Lambda FunctionName=settlement", [SETTLE_ERRORS]),
        ("{AWS/Lambda}", [ALL_ERRORS]),
    ],
)
def test_a_search_finds_the_metrics_that_meet_it(expression: str, expected: list[Metric]) -> None:
    assert search(expression, METRICS) == expected


@pytest.mark.parametrize("expression", ["", "(Errors", "Errors)", "MetricName=", "NOT"])
def test_a_search_that_can_not_be_read_is_refused(expression: str) -> None:
    with pytest.raises(ExpressionError):
        search(expression, METRICS)

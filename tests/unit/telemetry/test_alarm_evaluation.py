"""The tables of "Configuring how CloudWatch alarms treat missing data", row by row."""

from __future__ import annotations

import pytest

from localtender.telemetry.alarms.evaluation import Datapoint, Rule, evaluate

VALUES = {"0": 0.0, "X": 9.0, "-": None}
STAYS = None


def _state(points: str, datapoints_to_alarm: int, missing: str, periods: int = 3) -> str | None:
    rule = Rule("GreaterThanThreshold", 5.0, periods, datapoints_to_alarm, missing)
    datapoints = [Datapoint(60 * n, VALUES[point]) for n, point in enumerate(points.split())]
    return evaluate(rule, datapoints).state


@pytest.mark.parametrize(
    ("points", "missing", "ignore", "breaching", "not_breaching"),
    [
        ("0 - X - X", "OK", "OK", "OK", "OK"),
        ("- - - - 0", "OK", "OK", "OK", "OK"),
        ("- - - - -", "INSUFFICIENT_DATA", STAYS, "ALARM", "OK"),
        ("0 X X - X", "ALARM", "ALARM", "ALARM", "ALARM"),
        ("- - X - -", "ALARM", STAYS, "ALARM", "OK"),
    ],
)
def test_three_out_of_three(
    points: str,
    missing: str,
    ignore: str | None,
    breaching: str,
    not_breaching: str,
) -> None:
    # "0 - X - X" has three real data points, one of which does not breach.
    assert _state(points, 3, "missing") == missing
    assert _state(points, 3, "ignore") == ignore
    assert _state(points, 3, "breaching") == breaching
    assert _state(points, 3, "notBreaching") == not_breaching


@pytest.mark.parametrize(
    ("points", "missing", "ignore", "breaching", "not_breaching"),
    [
        ("0 - X - X", "ALARM", "ALARM", "ALARM", "ALARM"),
        ("0 0 X 0 X", "ALARM", "ALARM", "ALARM", "ALARM"),
        ("0 - X - -", "OK", "OK", "ALARM", "OK"),
        ("- - - - 0", "OK", "OK", "ALARM", "OK"),
        ("- - - X -", "ALARM", STAYS, "ALARM", "OK"),
    ],
)
def test_two_out_of_three(
    points: str,
    missing: str,
    ignore: str | None,
    breaching: str,
    not_breaching: str,
) -> None:
    assert _state(points, 2, "missing") == missing
    assert _state(points, 2, "ignore") == ignore
    assert _state(points, 2, "breaching") == breaching
    assert _state(points, 2, "notBreaching") == not_breaching


@pytest.mark.parametrize(
    ("comparison", "value", "breaches"),
    [
        ("GreaterThanOrEqualToThreshold", 5.0, True),
        ("GreaterThanThreshold", 5.0, False),
        ("LessThanThreshold", 5.0, False),
        ("LessThanOrEqualToThreshold", 5.0, True),
    ],
)
def test_a_value_at_the_threshold(comparison: str, value: float, breaches: bool) -> None:
    assert Rule(comparison, 5.0, 1, 1).breaches(value) is breaches

"""Whether an alarm's data points breach its threshold, with some of them missing.

Follows "Evaluating an alarm" and "Configuring how CloudWatch alarms treat missing data"
(https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html): more data
points are looked at than the evaluation periods, missing ones are made up only when there are not
enough real ones, and an alarm does not wait for data that no longer comes.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from localtender.telemetry.alarms.alarm import ALARM, INSUFFICIENT_DATA, OK

EXTRA_DATAPOINTS = 2
"""Beyond the evaluation periods, as in the documentation's example of three periods."""

COMPARISONS: Mapping[str, Callable[[float, float], bool]] = {
    "GreaterThanOrEqualToThreshold": operator.ge,
    "GreaterThanThreshold": operator.gt,
    "LessThanThreshold": operator.lt,
    "LessThanOrEqualToThreshold": operator.le,
}


@dataclass(frozen=True)
class Datapoint:
    """One period, by its first second since 1970; `value` is None where nothing came."""

    timestamp: int
    value: float | None = None
    sample_count: float | None = None


@dataclass(frozen=True)
class Rule:
    """When an alarm goes off; `missing` is missing, ignore, breaching or notBreaching."""

    comparison: str
    threshold: float
    evaluation_periods: int
    datapoints_to_alarm: int
    missing: str = "missing"

    def breaches(self, value: float) -> bool:
        """Whether a value is on the wrong side of the threshold."""
        return COMPARISONS[self.comparison](value, self.threshold)


@dataclass(frozen=True)
class Verdict:
    """The state that follows, None when it stays; what it rests on, oldest first.

    `filled` says how many missing data points were taken for breaching or not breaching ones.
    """

    state: str | None
    evaluated: tuple[Datapoint, ...] = ()
    filled: int = 0


def evaluate(rule: Rule, datapoints: Sequence[Datapoint]) -> Verdict:
    """The state that an evaluation range, oldest first, leads to."""
    wanted = rule.evaluation_periods
    real = [each for each in datapoints if each.value is not None]
    if len(real) >= wanted:
        return _counted(rule, tuple(real[-wanted:]))
    recent = tuple(datapoints[-wanted:])
    if rule.missing in ("breaching", "notBreaching"):
        return _filled(rule, real, recent)
    if not real:
        return Verdict(INSUFFICIENT_DATA if rule.missing == "missing" else None, recent)
    breaching = sum(_breaches(rule, each) for each in real)
    if breaching >= rule.datapoints_to_alarm:
        return Verdict(ALARM, tuple(real))
    if breaching == len(real) and _is_premature(rule, datapoints):
        return Verdict(ALARM if rule.missing == "missing" else None, tuple(real))
    return Verdict(OK, tuple(real))


def _counted(rule: Rule, points: tuple[Datapoint, ...]) -> Verdict:
    breaching = sum(_breaches(rule, each) for each in points)
    return Verdict(ALARM if breaching >= rule.datapoints_to_alarm else OK, points)


def _filled(rule: Rule, real: list[Datapoint], recent: tuple[Datapoint, ...]) -> Verdict:
    filled = rule.evaluation_periods - len(real)
    breaching = sum(_breaches(rule, each) for each in real)
    if rule.missing == "breaching":
        breaching += filled
    state = ALARM if breaching >= rule.datapoints_to_alarm else OK
    return Verdict(state, tuple(real) or recent, filled)


def _is_premature(rule: Rule, datapoints: Sequence[Datapoint]) -> bool:
    """Whether the oldest data point is as far back as the alarm would look for its last one."""
    oldest = next(n for n, each in enumerate(datapoints) if each.value is not None)
    return len(datapoints) - oldest >= rule.datapoints_to_alarm


def _breaches(rule: Rule, datapoint: Datapoint) -> bool:
    return datapoint.value is not None and rule.breaches(datapoint.value)

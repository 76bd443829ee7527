"""Looking at metrics on behalf of alarms, by the clock.

Follows https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html:
alarms are evaluated every minute, those with a period below a minute every 10 seconds.
"""

from __future__ import annotations

import asyncio
import logging
import math
import time
from collections.abc import Awaitable, Callable
from typing import Any

from localtender.telemetry.alarms.alarm import INSUFFICIENT_DATA, Alarm
from localtender.telemetry.alarms.evaluation import (
    EXTRA_DATAPOINTS,
    Datapoint,
    Rule,
    Verdict,
    evaluate,
)
from localtender.telemetry.alarms.reasons import reason_data, reason_text
from localtender.telemetry.alarms.registry import AlarmRegistry
from localtender.telemetry.alarms.transitions import AlarmTransitions
from localtender.telemetry.metrics.datum import metric_of
from localtender.telemetry.metrics.expression import ExpressionError
from localtender.telemetry.metrics.queries import MetricQueries
from localtender.telemetry.metrics.series import TimeSeries, Window
from localtender.telemetry.metrics.store import MetricStore

STANDARD_INTERVAL_SECONDS = 60.0
"""Between two evaluations of an alarm, as in CloudWatch."""

_HIGH_RESOLUTION_INTERVAL_SECONDS = 10.0
# Data of the minute that has just ended may still be on its way.
_SETTLING_SECONDS = 2.0

_log = logging.getLogger(__name__)


class AlarmSupervision:
    """Evaluates every alarm on its own clock."""

    def __init__(
        self,
        registry: AlarmRegistry,
        transitions: AlarmTransitions,
        store: MetricStore,
        *,
        interval_seconds: float = STANDARD_INTERVAL_SECONDS,
        before: Callable[[], Awaitable[None]] | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """`before` is awaited ahead of each round; `clock` gives seconds since 1970.

        With an interval below a minute the period that has just begun counts as well, so that
        a test need not wait for its end.
        """
        self._registry = registry
        self._transitions = transitions
        self._store = store
        self._queries = MetricQueries(store)
        self._interval = interval_seconds
        self._before = before
        self._clock = clock
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to evaluate."""
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Evaluate no more."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    def evaluate_all(self, now: float, *, standard: bool = True) -> None:
        """Evaluate all alarms, or only those with a period below a minute."""
        for alarm in self._registry.all():
            if alarm.alarm_type == "CompositeAlarm":
                self._transitions.evaluate_composite(alarm, now)
            elif standard or alarm.period < STANDARD_INTERVAL_SECONDS:
                self.evaluate(alarm, now)

    def evaluate(self, alarm: Alarm, now: float) -> None:
        """Look at one metric alarm's data and change its state accordingly."""
        rule = _rule(alarm)
        try:
            datapoints = self._datapoints(alarm, now)
        except ExpressionError as error:
            if alarm.state.value != INSUFFICIENT_DATA:
                self._transitions.enter(alarm, INSUFFICIENT_DATA, str(error), None, now)
            return
        if _has_too_few_samples(alarm, datapoints):
            return
        verdict = evaluate(rule, datapoints)
        if verdict.state is not None and verdict.state != alarm.state.value:
            self._enter(alarm, rule, verdict, now)

    def _enter(self, alarm: Alarm, rule: Rule, verdict: Verdict, now: float) -> None:
        self._transitions.enter(
            alarm,
            verdict.state or alarm.state.value,
            reason_text(alarm, rule, verdict),
            reason_data(alarm, rule, verdict, now),
            now,
        )

    def _datapoints(self, alarm: Alarm, now: float) -> list[Datapoint]:
        period = alarm.period
        count = alarm.evaluation_periods + EXTRA_DATAPOINTS
        end = self._end(now, period)
        window = Window(end - count * period, end)
        series, samples = self._series(alarm, window)
        return [
            Datapoint(at, series.values.get(at), samples.get(at)) for at in window.times(period)
        ]

    def _end(self, now: float, period: int) -> int:
        """Where the newest data point ends, which moves on by the minute, not by the period."""
        if self._interval < STANDARD_INTERVAL_SECONDS:
            return math.floor(now) + 1
        step = int(min(period, STANDARD_INTERVAL_SECONDS))
        return math.floor(now - _SETTLING_SECONDS) // step * step

    def _series(self, alarm: Alarm, window: Window) -> tuple[TimeSeries, dict[int, float]]:
        configuration = alarm.configuration
        if alarm.queries:
            results = self._queries.evaluate(alarm.scope, alarm.queries, window)
            returned = [result.series for result in results if result.query.get("ReturnData", True)]
            if len(returned) != 1 or len(returned[0]) != 1:
                raise ExpressionError("An alarm needs exactly one time series")
            return returned[0][0], {}
        metric = metric_of(
            configuration["Namespace"], configuration["MetricName"], configuration.get("Dimensions")
        )
        series = self._queries.metric(
            alarm.scope,
            metric,
            stat=configuration.get("ExtendedStatistic") or configuration["Statistic"],
            period=alarm.period,
            unit=configuration.get("Unit"),
            window=window,
        )
        periods = self._store.periods(
            alarm.scope,
            metric,
            start=window.start,
            end=window.end,
            period=alarm.period,
            unit=configuration.get("Unit"),
        )
        return series, {at: each.sample_count for at, each in periods.items()}

    async def _run(self) -> None:
        tick = min(self._interval, _HIGH_RESOLUTION_INTERVAL_SECONDS)
        standard_round = math.floor(self._clock() / self._interval)
        while True:
            now = self._clock()
            settling = min(_SETTLING_SECONDS, tick / 2)
            following = (math.floor((now - settling) / tick) + 1) * tick + settling
            await asyncio.sleep(max(0.0, following - now))
            now = self._clock()
            this_round = math.floor((now - settling) / self._interval)
            standard = this_round != standard_round
            standard_round = this_round
            try:
                if standard and self._before is not None:
                    await self._before()
                self.evaluate_all(now, standard=standard)
            except Exception:  # the next round must come whatever one alarm does
                _log.exception("The alarms could not be evaluated")


def _rule(alarm: Alarm) -> Rule:
    configuration = alarm.configuration
    return Rule(
        comparison=configuration["ComparisonOperator"],
        threshold=float(configuration["Threshold"]),
        evaluation_periods=alarm.evaluation_periods,
        datapoints_to_alarm=alarm.datapoints_to_alarm,
        missing=configuration.get("TreatMissingData") or "missing",
    )


def _has_too_few_samples(alarm: Alarm, datapoints: list[Datapoint]) -> bool:
    """Whether a percentile means nothing yet and the alarm is told to wait.

    "Percentile-based alarms and low data samples": at least 10 / (1 - percentile) samples above
    the median, 10 / percentile below.
    """
    configuration: Any = alarm.configuration
    name = configuration.get("ExtendedStatistic") or ""
    if configuration.get("EvaluateLowSampleCountPercentile") != "ignore" or name[:1] != "p":
        return False
    share = float(name[1:]) / 100
    needed = 10 / (1 - share) if 0.5 <= share < 1 else 10 / share if share else math.inf
    return sum(each.sample_count or 0.0 for each in datapoints) < needed

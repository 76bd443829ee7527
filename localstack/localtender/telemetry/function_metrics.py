"""The metrics that Lambda publishes about functions: namespace AWS/Lambda.

Names and dimensions are those of "Types of metrics for Lambda functions" and "Viewing metrics for
Lambda functions"
(https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html): without dimensions for
all functions together, by FunctionName, by Resource (a version or alias), and for an alias by the
version that ran.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from localtender.telemetry.metrics.datum import Metric, Scope

if TYPE_CHECKING:
    from localtender.edge.functions.names import FunctionReference
    from localtender.telemetry.metrics.sampler import Sampler
    from localtender.telemetry.metrics.store import MetricStore

_NAMESPACE = "AWS/Lambda"

_Dimensions = tuple[tuple[str, str], ...]

_OUTCOME_UNITS = (
    ("Invocations", "Count"),
    ("Errors", "Count"),
    ("Throttles", "Count"),
    ("Duration", "Milliseconds"),
)


@dataclass
class _Concurrency:
    """How many invocations run now, of a function or of all in an account and region."""

    sampler: Sampler
    running: int = 0


class FunctionMetrics:
    """Records what happens to functions; a `localtender.edge.functions.observer` observer."""

    def __init__(self, store: MetricStore, clock: Callable[[], float] = time.time) -> None:
        """`clock` gives seconds since 1970."""
        self._store = store
        self._clock = clock
        self._running: dict[str, _Concurrency] = {}
        self._running_in: dict[Scope, _Concurrency] = {}
        self._outcomes: dict[tuple[FunctionReference, str], tuple[Sampler, ...]] = {}

    def started(self, function: FunctionReference) -> None:
        """Count what runs at the same time."""
        here, everywhere = self._concurrency_of(function)
        now = self._clock()
        for concurrency in (here, everywhere):
            concurrency.running += 1
            concurrency.sampler.add(now, float(concurrency.running))

    def ended(
        self, function: FunctionReference, version: str, *, duration_ms: float, failed: bool
    ) -> None:
        """Record Invocations, Errors, Throttles and Duration."""
        for concurrency in self._concurrency_of(function):
            concurrency.running -= 1
        key = (function, version)
        samplers = self._outcomes.get(key)
        if samplers is None:
            samplers = self._outcomes[key] = tuple(
                self._sampler(function, version, name, unit) for name, unit in _OUTCOME_UNITS
            )
        now = self._clock()
        for sampler, value in zip(samplers, (1.0, float(failed), 0.0, duration_ms), strict=True):
            sampler.add(now, value)

    def throttled(self, function: FunctionReference) -> None:
        """Record Throttles; a throttled request is no invocation."""
        self._count(function, "Throttles")

    def event_received(self, function: FunctionReference) -> None:
        """Record AsyncEventsReceived."""
        self._count(function, "AsyncEventsReceived")

    def event_dropped(self, function: FunctionReference) -> None:
        """Record AsyncEventsDropped."""
        self._count(function, "AsyncEventsDropped")

    def dead_letter_failed(self, function: FunctionReference) -> None:
        """Record DeadLetterErrors."""
        self._count(function, "DeadLetterErrors")

    def destination_failed(self, function: FunctionReference) -> None:
        """Record DestinationDeliveryFailures."""
        self._count(function, "DestinationDeliveryFailures")

    def stream_read(self, function: FunctionReference, age_ms: float) -> None:
        """Record IteratorAge."""
        self._sampler(function, None, "IteratorAge", "Milliseconds").add(self._clock(), age_ms)

    def _count(self, function: FunctionReference, name: str) -> None:
        self._sampler(function, None, name, "Count").add(self._clock(), 1.0)

    def _sampler(
        self, function: FunctionReference, version: str | None, name: str, unit: str
    ) -> Sampler:
        metrics = [
            Metric(_NAMESPACE, name, dimensions)
            for dimensions in _dimension_sets(function, version)
        ]
        return self._store.sampler(_scope(function), metrics, unit)

    def _concurrency_of(self, function: FunctionReference) -> tuple[_Concurrency, _Concurrency]:
        arn, scope = function.unqualified_arn, _scope(function)
        here = self._running.get(arn)
        if here is None:
            here = self._running[arn] = self._concurrency(scope, ("FunctionName", function.name))
        everywhere = self._running_in.get(scope)
        if everywhere is None:
            everywhere = self._running_in[scope] = self._concurrency(scope)
        return here, everywhere

    def _concurrency(self, scope: Scope, *dimensions: tuple[str, str]) -> _Concurrency:
        metric = Metric(_NAMESPACE, "ConcurrentExecutions", dimensions)
        return _Concurrency(self._store.sampler(scope, [metric], "Count"))


def _dimension_sets(function: FunctionReference, version: str | None) -> list[_Dimensions]:
    name = ("FunctionName", function.name)
    qualifier = function.qualifier
    resource = ("Resource", f"{function.name}:{qualifier}" if qualifier else function.name)
    sets: list[_Dimensions] = [(), (name,), (name, resource)]
    if qualifier and version and version != qualifier:
        sets.append((("ExecutedVersion", version), name, resource))
    return sets


def _scope(function: FunctionReference) -> Scope:
    return Scope(function.account_id, function.region)

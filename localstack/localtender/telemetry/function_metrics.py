"""The metrics that Lambda publishes about functions: namespace AWS/Lambda.

Names and dimensions are those of "Types of metrics for Lambda functions" and "Viewing metrics for
Lambda functions"
(https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html): without dimensions for
all functions together, by FunctionName, by Resource (a version or alias), and for an alias by the
version that ran.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING

from localtender.telemetry.metrics.datum import Datum, Metric, Scope
from localtender.telemetry.metrics.distribution import single

if TYPE_CHECKING:
    from localtender.edge.functions.names import FunctionReference
    from localtender.telemetry.metrics.store import MetricStore

_NAMESPACE = "AWS/Lambda"

_Dimensions = tuple[tuple[str, str], ...]


class FunctionMetrics:
    """Records what happens to functions; a `localtender.edge.functions.observer` observer."""

    def __init__(self, store: MetricStore, clock: Callable[[], float] = time.time) -> None:
        """`clock` gives seconds since 1970."""
        self._store = store
        self._clock = clock
        self._running: Counter[str] = Counter()
        self._running_in: Counter[Scope] = Counter()

    def started(self, function: FunctionReference) -> None:
        """Count what runs at the same time."""
        scope = _scope(function)
        self._running[function.unqualified_arn] += 1
        self._running_in[scope] += 1
        now = self._clock()
        by_name = (("FunctionName", function.name),)
        running = float(self._running[function.unqualified_arn])
        everywhere = float(self._running_in[scope])
        name = "ConcurrentExecutions"
        self._store.record(
            scope,
            (
                Datum(Metric(_NAMESPACE, name, by_name), now, single(running), "Count"),
                Datum(Metric(_NAMESPACE, name), now, single(everywhere), "Count"),
            ),
        )

    def ended(
        self, function: FunctionReference, version: str, *, duration_ms: float, failed: bool
    ) -> None:
        """Record Invocations, Errors, Throttles and Duration."""
        scope = _scope(function)
        self._running[function.unqualified_arn] -= 1
        self._running_in[scope] -= 1
        values = (
            ("Invocations", 1.0, "Count"),
            ("Errors", float(failed), "Count"),
            ("Throttles", 0.0, "Count"),
            ("Duration", duration_ms, "Milliseconds"),
        )
        self._record(function, version, values)

    def throttled(self, function: FunctionReference) -> None:
        """Record Throttles; a throttled request is no invocation."""
        self._record(function, None, (("Throttles", 1.0, "Count"),))

    def event_received(self, function: FunctionReference) -> None:
        """Record AsyncEventsReceived."""
        self._record(function, None, (("AsyncEventsReceived", 1.0, "Count"),))

    def event_dropped(self, function: FunctionReference) -> None:
        """Record AsyncEventsDropped."""
        self._record(function, None, (("AsyncEventsDropped", 1.0, "Count"),))

    def dead_letter_failed(self, function: FunctionReference) -> None:
        """Record DeadLetterErrors."""
        self._record(function, None, (("DeadLetterErrors", 1.0, "Count"),))

    def destination_failed(self, function: FunctionReference) -> None:
        """Record DestinationDeliveryFailures."""
        self._record(function, None, (("DestinationDeliveryFailures", 1.0, "Count"),))

    def stream_read(self, function: FunctionReference, age_ms: float) -> None:
        """Record IteratorAge."""
        self._record(function, None, (("IteratorAge", age_ms, "Milliseconds"),))

    def _record(
        self,
        function: FunctionReference,
        version: str | None,
        values: tuple[tuple[str, float, str], ...],
    ) -> None:
        now = self._clock()
        data: list[Datum] = []
        for name, value, unit in values:
            distribution = single(value)
            for metric in _metrics(function, version, name):
                data.append(Datum(metric, now, distribution, unit))
        self._store.record(_scope(function), data)


@lru_cache(maxsize=4096)
def _metrics(function: FunctionReference, version: str | None, name: str) -> tuple[Metric, ...]:
    dimension_sets = _dimension_sets(function, version)
    return tuple(Metric(_NAMESPACE, name, dimensions) for dimensions in dimension_sets)


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

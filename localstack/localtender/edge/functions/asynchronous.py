"""Asynchronous invocation: an event is taken at once and run in the background.

Follows https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html: a
function that fails is tried again twice; one that is throttled, or that Lambda itself fails to run,
is tried again for as long as the event may live.
"""

from __future__ import annotations

import asyncio
import logging
import time
from typing import TYPE_CHECKING

from localtender.edge.functions.destinations import EventOutcome
from localtender.edge.functions.names import parse_arn
from localtender.edge.functions.observer import FunctionObserver, NobodyWatches
from localtender.edge.protocol.errors import ServiceError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from localtender.edge.functions.destinations import Destinations, EventRules
    from localtender.edge.invocation import Invocation, InvocationResult

_FIRST_THROTTLE_DELAY_SECONDS = 1.0
_LONGEST_THROTTLE_DELAY_SECONDS = 300.0
_THROTTLED = 429
_log = logging.getLogger(__name__)


class AsynchronousInvoker:
    """Runs events in the background with Lambda's retries."""

    def __init__(
        self,
        invoke: Callable[[Invocation], Awaitable[InvocationResult]],
        destinations: Destinations,
        *,
        retry_delays_seconds: Sequence[float],
        observer: FunctionObserver | None = None,
    ) -> None:
        self._observer = observer or NobodyWatches()
        self._invoke = invoke
        self._destinations = destinations
        self._retry_delays = tuple(retry_delays_seconds)
        self._tasks: set[asyncio.Task[None]] = set()

    def accept(self, invocation: Invocation, rules: EventRules) -> None:
        """Take an event."""
        self._observer.event_received(parse_arn(invocation.function_arn))
        task = asyncio.create_task(self._run(invocation, rules))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def stop(self) -> None:
        """Give up what still waits or runs; how many events that were is logged."""
        if self._tasks:
            _log.warning("%d asynchronous invocations were given up", len(self._tasks))
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _run(self, invocation: Invocation, rules: EventRules) -> None:
        outcome = await self._attempt(invocation, rules)
        if outcome is None:
            return
        if outcome.condition != "Success":
            self._observer.event_dropped(parse_arn(invocation.function_arn))
            _log.warning(
                "%s: event given up after %d attempts (%s)",
                invocation.function_arn,
                outcome.attempts,
                outcome.condition,
            )
        await self._destinations.send(outcome, rules)

    async def _attempt(self, invocation: Invocation, rules: EventRules) -> EventOutcome | None:
        """Try until it succeeds or the rules end it; None when the function is no more."""
        if rules.switched_off:
            return EventOutcome(invocation, "ZeroReservedConcurrency", 0, None)
        expires = time.monotonic() + rules.maximum_age
        throttle_delay = _FIRST_THROTTLE_DELAY_SECONDS
        attempts = 0
        result: InvocationResult | None = None
        while True:
            try:
                result = await self._invoke(invocation)
            except ServiceError as error:
                if error.status != _THROTTLED and error.status < 500:
                    _log.warning("%s: event dropped: %s", invocation.function_arn, error)
                    return None
                delay = throttle_delay
                throttle_delay = min(throttle_delay * 2, _LONGEST_THROTTLE_DELAY_SECONDS)
            else:
                attempts += 1
                if result.function_error is None:
                    return EventOutcome(invocation, "Success", attempts, result)
                if attempts > rules.maximum_retries:
                    return EventOutcome(invocation, "RetriesExhausted", attempts, result)
                delay = self._retry_delay(attempts)
            if time.monotonic() + delay > expires:
                return EventOutcome(invocation, "EventAgeExceeded", attempts, result)
            await asyncio.sleep(delay)

    def _retry_delay(self, attempt: int) -> float:
        return self._retry_delays[min(attempt, len(self._retry_delays)) - 1]

"""What an alarm does on entering a state: it tells SNS topics and Lambda functions.

Follows "Alarm actions"
(https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-actions.html).
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine
from typing import Protocol

import httpx

from localtender.engines.calls import EngineCalls
from localtender.engines.client import EngineCallError
from localtender.telemetry.alarms.alarm import ACTIONS, Alarm, AlarmState
from localtender.telemetry.alarms.messages import function_event, notification, subject
from localtender.telemetry.alarms.registry import AlarmRegistry

_log = logging.getLogger(__name__)


class AlarmFunctions(Protocol):
    """Invokes functions for alarms."""

    async def invoke_for_alarm(self, function_arn: str, alarm_arn: str, event: bytes) -> None:
        """Invoke asynchronously. Raises RuntimeError with the reason when that is refused."""
        ...


class AlarmActions:
    """Runs actions in the background; what fails is logged and is in the alarm's history."""

    def __init__(
        self,
        engine: EngineCalls,
        registry: AlarmRegistry,
        functions: AlarmFunctions | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """`clock` gives seconds since 1970."""
        self._engine = engine
        self._registry = registry
        self._functions = functions
        self._clock = clock
        self._tasks: set[asyncio.Task[None]] = set()

    def use_functions(self, functions: AlarmFunctions) -> None:
        """Take what invokes functions, when it is made after this."""
        self._functions = functions

    def run(self, alarm: Alarm, old: AlarmState) -> None:
        """Begin the actions of the state that an alarm has just entered."""
        if not alarm.configuration.get("ActionsEnabled", True):
            return
        for arn in alarm.configuration.get(ACTIONS[alarm.state.value]) or []:
            self._begin(self._act(arn, alarm, notification(alarm, old), function_event(alarm, old)))

    async def finish(self) -> None:
        """Wait for the actions that run."""
        await asyncio.gather(*self._tasks)

    def _begin(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _act(self, arn: str, alarm: Alarm, message: str, event: bytes) -> None:
        try:
            match (arn.split(":") + [""] * 3)[2]:
                case "sns":
                    await self._publish(arn, alarm, message)
                case "lambda" if self._functions is not None:
                    await self._functions.invoke_for_alarm(arn, alarm.arn, event)
                case service:
                    raise RuntimeError(f"actions of {service} are not offered by Localtender")
        except (EngineCallError, httpx.HTTPError, OSError, RuntimeError) as error:
            _log.warning("Alarm %s: the action %s failed: %s", alarm.name, arn, error)
            summary = f"Failed to execute action {arn}. Received error: '{error}'"
            self._note(arn, alarm, "Failed", summary)
        else:
            self._note(arn, alarm, "Succeeded", f"Successfully executed action {arn}")

    async def _publish(self, arn: str, alarm: Alarm, message: str) -> None:
        _, _, _, region, account_id, _ = arn.split(":", 5)
        parameters = {"TopicArn": arn, "Subject": subject(alarm), "Message": message}
        await self._engine.call("sns", "Publish", parameters, account_id=account_id, region=region)

    def _note(self, arn: str, alarm: Alarm, outcome: str, summary: str) -> None:
        data = {"actionState": outcome, "stateUpdateTimestamp": alarm.state.updated_at * 1000}
        data["notificationResource"] = arn
        self._registry.note(alarm, "Action", summary, data, self._clock())

"""Changing the state of an alarm, and of the composite alarms that watch it."""

from __future__ import annotations

from localtender.telemetry.alarms.actions import AlarmActions
from localtender.telemetry.alarms.alarm import ALARM, OK, Alarm, AlarmState
from localtender.telemetry.alarms.composite_rule import parse_rule
from localtender.telemetry.alarms.reasons import instant
from localtender.telemetry.alarms.registry import AlarmRegistry
from localtender.telemetry.metrics.datum import Scope


class AlarmTransitions:
    """The only place where states change, so that every change is noted and acted upon once."""

    def __init__(self, registry: AlarmRegistry, actions: AlarmActions) -> None:
        self._registry = registry
        self._actions = actions

    def enter(
        self,
        alarm: Alarm,
        value: str,
        reason: str,
        reason_data: str | None,
        now: float,
    ) -> None:
        """Put an alarm into a state; actions are run when it was in another one."""
        old = alarm.state
        changed = old.value != value
        since = now if changed else old.since
        alarm.state = AlarmState(value, reason, now, since, reason_data)
        self._registry.save()
        if not changed:
            return
        self._registry.note_state(alarm, old, alarm.state)
        self._actions.run(alarm, old)
        for parent in self._registry.of(alarm.scope):
            if parent.alarm_type == "CompositeAlarm" and parent is not alarm:
                rule = parse_rule(parent.configuration["AlarmRule"])
                if any(self._registry.find(alarm.scope, name) is alarm for name in rule.mentioned):
                    self.evaluate_composite(parent, now, cause=alarm)

    def evaluate_composite(self, alarm: Alarm, now: float, cause: Alarm | None = None) -> None:
        """Apply a composite alarm's rule to the states of the alarms that it mentions."""
        rule = parse_rule(alarm.configuration["AlarmRule"])
        value = ALARM if rule.holds(lambda name: self._state_of(alarm.scope, name)) else OK
        if value == alarm.state.value:
            return
        if cause is None:
            reason = f"The rule {alarm.configuration['AlarmRule']} was evaluated to {value}"
        else:
            moment = instant(cause.state.updated_at)
            reason = f"{cause.arn} transitioned to {cause.state.value} at {moment}"
        self.enter(alarm, value, reason, None, now)

    def _state_of(self, scope: Scope, name: str) -> str | None:
        alarm = self._registry.find(scope, name)
        return None if alarm is None else alarm.state.value

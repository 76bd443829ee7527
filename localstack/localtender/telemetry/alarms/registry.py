"""The alarms of every account and region, and what has happened to them."""

from __future__ import annotations

import json
from collections import defaultdict, deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from localtender.edge.append_log import AppendLog
from localtender.edge.snapshot import Snapshot
from localtender.telemetry.alarms.alarm import Alarm, AlarmState
from localtender.telemetry.metrics.datum import Scope

_HISTORY_ITEMS = 10_000


@dataclass(frozen=True)
class HistoryItem:
    """One entry of DescribeAlarmHistory; `data` is JSON, `at` seconds since 1970."""

    scope: Scope
    alarm_name: str
    alarm_type: str
    item_type: str
    summary: str
    data: str
    at: float


class AlarmRegistry:
    """Keeps alarms by name; the history outlives them, as in CloudWatch."""

    def __init__(
        self, snapshot: Snapshot | None = None, history_log: AppendLog | None = None
    ) -> None:
        """Begin with what an earlier run saved; without files nothing is kept on disk."""
        self._snapshot = snapshot
        self._history_log = history_log
        self._alarms: defaultdict[Scope, dict[str, Alarm]] = defaultdict(dict)
        self._alarms.update((snapshot.load() if snapshot is not None else None) or {})
        earlier = history_log.load() if history_log is not None else ()
        self._history: deque[HistoryItem] = deque(earlier, maxlen=_HISTORY_ITEMS)
        if history_log is not None:
            history_log.replace(self._history)

    def save(self) -> None:
        """Write the alarms as they are now. Raises OSError."""
        if self._snapshot is not None:
            self._snapshot.save(dict(self._alarms))

    def put(self, alarm: Alarm) -> None:
        """Keep an alarm, instead of the one that had its name."""
        self._alarms[alarm.scope][alarm.name] = alarm

    def find(self, scope: Scope, name_or_arn: str) -> Alarm | None:
        """An alarm by its name or its ARN."""
        prefix = f"arn:aws:cloudwatch:{scope.region}:{scope.account_id}:alarm:"
        return self._alarms[scope].get(name_or_arn.removeprefix(prefix))

    def remove(self, alarm: Alarm) -> None:
        """Forget an alarm."""
        self._alarms[alarm.scope].pop(alarm.name, None)

    def of(self, scope: Scope) -> list[Alarm]:
        """The alarms of an account and region by name."""
        return [alarm for _, alarm in sorted(self._alarms[scope].items())]

    def all(self) -> Iterator[Alarm]:
        """Every alarm of every account."""
        for alarms in list(self._alarms.values()):
            yield from list(alarms.values())

    def history(self, scope: Scope) -> list[HistoryItem]:
        """What happened in an account and region, oldest first."""
        return [item for item in self._history if item.scope == scope]

    def note(self, alarm: Alarm, item_type: str, summary: str, data: Any, at: float) -> None:
        """Add to the history."""
        text = json.dumps(data, separators=(",", ":"), default=str)
        item = HistoryItem(alarm.scope, alarm.name, alarm.alarm_type, item_type, summary, text, at)
        self._history.append(item)
        if self._history_log is not None:
            self._history_log.append(item)

    def note_state(self, alarm: Alarm, old: AlarmState, new: AlarmState) -> None:
        """Add a change of state to the history."""
        self.note(
            alarm,
            "StateUpdate",
            f"Alarm updated from {old.value} to {new.value}",
            {"version": "1.0", "oldState": _state(old), "newState": _state(new)},
            new.updated_at,
        )


def _state(state: AlarmState) -> dict[str, Any]:
    document: dict[str, Any] = {"stateValue": state.value, "stateReason": state.reason}
    if state.reason_data:
        document["stateReasonData"] = json.loads(state.reason_data)
    return document

"""Tumbling windows: a state that is handed from one invocation to the next, until the window ends.

Follows "Implementing stateful Kinesis stream processing in Lambda"
(https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-windows.html) and the same page on
DynamoDB: each record belongs to one window, by its time of arrival and its shard.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from localtender.edge.functions.sources.stream import StreamRecord

MAXIMUM_STATE_BYTES = 1024 * 1024
"""A larger state ends its window early."""


@dataclass
class TumblingWindow:
    """One window of one shard; `start` and `end` are seconds since 1970."""

    start: int
    end: int
    shard: str
    source_arn: str
    state: dict[str, Any] = field(default_factory=dict)

    @property
    def is_too_large(self) -> bool:
        """Whether the state has outgrown its limit."""
        return len(json.dumps(self.state).encode()) > MAXIMUM_STATE_BYTES

    def event_fields(self, *, final: bool = False, early: bool = False) -> dict[str, Any]:
        """What an event has besides its records."""
        return {
            "window": {"start": _instant(self.start), "end": _instant(self.end)},
            "state": self.state,
            "shardId": self.shard,
            "eventSourceARN": self.source_arn,
            "isFinalInvokeForWindow": final,
            "isWindowTerminatedEarly": early,
        }

    def take(self, answer: bytes) -> bool:
        """Keep the state that the function returned; False when it returned none."""
        try:
            document = json.loads(answer)
        except ValueError:
            return False
        state = document.get("state") if isinstance(document, dict) else None
        if not isinstance(state, dict):
            return False
        self.state = state
        return True


def windows_of(
    records: Iterable[StreamRecord], seconds: int, shard: str, source_arn: str
) -> list[tuple[TumblingWindow, tuple[StreamRecord, ...]]]:
    """The windows that records fall into, in order, each with its records."""
    grouped: dict[int, list[StreamRecord]] = {}
    for record in records:
        grouped.setdefault(int(record.arrived) // seconds * seconds, []).append(record)
    return [
        (TumblingWindow(start, start + seconds, shard, source_arn), tuple(members))
        for start, members in sorted(grouped.items())
    ]


def _instant(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

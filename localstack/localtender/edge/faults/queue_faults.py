"""Duplicate delivery and reordering of a queue's messages, however they are received."""

from __future__ import annotations

import copy
import re
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from xml.sax.saxutils import unescape

from localtender.edge.faults.actions import Redeliver, Reorder
from localtender.edge.faults.calls import DELETIONS, OPERATION, POINT, RECEIVE, Call
from localtender.edge.faults.edge_faults import EdgeFaults

_HANDLE = re.compile(r"<ReceiptHandle>(.*?)</ReceiptHandle>", re.DOTALL)
_MOST_REMEMBERED = 10_000


@dataclass
class _Kept:
    """Messages of one queue that are to be delivered later."""

    copies: list[Any] = field(default_factory=list)
    late: list[Any] = field(default_factory=list)


class QueueFaults:
    """Keeps back what faults want delivered again, or later; for messages in one form.

    Rules count receives that got messages, not those that found the queue empty.
    """

    def __init__(self, faults: EdgeFaults) -> None:
        self._faults = faults
        self._kept: dict[tuple[str, ...], _Kept] = {}
        self._twice: OrderedDict[str, None] = OrderedDict()

    def concern(self, call: Call) -> bool:
        """Whether a call receives messages that faults may reach; FIFO queues are out of reach."""
        return call.fields.get(OPERATION) == (RECEIVE,) and not _queue(call)[-1].endswith(".fifo")

    def deletes_again(self, call: Call) -> bool:
        """Whether a call deletes a message that was delivered twice, and may be gone already.

        SQS takes that for done ("DeleteMessage" of its API reference); an engine may not.
        """
        if not self._twice or DELETIONS.isdisjoint(call.fields.get(OPERATION, ())):
            return False
        entries = call.parameters.get("Entries", [call.parameters])
        return isinstance(entries, list) and any(
            isinstance(entry, Mapping) and self.was_delivered_twice(entry.get("ReceiptHandle"))
            for entry in entries
        )

    def was_delivered_twice(self, receipt_handle: Any) -> bool:
        """Whether a message by this handle has been delivered again."""
        return isinstance(receipt_handle, str) and receipt_handle in self._twice

    def again(self, call: Call) -> list[Any]:
        """Messages that this receive gets a second time; where there are some, only those."""
        kept = self._kept.get(_queue(call))
        if kept is None or not kept.copies:
            return []
        count = _limit(call)
        given, kept.copies = kept.copies[:count], kept.copies[count:]
        return given

    def delivered(self, call: Call, messages: list[Any]) -> tuple[list[Any], str | None]:
        """What to deliver of the messages that a queue gave, and the faults that struck."""
        kept = self._kept.setdefault(_queue(call), _Kept())
        late, kept.late = kept.late, []
        strike = None
        if messages:
            at_messages = {**call.fields, POINT: ("messages",)}
            strike = self._faults.strike(replace(call, fields=at_messages))
        for action in strike.actions("after") if strike else ():
            match action:
                case Redeliver():
                    kept.copies += _received_again(messages)
                    self._remember(messages)
                case Reorder(shuffled) if len(messages) > 1:
                    messages = shuffled(messages)
                case Reorder(_) if not late:
                    kept.late, messages = messages, []
        messages = [*messages, *late]
        count = _limit(call)
        kept.late += messages[count:]
        return messages[:count], None if strike is None else strike.names

    def _remember(self, messages: list[Any]) -> None:
        for message in messages:
            handle = _handle(message)
            if handle is not None:
                self._twice[handle] = None
        while len(self._twice) > _MOST_REMEMBERED:
            self._twice.popitem(last=False)


def _handle(message: Any) -> str | None:
    if isinstance(message, dict):
        return message.get("ReceiptHandle")
    found = _HANDLE.search(str(message))
    return None if found is None else unescape(found[1])


def _queue(call: Call) -> tuple[str, ...]:
    name = str(call.parameters.get("QueueUrl", "")).rstrip("/").rsplit("/", 1)[-1]
    return (*call.fields.get("account", ()), *call.fields.get("region", ()), name)


def _limit(call: Call) -> int:
    limit = call.parameters.get("MaxNumberOfMessages")
    return limit if isinstance(limit, int) and limit > 0 else 1


def _received_again(messages: Iterable[Any]) -> list[Any]:
    """Copies of messages, received once more by their own count where they tell it."""
    again = copy.deepcopy(list(messages))
    for message in again:
        attributes = message.get("Attributes") if isinstance(message, dict) else None
        if attributes and "ApproximateReceiveCount" in attributes:
            count = int(attributes["ApproximateReceiveCount"])
            attributes["ApproximateReceiveCount"] = str(count + 1)
    return again

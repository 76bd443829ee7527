"""What went through the edge, newest last, for tests and for people looking for a cause."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class JournalEntry:
    """One request: when it began (Unix seconds), what it asked of whom, and how it ended.

    `operation` is the operation of AWS's API (`PutItem`), empty for a request that calls none.
    """

    request_id: str
    time: float
    target: str
    service: str
    method: str
    path: str
    operation: str
    status: int
    duration_ms: float
    fault: str | None = None


class Journal:
    """The last `capacity` entries; older ones are dropped."""

    def __init__(self, capacity: int = 10_000) -> None:
        self._entries: deque[JournalEntry] = deque(maxlen=capacity)

    def record(self, entry: JournalEntry) -> None:
        """Append an entry."""
        self._entries.append(entry)

    def clear(self) -> None:
        """Forget everything."""
        self._entries.clear()

    def entries(self, *, service: str | None = None, limit: int | None = None) -> Sequence[Any]:
        """Entries as JSON-ready mappings, oldest first, at most the newest `limit`."""
        chosen = [
            asdict(entry) for entry in self._entries if service is None or entry.service == service
        ]
        return chosen[-limit:] if limit else chosen

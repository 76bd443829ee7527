"""The journal: what was asked of a provider and what it answered, newest last."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from itertools import islice
from typing import TYPE_CHECKING, Any

from sandbox_mocks.shared.json_documents import body_for_display

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fault_injection.rules import FiredFault
    from sandbox_mocks.shared.messages import Answer, Headers, Request

REDACTED = "REDACTED"
_SECRET_HEADERS = frozenset({"authorization", "proxy-authorization", "cookie"})
_SECRET_FIELDS = frozenset({"access_token", "refresh_token", "client_secret", "id_token"})


@dataclass(slots=True)
class JournalEntry:
    """One request; its answer is None while it is held, or when no work was done for it."""

    id: int
    time: float
    request: Request
    faults: tuple[FiredFault, ...] = ()
    answer: Answer | None = None
    delivered: bool = False
    duration_ms: float | None = None

    def document(self) -> dict[str, Any]:
        """Return the entry for a JSON answer, secrets redacted, bodies parsed."""
        request = self.request
        faults = [{"id": fault.rule_id, "kind": fault.kind} for fault in self.faults]
        return {
            "id": self.id,
            "time": datetime.fromtimestamp(self.time, UTC).isoformat(timespec="milliseconds"),
            "method": request.method,
            "path": request.path,
            "query": dict(request.query),
            "headers": _shown_headers(request.headers),
            "body": _redacted(body_for_display(request.body, request.header("content-type"))),
            "answer": self._shown_answer(),
            "delivered": self.delivered,
            "fault": faults[-1] if faults else None,
            "faults": faults,
            "duration_ms": None if self.duration_ms is None else round(self.duration_ms, 3),
        }

    def size(self) -> int:
        """Bytes that the bodies of this entry hold."""
        return len(self.request.body) + (len(self.answer.body) if self.answer else 0)

    def _shown_answer(self) -> dict[str, Any] | None:
        if self.answer is None:
            return None
        shown = body_for_display(self.answer.body, self.answer.header("content-type"))
        return {
            "status": self.answer.status,
            "headers": _shown_headers(self.answer.headers),
            "body": _redacted(shown),
        }


def _shown_headers(headers: Headers) -> dict[str, str]:
    return {name: REDACTED if name.lower() in _SECRET_HEADERS else value for name, value in headers}


def _redacted(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            key: REDACTED if key in _SECRET_FIELDS else _redacted(item)
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [_redacted(item) for item in value]
    return value


@dataclass(frozen=True, slots=True)
class JournalFilter:
    """Which entries to show; a field that is None lets everything pass.

    ``path`` is a glob; ``after_id`` and ``after_time`` (seconds since the epoch) are exclusive;
    ``limit`` keeps the newest.
    """

    method: str | None = None
    paths: tuple[str, ...] = ()
    after_id: int | None = None
    after_time: float | None = None
    limit: int | None = None

    def passes(self, entry: JournalEntry) -> bool:
        """Say whether an entry is wanted, ``limit`` apart."""
        request = entry.request
        if self.method is not None and request.method != self.method.upper():
            return False
        if self.after_id is not None and entry.id <= self.after_id:
            return False
        if self.after_time is not None and entry.time <= self.after_time:
            return False
        return not self.paths or any(fnmatchcase(request.path, path) for path in self.paths)


@dataclass(slots=True)
class Journal:
    """Keeps the newest entries, bounded in number and in bytes of bodies."""

    capacity: int = 10_000
    capacity_bytes: int = 64 * 1024 * 1024
    _entries: deque[JournalEntry] = field(default_factory=deque)
    _bytes: int = 0
    _last_id: int = 0

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[JournalEntry]:
        return iter(self._entries)

    def begin(
        self, time: float, request: Request, faults: tuple[FiredFault, ...] = ()
    ) -> JournalEntry:
        """Record a request as it arrives; ``time`` in seconds since the epoch."""
        self._last_id += 1
        entry = JournalEntry(self._last_id, time, request, faults)
        self._entries.append(entry)
        self._bytes += len(request.body)
        self._shrink()
        return entry

    def complete(
        self,
        entry: JournalEntry,
        answer: Answer | None,
        *,
        delivered: bool,
        duration_ms: float,
    ) -> None:
        """Add what became of a request; an answer that was made but lost is not delivered."""
        entry.answer = answer
        entry.delivered = delivered
        entry.duration_ms = duration_ms
        # An entry that was cleared or pushed out meanwhile no longer counts.
        if answer is not None and self._entries and self._entries[0].id <= entry.id:
            self._bytes += len(answer.body)
            self._shrink()

    def select(self, wanted: JournalFilter) -> list[JournalEntry]:
        """Return the entries that pass, oldest first."""
        if wanted.limit is None:
            return [entry for entry in self._entries if wanted.passes(entry)]
        newest = islice(filter(wanted.passes, reversed(self._entries)), wanted.limit)
        return list(newest)[::-1]

    def clear(self) -> None:
        """Forget everything; identifiers go on counting."""
        self._entries.clear()
        self._bytes = 0

    def _shrink(self) -> None:
        while len(self._entries) > self.capacity or (
            self._bytes > self.capacity_bytes and len(self._entries) > 1
        ):
            self._bytes -= self._entries.popleft().size()

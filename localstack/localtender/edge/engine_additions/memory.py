"""What additions keep, by account and region."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from localtender.edge.snapshot import Snapshot

Scope = tuple[str, str]


class Memory:
    """Values by scope, kind (`query-definition`) and key; a snapshot keeps them on disk."""

    def __init__(self, snapshot: Snapshot | None = None) -> None:
        self._snapshot = snapshot
        saved = snapshot.load() if snapshot is not None else None
        self._values: dict[tuple[Scope, str], dict[str, Any]] = saved or {}

    def get(self, scope: Scope, kind: str, key: str) -> Any | None:
        """The value of a key, None where there is none."""
        return self._values.get((scope, kind), {}).get(key)

    def put(self, scope: Scope, kind: str, key: str, value: Any) -> None:
        """Keep a value. Raises OSError."""
        self._values.setdefault((scope, kind), {})[key] = value
        self._save()

    def remove(self, scope: Scope, kind: str, key: str) -> Any | None:
        """Forget a value and return it. Raises OSError."""
        removed = self._values.get((scope, kind), {}).pop(key, None)
        if removed is not None:
            self._save()
        return removed

    def items(self, scope: Scope, kind: str) -> Iterator[tuple[str, Any]]:
        """Keys and values of a kind, in the order in which they came."""
        yield from list(self._values.get((scope, kind), {}).items())

    def _save(self) -> None:
        if self._snapshot is not None:
            self._snapshot.save(self._values)

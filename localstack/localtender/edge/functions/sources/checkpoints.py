"""How far streams have been read, by mapping and shard."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from localtender.edge.snapshot import Snapshot


class StreamCheckpoints:
    """The sequence number of the last record that each mapping is done with in each shard."""

    def __init__(self, snapshot: Snapshot | None = None) -> None:
        """Begin with what an earlier run saved; without a snapshot nothing is kept on disk."""
        self._snapshot = snapshot
        saved = snapshot.load() if snapshot is not None else None
        self._reached: dict[str, dict[str, str]] = saved or {}

    def of(self, mapping: str) -> MappingCheckpoints:
        """Those of a mapping, by its UUID."""
        return MappingCheckpoints(self, self._reached.setdefault(mapping, {}))

    def forget(self, mapping: str) -> None:
        """The mapping is gone."""
        if self._reached.pop(mapping, None):
            self.save()

    def save(self) -> None:
        """Write them as they are now. Raises OSError."""
        if self._snapshot is not None:
            self._snapshot.save(self._reached)


class MappingCheckpoints:
    """The checkpoints of one mapping."""

    def __init__(self, everything: StreamCheckpoints, reached: dict[str, str]) -> None:
        self._everything = everything
        self._reached = reached

    def __bool__(self) -> bool:
        """Whether anything has been read."""
        return bool(self._reached)

    def get(self, shard: str) -> str | None:
        """How far a shard has been read."""
        return self._reached.get(shard)

    def move(self, shard: str, sequence_number: str) -> None:
        """A record, and all before it, is done with."""
        self._reached[shard] = sequence_number
        self._everything.save()

    def drop(self, shard: str) -> None:
        """The record that was reached is no longer in the stream."""
        if self._reached.pop(shard, None) is not None:
            self._everything.save()

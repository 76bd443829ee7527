"""Configuration documents of buckets, kept as they were sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from localtender.edge.snapshot import Snapshot


@dataclass(frozen=True)
class Document:
    """The body of a request that set a configuration, and the headers that belong to it."""

    body: bytes
    headers: tuple[tuple[str, str], ...] = ()


class BucketDocuments:
    """Documents by bucket, kind and id; written to disk at each change."""

    def __init__(self, snapshot: Snapshot | None = None) -> None:
        """A snapshot makes them survive the end of the process."""
        self._snapshot = snapshot
        saved = snapshot.load() if snapshot is not None else None
        self._documents: dict[str, dict[tuple[str, str], Document]] = saved or {}

    def get(self, bucket: str, kind: str, identifier: str = "") -> Document | None:
        """One document; None when there is none."""
        return self._documents.get(bucket, {}).get((kind, identifier))

    def all(self, bucket: str, kind: str) -> list[tuple[str, Document]]:
        """All documents of a kind with their ids, in the ids' order."""
        of_bucket = self._documents.get(bucket, {})
        return sorted(
            ((name, document) for (other, name), document in of_bucket.items() if other == kind),
            key=lambda pair: pair[0],
        )

    def keep(self, bucket: str, kind: str, document: Document, identifier: str = "") -> None:
        """Add a document, or put it in the place of an earlier one."""
        self._documents.setdefault(bucket, {})[(kind, identifier)] = document
        self._save()

    def forget(self, bucket: str, kind: str, identifier: str = "") -> None:
        """Take a document away."""
        if self._documents.get(bucket, {}).pop((kind, identifier), None) is not None:
            self._save()

    def forget_bucket(self, bucket: str) -> None:
        """The bucket is gone."""
        if self._documents.pop(bucket, None):
            self._save()

    def _save(self) -> None:
        if self._snapshot is not None:
            self._snapshot.save(self._documents)

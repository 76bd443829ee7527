"""Documentation of an API."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class DocumentationLocation:
    """What a piece of documentation is about; a method or a status of `*` is any."""

    type: str
    path: str | None = None
    method: str | None = None
    status_code: str | None = None
    name: str | None = None


@dataclass(frozen=True)
class DocumentationPart:
    """A piece of documentation; `properties` is JSON text."""

    id: str
    location: DocumentationLocation
    properties: str


@dataclass(frozen=True)
class DocumentationVersion:
    """The documentation as it was when the version was made."""

    version: str
    created_date: datetime
    description: str | None = None
    parts: Mapping[str, DocumentationPart] = field(default_factory=dict)

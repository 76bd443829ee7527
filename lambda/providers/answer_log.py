"""Where clients note how a provider answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping


class AnswerLog(Protocol):
    """A standard logger, or one that writes JSON. Nothing noted may be a secret or personal."""

    def info(self, msg: object, *, extra: Mapping[str, object]) -> None:
        """Note an answer."""

    def warning(self, msg: object, *, extra: Mapping[str, object]) -> None:
        """Note that none came."""

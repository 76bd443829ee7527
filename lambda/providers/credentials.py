"""Where clients have their credentials from, and what they do when those are refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterator

Credentials = TypeVar("Credentials")


class CredentialSource(Protocol[Credentials]):
    """Knows the credentials, through every step of their rotation."""

    def current(self) -> Credentials:
        """Return the credentials that were accepted last, or else the stored ones."""

    def alternatives(self, refused: Credentials) -> Iterator[Credentials]:
        """Go through what may be accepted instead, best first; ends when there is nothing else."""

    def accepted(self, credentials: Credentials) -> None:
        """Take note that these were accepted."""

"""Credentials as they are while a secret is rotated."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Generic, TypeVar

Credentials = TypeVar("Credentials")


class RotatedCredentials(Generic[Credentials]):
    """The first value is used at first; the others are what the secret holds by now."""

    def __init__(self, first: Credentials, *later: Credentials) -> None:
        self._current = first
        self._later = later

    def current(self) -> Credentials:
        return self._current

    def alternatives(self, refused: Credentials) -> Iterator[Credentials]:
        yield from (each for each in self._later if each != refused)

    def accepted(self, credentials: Credentials) -> None:
        self._current = credentials

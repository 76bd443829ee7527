"""The virtual clock: real time plus what a test has added."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class VirtualClock:
    """Tells the time of a sandbox, in seconds since the epoch.

    It runs with the real clock and jumps when told to, so that what takes days at a provider
    (expiry, settlement, retries) can be seen at once.
    """

    def __init__(self, source: Callable[[], float] = time.time) -> None:
        self._source = source
        self._offset = 0.0

    @property
    def offset(self) -> float:
        """Seconds by which this clock is ahead of its source."""
        return self._offset

    def now(self) -> float:
        """Return the virtual time in seconds since the epoch."""
        return self._source() + self._offset

    def advance(self, seconds: float) -> None:
        """Move the clock forward.

        Raises:
            ValueError: the clock would run backwards.
        """
        if not 0 <= seconds < float("inf"):
            raise ValueError("a virtual clock only moves forward")
        self._offset += seconds

    def reset(self) -> None:
        """Return to the time of the source."""
        self._offset = 0.0


def internet_time(seconds: float) -> str:
    """Format seconds since the epoch as RFC 3339 in UTC, to the second, as providers do."""
    return datetime.fromtimestamp(int(seconds), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

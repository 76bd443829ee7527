"""How long the work on one request may still take."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

MonotonicClock = Callable[[], float]
"""Returns seconds that never go back, as ``time.monotonic`` does."""


@dataclass(frozen=True)
class Deadline:
    """A point on a monotonic clock by which work must be finished."""

    at: float
    clock: MonotonicClock = time.monotonic

    @classmethod
    def after(cls, seconds: float, clock: MonotonicClock = time.monotonic) -> Deadline:
        """Make the deadline that many seconds from now."""
        return cls(clock() + seconds, clock)

    @property
    def remaining(self) -> float:
        """Seconds left, never less than 0."""
        return max(0.0, self.at - self.clock())

    @property
    def expired(self) -> bool:
        """Whether no time is left."""
        return self.remaining == 0.0

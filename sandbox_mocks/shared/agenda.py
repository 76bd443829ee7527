"""What will happen by itself, and when, by the virtual clock."""

from __future__ import annotations

import heapq
from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class Agenda:
    """Happenings in the order of their moments (seconds since the epoch)."""

    def __init__(self) -> None:
        self._planned: list[tuple[float, int, Callable[[float], None]]] = []
        self._order = count()

    def plan(self, moment: float, happening: Callable[[float], None]) -> None:
        """Have something happen at a moment, which it is then told."""
        heapq.heappush(self._planned, (moment, next(self._order), happening))

    def run_until(self, now: float) -> None:
        """Let everything happen that is due, also what that plans in turn."""
        while self._planned and self._planned[0][0] <= now:
            moment, _, happening = heapq.heappop(self._planned)
            happening(moment)

    def clear(self) -> None:
        """Forget what was planned."""
        self._planned.clear()

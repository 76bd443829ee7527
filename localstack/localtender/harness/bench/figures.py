"""A measured figure and the marks it is held against."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Bound = Literal["at most", "at least"]


@dataclass(frozen=True)
class Mark:
    """A bound in the figure's own unit; `whose` names what else has been measured so."""

    bound: Bound
    limit: float
    whose: str = ""

    def is_met_by(self, value: float) -> bool:
        """Whether a value keeps to it."""
        return value <= self.limit if self.bound == "at most" else value >= self.limit


@dataclass(frozen=True)
class Figure:
    """One line of the report; without marks it is there to be known."""

    subject: str
    name: str
    value: float
    unit: str
    marks: tuple[Mark, ...] = ()

    @property
    def is_met(self) -> bool | None:
        """Whether every mark is met; None where there is none."""
        return all(mark.is_met_by(self.value) for mark in self.marks) if self.marks else None

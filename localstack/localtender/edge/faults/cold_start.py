"""A function starts anew, though an environment of it was warm.

    Invoke ──▶ (idle environment thrown away) ──▶ init, so much longer ──▶ handler ──▶ answer

What the environment had kept in memory is gone. Beyond Lambda's limit of ten seconds the init phase
fails and runs again with the invocation, as documented in "Understanding the Lambda execution
environment lifecycle".
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Any, ClassVar, Self

from fault_injection.distributions import LONGEST_MILLISECONDS
from fault_injection.effects import Effect
from fault_injection.fields import RuleFields
from localtender.edge.faults.actions import StartCold


@dataclass(frozen=True)
class ColdStart:
    """Has another environment serve the invocation, whose init phase takes so much longer."""

    kind: ClassVar[str] = "cold-start"

    milliseconds: float = 0

    @classmethod
    def parse(cls, fields: RuleFields) -> Self:
        """Read `milliseconds`."""
        longest = LONGEST_MILLISECONDS
        return cls(fields.number("milliseconds", minimum=0, maximum=longest, default=0))

    def describe(self) -> dict[str, Any]:
        """Return the parameters as they are written in a rule."""
        return {"milliseconds": self.milliseconds}

    def effect(self, random: Random) -> Effect:  # noqa: ARG002 - the port's signature
        """Start cold."""
        return Effect("before", StartCold(self.milliseconds / 1000))

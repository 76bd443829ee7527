"""The answer takes its time.

    client ──request──▶ ┊ waits ┊ ──▶ work ──▶ answer ──▶ client      when: before
    client ──request──▶ work ──▶ ┊ waits ┊ ──▶ answer ──▶ client      when: after

The work is done even if the client has gone meanwhile, as at a real service.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Self, cast

from fault_injection.distributions import Distribution, parse_distribution
from fault_injection.effects import WHENS, Effect, Wait, When

if TYPE_CHECKING:
    from random import Random

    from fault_injection.fields import RuleFields


@dataclass(frozen=True, slots=True)
class Latency:
    """Delays the call by a duration drawn anew each time."""

    kind: ClassVar[str] = "latency"

    distribution: Distribution
    when: When = "before"

    @classmethod
    def parse(cls, fields: RuleFields) -> Self:
        """Read ``distribution`` with its parameters, and ``when``."""
        distribution = parse_distribution(fields)
        return cls(distribution, cast("When", fields.choice("when", WHENS, "before")))

    def describe(self) -> dict[str, Any]:
        """Return the parameters as they are written in a rule."""
        return {**self.distribution.describe(), "when": self.when}

    def effect(self, random: Random) -> Effect:
        """Draw a delay."""
        return Effect(self.when, Wait(self.distribution.draw(random) / 1000))

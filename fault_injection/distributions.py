"""How a delay is distributed; all durations in milliseconds."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from random import Random

    from fault_injection.fields import RuleFields

LONGEST_MILLISECONDS = 600_000


class Distribution(Protocol):
    """Draws durations."""

    def draw(self, random: Random) -> float:
        """Return one duration in milliseconds."""

    def describe(self) -> dict[str, Any]:
        """Return the fields as they are written in a rule."""


@dataclass(frozen=True, slots=True)
class Fixed:
    """Always the same."""

    milliseconds: float

    def draw(self, random: Random) -> float:  # noqa: ARG002 - the port's signature
        """Return the one duration."""
        return self.milliseconds

    def describe(self) -> dict[str, Any]:
        """Return the fields as they are written in a rule."""
        return {"distribution": "fixed", "milliseconds": self.milliseconds}


@dataclass(frozen=True, slots=True)
class Uniform:
    """Anything between two bounds, equally likely."""

    minimum_milliseconds: float
    maximum_milliseconds: float

    def draw(self, random: Random) -> float:
        """Return a duration between the bounds."""
        return random.uniform(self.minimum_milliseconds, self.maximum_milliseconds)

    def describe(self) -> dict[str, Any]:
        """Return the fields as they are written in a rule."""
        return {
            "distribution": "uniform",
            "minimum_milliseconds": self.minimum_milliseconds,
            "maximum_milliseconds": self.maximum_milliseconds,
        }


@dataclass(frozen=True, slots=True)
class LogNormal:
    """Mostly short with a long tail, as services answer: half take longer than the median."""

    median_milliseconds: float
    sigma: float
    maximum_milliseconds: float = LONGEST_MILLISECONDS

    def draw(self, random: Random) -> float:
        """Return a duration, cut at the maximum."""
        if self.median_milliseconds == 0:
            return 0.0
        drawn = random.lognormvariate(math.log(self.median_milliseconds), self.sigma)
        return min(drawn, self.maximum_milliseconds)

    def describe(self) -> dict[str, Any]:
        """Return the fields as they are written in a rule."""
        return {
            "distribution": "lognormal",
            "median_milliseconds": self.median_milliseconds,
            "sigma": self.sigma,
            "maximum_milliseconds": self.maximum_milliseconds,
        }


def parse_distribution(fields: RuleFields) -> Distribution:
    """Read ``distribution`` (fixed by default) and its parameters; raises FaultRuleError."""
    shape = fields.choice("distribution", ("fixed", "uniform", "lognormal"), "fixed")
    longest = LONGEST_MILLISECONDS
    if shape == "uniform":
        minimum = fields.number("minimum_milliseconds", minimum=0, maximum=longest, default=0)
        maximum = fields.number("maximum_milliseconds", minimum=minimum, maximum=longest)
        return Uniform(minimum, maximum)
    if shape == "lognormal":
        return LogNormal(
            fields.number("median_milliseconds", minimum=0, maximum=longest),
            fields.number("sigma", minimum=0, maximum=5, default=0.5),
            fields.number("maximum_milliseconds", minimum=0, maximum=longest, default=longest),
        )
    return Fixed(fields.number("milliseconds", minimum=0, maximum=longest))

"""Nobody ever answers.

    client ──request──▶ ┊ silence … the client gives up ┊             when: before
    client ──request──▶ work ──▶ ┊ silence … ┊                        when: after

The connection stays open until the client closes it, or is reset after ``seconds``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Self, cast

from fault_injection.effects import WHENS, Effect, Hold, When

if TYPE_CHECKING:
    from random import Random

    from fault_injection.fields import RuleFields

LONGEST_SECONDS = 600


@dataclass(frozen=True, slots=True)
class Hang:
    """Holds the call without a word."""

    kind: ClassVar[str] = "hang"

    seconds: float = LONGEST_SECONDS
    when: When = "before"

    @classmethod
    def parse(cls, fields: RuleFields) -> Self:
        """Read ``seconds`` and ``when``."""
        seconds = fields.number(
            "seconds", minimum=0, maximum=LONGEST_SECONDS, default=LONGEST_SECONDS
        )
        return cls(seconds, cast("When", fields.choice("when", WHENS, "before")))

    def describe(self) -> dict[str, Any]:
        """Return the parameters as they are written in a rule."""
        return {"seconds": self.seconds, "when": self.when}

    def effect(self, random: Random) -> Effect:  # noqa: ARG002 - the port's signature
        """Hold the call."""
        return Effect(self.when, Hold(self.seconds))

"""The connection breaks.

client ──request──▶ ✗ RST ──▶ client            when: before   nothing was done
client ──request──▶ work ──▶ ✗ RST ──▶ client   when: after    the work was done,
                                                               but the answer was lost
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Self, cast

from fault_injection.effects import WHENS, Effect, Reset, When

if TYPE_CHECKING:
    from random import Random

    from fault_injection.fields import RuleFields


@dataclass(frozen=True, slots=True)
class ConnectionReset:
    """Resets the TCP connection, before or after the work."""

    kind: ClassVar[str] = "reset"

    when: When = "before"

    @classmethod
    def parse(cls, fields: RuleFields) -> Self:
        """Read ``when``."""
        return cls(cast("When", fields.choice("when", WHENS, "before")))

    def describe(self) -> dict[str, Any]:
        """Return the parameters as they are written in a rule."""
        return {"when": self.when}

    def effect(self, random: Random) -> Effect:  # noqa: ARG002 - the port's signature
        """Break the connection."""
        return Effect(self.when, Reset())

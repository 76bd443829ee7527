"""The answer stops half-way.

    client ──request──▶ work ──▶ Content-Length: 400, 200 bytes, end ──▶ client

The work was done; the connection closes before the announced length has been sent.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Self

from fault_injection.effects import Effect, Truncate

if TYPE_CHECKING:
    from random import Random

    from fault_injection.fields import RuleFields


@dataclass(frozen=True, slots=True)
class Truncated:
    """Sends a share (0 to 1) of the body, then closes."""

    kind: ClassVar[str] = "truncated"

    share: float = 0.5

    @classmethod
    def parse(cls, fields: RuleFields) -> Self:
        """Read ``share``."""
        return cls(fields.number("share", minimum=0, maximum=0.99, default=0.5))

    def describe(self) -> dict[str, Any]:
        """Return the parameters as they are written in a rule."""
        return {"share": self.share}

    def effect(self, random: Random) -> Effect:  # noqa: ARG002 - the port's signature
        """Cut the body."""
        return Effect("after", Truncate(self.share))

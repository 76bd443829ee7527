"""The provider has had enough for now.

    client ──request──▶ ✗ ──▶ 429, Retry-After: 2 ──▶ client

No work is done.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Self

from fault_injection.effects import Effect
from sandbox_mocks.shared.faults.answers import Reply

if TYPE_CHECKING:
    from random import Random

    from fault_injection.fields import RuleFields


@dataclass(frozen=True, slots=True)
class RateLimit:
    """Answers 429 with a Retry-After in seconds."""

    kind: ClassVar[str] = "rate-limit"

    retry_after_seconds: int = 1

    @classmethod
    def parse(cls, fields: RuleFields) -> Self:
        """Read ``retry_after_seconds``."""
        seconds = fields.integer("retry_after_seconds", minimum=0, maximum=86_400, default=1)
        return cls(1 if seconds is None else seconds)

    def describe(self) -> dict[str, Any]:
        """Return the parameters as they are written in a rule."""
        return {"retry_after_seconds": self.retry_after_seconds}

    def effect(self, random: Random) -> Effect:  # noqa: ARG002 - the port's signature
        """Refuse the call."""
        header = ("Retry-After", str(self.retry_after_seconds))
        return Effect("before", Reply(429, (header,)))

"""A function's environment dies.

    Invoke ──▶ handler ─ ✗ killed ──▶ Runtime.ExitError ──▶ caller                 when: before
    Invoke ──▶ handler ──▶ answer ─ ✗ killed ──▶ Runtime.ExitError ──▶ caller      when: after

Before: the handler is killed so many milliseconds after it has begun, at the latest when it has
answered. After: its work is done, and the caller sees what it sees of any killed environment.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Any, ClassVar, Self, cast

from fault_injection.distributions import LONGEST_MILLISECONDS
from fault_injection.effects import WHENS, Effect, When
from fault_injection.fields import FaultRuleError, RuleFields
from localtender.edge.faults.actions import CrashEnvironment


@dataclass(frozen=True)
class Crash:
    """Kills the environment of an invocation."""

    kind: ClassVar[str] = "crash"

    when: When = "before"
    milliseconds: float = 0

    @classmethod
    def parse(cls, fields: RuleFields) -> Self:
        """Read `when`, and `milliseconds` if it is before."""
        when = cast("When", fields.choice("when", WHENS, "before"))
        longest = LONGEST_MILLISECONDS
        milliseconds = fields.number("milliseconds", minimum=0, maximum=longest, default=0)
        if when == "after" and milliseconds:
            raise FaultRuleError("milliseconds", "is for `when: before` only", "0")
        return cls(when, milliseconds)

    def describe(self) -> dict[str, Any]:
        """Return the parameters as they are written in a rule."""
        return {"when": self.when, "milliseconds": self.milliseconds}

    def effect(self, random: Random) -> Effect:  # noqa: ARG002 - the port's signature
        """Kill it."""
        return Effect("before", CrashEnvironment(self.when, self.milliseconds / 1000))

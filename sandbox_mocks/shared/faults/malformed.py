"""The answer is not what its content type says.

    client ──request──▶ work ──▶ {"batch_hea<html>… ──▶ client

The work was done and the message is well-framed, but the body can't be parsed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Self

from fault_injection.effects import Effect
from sandbox_mocks.shared.faults.answers import Rewrite

if TYPE_CHECKING:
    from random import Random

    from fault_injection.fields import RuleFields

_NOISE = b"<html><body>upstream error"


def _spoil(body: bytes) -> bytes:
    return body[: len(body) // 2] + _NOISE


@dataclass(frozen=True, slots=True)
class Malformed:
    """Spoils the second half of the answer's body."""

    kind: ClassVar[str] = "malformed"

    @classmethod
    def parse(cls, fields: RuleFields) -> Self:  # noqa: ARG003 - this kind has no parameters
        """Read nothing."""
        return cls()

    def describe(self) -> dict[str, Any]:
        """Return the parameters as they are written in a rule."""
        return {}

    def effect(self, random: Random) -> Effect:  # noqa: ARG002 - the port's signature
        """Spoil the body."""
        return Effect("after", Rewrite(_spoil))

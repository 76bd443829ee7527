"""A queue delivers messages twice, as a standard queue of SQS may.

    queue ──▶ ReceiveMessage: A, B ──▶ …  ReceiveMessage: A, B (again) ──▶ client

The next receive of the queue gets the same messages once more, also when they were deleted
meanwhile. After "At-least-once delivery" of the SQS developer guide; FIFO queues are spared.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Any, ClassVar, Self

from fault_injection.effects import Effect
from fault_injection.fields import RuleFields
from localtender.edge.faults.actions import Redeliver


@dataclass(frozen=True)
class DuplicateDelivery:
    """Delivers what a receive has delivered once more."""

    kind: ClassVar[str] = "duplicate-delivery"

    @classmethod
    def parse(cls, fields: RuleFields) -> Self:  # noqa: ARG003 - this kind has no parameters
        """Read nothing."""
        return cls()

    def describe(self) -> dict[str, Any]:
        """Return the parameters as they are written in a rule: none."""
        return {}

    def effect(self, random: Random) -> Effect:  # noqa: ARG002 - the port's signature
        """Deliver twice."""
        return Effect("after", Redeliver())

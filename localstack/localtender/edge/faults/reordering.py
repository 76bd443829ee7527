"""A queue delivers messages out of order, as a standard queue of SQS may.

    queue ──▶ ReceiveMessage: A, B, C ──▶ B, C, A ──▶ client
    queue ──▶ ReceiveMessage: A ──▶ (nothing) …  ReceiveMessage: B ──▶ B, A ──▶ client

A single message stays back until the next receive. After "Amazon SQS standard queues" of the
developer guide, "best-effort ordering"; FIFO queues are spared.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, ClassVar, Self

from fault_injection.effects import Effect
from fault_injection.fields import RuleFields
from localtender.edge.faults.actions import Reorder


@dataclass(frozen=True)
class Reordering:
    """Delivers the messages of a receive in another order."""

    kind: ClassVar[str] = "reordering"

    @classmethod
    def parse(cls, fields: RuleFields) -> Self:  # noqa: ARG003 - this kind has no parameters
        """Read nothing."""
        return cls()

    def describe(self) -> dict[str, Any]:
        """Return the parameters as they are written in a rule: none."""
        return {}

    def effect(self, random: Random) -> Effect:
        """Reorder, by chance and never to the same order."""

        def shuffled(messages: Sequence[Any]) -> list[Any]:
            # Whatever comes first was not first before.
            first = random.randrange(1, len(messages))
            others = [message for number, message in enumerate(messages) if number != first]
            random.shuffle(others)
            return [messages[first], *others]

        return Effect("after", Reorder(shuffled))

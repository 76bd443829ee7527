"""Webhooks that come late, twice, in another order, forged or not at all.

    provider ──event──▶ ┊ waits ┊ ──▶ client                webhook-late
    provider ──event──▶ client, client                      webhook-duplicate
    provider ──event 1──▶ ┊ event 2 ──▶ client ┊ ──▶ client   webhook-reordered
    provider ──event, signature that does not hold──▶ client  webhook-forged
    provider ──event──▶ ✗                                   webhook-lost

A rule names the events by the glob `event`; time passes by the virtual clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Self

from fault_injection.effects import Action, Effect

if TYPE_CHECKING:
    from collections.abc import Iterable
    from random import Random

    from fault_injection.fields import RuleFields
    from fault_injection.rules import FiredFault

_LATE_SECONDS = 240.0
_REORDERED_SECONDS = 2.0
_LONGEST_SECONDS = 30 * 86_400.0


@dataclass(frozen=True)
class Late(Action):
    """Deliver so many seconds later."""

    seconds: float


@dataclass(frozen=True)
class Again(Action):
    """Deliver it so many times more, each so many seconds after the one before."""

    copies: int
    seconds: float


@dataclass(frozen=True)
class Forge(Action):
    """Sign it with something else than the secret."""


@dataclass(frozen=True)
class Lose(Action):
    """Do not deliver it."""


@dataclass(frozen=True, slots=True)
class Disturbances:
    """All that strikes one delivery; `late` in seconds."""

    late: float = 0.0
    copies: int = 0
    copy_seconds: float = 0.0
    forged: bool = False
    lost: bool = False

    def delays(self) -> tuple[float, ...]:
        """Return after how many seconds it is delivered, each time."""
        if self.lost:
            return ()
        return tuple(self.late + self.copy_seconds * copy for copy in range(self.copies + 1))


def disturbances(faults: Iterable[FiredFault]) -> Disturbances:
    """Put together what the faults that struck want done."""
    late, copies, copy_seconds, forged, lost = 0.0, 0, 0.0, False, False
    for fault in faults:
        match fault.effect.action:
            case Late(seconds):
                late += seconds
            case Again(more, seconds):
                copies, copy_seconds = copies + more, max(copy_seconds, seconds)
            case Forge():
                forged = True
            case Lose():
                lost = True
    return Disturbances(late, copies, copy_seconds, forged, lost)


@dataclass(frozen=True, slots=True)
class WebhookLate:
    """Delivers after `seconds`."""

    kind: ClassVar[str] = "webhook-late"
    default_seconds: ClassVar[float] = _LATE_SECONDS

    seconds: float

    @classmethod
    def parse(cls, fields: RuleFields) -> Self:
        """Read ``seconds``."""
        return cls(
            fields.number(
                "seconds", minimum=0, maximum=_LONGEST_SECONDS, default=cls.default_seconds
            )
        )

    def describe(self) -> dict[str, Any]:
        """Return the parameters as they are written in a rule."""
        return {"seconds": self.seconds}

    def effect(self, random: Random) -> Effect:  # noqa: ARG002 - the port's signature
        """Deliver later."""
        return Effect("after", Late(self.seconds))


@dataclass(frozen=True, slots=True)
class WebhookReordered(WebhookLate):
    """Holds an event back for a moment, in which those that follow overtake it."""

    kind: ClassVar[str] = "webhook-reordered"
    default_seconds: ClassVar[float] = _REORDERED_SECONDS


@dataclass(frozen=True, slots=True)
class WebhookDuplicate:
    """Delivers `copies` more, `seconds` apart."""

    kind: ClassVar[str] = "webhook-duplicate"

    copies: int = 1
    seconds: float = 0.0

    @classmethod
    def parse(cls, fields: RuleFields) -> Self:
        """Read ``copies`` and ``seconds``."""
        copies = fields.integer("copies", minimum=1, maximum=100, default=1)
        seconds = fields.number("seconds", minimum=0, maximum=_LONGEST_SECONDS, default=0.0)
        return cls(1 if copies is None else copies, seconds)

    def describe(self) -> dict[str, Any]:
        """Return the parameters as they are written in a rule."""
        return {"copies": self.copies, "seconds": self.seconds}

    def effect(self, random: Random) -> Effect:  # noqa: ARG002 - the port's signature
        """Deliver it again."""
        return Effect("after", Again(self.copies, self.seconds))


@dataclass(frozen=True, slots=True)
class WebhookForged:
    """Delivers with a signature that does not hold."""

    kind: ClassVar[str] = "webhook-forged"

    @classmethod
    def parse(cls, fields: RuleFields) -> Self:  # noqa: ARG003 - this kind has no parameters
        """Read nothing."""
        return cls()

    def describe(self) -> dict[str, Any]:
        """Return the parameters as they are written in a rule."""
        return {}

    def effect(self, random: Random) -> Effect:  # noqa: ARG002 - the port's signature
        """Forge the signature."""
        return Effect("after", Forge())


@dataclass(frozen=True, slots=True)
class WebhookLost(WebhookForged):
    """Does not deliver at all."""

    kind: ClassVar[str] = "webhook-lost"

    def effect(self, random: Random) -> Effect:  # noqa: ARG002 - the port's signature
        """Lose the event."""
        return Effect("after", Lose())

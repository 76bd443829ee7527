"""What a fault wants done to a call, as plain values for the transport to carry out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Protocol

if TYPE_CHECKING:
    from random import Random

When = Literal["before", "after"]
WHENS: tuple[When, ...] = ("before", "after")


@dataclass(frozen=True)
class Action:
    """Something done to a call; those of one transport alone derive from this, too."""

    ends_the_call: ClassVar[bool] = False


@dataclass(frozen=True)
class Wait(Action):
    """Let time pass, then go on."""

    seconds: float


@dataclass(frozen=True)
class Hold(Action):
    """Say nothing until the client goes, at most this long; then drop the connection."""

    ends_the_call: ClassVar[bool] = True

    seconds: float


@dataclass(frozen=True)
class Reset(Action):
    """Break the connection with a TCP reset."""

    ends_the_call: ClassVar[bool] = True


@dataclass(frozen=True)
class Truncate(Action):
    """Announce the whole body, send this share of it (0 to 1), close the connection."""

    ends_the_call: ClassVar[bool] = True

    share: float


@dataclass(frozen=True, slots=True)
class Effect:
    """An action, before the work of the call is done (and instead of it) or after."""

    when: When
    action: Action

    @property
    def ends_the_call(self) -> bool:
        """Whether no later fault can make a difference."""
        return self.action.ends_the_call


class Fault(Protocol):
    """One kind of fault with its parameters."""

    @property
    def kind(self) -> str:
        """The name of the kind in a rule."""

    def describe(self) -> dict[str, Any]:
        """Return the parameters as they are written in a rule."""

    def effect(self, random: Random) -> Effect:
        """Say what to do to one call; chance comes from ``random`` alone."""

"""What a fault wants done to a call, as plain values for the transport to carry out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Protocol, Self

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from sandbox_mocks.shared.faults.fields import RuleFields

When = Literal["before", "after"]
WHENS: tuple[When, ...] = ("before", "after")


@dataclass(frozen=True, slots=True)
class Wait:
    """Let time pass, then go on."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Hold:
    """Say nothing until the client goes, at most this long; then drop the connection."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Reply:
    """Answer this instead; a body of None means the provider's own for the status."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes | None = None


@dataclass(frozen=True, slots=True)
class Reset:
    """Break the connection with a TCP reset."""


@dataclass(frozen=True, slots=True)
class Rewrite:
    """Change the body of the answer, which stays well-framed."""

    body: Callable[[bytes], bytes]


@dataclass(frozen=True, slots=True)
class Truncate:
    """Announce the whole body, send this share of it (0 to 1), close the connection."""

    share: float


Action = Wait | Hold | Reply | Reset | Rewrite | Truncate


@dataclass(frozen=True, slots=True)
class Effect:
    """An action, before the work of the call is done (and instead of it) or after."""

    when: When
    action: Action

    @property
    def ends_the_call(self) -> bool:
        """Whether no later fault can make a difference."""
        return isinstance(self.action, Hold | Reply | Reset | Truncate)


class Fault(Protocol):
    """One kind of fault with its parameters."""

    kind: ClassVar[str]

    @classmethod
    def parse(cls, fields: RuleFields) -> Self:
        """Read the parameters of this kind; raises FaultRuleError."""

    def describe(self) -> dict[str, Any]:
        """Return the parameters as they are written in a rule."""

    def effect(self, random: Random) -> Effect:
        """Say what to do to one call; chance comes from ``random`` alone."""

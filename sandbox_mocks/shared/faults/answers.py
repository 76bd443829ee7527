"""What a fault wants done to a provider's answer, as plain values for the transport."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from fault_injection.effects import Action

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True)
class Reply(Action):
    """Answer this instead; a body of None means the provider's own for the status."""

    ends_the_call: ClassVar[bool] = True

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes | None = None


@dataclass(frozen=True)
class Rewrite(Action):
    """Change the body of the answer, which stays well-framed."""

    body: Callable[[bytes], bytes]

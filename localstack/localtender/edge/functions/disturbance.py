"""What can befall an invocation from outside: the port by which faults reach Lambda."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from localtender.edge.functions.names import FunctionReference
    from localtender.edge.protocol.errors import ServiceError


@dataclass(frozen=True)
class Crash:
    """The environment dies: so long after the handler began, or (None) once it has answered."""

    after_seconds: float | None


@dataclass(frozen=True)
class Disturbance:
    """One invocation's. It is delayed, or refused; its environment starts cold, with an init phase
    that is so much longer (None: it may be warm), or dies; its answer is delayed, or lost to an
    error.
    """

    delay_seconds: float = 0.0
    refusal: ServiceError | None = None
    cold_start_seconds: float | None = None
    crash: Crash | None = None
    delay_after_seconds: float = 0.0
    refusal_after: ServiceError | None = None


UNDISTURBED = Disturbance()


class Disturbances(Protocol):
    """Where disturbances come from."""

    def befall(self, reference: FunctionReference) -> Disturbance | None:
        """What befalls an invocation that is about to run; None for nothing."""
        ...


class NothingHappens:
    """Leaves every invocation alone."""

    def befall(self, reference: FunctionReference) -> Disturbance | None:  # noqa: ARG002
        """Nothing."""
        return None

"""What a fault of AWS wants done to a call, beside what any connection can suffer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from fault_injection.effects import Action
from localtender.edge.faults.calls import Call
from localtender.edge.protocol.errors import ServiceError


@dataclass(frozen=True)
class AnswerError(Action):
    """Answer the call with an error of its service."""

    ends_the_call: ClassVar[bool] = True

    error: Callable[[Call], ServiceError]


@dataclass(frozen=True)
class Redeliver(Action):
    """Deliver the messages of this answer once more with the next one."""


@dataclass(frozen=True)
class Reorder(Action):
    """Deliver the messages of this answer in another order, a single one after the next."""

    shuffled: Callable[[Sequence[Any]], list[Any]]


@dataclass(frozen=True)
class StartCold(Action):
    """Throw an execution environment away and start another, so much slower than it is."""

    init_delay_seconds: float


@dataclass(frozen=True)
class CrashEnvironment(Action):
    """Kill the execution environment: so long after the handler began, or once it has answered."""

    moment: Literal["before", "after"]
    after_seconds: float

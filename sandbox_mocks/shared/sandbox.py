"""A sandbox: a provider's model with its journal and its fault rules, on one clock."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from fault_injection.rules import FaultRules
from sandbox_mocks.shared.clock import VirtualClock
from sandbox_mocks.shared.faults.kinds import FAULT_KINDS
from sandbox_mocks.shared.journal import Journal

if TYPE_CHECKING:
    from fault_injection.rules import FiredFault
    from sandbox_mocks.shared.messages import Request
    from sandbox_mocks.shared.model import ProviderModel

# The parts of a call that a fault rule of a provider may name.
HTTP_MATCH_FIELDS = ("method", "path", "request_body")


@dataclass(slots=True)
class ProviderSandbox:
    """One provider as a transport serves it."""

    model: ProviderModel
    journal: Journal = field(default_factory=Journal)
    faults: FaultRules = field(default_factory=lambda: FaultRules(HTTP_MATCH_FIELDS, FAULT_KINDS))

    def fire(self, request: Request) -> tuple[FiredFault, ...]:
        """Return the faults that strike this request, in the order of their rules."""
        if not self.faults:
            return ()
        with_prefix = f"/{self.model.name}{request.path}"
        return self.faults.fire(
            {
                "method": (request.method,),
                "path": (request.path, with_prefix),
                "request_body": (request.body.decode(errors="replace"),),
            }
        )

    def reset(self) -> None:
        """Forget state, journal and faults."""
        self.model.reset()
        self.journal.clear()
        self.faults.clear()


@dataclass(slots=True)
class Sandboxes:
    """All providers that one server stands in for, by name, and the clock they share."""

    providers: dict[str, ProviderSandbox]
    clock: VirtualClock = field(default_factory=VirtualClock)

    def reset(self) -> None:
        """Forget everything and return the clock to real time."""
        self.clock.reset()
        for provider in self.providers.values():
            provider.reset()

"""A sandbox: a provider's model with its journal and its fault rules, on one clock."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from fault_injection.rules import FaultRules
from sandbox_mocks.shared.clock import VirtualClock
from sandbox_mocks.shared.faults.kinds import CALL, FAULT_KINDS, WEBHOOK
from sandbox_mocks.shared.faults.webhooks import Disturbances, disturbances
from sandbox_mocks.shared.journal import Journal

if TYPE_CHECKING:
    from fault_injection.rules import FiredFault
    from sandbox_mocks.shared.messages import Request
    from sandbox_mocks.shared.model import ProviderModel
    from sandbox_mocks.shared.webhooks.events import Subscription, WebhookEvent

# The parts of a call, and of a webhook, that a fault rule of a provider may name.
MATCH_FIELDS = ("method", "path", "request_body", "event", "url")


@dataclass(slots=True)
class ProviderSandbox:
    """One provider as a transport serves it."""

    model: ProviderModel
    journal: Journal = field(default_factory=Journal)
    faults: FaultRules = field(default_factory=lambda: FaultRules(MATCH_FIELDS, FAULT_KINDS))

    def __post_init__(self) -> None:
        if self.model.webhooks is not None:
            self.model.webhooks.disturb = self._disturb

    def fire(self, request: Request) -> tuple[FiredFault, ...]:
        """Return the faults that strike this request, in the order of their rules."""
        if not self.faults:
            return ()
        with_prefix = f"/{self.model.name}{request.path}"
        return self.faults.fire(
            {
                "happening": (CALL,),
                "method": (request.method,),
                "path": (request.path, with_prefix),
                "request_body": (request.body.decode(errors="replace"),),
            }
        )

    def _disturb(self, event: WebhookEvent, subscription: Subscription) -> Disturbances:
        call = {"happening": (WEBHOOK,), "event": (event.type,), "url": (subscription.url,)}
        return disturbances(self.faults.fire(call))

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

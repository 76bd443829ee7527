"""Where events wait until they are delivered, by the virtual clock."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Protocol

from sandbox_mocks.shared.faults.webhooks import Disturbances
from sandbox_mocks.shared.json_documents import write_json
from sandbox_mocks.shared.webhooks.events import Attempt, Delivery, Subscription

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sandbox_mocks.shared.clock import VirtualClock
    from sandbox_mocks.shared.identifiers import IdentifierSource
    from sandbox_mocks.shared.messages import Headers
    from sandbox_mocks.shared.webhooks.events import WebhookEvent

_REMEMBERED = 10_000


class Signer(Protocol):
    """Signs as one provider does."""

    def __call__(self, delivery: Delivery, body: bytes, now: float) -> Headers:
        """Return the headers that go with a body; of a forged delivery they do not hold."""
        ...


class Outbox:
    """Addresses, events and deliveries of one provider.

    A delivery that fails is tried again after each of `retry_seconds`, then given up. Nothing is
    sent here: a transport takes what is due and says what came of it.
    """

    def __init__(
        self,
        clock: VirtualClock,
        identifiers: IdentifierSource,
        sign: Signer,
        retry_seconds: Sequence[float],
    ) -> None:
        self.disturb: Callable[[WebhookEvent, Subscription], Disturbances] | None = None
        self._clock = clock
        self._identifiers = identifiers
        self._sign = sign
        self._retry_seconds = tuple(retry_seconds)
        self._subscriptions: dict[str, Subscription] = {}
        self._waiting: list[Delivery] = []
        self._ended: deque[Delivery] = deque(maxlen=_REMEMBERED)

    @property
    def subscriptions(self) -> tuple[Subscription, ...]:
        """The addresses, oldest first."""
        return tuple(self._subscriptions.values())

    @property
    def deliveries(self) -> tuple[Delivery, ...]:
        """What was delivered or given up, then what still waits."""
        return (*self._ended, *self._waiting)

    def subscribe(self, subscription: Subscription) -> None:
        """Send events to an address from now on."""
        self._subscriptions[subscription.id] = subscription

    def unsubscribe(self, subscription_id: str) -> bool:
        """Send nothing there any more, not even what waits; False when it is not known."""
        known = self._subscriptions.pop(subscription_id, None)
        self._waiting = [each for each in self._waiting if each.subscription.id != subscription_id]
        return known is not None

    def publish(self, event: WebhookEvent) -> None:
        """Queue an event for every address that wants it."""
        for subscription in self._subscriptions.values():
            if subscription.wants(event.type):
                self._queue(event, subscription)

    def send(self, event: WebhookEvent, subscription: Subscription) -> None:
        """Queue an event for one address, which need not have subscribed; tried once."""
        self._waiting.append(self._delivery(event, subscription, self._clock.now()))

    def redeliver(self, event: WebhookEvent) -> None:
        """Send an event once more to every address that wants it, undisturbed."""
        for subscription in self._subscriptions.values():
            if subscription.wants(event.type):
                self._waiting.append(self._delivery(event, subscription, self._clock.now()))

    def take_due(self) -> list[Delivery]:
        """Return what is to be sent now, in order; the transport calls `complete` for each."""
        now = self._clock.now()
        due = [delivery for delivery in self._waiting if delivery.due <= now]
        due.sort(key=lambda delivery: delivery.due)
        self._waiting = [delivery for delivery in self._waiting if delivery.due > now]
        return due

    def message(self, delivery: Delivery) -> tuple[Headers, bytes]:
        """Return the headers and the body of a delivery, signed at this moment."""
        body = write_json(delivery.event.document)
        headers = (("Content-Type", "application/json"),)
        return headers + self._sign(delivery, body, self._clock.now()), body

    def complete(self, delivery: Delivery, status: int | None, error: str | None = None) -> None:
        """Say what came of a try: a status, or an error without one."""
        attempt = Attempt(self._clock.now(), status, error)
        delivery.attempts.append(attempt)
        tries = len(delivery.attempts)
        wanted = delivery.subscription.id in self._subscriptions
        if wanted and not attempt.succeeded and tries <= len(self._retry_seconds):
            delivery.due = attempt.time + self._retry_seconds[tries - 1]
            self._waiting.append(delivery)
            return
        delivery.status = "delivered" if attempt.succeeded else "failed"
        self._ended.append(delivery)

    def reset(self) -> None:
        """Forget addresses, events and deliveries."""
        self._subscriptions.clear()
        self._waiting.clear()
        self._ended.clear()

    def _queue(self, event: WebhookEvent, subscription: Subscription) -> None:
        disturbances = self.disturb(event, subscription) if self.disturb else Disturbances()
        now = self._clock.now()
        for delay in disturbances.delays():
            delivery = self._delivery(event, subscription, now + delay)
            delivery.forged = disturbances.forged
            self._waiting.append(delivery)

    def _delivery(self, event: WebhookEvent, subscription: Subscription, due: float) -> Delivery:
        return Delivery(f"whd_{self._identifiers.hexadecimal(24)}", event, subscription, due)

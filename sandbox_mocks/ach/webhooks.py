"""Endpoints that are told of transfers, and the events that they were told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox_mocks.ach.answers import standard_error
from sandbox_mocks.ach.fields import Fields
from sandbox_mocks.shared.clock import internet_time
from sandbox_mocks.shared.webhooks.events import Subscription, WebhookEvent, is_deliverable
from sandbox_mocks.shared.webhooks.hmac_signature import hmac_signature
from sandbox_mocks.shared.webhooks.outbox import Outbox

if TYPE_CHECKING:
    from sandbox_mocks.shared.clock import VirtualClock
    from sandbox_mocks.shared.identifiers import IdentifierSource
    from sandbox_mocks.shared.json_documents import JsonObject
    from sandbox_mocks.shared.messages import Headers
    from sandbox_mocks.shared.webhooks.events import Delivery

SIGNATURE_HEADER = "Ach-Signature"
RETRY_SECONDS = (10.0, 60.0, 600.0, 3_600.0, 21_600.0, 86_400.0)
_FIELDS = ("url", "events", "secret")


class Webhooks:
    """Signed events; the header is ``Ach-Signature: t=…,v1=HMAC_SHA256(secret, "t.body")``."""

    def __init__(self, clock: VirtualClock, identifiers: IdentifierSource) -> None:
        self._clock = clock
        self._identifiers = identifiers
        self._events: dict[str, WebhookEvent] = {}
        self.outbox = Outbox(clock, identifiers, _sign, RETRY_SECONDS)

    def announce(self, event_type: str, time: float, data: JsonObject) -> None:
        """Tell of something that happened at a time (seconds since the epoch)."""
        identifier = f"evt_{self._identifiers.hexadecimal(24)}"
        document = {
            "id": identifier,
            "object": "event",
            "type": event_type,
            "created_at": internet_time(time),
            "data": data,
        }
        event = WebhookEvent(identifier, event_type, time, document)
        self._events[identifier] = event
        self.outbox.publish(event)

    def create_endpoint(self, document: Any) -> JsonObject:
        """Add an endpoint; its secret is shown this once. Raises AchError."""
        fields = Fields(document, _FIELDS)
        url = fields.text("url", longest=2_000)
        if not is_deliverable(url):
            raise fields.problem("url", "must be an address of this machine, http://127.0.0.1:…")
        subscription = Subscription(
            id=f"we_{self._identifiers.hexadecimal(24)}",
            url=url,
            event_types=fields.names("events", ("*",)),
            secret=fields.text(
                "secret", longest=200, default=f"whsec_{self._identifiers.hexadecimal(48)}"
            ),
        )
        self.outbox.subscribe(subscription)
        return {**_endpoint(subscription), "secret": subscription.secret}

    def endpoints(self) -> list[JsonObject]:
        """Return the endpoints, their secrets left out."""
        return [_endpoint(subscription) for subscription in self.outbox.subscriptions]

    def delete_endpoint(self, endpoint_id: str) -> JsonObject:
        """Take an endpoint away; raises AchError."""
        if not self.outbox.unsubscribe(endpoint_id):
            raise standard_error(404)
        return {"id": endpoint_id, "object": "webhook_endpoint", "deleted": True}

    def events(self) -> list[JsonObject]:
        """Return every event, oldest first."""
        return [event.document for event in self._events.values()]

    def event(self, event_id: str) -> JsonObject:
        """Return an event; raises AchError."""
        return self._event(event_id).document

    def redeliver(self, event_id: str) -> JsonObject:
        """Send an event once more; raises AchError."""
        event = self._event(event_id)
        self.outbox.redeliver(event)
        return event.document

    def reset(self) -> None:
        """Forget endpoints and events."""
        self._events.clear()
        self.outbox.reset()

    def _event(self, event_id: str) -> WebhookEvent:
        if event_id not in self._events:
            raise standard_error(404)
        return self._events[event_id]


def _endpoint(subscription: Subscription) -> JsonObject:
    return {
        "id": subscription.id,
        "object": "webhook_endpoint",
        "url": subscription.url,
        "events": list(subscription.event_types),
    }


def _sign(delivery: Delivery, body: bytes, now: float) -> Headers:
    secret = "forged" if delivery.forged else delivery.subscription.secret
    return ((SIGNATURE_HEADER, hmac_signature(secret, body, now)),)

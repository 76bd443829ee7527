"""Events, and the endpoints that are told of them.

Sources: https://docs.stripe.com/api/events, https://docs.stripe.com/webhooks (signature; in a
sandbox three retries over a few hours), https://docs.stripe.com/api/webhook_endpoints.
"""

from __future__ import annotations

import copy
import re
from typing import TYPE_CHECKING

from sandbox_mocks.shared.webhooks.events import Subscription, WebhookEvent, is_deliverable
from sandbox_mocks.shared.webhooks.hmac_signature import hmac_signature
from sandbox_mocks.shared.webhooks.outbox import Outbox
from sandbox_mocks.stripe.answers import DEFAULT_VERSION, invalid_request, missing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox_mocks.shared.clock import VirtualClock
    from sandbox_mocks.shared.identifiers import IdentifierSource
    from sandbox_mocks.shared.json_documents import JsonObject
    from sandbox_mocks.shared.messages import Headers
    from sandbox_mocks.shared.webhooks.events import Delivery
    from sandbox_mocks.stripe.parameters import Parameters
    from sandbox_mocks.stripe.store import ObjectStore

SIGNATURE_HEADER = "Stripe-Signature"
RETRY_SECONDS = (3_600.0, 10_800.0, 21_600.0)


class Events:
    """Announces what happens; `idempotency_key` is that of the call that is being carried out."""

    def __init__(
        self, store: ObjectStore, clock: VirtualClock, identifiers: IdentifierSource
    ) -> None:
        self.idempotency_key: str | None = None
        self.outbox = Outbox(clock, identifiers, _sign, RETRY_SECONDS)
        self._store = store
        self._clock = clock
        self._identifiers = identifiers
        self._secrets: dict[str, str] = {}

    def announce(
        self,
        event_type: str,
        owner: str,
        document: JsonObject,
        *,
        before: Mapping[str, object] | None = None,
        time: float | None = None,
    ) -> None:
        """Tell that something happened to an object; `before` has what it was instead."""
        moment = self._clock.now() if time is None else time
        data: JsonObject = {"object": copy.deepcopy(document)}
        if before is not None:
            data["previous_attributes"] = dict(before)
        listening = [each for each in self.outbox.subscriptions if each.wants(event_type)]
        event = self._store.add(
            "event",
            owner,
            {
                "api_version": DEFAULT_VERSION,
                "created": int(moment),
                "data": data,
                "pending_webhooks": len(listening),
                "request": {"id": None, "idempotency_key": self.idempotency_key},
                "type": event_type,
                **({"account": owner} if owner else {}),
            },
        )
        self.outbox.publish(WebhookEvent(event["id"], event_type, moment, event))

    def create_endpoint(self, parameters: Parameters) -> JsonObject:
        """Add an endpoint; its secret is shown this once. Raises StripeError."""
        url = parameters.required_text("url")
        types = parameters.texts("enabled_events")
        if types is None:
            raise parameters.missing("enabled_events")
        if not is_deliverable(url):
            message = "Invalid URL: a sandbox sends to this machine only, http://127.0.0.1:…"
            raise invalid_request(message, code="url_invalid", param="url")
        fields = {
            "api_version": parameters.text("api_version"),
            "application": None,
            "description": parameters.text("description"),
            "enabled_events": types,
            "metadata": parameters.metadata(),
            "status": "enabled",
            "url": url,
        }
        parameters.ignore("connect")
        parameters.finish()
        _check_types(types)
        endpoint = self._store.add("webhook_endpoint", "", fields)
        self._secrets[endpoint["id"]] = f"whsec_{self._identifiers.letters(32)}"
        self._subscribe(endpoint)
        return {**endpoint, "secret": self._secrets[endpoint["id"]]}

    def update_endpoint(self, endpoint: JsonObject, parameters: Parameters) -> JsonObject:
        """Change an endpoint; raises StripeError."""
        disabled = parameters.flag("disabled")
        url = parameters.text("url") or endpoint["url"]
        if not is_deliverable(url):
            message = "Invalid URL: a sandbox sends to this machine only, http://127.0.0.1:…"
            raise invalid_request(message, code="url_invalid", param="url")
        endpoint |= {
            "url": url,
            "enabled_events": parameters.texts("enabled_events") or endpoint["enabled_events"],
            "description": parameters.text("description") or endpoint["description"],
            "metadata": parameters.metadata(endpoint["metadata"]),
            "status": endpoint["status"]
            if disabled is None
            else ("disabled" if disabled else "enabled"),
        }
        parameters.finish()
        _check_types(endpoint["enabled_events"])
        if endpoint["status"] == "enabled":
            self._subscribe(endpoint)
        else:
            self.outbox.unsubscribe(endpoint["id"])
        return endpoint

    def delete_endpoint(self, endpoint_id: str) -> JsonObject:
        """Take an endpoint away; raises StripeError."""
        deleted = self._store.remove("webhook_endpoint", "", endpoint_id)
        self.outbox.unsubscribe(endpoint_id)
        return deleted

    def resend(self, event_id: str) -> JsonObject:
        """Send an event once more; raises StripeError."""
        for event in self._store.all("event"):
            if event["id"] == event_id:
                self.outbox.redeliver(
                    WebhookEvent(event_id, event["type"], event["created"], event)
                )
                return event
        raise missing("event", event_id)

    def reset(self) -> None:
        """Forget the endpoints."""
        self._secrets.clear()
        self.outbox.reset()

    def _subscribe(self, endpoint: JsonObject) -> None:
        self.outbox.subscribe(
            Subscription(
                endpoint["id"],
                endpoint["url"],
                tuple(endpoint["enabled_events"]),
                self._secrets[endpoint["id"]],
            )
        )


def _check_types(types: list[str]) -> None:
    """Refuse patterns: Stripe knows names, and `*` for all of them."""
    for place, name in enumerate(types):
        if name != "*" and not re.fullmatch(r"[a-z0-9_]+(\.[a-z0-9_]+)+", name):
            param = f"enabled_events[{place}]"
            raise invalid_request(f"Invalid {param}: must be the name of an event", param=param)


def _sign(delivery: Delivery, body: bytes, now: float) -> Headers:
    secret = "forged" if delivery.forged else delivery.subscription.secret
    return ((SIGNATURE_HEADER, hmac_signature(secret, body, now)),)

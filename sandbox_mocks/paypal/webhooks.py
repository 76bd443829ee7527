"""Webhooks: managed, signed, verified, simulated and sent again.

Sources: https://developer.paypal.com/docs/api/webhooks/v1/ and
https://developer.paypal.com/api/rest/webhooks/rest/ : the signature is over
``transmission id|time|webhook id|CRC32 of the body``; a delivery that fails comes again up to 25
times over three days. An event of the simulator is signed with the id ``WEBHOOK_ID``, and so
never verifies. Events are made while a webhook listens.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Any

from sandbox_mocks.paypal.answers import PayPalError, field_error, link, standard_error
from sandbox_mocks.paypal.certificates import AUTHORIZATION_ALGORITHM, SigningCertificate
from sandbox_mocks.paypal.webhook_events import (
    EVENT_TYPES,
    resource_type_of,
    resource_version,
)
from sandbox_mocks.shared.clock import internet_time
from sandbox_mocks.shared.json_documents import write_json
from sandbox_mocks.shared.webhooks.events import Subscription, WebhookEvent, is_deliverable
from sandbox_mocks.shared.webhooks.outbox import Outbox

if TYPE_CHECKING:
    from sandbox_mocks.shared.clock import VirtualClock
    from sandbox_mocks.shared.identifiers import IdentifierSource
    from sandbox_mocks.shared.json_documents import JsonObject
    from sandbox_mocks.shared.messages import Headers
    from sandbox_mocks.shared.webhooks.events import Delivery

RETRY_SECONDS = (60.0, 120.0, 300.0, 600.0, 1_800.0, *[12_700.0] * 20)
SIMULATOR_ID = "WEBHOOK_ID"
_MOST_WEBHOOKS = 10
_SIGNED_FIELDS = (
    *("auth_algo", "cert_url", "transmission_id", "transmission_sig", "transmission_time"),
    "webhook_id",
)


class Webhooks:
    """The webhooks of one application, and the events that they were told."""

    def __init__(self, clock: VirtualClock, identifiers: IdentifierSource) -> None:
        self.certificate = SigningCertificate()
        self.certificate_id = f"CERT-{identifiers.hexadecimal(16)}"
        self.outbox = Outbox(clock, identifiers, self._sign, RETRY_SECONDS)
        self._clock = clock
        self._identifiers = identifiers
        self._base_url = ""
        self._events: dict[str, WebhookEvent] = {}

    def announce(
        self, event_type: str, resource_type: str, resource: JsonObject, time: float, base_url: str
    ) -> None:
        """Tell the webhooks that listen of something that happened at a time."""
        if self.outbox.subscriptions:
            self.outbox.publish(self._event(event_type, resource_type, resource, time, base_url))

    def create(self, document: Any, base_url: str) -> JsonObject:
        """Add a webhook; raises PayPalError."""
        url, types = _checked(document)
        if any(each.url == url for each in self.outbox.subscriptions):
            raise PayPalError(400, "WEBHOOK_URL_ALREADY_EXISTS", "Webhook URL already exists")
        if len(self.outbox.subscriptions) >= _MOST_WEBHOOKS:
            message = "Webhook number limit exceeded"
            raise PayPalError(400, "WEBHOOK_NUMBER_LIMIT_EXCEEDED", message)
        self._base_url = base_url
        webhook = Subscription(self._identifiers.letters(17), url, types)
        self.outbox.subscribe(webhook)
        return _shown(webhook, base_url)

    def all(self, base_url: str) -> JsonObject:
        """Return every webhook."""
        return {"webhooks": [_shown(each, base_url) for each in self.outbox.subscriptions]}

    def show(self, webhook_id: str, base_url: str) -> JsonObject:
        """Return a webhook; raises PayPalError."""
        return _shown(self._webhook(webhook_id), base_url)

    def change(self, webhook_id: str, document: Any, base_url: str) -> JsonObject:
        """Replace its url or its event types by a JSON patch; raises PayPalError."""
        webhook = self._webhook(webhook_id)
        wanted: JsonObject = {
            "url": webhook.url,
            "event_types": [{"name": name} for name in webhook.event_types],
        }
        operations = document if isinstance(document, list) else [None]
        for number, operation in enumerate(operations):
            fields = operation if isinstance(operation, dict) else {}
            name = str(fields.get("path", "")).removeprefix("/")
            if fields.get("op") != "replace" or name not in wanted or "value" not in fields:
                issue = "replace of /url or /event_types is what can be done"
                raise _invalid([field_error(f"[{number}]", issue)])
            wanted[name] = fields["value"]
        url, types = _checked(wanted)
        changed = Subscription(webhook.id, url, types)
        self.outbox.subscribe(changed)
        return _shown(changed, base_url)

    def delete(self, webhook_id: str) -> None:
        """Take a webhook away; raises PayPalError."""
        if not self.outbox.unsubscribe(webhook_id):
            raise _unknown_webhook()

    def event_types(self, webhook_id: str | None = None) -> JsonObject:
        """Return the event types there are, or those of a webhook; raises PayPalError."""
        names = list(EVENT_TYPES)
        if webhook_id is not None:
            names = list(self._webhook(webhook_id).event_types)
        return {"event_types": [_described(name) for name in names]}

    def events(self, event_type: str | None) -> JsonObject:
        """Return the events that were told, the newest first."""
        found = [
            event.document
            for event in reversed(self._events.values())
            if event_type in (None, event.type)
        ]
        return {"events": found, "count": len(found)}

    def event(self, event_id: str) -> JsonObject:
        """Return an event; raises PayPalError."""
        if event_id not in self._events:
            raise standard_error(404)
        return self._events[event_id].document

    def resend(self, event_id: str) -> JsonObject:
        """Send an event again; raises PayPalError."""
        document = self.event(event_id)
        self.outbox.redeliver(self._events[event_id])
        return document

    def simulate(self, document: Any, base_url: str) -> JsonObject:
        """Send a made-up event, whose signature does not verify; raises PayPalError."""
        fields = document if isinstance(document, dict) else {}
        event_type, url = fields.get("event_type"), fields.get("url")
        if event_type not in EVENT_TYPES:
            raise _invalid([field_error("event_type", "Not a valid event type")])
        if fields.get("webhook_id") is not None:
            url = self._webhook(str(fields["webhook_id"])).url
        if not is_deliverable(url):
            raise _invalid([field_error("url", "Not an address of this machine")])
        self._base_url = base_url
        kind = resource_type_of(event_type)
        resource = {"sender_batch_id": "simulated", "links": []}
        event = self._event(event_type, kind, resource, self._clock.now(), base_url)
        self.outbox.send(event, Subscription(SIMULATOR_ID, str(url), (event_type,)))
        return event.document

    def verify(self, document: Any) -> JsonObject:
        """Say whether a delivery was ours and is whole; raises PayPalError."""
        fields = document if isinstance(document, dict) else {}
        problems = [
            field_error(name, "Required field is missing")
            for name in _SIGNED_FIELDS
            if not isinstance(fields.get(name), str)
        ]
        if not isinstance(fields.get("webhook_event"), dict):
            problems.append(field_error("webhook_event", "Required field is missing"))
        if problems:
            raise _invalid(problems)
        message = _signed_text(
            fields["transmission_id"],
            fields["transmission_time"],
            fields["webhook_id"],
            write_json(fields["webhook_event"]),
        )
        known = any(each.id == fields["webhook_id"] for each in self.outbox.subscriptions)
        genuine = (
            known
            and fields["auth_algo"] == AUTHORIZATION_ALGORITHM
            and fields["cert_url"].endswith(f"/{self.certificate_id}")
            and self.certificate.is_signed(message, fields["transmission_sig"])
        )
        return {"verification_status": "SUCCESS" if genuine else "FAILURE"}

    def reset(self) -> None:
        """Forget webhooks and events; the certificate stays."""
        self._events.clear()
        self.outbox.reset()

    def _event(
        self, event_type: str, resource_type: str, resource: JsonObject, time: float, base_url: str
    ) -> WebhookEvent:
        identifier = f"WH-{self._identifiers.letters(17)}-{self._identifiers.letters(17)}"
        url = f"{base_url}/v1/notifications/webhooks-events/{identifier}"
        document = {
            "id": identifier,
            "event_version": "1.0",
            "create_time": internet_time(time),
            "resource_type": resource_type,
            "resource_version": resource_version(resource_type),
            "event_type": event_type,
            "summary": EVENT_TYPES[event_type],
            "resource": resource,
            "links": [link(url, "self"), link(f"{url}/resend", "resend", "POST")],
        }
        event = WebhookEvent(identifier, event_type, time, document)
        self._events[identifier] = event
        return event

    def _webhook(self, webhook_id: str) -> Subscription:
        for webhook in self.outbox.subscriptions:
            if webhook.id == webhook_id:
                return webhook
        raise _unknown_webhook()

    def _sign(self, delivery: Delivery, body: bytes, now: float) -> Headers:
        transmission, time = delivery.id.removeprefix("whd_"), internet_time(now)
        signed = _signed_text(transmission, time, delivery.subscription.id, body)
        if delivery.forged:
            signed += b"0"
        url = f"{self._base_url}/v1/notifications/certs/{self.certificate_id}"
        return (
            ("PAYPAL-TRANSMISSION-ID", transmission),
            ("PAYPAL-TRANSMISSION-TIME", time),
            ("PAYPAL-TRANSMISSION-SIG", self.certificate.sign(signed)),
            ("PAYPAL-CERT-URL", url),
            ("PAYPAL-AUTH-ALGO", AUTHORIZATION_ALGORITHM),
        )


def _signed_text(transmission: str, time: str, webhook_id: str, body: bytes) -> bytes:
    return f"{transmission}|{time}|{webhook_id}|{zlib.crc32(body)}".encode()


def _checked(document: Any) -> tuple[str, tuple[str, ...]]:
    """Return the url and the event types of a webhook; raises PayPalError."""
    fields = document if isinstance(document, dict) else {}
    problems = []
    url, types = fields.get("url"), fields.get("event_types")
    if not isinstance(url, str):
        problems.append(field_error("url", "Required field is missing"))
    elif not is_deliverable(url):
        problems.append(field_error("url", "Not an address of this machine, http://127.0.0.1:…"))
    names = []
    if not isinstance(types, list) or not types:
        problems.append(field_error("event_types", "Required field is missing"))
    else:
        names = [each.get("name") if isinstance(each, dict) else None for each in types]
        problems += [
            field_error(f"event_types[{number}].name", "Not a valid webhook event name")
            for number, name in enumerate(names)
            if name != "*" and name not in EVENT_TYPES
        ]
    if problems:
        raise _invalid(problems)
    return str(url), tuple(str(name) for name in names)


def _shown(webhook: Subscription, base_url: str) -> JsonObject:
    url = f"{base_url}/v1/notifications/webhooks/{webhook.id}"
    return {
        "id": webhook.id,
        "url": webhook.url,
        "event_types": [_described(name) for name in webhook.event_types],
        "links": [link(url, "self"), link(url, "update", "PATCH"), link(url, "delete", "DELETE")],
    }


def _described(name: str) -> JsonObject:
    return {"name": name, "description": EVENT_TYPES.get(name, "ALL"), "status": "ENABLED"}


def _invalid(problems: list[JsonObject]) -> PayPalError:
    return PayPalError(
        400, "VALIDATION_ERROR", "Invalid data provided", details=problems, information_link=None
    )


def _unknown_webhook() -> PayPalError:
    return PayPalError(404, "INVALID_RESOURCE_ID", "The requested resource ID was not found")

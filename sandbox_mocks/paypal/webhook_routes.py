"""Which call below ``/v1/notifications`` does what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox_mocks.paypal.answers import PayPalError, standard_error
from sandbox_mocks.shared.json_documents import MalformedJsonError, read_json

if TYPE_CHECKING:
    from sandbox_mocks.paypal.webhooks import Webhooks
    from sandbox_mocks.shared.messages import Request


def on_notifications(webhooks: Webhooks, request: Request, rest: list[str]) -> tuple[int, Any]:
    """Carry out a call; a document of None is an empty body. Raises PayPalError."""
    url = request.base_url
    match (request.method, *rest):
        case ("POST", "webhooks"):
            return 201, webhooks.create(_body(request), url)
        case ("GET", "webhooks"):
            return 200, webhooks.all(url)
        case ("GET", "webhooks", webhook_id):
            return 200, webhooks.show(webhook_id, url)
        case ("PATCH", "webhooks", webhook_id):
            return 200, webhooks.change(webhook_id, _body(request), url)
        case ("DELETE", "webhooks", webhook_id):
            webhooks.delete(webhook_id)
            return 204, None
        case ("GET", "webhooks", webhook_id, "event-types"):
            return 200, webhooks.event_types(webhook_id)
        case ("GET", "webhooks-event-types"):
            return 200, webhooks.event_types()
        case ("GET", "webhooks-events"):
            return 200, webhooks.events(request.parameter("event_type"))
        case ("GET", "webhooks-events", event_id):
            return 200, webhooks.event(event_id)
        case ("POST", "webhooks-events", event_id, "resend"):
            return 202, webhooks.resend(event_id)
        case ("POST", "simulate-event"):
            return 202, webhooks.simulate(_body(request), url)
        case ("POST", "verify-webhook-signature"):
            return 200, webhooks.verify(_body(request))
    raise standard_error(404)


def _body(request: Request) -> Any:
    try:
        return read_json(request.body)
    except MalformedJsonError:
        raise PayPalError(
            400, "MALFORMED_REQUEST", "Incoming JSON request does not map to API request"
        ) from None

"""Which call below ``/v2/checkout/orders`` and ``/v2/payments`` does what.

``Prefer: return=representation`` asks for all of a resource, ``return=minimal`` (the default) for
its id, status and links.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sandbox_mocks.paypal.answers import standard_error
from sandbox_mocks.paypal.captured_payments import CapturedPayments
from sandbox_mocks.paypal.issues import issue_error
from sandbox_mocks.paypal.order_documents import (
    Detail,
    authorization_document,
    capture_document,
    order_document,
    reduced,
    refund_document,
)
from sandbox_mocks.paypal.order_records import Authorization, Capture, Ledger, Order, Refund
from sandbox_mocks.paypal.orders import Orders
from sandbox_mocks.paypal.request_ids import ORDERS_SECONDS, PAYMENTS_SECONDS, RequestIds

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox_mocks.paypal.payouts import Announce
    from sandbox_mocks.shared.clock import VirtualClock
    from sandbox_mocks.shared.identifiers import IdentifierSource
    from sandbox_mocks.shared.json_documents import JsonObject
    from sandbox_mocks.shared.messages import Request

_PREFERENCE = re.compile(r"\breturn\s*=\s*\"?representation\b", re.IGNORECASE)
LISTINGS = ("orders", "authorizations", "captures", "refunds")
_METHODS: dict[str, dict[int, tuple[str, ...]]] = {
    "orders": {0: ("POST",), 1: ("GET", "PATCH"), 2: ("POST",)},
    "payments": {2: ("GET",), 3: ("POST",)},
}


class SecondVersion:
    """Orders v2 and Payments v2 over one ledger."""

    def __init__(
        self, clock: VirtualClock, identifiers: IdentifierSource, announce: Announce
    ) -> None:
        self.ledger = Ledger()
        self.orders = Orders(self.ledger, clock, identifiers, announce)
        self.captured = CapturedPayments(self.ledger, clock, identifiers, announce)
        self._order_ids: RequestIds[Order] = RequestIds(clock, ORDERS_SECONDS)
        self._payment_ids: RequestIds[Authorization | Capture | Refund] = RequestIds(
            clock, PAYMENTS_SECONDS
        )

    def on_orders(self, request: Request, rest: list[str]) -> tuple[int, Any]:
        """Carry out a call of Orders v2; a document of None is an empty body.

        Raises PayPalError.
        """
        url, orders = request.base_url, self.orders
        match (request.method, *rest):
            case ("POST",):
                _expect_json(request)
                return self._ordered(request, 201, lambda: orders.create(request))
            case ("GET", order_id):
                return 200, order_document(orders.find(order_id), url)
            case ("PATCH", order_id):
                _expect_json(request)
                orders.patch(order_id, request)
                return 204, None
            case ("POST", order_id, "confirm-payment-source"):
                _expect_json(request)
                return self._ordered(request, 200, lambda: orders.confirm(order_id, request))
            case ("POST", order_id, "authorize"):
                _expect_json(request)
                return self._ordered(
                    request, 201, lambda: orders.pay(order_id, request, "AUTHORIZE")
                )
            case ("POST", order_id, "capture"):
                _expect_json(request)
                return self._ordered(request, 201, lambda: orders.pay(order_id, request, "CAPTURE"))
        raise _no_such_call(request, "orders", len(rest))

    def on_payments(self, request: Request, rest: list[str]) -> tuple[int, Any]:
        """Carry out a call of Payments v2; a document of None is an empty body.

        Raises PayPalError.
        """
        captured, url = self.captured, request.base_url
        match (request.method, *rest):
            case ("GET", "authorizations", authorization_id):
                return 200, authorization_document(captured.authorization(authorization_id), url)
            case ("GET", "captures", capture_id):
                return 200, capture_document(captured.captured(capture_id), url)
            case ("GET", "refunds", refund_id):
                return 200, refund_document(captured.refunded(refund_id), url)
            case ("POST", "authorizations", identifier, "void"):
                _, document = self._paid(request, lambda: captured.void(identifier, url))
                return (200, document) if _detail(request) == "representation" else (204, None)
            case ("POST", "authorizations", identifier, "capture"):
                return self._paid(request, lambda: captured.capture(identifier, request))
            case ("POST", "authorizations", identifier, "reauthorize"):
                return self._paid(request, lambda: captured.reauthorize(identifier, request))
            case ("POST", "captures", identifier, "refund"):
                return self._paid(request, lambda: captured.refund(identifier, request))
        raise _no_such_call(request, "payments", len(rest))

    def rows(self) -> dict[str, list[JsonObject]]:
        """Return one row for every order, authorization, capture and refund, oldest first."""
        ledger = self.ledger
        return {
            "orders": [order_document(order, "") for order in ledger.orders.values()],
            "authorizations": [
                {"order_id": each.order.id, **authorization_document(each, "")}
                for each in ledger.authorizations.values()
            ],
            "captures": [
                {"order_id": each.order.id, **capture_document(each, "")}
                for each in ledger.captures.values()
            ],
            "refunds": [
                {"capture_id": each.capture.id, **refund_document(each, "")}
                for each in ledger.refunds.values()
            ],
        }

    def reset(self) -> None:
        """Forget everything."""
        self.ledger.reset()
        self._order_ids.reset()
        self._payment_ids.reset()

    def _ordered(
        self, request: Request, status: int, work: Callable[[], Order]
    ) -> tuple[int, JsonObject]:
        new, order = self._order_ids.once(request, work)
        document = order_document(order, request.base_url, _detail(request))
        return (status if new else 200), document

    def _paid(
        self, request: Request, work: Callable[[], Authorization | Capture | Refund]
    ) -> tuple[int, JsonObject]:
        if request.body.strip():
            _expect_json(request)
        new, made = self._payment_ids.once(request, work)
        document = reduced(_payment_document(made, request.base_url), _detail(request))
        return (201 if new else 200), document


def _payment_document(made: Authorization | Capture | Refund, base_url: str) -> JsonObject:
    match made:
        case Authorization():
            return authorization_document(made, base_url)
        case Capture():
            return capture_document(made, base_url)
        case Refund():
            return refund_document(made, base_url)


def _detail(request: Request) -> Detail:
    preference = _PREFERENCE.search(request.header("prefer") or "")
    return "minimal" if preference is None else "representation"


def _expect_json(request: Request) -> None:
    content_type = request.header("content-type") or ""
    if content_type.partition(";")[0].strip().lower() != "application/json":
        raise standard_error(415)


def _no_such_call(request: Request, api: str, words: int) -> Exception:
    allowed = _METHODS[api].get(words, ())
    if allowed and request.method not in allowed:
        return standard_error(405)
    return issue_error("INVALID_RESOURCE_ID")

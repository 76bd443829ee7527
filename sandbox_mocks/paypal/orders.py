"""The Orders v2 API: create, show, patch, confirm, approve, authorize and capture an order.

Source: https://developer.paypal.com/docs/api/orders/v2/ . A PayPal account pays after its owner
has approved the order, which a test does through the control API; a card or a vaulted source pays
at once, and the order completes when it is created.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sandbox_mocks.paypal.issues import issue_error
from sandbox_mocks.paypal.order_amounts import DEFAULT_REFERENCE, check_order_amounts
from sandbox_mocks.paypal.order_documents import (
    authorization_document,
    capture_document,
    order_document,
)
from sandbox_mocks.paypal.order_patch import patched
from sandbox_mocks.paypal.order_records import (
    AUTHORIZATION_SECONDS,
    Authorization,
    Capture,
    Order,
    Outcome,
    with_references,
)
from sandbox_mocks.paypal.order_schema import (
    CONFIRM_ORDER,
    CREATE_ORDER,
    PATCH_ORDER,
    PAY_ORDER,
)
from sandbox_mocks.paypal.payment_cards import (
    APPROVED_CODE,
    check_card,
    response_code,
    shown_card,
)
from sandbox_mocks.paypal.schema_check import RequestSchema
from sandbox_mocks.paypal.webhook_events import AUTHORIZATION_EVENTS, CAPTURE_EVENTS

if TYPE_CHECKING:
    from sandbox_mocks.paypal.order_records import Ledger
    from sandbox_mocks.paypal.payouts import Announce
    from sandbox_mocks.shared.clock import VirtualClock
    from sandbox_mocks.shared.identifiers import IdentifierSource
    from sandbox_mocks.shared.json_documents import JsonObject
    from sandbox_mocks.shared.messages import Request

PAYER: JsonObject = {
    "name": {"given_name": "John", "surname": "Doe"},
    "email_address": "buyer@sandbox.example",
    "payer_id": "QYR5Z8XDVJNXQ",
    "address": {"country_code": "US"},
}
_CREATE = RequestSchema(CREATE_ORDER)
_PATCH = RequestSchema(PATCH_ORDER)
_CONFIRM = RequestSchema(CONFIRM_ORDER)
_PAY = RequestSchema(PAY_ORDER, may_be_empty=True)
_ON_APPROVAL = "ORDER_COMPLETE_ON_PAYMENT_APPROVAL"


class Orders:
    """Orders and the way of each to being paid."""

    def __init__(
        self,
        ledger: Ledger,
        clock: VirtualClock,
        identifiers: IdentifierSource,
        announce: Announce,
    ) -> None:
        self._ledger = ledger
        self._clock = clock
        self._identifiers = identifiers
        self._announce = announce

    def create(self, request: Request) -> Order:
        """Make an order, paid if its payment source needs no approval; raises PayPalError."""
        document = _CREATE.read(request.body)
        source = document.get("payment_source")
        if source and request.header("paypal-request-id") is None:
            raise issue_error("PAYPAL_REQUEST_ID_REQUIRED")
        check_order_amounts(document)
        now = self._clock.now()
        # What a card's number was is of no use any more once it was charged.
        kept = {name: value for name, value in document.items() if name != "payment_source"}
        order = Order(self._identifiers.letters(17), with_references(kept), now, now)
        if source:
            self._take_source(order, source)
        if order.status == "APPROVED":
            self._check_invoices(order)
        self._ledger.orders[order.id] = order
        if order.status == "APPROVED":
            self._pay(order, request.base_url)
        return order

    def find(self, order_id: str) -> Order:
        """Return an order; raises PayPalError."""
        order = self._ledger.orders.get(order_id)
        if order is None:
            raise issue_error("INVALID_RESOURCE_ID", "/id", order_id, location="path")
        return order

    def patch(self, order_id: str, request: Request) -> None:
        """Change an order that is not completed; raises PayPalError with nothing changed."""
        order = self.find(order_id)
        operations = _PATCH.read(request.body)
        if order.status in {"COMPLETED", "VOIDED"}:
            raise issue_error("ORDER_ALREADY_COMPLETED")
        changed = patched(order.sent, operations)
        _CREATE.check(changed)
        check_order_amounts(changed)
        order.sent = changed
        order.updated = self._clock.now()

    def confirm(self, order_id: str, request: Request) -> Order:
        """Take the payment source that the payer has chosen; raises PayPalError."""
        order = self.find(order_id)
        document = _CONFIRM.read(request.body)
        self._refuse_when_over(order)
        self._take_source(order, document["payment_source"])
        order.updated = self._clock.now()
        if order.status == "APPROVED":
            self._tell_of_order("CHECKOUT.ORDER.APPROVED", order, request.base_url)
        return order

    def approve(self, order_id: str, base_url: str, payer: JsonObject, outcome: Outcome) -> Order:
        """Approve an order as its payer does on PayPal's page.

        `outcome` is what becomes of the payment. Raises PayPalError when there is nothing to
        approve.
        """
        order = self.find(order_id)
        self._refuse_when_over(order)
        order.payer = {**PAYER, **(order.sent.get("payer") or {}), **payer}
        order.payment_source = order.payment_source or {"paypal": {}}
        if "paypal" in order.payment_source:
            order.payment_source = {
                "paypal": {
                    "email_address": order.payer["email_address"],
                    "account_id": order.payer["payer_id"],
                    "account_status": "VERIFIED",
                    "name": order.payer["name"],
                    "address": order.payer["address"],
                }
            }
        order.outcome = outcome
        order.status = "APPROVED"
        order.updated = self._clock.now()
        self._tell_of_order("CHECKOUT.ORDER.APPROVED", order, base_url)
        if order.sent.get("processing_instruction") == _ON_APPROVAL:
            self._check_invoices(order)
            self._pay(order, base_url)
        return order

    def pay(self, order_id: str, request: Request, intent: str) -> Order:
        """Authorize or capture an approved order, as its intent is; raises PayPalError."""
        order = self.find(order_id)
        document = _PAY.read(request.body)
        if order.sent["intent"] != intent:
            raise issue_error("ACTION_DOES_NOT_MATCH_INTENT")
        if order.status == "COMPLETED":
            captured = intent == "CAPTURE"
            raise issue_error("ORDER_ALREADY_CAPTURED" if captured else "ORDER_ALREADY_AUTHORIZED")
        self._refuse_when_over(order)
        if document.get("payment_source"):
            self._take_source(order, document["payment_source"])
        if order.status == "PAYER_ACTION_REQUIRED":
            raise issue_error("PAYER_ACTION_REQUIRED")
        if order.status != "APPROVED":
            raise issue_error("ORDER_NOT_APPROVED")
        self._check_invoices(order)
        if order.outcome == "DECLINED" and not order.by_card:
            raise issue_error("INSTRUMENT_DECLINED")
        self._pay(order, request.base_url)
        return order

    def _take_source(self, order: Order, source: JsonObject) -> None:
        """Have an order paid by a source: at once, or after the payer's action."""
        [(kind, fields)] = source.items()
        if kind == "card":
            check_card(fields, self._clock.now())
            order.payment_source = {"card": shown_card(fields)}
            order.processor_code = response_code(fields)
            order.outcome = "COMPLETED" if order.processor_code == APPROVED_CODE else "DECLINED"
            order.status = "APPROVED"
            return
        shown = {name: fields[name] for name in ("email_address", "name") if name in fields}
        order.payment_source = {kind: shown}
        order.processor_code = None
        at_once = kind == "token" or "vault_id" in fields
        order.status = "APPROVED" if at_once else "PAYER_ACTION_REQUIRED"
        if at_once:
            order.payer = {**PAYER, **(order.sent.get("payer") or {})}

    def _check_invoices(self, order: Order) -> None:
        for unit in order.sent["purchase_units"]:
            invoice_id = unit.get("invoice_id")
            if invoice_id and self._ledger.is_captured_elsewhere(invoice_id, order):
                raise issue_error("DUPLICATE_INVOICE_ID")

    def _refuse_when_over(self, order: Order) -> None:
        if order.status in {"COMPLETED", "VOIDED"}:
            raise issue_error("ORDER_COMPLETED_OR_VOIDED")

    def _pay(self, order: Order, base_url: str) -> None:
        now = self._clock.now()
        order.status, order.updated = "COMPLETED", now
        for unit in order.sent["purchase_units"]:
            amount = Decimal(unit["amount"]["value"])
            reference = unit.get("reference_id", DEFAULT_REFERENCE)
            if order.sent["intent"] == "CAPTURE":
                self._capture(order, reference, amount, unit.get("invoice_id"), base_url)
            else:
                self._authorize(order, reference, amount, base_url)
        self._tell_of_order("CHECKOUT.ORDER.COMPLETED", order, base_url)

    def _capture(
        self, order: Order, reference: str, amount: Decimal, invoice_id: Any, base_url: str
    ) -> None:
        now = self._clock.now()
        capture = Capture(
            id=self._identifiers.letters(17),
            order=order,
            reference_id=reference,
            amount=amount,
            created=now,
            updated=now,
            status=order.outcome,
            invoice_id=invoice_id,
        )
        self._ledger.add_capture(capture)
        document = capture_document(capture, base_url)
        self._announce(CAPTURE_EVENTS[capture.status], "capture", document, now, base_url)

    def _authorize(self, order: Order, reference: str, amount: Decimal, base_url: str) -> None:
        now = self._clock.now()
        authorization = Authorization(
            id=self._identifiers.letters(17),
            order=order,
            reference_id=reference,
            amount=amount,
            created=now,
            updated=now,
            expires=now + AUTHORIZATION_SECONDS,
            status="DENIED" if order.outcome == "DECLINED" else "CREATED",
        )
        self._ledger.add_authorization(authorization)
        event = AUTHORIZATION_EVENTS.get(authorization.status)
        if event is not None:
            document = authorization_document(authorization, base_url)
            self._announce(event, "authorization", document, now, base_url)

    def _tell_of_order(self, event_type: str, order: Order, base_url: str) -> None:
        document = order_document(order, base_url)
        self._announce(event_type, "checkout-order", document, order.updated, base_url)

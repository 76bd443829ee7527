"""The Payments v2 API: authorizations are captured, renewed or voided, captures are refunded.

Source: https://developer.paypal.com/docs/api/payments/v2/ . An authorization holds for 29 days;
from the fourth day, after its honour period, it can be renewed. Captures come to at most 115% of
it. A capture can be refunded, in parts, for 180 days.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sandbox_mocks.paypal.issues import issue_error
from sandbox_mocks.paypal.order_amounts import check_money
from sandbox_mocks.paypal.order_documents import (
    authorization_document,
    capture_document,
    refund_document,
)
from sandbox_mocks.paypal.order_records import Authorization, Capture, Refund, unit_of
from sandbox_mocks.paypal.order_schema import CAPTURE_AUTHORIZATION, REAUTHORIZE, REFUND
from sandbox_mocks.paypal.schema_check import RequestSchema
from sandbox_mocks.paypal.webhook_events import CAPTURE_EVENTS

if TYPE_CHECKING:
    from sandbox_mocks.paypal.order_records import Ledger
    from sandbox_mocks.paypal.payouts import Announce
    from sandbox_mocks.shared.clock import VirtualClock
    from sandbox_mocks.shared.identifiers import IdentifierSource
    from sandbox_mocks.shared.json_documents import JsonObject
    from sandbox_mocks.shared.messages import Request

HONOUR_SECONDS = 3 * 86_400.0
REFUND_SECONDS = 180 * 86_400.0
_LIMIT = Decimal("1.15")
_LARGEST_INCREASE = Decimal(75)
_MOST_CAPTURES = 10
_CAPTURE = RequestSchema(CAPTURE_AUTHORIZATION, may_be_empty=True)
_REAUTHORIZE = RequestSchema(REAUTHORIZE, may_be_empty=True)
_REFUND = RequestSchema(REFUND, may_be_empty=True)


class CapturedPayments:
    """What is done to authorizations and captures after their order was paid."""

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

    def authorization(self, authorization_id: str) -> Authorization:
        """Return an authorization; raises PayPalError."""
        found = self._ledger.authorizations.get(authorization_id)
        if found is None:
            raise issue_error(
                "INVALID_RESOURCE_ID", "authorization_id", authorization_id, location="path"
            )
        return found

    def captured(self, capture_id: str) -> Capture:
        """Return a captured payment; raises PayPalError."""
        found = self._ledger.captures.get(capture_id)
        if found is None:
            raise issue_error("INVALID_RESOURCE_ID", "capture_id", capture_id, location="path")
        return found

    def refunded(self, refund_id: str) -> Refund:
        """Return a refund; raises PayPalError."""
        found = self._ledger.refunds.get(refund_id)
        if found is None:
            raise issue_error("INVALID_RESOURCE_ID", "refund_id", refund_id, location="path")
        return found

    def capture(self, authorization_id: str, request: Request) -> Capture:
        """Capture an authorization, all that is left of it or a part; raises PayPalError."""
        authorization = self.authorization(authorization_id)
        document = _CAPTURE.read(request.body)
        self._check_usable(authorization)
        order, first = authorization.order, authorization.first
        left = max(authorization.amount - authorization.captured, Decimal(0))
        if not left and "amount" not in document:
            raise issue_error("AUTHORIZATION_ALREADY_CAPTURED")
        amount = self._amount(document, order.currency, left, "AUTH_CAPTURE_CURRENCY_MISMATCH")
        if len(first.captures) >= _MOST_CAPTURES:
            raise issue_error("MAX_CAPTURE_COUNT_EXCEEDED")
        if authorization.captured + amount > authorization.amount * _LIMIT:
            raise issue_error("MAX_CAPTURE_AMOUNT_EXCEEDED")
        unit = unit_of(order, authorization.reference_id)
        invoice_id = document.get("invoice_id", unit.get("invoice_id"))
        if invoice_id and self._ledger.is_captured_elsewhere(invoice_id, order):
            raise issue_error("DUPLICATE_INVOICE_ID")
        now = self._clock.now()
        final = bool(document.get("final_capture", False))
        capture = Capture(
            id=self._identifiers.letters(17),
            order=order,
            reference_id=authorization.reference_id,
            amount=amount,
            created=now,
            updated=now,
            status="PENDING" if order.outcome == "PENDING" else "COMPLETED",
            final=final,
            invoice_id=invoice_id,
            note_to_payer=document.get("note_to_payer"),
            authorization=authorization,
        )
        self._ledger.add_capture(capture)
        whole = final or authorization.captured >= authorization.amount
        for each in _family(authorization):
            each.status = "CAPTURED" if whole else "PARTIALLY_CAPTURED"
            each.updated = now
        self._tell_of_capture(capture, request.base_url)
        return capture

    def reauthorize(self, authorization_id: str, request: Request) -> Authorization:
        """Renew an authorization after its honour period; raises PayPalError."""
        authorization = self.authorization(authorization_id)
        document = _REAUTHORIZE.read(request.body)
        order, now = authorization.order, self._clock.now()
        if authorization.parent is not None:
            raise issue_error("REAUTHORIZATION_NOT_SUPPORTED")
        if order.by_card:
            raise issue_error("REAUTHORIZATION_NOT_SUPPORTED_FOR_PAYMENT_SOURCE")
        self._check_usable(authorization)
        renewed = [each for each in order.authorizations if each.parent is authorization]
        last = renewed[-1] if renewed else authorization
        if now < last.created + HONOUR_SECONDS:
            raise issue_error("REAUTHORIZATION_TOO_SOON")
        amount = self._amount(
            document, order.currency, authorization.amount, "AUTH_CURRENCY_MISMATCH"
        )
        largest = authorization.amount * _LIMIT
        if order.currency == "USD":
            largest = min(largest, authorization.amount + _LARGEST_INCREASE)
        if amount > largest:
            raise issue_error("AUTHORIZATION_AMOUNT_EXCEEDED")
        made = Authorization(
            id=self._identifiers.letters(17),
            order=order,
            reference_id=authorization.reference_id,
            amount=amount,
            created=now,
            updated=now,
            expires=authorization.expires,
            status=authorization.status,
            parent=authorization,
        )
        self._ledger.add_authorization(made)
        self._tell_of_authorization("PAYMENT.AUTHORIZATION.CREATED", made, request.base_url)
        return made

    def void(self, authorization_id: str, base_url: str) -> Authorization:
        """Give back what an authorization holds; raises PayPalError."""
        authorization = self.authorization(authorization_id)
        if authorization.parent is not None:
            raise issue_error("CANNOT_BE_VOIDED")
        if authorization.status == "VOIDED":
            raise issue_error("PREVIOUSLY_VOIDED")
        if authorization.status == "CAPTURED":
            raise issue_error("PREVIOUSLY_CAPTURED")
        if authorization.status == "DENIED":
            raise issue_error("AUTHORIZATION_DENIED")
        now = self._clock.now()
        for each in _family(authorization):
            each.status, each.updated = "VOIDED", now
        self._tell_of_authorization("PAYMENT.AUTHORIZATION.VOIDED", authorization, base_url)
        return authorization

    def refund(self, capture_id: str, request: Request) -> Refund:
        """Give a captured payment back, all that is left of it or a part; raises PayPalError."""
        capture = self.captured(capture_id)
        document = _REFUND.read(request.body)
        if capture.status == "PENDING":
            raise issue_error("PENDING_CAPTURE")
        if capture.status == "DECLINED":
            raise issue_error("REFUND_NOT_ALLOWED")
        left = capture.amount - capture.refunded
        if not left:
            raise issue_error("CAPTURE_FULLY_REFUNDED")
        if self._clock.now() > capture.created + REFUND_SECONDS:
            raise issue_error("REFUND_TIME_LIMIT_EXCEEDED")
        amount = self._amount(
            document, capture.order.currency, left, "REFUND_CAPTURE_CURRENCY_MISMATCH"
        )
        if amount > left:
            raise issue_error("REFUND_AMOUNT_EXCEEDED")
        invoice_id = document.get("invoice_id")
        if invoice_id and self._ledger.is_refunded(invoice_id):
            raise issue_error("DUPLICATE_INVOICE_ID")
        now = self._clock.now()
        refund = Refund(
            id=self._identifiers.letters(17),
            capture=capture,
            amount=amount,
            created=now,
            invoice_id=invoice_id,
            custom_id=document.get("custom_id"),
            note_to_payer=document.get("note_to_payer"),
        )
        self._ledger.add_refund(refund)
        capture.status = "REFUNDED" if amount == left else "PARTIALLY_REFUNDED"
        capture.updated = now
        shown = refund_document(refund, request.base_url)
        self._announce("PAYMENT.CAPTURE.REFUNDED", "refund", shown, now, request.base_url)
        return refund

    def clear(self, capture_id: str, base_url: str) -> Capture:
        """Let the money of a pending capture arrive, as a bank transfer does days later.

        Raises PayPalError when there is no such capture; one that is not pending stays.
        """
        capture = self.captured(capture_id)
        if capture.status == "PENDING":
            capture.status, capture.updated = "COMPLETED", self._clock.now()
            self._tell_of_capture(capture, base_url)
        return capture

    def _check_usable(self, authorization: Authorization) -> None:
        if self._clock.now() >= authorization.expires:
            raise issue_error("AUTHORIZATION_EXPIRED")
        match authorization.status:
            case "VOIDED":
                raise issue_error("AUTHORIZATION_VOIDED")
            case "DENIED":
                raise issue_error("AUTHORIZATION_DENIED")
            case "CAPTURED":
                raise issue_error("AUTHORIZATION_ALREADY_CAPTURED")

    def _amount(
        self, document: JsonObject, currency: str, default: Decimal, mismatch: str
    ) -> Decimal:
        """Return the amount of a request, all there is when it names none; raises PayPalError."""
        money: Any = document.get("amount")
        if money is None:
            return default
        check_money(money, "/amount")
        if money["currency_code"] != currency:
            raise issue_error(mismatch, "/amount/currency_code", money["currency_code"])
        return Decimal(money["value"])

    def _tell_of_capture(self, capture: Capture, base_url: str) -> None:
        document = capture_document(capture, base_url)
        event_type = CAPTURE_EVENTS[capture.status]
        self._announce(event_type, "capture", document, capture.updated, base_url)

    def _tell_of_authorization(
        self, event_type: str, authorization: Authorization, base_url: str
    ) -> None:
        document = authorization_document(authorization, base_url)
        self._announce(event_type, "authorization", document, authorization.updated, base_url)


def _family(authorization: Authorization) -> list[Authorization]:
    """Return the first authorization and all that renewed it."""
    first = authorization.first
    return [each for each in first.order.authorizations if each.first is first]

"""The legacy Payments v1 API: create, show and execute a payment, show its sale.

Source: the published ``payments_payment_v1`` description and
https://developer.paypal.com/docs/api/payments/v1/ . A payment by credit card is approved and its
sale completed at once. One by a PayPal account is ``created`` until it is executed; the buyer's
approval in between is taken for granted. ``PayPal-Request-Id`` is remembered for 30 days: the
same request again gets the same payment, any other request with that id is refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from sandbox_mocks.paypal.answers import (
    PAYMENTS_ERRORS,
    PayPalError,
    field_error,
    link,
    standard_error,
)
from sandbox_mocks.paypal.payment_validation import check_payment_request, payment_error
from sandbox_mocks.shared.clock import internet_time

if TYPE_CHECKING:
    from typing import Any

    from sandbox_mocks.shared.clock import VirtualClock
    from sandbox_mocks.shared.identifiers import IdentifierSource
    from sandbox_mocks.shared.json_documents import JsonObject
    from sandbox_mocks.shared.messages import Request

REQUEST_ID_SECONDS = 30 * 86_400
LONGEST_REQUEST_ID = 108
_SALE_RATE = Decimal("0.029")
_SALE_FEE = Decimal("0.30")
_CENT = Decimal("0.01")


@dataclass(slots=True)
class Payment:
    """A payment; times in seconds since the epoch, ``sale_ids`` one for each transaction."""

    id: str
    sent: JsonObject
    created: float
    updated: float
    state: str
    sale_ids: tuple[str, ...]
    payer_id: str | None = None


@dataclass(frozen=True, slots=True)
class _Remembered:
    time: float
    path: str
    body: bytes
    payment_id: str


class Payments:
    """Legacy payments and what is remembered of their request ids."""

    def __init__(self, clock: VirtualClock, identifiers: IdentifierSource) -> None:
        self._clock = clock
        self._identifiers = identifiers
        self._payments: dict[str, Payment] = {}
        self._by_sale: dict[str, Payment] = {}
        self._request_ids: dict[str, _Remembered] = {}

    def create(self, document: Any, request: Request) -> JsonObject:
        """Create a payment, or show the one that this request has created before.

        Raises:
            PayPalError: the request is invalid or its ``PayPal-Request-Id`` has been used.
        """
        known = self._remembered(request)
        if known is not None:
            return self._document(known, request.base_url)
        check_payment_request(document)
        now = self._clock.now()
        by_card = document["payer"]["payment_method"] == "credit_card"
        payment = Payment(
            id="PAYID-" + self._identifiers.letters(24),
            sent=document,
            created=now,
            updated=now,
            state="approved" if by_card else "created",
            sale_ids=tuple(self._identifiers.letters(17) for _ in document["transactions"]),
        )
        self._payments[payment.id] = payment
        for sale_id in payment.sale_ids:
            self._by_sale[sale_id] = payment
        self._remember(request, payment)
        return self._document(payment, request.base_url)

    def show(self, payment_id: str, base_url: str) -> JsonObject:
        """Show a payment; raises PayPalError."""
        return self._document(self._payment(payment_id), base_url)

    def show_sale(self, sale_id: str, base_url: str) -> JsonObject:
        """Show the sale of a payment; raises PayPalError."""
        payment = self._by_sale.get(sale_id)
        if payment is None or payment.state != "approved":
            raise standard_error(404)
        return self._sale(payment, payment.sale_ids.index(sale_id), base_url)

    def execute(self, payment_id: str, document: Any, request: Request) -> JsonObject:
        """Complete a payment that the payer has approved; raises PayPalError."""
        known = self._remembered(request)
        if known is not None:
            return self._document(known, request.base_url)
        payment = self._payment(payment_id)
        payer_id = document.get("payer_id") if isinstance(document, dict) else None
        if not isinstance(payer_id, str) or not payer_id:
            raise payment_error([field_error("payer_id", "Required field is missing")])
        if payment.state != "created":
            message = "Payment has been done already for this cart."
            raise PayPalError(
                400, "PAYMENT_ALREADY_DONE", message, information_link=PAYMENTS_ERRORS
            )
        payment.state = "approved"
        payment.payer_id = payer_id
        payment.updated = self._clock.now()
        self._remember(request, payment)
        return self._document(payment, request.base_url)

    def made(self) -> list[JsonObject]:
        """Return one row for every payment, oldest first."""
        return [
            {
                "payment_id": payment.id,
                "intent": payment.sent["intent"],
                "state": payment.state,
                "amounts": [transaction["amount"] for transaction in payment.sent["transactions"]],
                "sale_ids": list(payment.sale_ids) if payment.state == "approved" else [],
                "create_time": internet_time(payment.created),
            }
            for payment in self._payments.values()
        ]

    def reset(self) -> None:
        """Forget all payments and request ids."""
        self._payments.clear()
        self._by_sale.clear()
        self._request_ids.clear()

    def _payment(self, payment_id: str) -> Payment:
        payment = self._payments.get(payment_id)
        if payment is None:
            raise standard_error(404)
        return payment

    def _remembered(self, request: Request) -> Payment | None:
        request_id = request.header("paypal-request-id")
        if request_id is None:
            return None
        if len(request_id) > LONGEST_REQUEST_ID:
            problem = field_error("PayPal-Request-Id", "Header value is longer than 108")
            raise payment_error([{**problem, "location": "header"}])
        known = self._request_ids.get(request_id)
        if known is None or self._clock.now() - known.time >= REQUEST_ID_SECONDS:
            return None
        if (known.path, known.body) != (request.path, request.body):
            raise PayPalError(
                400,
                "DUPLICATE_REQUEST_ID",
                "The value of PayPal-Request-Id header has already been used",
                information_link=PAYMENTS_ERRORS,
            )
        return self._payments[known.payment_id]

    def _remember(self, request: Request, payment: Payment) -> None:
        request_id = request.header("paypal-request-id")
        if request_id is not None:
            self._request_ids[request_id] = _Remembered(
                self._clock.now(), request.path, request.body, payment.id
            )

    def _document(self, payment: Payment, base_url: str) -> JsonObject:
        url = f"{base_url}/v1/payments/payment/{payment.id}"
        sent = payment.sent
        links = [link(url, "self")]
        payer = dict(sent["payer"])
        payer.pop("funding_instruments", None)
        transactions = [dict(transaction) for transaction in sent["transactions"]]
        for number, transaction in enumerate(transactions):
            sales = [{"sale": self._sale(payment, number, base_url)}]
            transaction["related_resources"] = sales if payment.state == "approved" else []
        if payment.state == "created":
            token = payment.id.removeprefix("PAYID-")[:17]
            links.append(link(f"{base_url}/checkoutnow?token=EC-{token}", "approval_url"))
            links[-1]["method"] = "REDIRECT"
            links.append(link(f"{url}/execute", "execute", "POST"))
        elif payment.payer_id is not None:
            payer |= {"status": "VERIFIED", "payer_info": {"payer_id": payment.payer_id}}
        return {
            "id": payment.id,
            "intent": sent["intent"],
            "state": payment.state,
            "payer": payer,
            "transactions": transactions,
            "create_time": internet_time(payment.created),
            "update_time": internet_time(payment.updated),
            "links": links,
        }

    def _sale(self, payment: Payment, number: int, base_url: str) -> JsonObject:
        amount = payment.sent["transactions"][number]["amount"]
        sale_id = payment.sale_ids[number]
        fee = (Decimal(amount["total"]) * _SALE_RATE + _SALE_FEE).quantize(_CENT)
        return {
            "id": sale_id,
            "state": "completed",
            "amount": amount,
            "payment_mode": "INSTANT_TRANSFER",
            "transaction_fee": {"value": str(fee), "currency": amount["currency"]},
            "parent_payment": payment.id,
            "create_time": internet_time(payment.updated),
            "update_time": internet_time(payment.updated),
            "links": [
                link(f"{base_url}/v1/payments/sale/{sale_id}", "self"),
                link(f"{base_url}/v1/payments/payment/{payment.id}", "parent_payment"),
            ],
        }

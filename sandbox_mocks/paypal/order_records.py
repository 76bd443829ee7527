"""Orders and what was authorized, captured and refunded for them; times in seconds since the epoch.

Statuses are those of the published ``checkout_orders_v2`` and ``payments_payment_v2``
descriptions. An amount is a Decimal in the currency of its order.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from sandbox_mocks.paypal.order_amounts import DEFAULT_REFERENCE
from sandbox_mocks.shared.json_documents import JsonObject

AUTHORIZATION_SECONDS = 29 * 86_400.0

OrderStatus = Literal[
    "CREATED", "SAVED", "APPROVED", "VOIDED", "COMPLETED", "PAYER_ACTION_REQUIRED"
]
AuthorizationStatus = Literal["CREATED", "CAPTURED", "DENIED", "PARTIALLY_CAPTURED", "VOIDED"]
CaptureStatus = Literal["COMPLETED", "DECLINED", "PARTIALLY_REFUNDED", "PENDING", "REFUNDED"]
# What becomes of the money when the payer's approval is used.
Outcome = Literal["COMPLETED", "DECLINED", "PENDING"]


@dataclass(slots=True)
class Order:
    """An order; `sent` is the request as it was last patched, each unit with its reference.

    `payment_source` is what is shown of it, without numbers of cards.
    """

    id: str
    sent: JsonObject
    created: float
    updated: float
    status: OrderStatus = "CREATED"
    payment_source: JsonObject | None = None
    payer: JsonObject | None = None
    outcome: Outcome = "COMPLETED"
    processor_code: str | None = None
    authorizations: list[Authorization] = field(default_factory=list)
    captures: list[Capture] = field(default_factory=list)

    @property
    def currency(self) -> str:
        """The one currency of the order."""
        return str(self.sent["purchase_units"][0]["amount"]["currency_code"])

    @property
    def by_card(self) -> bool:
        """Whether a card pays, and not a PayPal account."""
        return "card" in (self.payment_source or {})


@dataclass(slots=True)
class Authorization:
    """Money that is held for a purchase unit, until it expires.

    `parent` is the first authorization of one that was made by reauthorization; the money that is
    captured counts there.
    """

    id: str
    order: Order
    reference_id: str
    amount: Decimal
    created: float
    updated: float
    expires: float
    status: AuthorizationStatus = "CREATED"
    parent: Authorization | None = None
    captures: list[Capture] = field(default_factory=list)

    @property
    def first(self) -> Authorization:
        """The authorization that the payer approved."""
        return self.parent or self

    @property
    def captured(self) -> Decimal:
        """What was captured of it so far, by whichever reauthorization."""
        kept = (each.amount for each in self.first.captures if each.status != "DECLINED")
        return sum(kept, Decimal(0))


@dataclass(slots=True)
class Capture:
    """Money that went to the merchant."""

    id: str
    order: Order
    reference_id: str
    amount: Decimal
    created: float
    updated: float
    status: CaptureStatus
    final: bool = True
    invoice_id: str | None = None
    note_to_payer: str | None = None
    authorization: Authorization | None = None
    refunds: list[Refund] = field(default_factory=list)

    @property
    def refunded(self) -> Decimal:
        """What went back so far."""
        return sum((each.amount for each in self.refunds), Decimal(0))


@dataclass(slots=True)
class Refund:
    """Money that went back to the payer."""

    id: str
    capture: Capture
    amount: Decimal
    created: float
    invoice_id: str | None = None
    custom_id: str | None = None
    note_to_payer: str | None = None
    status: str = "COMPLETED"


def unit_of(order: Order, reference_id: str) -> JsonObject:
    """Return a purchase unit of an order as it was sent."""
    for unit in order.sent["purchase_units"]:
        if unit["reference_id"] == reference_id:
            found: JsonObject = unit
            return found
    raise LookupError(reference_id)


def with_references(sent: JsonObject) -> JsonObject:
    """Return an order in which a single unit without a reference has the one PayPal gives it."""
    units = [{"reference_id": DEFAULT_REFERENCE, **unit} for unit in sent["purchase_units"]]
    return {**sent, "purchase_units": units}


class Ledger:
    """Every order, authorization, capture and refund, by its id, oldest first."""

    def __init__(self) -> None:
        self.orders: dict[str, Order] = {}
        self.authorizations: dict[str, Authorization] = {}
        self.captures: dict[str, Capture] = {}
        self.refunds: dict[str, Refund] = {}

    def add_authorization(self, authorization: Authorization) -> None:
        """Keep an authorization, also with its order."""
        self.authorizations[authorization.id] = authorization
        authorization.order.authorizations.append(authorization)

    def add_capture(self, capture: Capture) -> None:
        """Keep a capture, also with its order and its authorization."""
        self.captures[capture.id] = capture
        capture.order.captures.append(capture)
        if capture.authorization is not None:
            capture.authorization.first.captures.append(capture)

    def add_refund(self, refund: Refund) -> None:
        """Keep a refund, also with its capture."""
        self.refunds[refund.id] = refund
        refund.capture.refunds.append(refund)

    def is_captured_elsewhere(self, invoice_id: str, order: Order) -> bool:
        """Say whether another order was captured with this invoice id."""
        return any(
            capture.invoice_id == invoice_id
            and capture.order is not order
            and capture.status != "DECLINED"
            for capture in self.captures.values()
        )

    def is_refunded(self, invoice_id: str) -> bool:
        """Say whether a refund has this invoice id."""
        return any(refund.invoice_id == invoice_id for refund in self.refunds.values())

    def reset(self) -> None:
        """Forget everything."""
        self.orders.clear()
        self.authorizations.clear()
        self.captures.clear()
        self.refunds.clear()

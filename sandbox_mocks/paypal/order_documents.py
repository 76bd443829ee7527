"""Orders, authorizations, captures and refunds as Orders v2 and Payments v2 show them.

Source: ``order``, ``authorization-2``, ``capture-2`` and ``refund`` in the published
``checkout_orders_v2`` and ``payments_payment_v2`` descriptions.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from sandbox_mocks.paypal.money import WITHOUT_DECIMALS, format_amount
from sandbox_mocks.paypal.order_records import (
    Authorization,
    Capture,
    Order,
    Refund,
    unit_of,
)
from sandbox_mocks.shared.clock import internet_time
from sandbox_mocks.shared.json_documents import JsonObject

Detail = Literal["minimal", "representation"]

# The fee in PayPal's examples: a share and, in currencies with decimals, a fixed part.
_FEE_RATE = Decimal("0.0349")
_FEE = Decimal("0.49")
_SELLER_PROTECTION = {
    "status": "ELIGIBLE",
    "dispute_categories": ["ITEM_NOT_RECEIVED", "UNAUTHORIZED_TRANSACTION"],
}
_PAYEE = {"email_address": "merchant@sandbox.example", "merchant_id": "SANDBXMERCH22"}


def money(value: Decimal, currency: str) -> JsonObject:
    """Return an amount as the v2 APIs write it."""
    return {"currency_code": currency, "value": format_amount(value, currency)}


def link(href: str, rel: str, method: str = "GET") -> JsonObject:
    """Return a HATEOAS link as the v2 APIs write it."""
    return {"href": href, "rel": rel, "method": method}


def order_url(base_url: str, order: Order) -> str:
    """Return where an order can be seen."""
    return f"{base_url}/v2/checkout/orders/{order.id}"


def approval_url(base_url: str, order: Order) -> str:
    """Return where the payer approves an order."""
    return f"{base_url}/checkoutnow?token={order.id}"


def order_document(order: Order, base_url: str, shown: Detail = "representation") -> JsonObject:
    """Return an order; a minimal one has what identifies it and what was paid."""
    if shown == "minimal" and order.status != "COMPLETED":
        document: JsonObject = {"id": order.id, "status": order.status}
        if order.payment_source is not None:
            document["payment_source"] = order.payment_source
        return {**document, "links": _order_links(order, base_url)}
    document = {"id": order.id}
    if shown == "representation":
        document["intent"] = order.sent["intent"]
    document["status"] = order.status
    if order.payment_source is not None:
        document["payment_source"] = order.payment_source
    document["purchase_units"] = [
        _unit_document(order, unit, base_url, shown) for unit in order.sent["purchase_units"]
    ]
    payer = order.payer or order.sent.get("payer")
    if payer is not None:
        document["payer"] = payer
    if shown == "representation":
        document["create_time"] = internet_time(order.created)
        if order.updated > order.created or order.status == "COMPLETED":
            document["update_time"] = internet_time(order.updated)
    return {**document, "links": _order_links(order, base_url)}


def authorization_document(authorization: Authorization, base_url: str) -> JsonObject:
    """Return an authorized payment."""
    order = authorization.order
    url = f"{base_url}/v2/payments/authorizations/{authorization.id}"
    links = [link(url, "self")]
    if authorization.status in {"CREATED", "PARTIALLY_CAPTURED"}:
        links += [
            link(f"{url}/capture", "capture", "POST"),
            link(f"{url}/void", "void", "POST"),
        ]
        if authorization.parent is None and not order.by_card:
            links.append(link(f"{url}/reauthorize", "reauthorize", "POST"))
    links.append(link(order_url(base_url, order), "up"))
    return {
        "status": authorization.status,
        "id": authorization.id,
        "amount": money(authorization.amount, order.currency),
        **_references(order, authorization.reference_id),
        "seller_protection": _SELLER_PROTECTION,
        **_processor_response(order),
        "expiration_time": internet_time(authorization.expires),
        "create_time": internet_time(authorization.created),
        "update_time": internet_time(authorization.updated),
        "links": links,
    }


def capture_document(capture: Capture, base_url: str) -> JsonObject:
    """Return a captured payment."""
    order, currency = capture.order, capture.order.currency
    url = f"{base_url}/v2/payments/captures/{capture.id}"
    if capture.authorization is None:
        up = order_url(base_url, order)
    else:
        up = f"{base_url}/v2/payments/authorizations/{capture.authorization.id}"
    document: JsonObject = {
        "id": capture.id,
        "status": capture.status,
        "amount": money(capture.amount, currency),
        "final_capture": capture.final,
        **_references(order, capture.reference_id),
        "seller_protection": _SELLER_PROTECTION,
        **_processor_response(order),
    }
    if capture.invoice_id is not None:
        document["invoice_id"] = capture.invoice_id
    if capture.note_to_payer is not None:
        document["note_to_payer"] = capture.note_to_payer
    if capture.status == "PENDING":
        document["status_details"] = {"reason": "ECHECK"}
    elif capture.status != "DECLINED":
        fee = fee_of(capture.amount, currency)
        document["seller_receivable_breakdown"] = {
            "gross_amount": money(capture.amount, currency),
            "paypal_fee": money(fee, currency),
            "net_amount": money(capture.amount - fee, currency),
        }
    return {
        **document,
        "create_time": internet_time(capture.created),
        "update_time": internet_time(capture.updated),
        "links": [
            link(url, "self"),
            link(f"{url}/refund", "refund", "POST"),
            link(up, "up"),
        ],
    }


def refund_document(refund: Refund, base_url: str) -> JsonObject:
    """Return a refund."""
    currency = refund.capture.order.currency
    earlier = refund.capture.refunds[: refund.capture.refunds.index(refund) + 1]
    total = sum((each.amount for each in earlier), Decimal(0))
    named = {
        name: value
        for name, value in (
            ("invoice_id", refund.invoice_id),
            ("custom_id", refund.custom_id),
            ("note_to_payer", refund.note_to_payer),
        )
        if value is not None
    }
    return {
        "id": refund.id,
        "amount": money(refund.amount, currency),
        **named,
        "seller_payable_breakdown": {
            "gross_amount": money(refund.amount, currency),
            "paypal_fee": money(Decimal(0), currency),
            "net_amount": money(refund.amount, currency),
            "total_refunded_amount": money(total, currency),
        },
        "status": refund.status,
        "create_time": internet_time(refund.created),
        "update_time": internet_time(refund.created),
        "links": [
            link(f"{base_url}/v2/payments/refunds/{refund.id}", "self"),
            link(f"{base_url}/v2/payments/captures/{refund.capture.id}", "up"),
        ],
    }


def reduced(document: JsonObject, shown: Detail) -> JsonObject:
    """Return a payment as `Prefer` wants it: a minimal one has its id, status and links."""
    if shown == "representation":
        return document
    return {name: document[name] for name in ("id", "status", "links")}


def fee_of(amount: Decimal, currency: str) -> Decimal:
    """Return PayPal's fee for a captured payment, at most all of it."""
    whole = currency in WITHOUT_DECIMALS
    fee = amount * _FEE_RATE + (0 if whole else _FEE)
    return min(amount, fee.quantize(Decimal(1) if whole else Decimal("0.01"), ROUND_HALF_UP))


def _unit_document(order: Order, unit: JsonObject, base_url: str, shown: Detail) -> JsonObject:
    reference = unit["reference_id"]
    authorizations = [
        authorization_document(each, base_url)
        for each in order.authorizations
        if each.reference_id == reference
    ]
    captures = [
        capture_document(each, base_url)
        for each in order.captures
        if each.reference_id == reference
    ]
    document = {"reference_id": reference}
    if shown == "representation":
        document = {"payee": _PAYEE, **unit}
    elif "shipping" in unit:
        document["shipping"] = unit["shipping"]
    payments: JsonObject = {}
    if authorizations:
        payments["authorizations"] = authorizations
    if captures:
        payments["captures"] = captures
    refunds = [
        refund_document(refund, base_url)
        for capture in order.captures
        if capture.reference_id == reference
        for refund in capture.refunds
    ]
    if refunds:
        payments["refunds"] = refunds
    return {**document, "payments": payments} if payments else document


def _order_links(order: Order, base_url: str) -> list[JsonObject]:
    url = order_url(base_url, order)
    links = [link(url, "self")]
    if order.status == "CREATED":
        links.append(link(approval_url(base_url, order), "approve"))
    elif order.status == "PAYER_ACTION_REQUIRED":
        links.append(link(approval_url(base_url, order), "payer-action"))
    if order.status in {"CREATED", "APPROVED"}:
        action = str(order.sent["intent"]).lower()
        links += [link(url, "update", "PATCH"), link(f"{url}/{action}", action, "POST")]
    return links


def _references(order: Order, reference_id: str) -> JsonObject:
    unit = unit_of(order, reference_id)
    return {name: unit[name] for name in ("invoice_id", "custom_id") if name in unit}


def _processor_response(order: Order) -> JsonObject:
    if order.processor_code is None:
        return {}
    return {"processor_response": {"response_code": order.processor_code}}

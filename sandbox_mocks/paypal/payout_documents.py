"""Batches and items as the Payouts API shows them.

Source: ``payout``, ``payout_batch`` and ``payout_item-2`` in the published
``payments_payouts_batch_v1`` description.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from sandbox_mocks.paypal.answers import link
from sandbox_mocks.paypal.money import money
from sandbox_mocks.shared.clock import internet_time

if TYPE_CHECKING:
    from sandbox_mocks.paypal.payout_batches import PayoutBatch, PayoutItem
    from sandbox_mocks.shared.json_documents import JsonObject

_SENT_FIELDS = (
    "amount",
    "note",
    "receiver",
    "sender_item_id",
    "notification_language",
    "purpose",
)


def batch_url(base_url: str, batch_id: str) -> str:
    """Return where a batch can be seen."""
    return f"{base_url}/v1/payments/payouts/{batch_id}"


def created_document(batch: PayoutBatch, base_url: str) -> JsonObject:
    """Return the answer to the creation of a batch."""
    return {
        "batch_header": {
            "payout_batch_id": batch.id,
            "batch_status": "PENDING",
            "time_created": internet_time(batch.created),
            "sender_batch_header": batch.header,
        },
        "links": [link(batch_url(base_url, batch.id), "self")],
    }


def batch_document(
    batch: PayoutBatch, items: tuple[PayoutItem, ...], now: float, base_url: str
) -> JsonObject:
    """Return a batch with some of its items; ``now`` in seconds since the epoch."""
    currency = batch.items[0].currency
    header: JsonObject = {
        "payout_batch_id": batch.id,
        "batch_status": batch.status(now),
        "time_created": internet_time(batch.created),
    }
    if now >= batch.completes:
        header["time_completed"] = internet_time(batch.completes)
    header |= {
        "sender_batch_header": batch.header,
        "funding_source": "BALANCE",
        "amount": money(sum((item.value for item in batch.items), Decimal(0)), currency),
        "fees": money(sum((item.fee(now) for item in batch.items), Decimal(0)), currency),
    }
    shown = []
    for item in items:
        document = item_document(item, now, base_url)
        del document["sender_batch_id"]
        document["links"] = document["links"][:1]
        shown.append(document)
    return {"batch_header": header, "items": shown}


def item_document(item: PayoutItem, now: float, base_url: str) -> JsonObject:
    """Return an item; ``now`` in seconds since the epoch."""
    batch = item.batch
    final = now >= batch.completes
    document: JsonObject = {"payout_item_id": item.id}
    if final and item.outcome.status != "FAILED":
        document |= {"transaction_id": item.transaction_id, "activity_id": item.activity_id}
    document |= {
        "transaction_status": item.status(now),
        "payout_item_fee": money(item.fee(now), item.currency),
        "payout_batch_id": batch.id,
        "sender_batch_id": batch.sender_batch_id,
        "payout_item": {
            "recipient_type": item.recipient_type,
            **{name: item.sent[name] for name in _SENT_FIELDS if name in item.sent},
            "recipient_wallet": item.sent.get("recipient_wallet", "PAYPAL"),
        },
    }
    errors = item.outcome.error_document() if final else None
    if final:
        document["time_processed"] = internet_time(batch.completes)
    if errors is not None:
        document["errors"] = errors
    document["links"] = [
        link(f"{base_url}/v1/payments/payouts-item/{item.id}", "item"),
        link(batch_url(base_url, batch.id), "batch"),
    ]
    return document


def paid_row(item: PayoutItem, now: float) -> JsonObject:
    """Return an item as one row of what was paid, to be compared with a ledger."""
    batch = item.batch
    return {
        "payout_batch_id": batch.id,
        "sender_batch_id": batch.sender_batch_id,
        "batch_status": batch.status(now),
        "payout_item_id": item.id,
        "sender_item_id": item.sent.get("sender_item_id"),
        "transaction_id": item.transaction_id,
        "receiver": item.sent["receiver"],
        "currency": item.currency,
        "value": item.sent["amount"]["value"],
        "status": item.status(now),
        "time_created": internet_time(batch.created),
    }

"""Reading PayPal's answers.

Source: PayPal developer documentation, "Payouts" API reference (statuses of batches and items,
error responses). The rule behind every branch: FAILED and REFUSED only on evidence that no money
moved; whatever leaves a doubt is UNKNOWN and is asked about again.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from payments.ports import ProviderAnswer, Verdict
from providers.documents import listing, mapping, text, word

if TYPE_CHECKING:
    from collections.abc import Iterator

    from providers.transport import HttpAnswer

_ITEM_VERDICTS: Final = {
    "SUCCESS": Verdict.PAID,
    "FAILED": Verdict.FAILED,
    "BLOCKED": Verdict.FAILED,
    "DENIED": Verdict.FAILED,
    "RETURNED": Verdict.RETURNED,
    "REFUNDED": Verdict.RETURNED,
    "REVERSED": Verdict.RETURNED,
    # PENDING, UNCLAIMED, ONHOLD and NEW may still become any of these.
}
_BATCHES_NEVER_PAID: Final = frozenset({"DENIED", "CANCELED"})
_REFUSING_STATUSES: Final = frozenset({400, 403, 422})
_ABOUT_REQUEST: Final = frozenset({"VALIDATION_ERROR", "INVALID_REQUEST", "MALFORMED_REQUEST"})
_BATCH_LINK = re.compile(r"/v1/payments/payouts/([A-Za-z0-9_-]{1,64})(?:[/?#]|$)", re.ASCII)


def creation(answer: HttpAnswer) -> ProviderAnswer:
    """Read the answer to ``POST /v1/payments/payouts``."""
    body = answer.json_object()
    if answer.status in (200, 201):
        reference = text(mapping(body.get("batch_header")).get("payout_batch_id"))
        if reference is None:
            return ProviderAnswer(Verdict.UNKNOWN, detail="UNREADABLE_ANSWER")
        return ProviderAnswer(Verdict.ACCEPTED, reference)
    name = word(body.get("name"))
    if name == "USER_BUSINESS_ERROR":
        return _business_error(body)
    if name is not None and answer.status in _REFUSING_STATUSES:
        return ProviderAnswer(
            Verdict.REFUSED, detail=name, refusal_is_about_request=name in _ABOUT_REQUEST
        )
    return unknown(answer)


def batch(answer: HttpAnswer, reference: str) -> ProviderAnswer:
    """Read the answer to ``GET /v1/payments/payouts/{id}``; ours are batches of one item."""
    header = mapping(answer.json_object().get("batch_header"))
    if answer.status != 200 or text(header.get("payout_batch_id")) != reference:
        return unknown(answer)
    items = answer.json_object().get("items")
    item = mapping(items[0]) if isinstance(items, list) and items else {}
    status = word(item.get("transaction_status"))
    if status in _ITEM_VERDICTS:
        reason = word(mapping(item.get("errors")).get("name")) or status
        return ProviderAnswer(_ITEM_VERDICTS[status], reference, reason)
    batch_status = word(header.get("batch_status"))
    if batch_status in _BATCHES_NEVER_PAID:
        return ProviderAnswer(Verdict.FAILED, reference, batch_status)
    return ProviderAnswer(Verdict.ACCEPTED, reference, status or batch_status)


def unknown(answer: HttpAnswer) -> ProviderAnswer:
    """Say that the answer decides nothing, keeping what it says about itself."""
    return ProviderAnswer(
        Verdict.UNKNOWN,
        detail=word(answer.json_object().get("name")) or f"HTTP_{answer.status}",
        retry_after_seconds=answer.retry_after_seconds,
    )


def _business_error(body: dict[str, Any]) -> ProviderAnswer:
    """Tell a repeated ``sender_batch_id`` from other business rules.

    A repetition links to the first batch, in ``details[].link`` or ``links``; older answers name
    the field only. Without the link the batch exists but can't be asked about: undecided.
    """
    details = [mapping(detail) for detail in listing(body.get("details"))]
    for link in _links(body, details):
        if (found := _BATCH_LINK.search(link)) is not None:
            return ProviderAnswer(Verdict.ACCEPTED, found.group(1))
    if any("BATCH_ID" in str(detail.get("field", "")).upper() for detail in details):
        return ProviderAnswer(Verdict.UNKNOWN, detail="DUPLICATE_WITHOUT_LINK")
    return ProviderAnswer(Verdict.REFUSED, detail="USER_BUSINESS_ERROR")


def _links(body: dict[str, Any], details: list[dict[str, Any]]) -> Iterator[str]:
    for holder in (*details, body):
        for name in ("link", "links"):
            entries = holder.get(name)
            for entry in entries if isinstance(entries, list) else [entries]:
                href = mapping(entry).get("href")
                if isinstance(href, str):
                    yield href

"""Reading Stripe's answers.

Sources: docs.stripe.com/api/errors and /error-low-level (types, statuses and what is remembered of
a failed request), /api/transfers/object. The rule behind every branch: FAILED and REFUSED only on
evidence that no money moved; whatever leaves a doubt is UNKNOWN and is asked about again.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from payments.ports import ProviderAnswer, Verdict
from providers.documents import mapping, word

if TYPE_CHECKING:
    from providers.transport import HttpAnswer

# By type of the error. What is missing here leaves a doubt: api_error and what may come yet.
_REFUSING_TYPES: Final = frozenset({"card_error", "invalid_request_error"})
_REFUSING_STATUSES: Final = frozenset({400, 402})
# Errors of the request's own form: the same request is refused whenever it comes.
_ABOUT_REQUEST: Final = re.compile(
    r"(parameter_(missing|unknown|invalid\w*)|amount_too_(large|small)|url_invalid)", re.ASCII
)
_TRANSFER_ID: Final = re.compile(r"tr_[A-Za-z0-9_]{1,64}", re.ASCII)


def creation(answer: HttpAnswer) -> ProviderAnswer:
    """Read the answer to ``POST /v1/transfers``."""
    if answer.status == 200:
        return transfer(answer.json_object())
    error = mapping(answer.json_object().get("error"))
    kind, code = word(error.get("type")), word(error.get("code"))
    if kind in _REFUSING_TYPES and answer.status in _REFUSING_STATUSES:
        return ProviderAnswer(
            Verdict.REFUSED,
            detail=(code or kind or "").upper(),
            refusal_is_about_request=_ABOUT_REQUEST.fullmatch(code or "") is not None,
        )
    return unknown(answer)


def shown(answer: HttpAnswer, reference: str) -> ProviderAnswer:
    """Read the answer to ``GET /v1/transfers/{id}``."""
    document = answer.json_object()
    if answer.status != 200 or document.get("id") != reference:
        return unknown(answer)
    return transfer(document)


def search(answer: HttpAnswer, payment_id: str) -> ProviderAnswer:
    """Read the answer to ``GET /v1/transfers?transfer_group=…``, a payment's own group."""
    document = answer.json_object()
    rows = document.get("data")
    if answer.status != 200 or document.get("object") != "list" or not isinstance(rows, list):
        return unknown(answer)
    for row in rows:
        if mapping(row).get("transfer_group") == payment_id:
            return transfer(mapping(row))
    # One page is everything: a group has no more than one transfer.
    return ProviderAnswer(Verdict.UNKNOWN if rows else Verdict.ABSENT)


def transfer(document: dict[str, Any]) -> ProviderAnswer:
    """Read a transfer: once it is there, the money is the receiver's until it is reversed."""
    reference = document.get("id")
    if not isinstance(reference, str) or not _TRANSFER_ID.fullmatch(reference):
        return ProviderAnswer(Verdict.UNKNOWN, detail="UNREADABLE_ANSWER")
    if document.get("reversed") is True:
        return ProviderAnswer(Verdict.RETURNED, reference, "REVERSED")
    partly = document.get("amount_reversed")
    return ProviderAnswer(Verdict.PAID, reference, "PARTIALLY_REVERSED" if partly else "PAID")


def leaves_only_a_search(answer: HttpAnswer) -> bool:
    """Say whether sending the same again would only bring this answer again.

    An error of the server is remembered with the key and replayed; ``idempotency_error`` says that
    the key belongs to another request, which can only be an earlier one for the same payment.
    """
    error = mapping(answer.json_object().get("error"))
    return answer.status >= 500 or error.get("type") == "idempotency_error"


def unknown(answer: HttpAnswer) -> ProviderAnswer:
    """Say that the answer decides nothing, keeping what it says about itself."""
    error = mapping(answer.json_object().get("error"))
    name = word(error.get("code")) or word(error.get("type"))
    return ProviderAnswer(
        Verdict.UNKNOWN,
        detail=name.upper() if name else f"HTTP_{answer.status}",
        retry_after_seconds=answer.retry_after_seconds,
    )

"""Reading the ACH processor's answers.

Its interface is documented in ``sandbox_mocks/README.md``; return reasons are Nacha's ("ACH return
codes", R01 and following). FAILED and REFUSED only on evidence that no money moved; whatever leaves
a doubt is UNKNOWN and is asked about again.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from payments.ports import ProviderAnswer, Verdict
from providers.documents import mapping, word

if TYPE_CHECKING:
    from providers.transport import HttpAnswer

_VERDICTS: Final = {
    "pending": Verdict.ACCEPTED,
    "originated": Verdict.ACCEPTED,
    "settled": Verdict.PAID,
    "returned": Verdict.RETURNED,
    # Taken back before it left.
    "canceled": Verdict.FAILED,
}
_REFUSING_CODES: Final = frozenset({"invalid_request", "validation_failed"})
_REFUSING_STATUSES: Final = frozenset({400, 422})
_RETURN_CODE: Final = re.compile(r"R\d\d", re.ASCII)
_TRANSFER_ID: Final = re.compile(r"tr_[A-Za-z0-9_]{1,64}", re.ASCII)


def creation(answer: HttpAnswer) -> ProviderAnswer:
    """Read the answer to ``POST /v1/transfers``."""
    if answer.status in (200, 201):
        return transfer(answer.json_object())
    error = mapping(answer.json_object().get("error"))
    code = word(error.get("code"))
    if code in _REFUSING_CODES and answer.status in _REFUSING_STATUSES:
        # Whether an account is known is the processor's state; all else is the request's form.
        about_account = error.get("field") == "account_id"
        return ProviderAnswer(
            Verdict.REFUSED,
            detail="UNKNOWN_ACCOUNT" if about_account else (code or "").upper(),
            refusal_is_about_request=not about_account,
        )
    return unknown(answer)


def shown(answer: HttpAnswer, reference: str) -> ProviderAnswer:
    """Read the answer to ``GET /v1/transfers/{id}``."""
    document = answer.json_object()
    if answer.status != 200 or document.get("id") != reference:
        return unknown(answer)
    return transfer(document)


def search(answer: HttpAnswer, key: str) -> ProviderAnswer:
    """Read the answer to ``GET /v1/transfers?idempotency_key=…``."""
    rows = answer.json_object().get("data")
    if answer.status != 200 or not isinstance(rows, list):
        return unknown(answer)
    for row in rows:
        if mapping(row).get("idempotency_key") == key:
            return transfer(mapping(row))
    return ProviderAnswer(Verdict.UNKNOWN if rows else Verdict.ABSENT)


def transfer(document: dict[str, Any]) -> ProviderAnswer:
    """Read a transfer; a returned one has Nacha's reason as its detail."""
    reference, status = document.get("id"), word(document.get("status"))
    if not isinstance(reference, str) or not _TRANSFER_ID.fullmatch(reference) or status is None:
        return ProviderAnswer(Verdict.UNKNOWN, detail="UNREADABLE_ANSWER")
    code = mapping(document.get("return")).get("code")
    returned = isinstance(code, str) and _RETURN_CODE.fullmatch(code)
    # A status that is new to us is no outcome.
    verdict = _VERDICTS.get(status, Verdict.ACCEPTED)
    return ProviderAnswer(verdict, reference, str(code) if returned else status.upper())


def is_reused_key(answer: HttpAnswer) -> bool:
    """Say whether the key belongs to another request: an earlier one for the same payment."""
    error = mapping(answer.json_object().get("error"))
    return error.get("code") == "idempotency_key_reused"


def unknown(answer: HttpAnswer) -> ProviderAnswer:
    """Say that the answer decides nothing, keeping what it says about itself."""
    name = word(mapping(answer.json_object().get("error")).get("code"))
    return ProviderAnswer(
        Verdict.UNKNOWN,
        detail=name.upper() if name else f"HTTP_{answer.status}",
        retry_after_seconds=answer.retry_after_seconds,
    )

"""What PayPal checks before it takes a batch; everything wrong is reported at once.

Source: ``create_payout_request`` in the published ``payments_payouts_batch_v1`` description, and
the texts of its errors in public reports.
"""

from __future__ import annotations

import re
from typing import Any

from sandbox_mocks.paypal.answers import PAYOUTS_ERRORS, PayPalError, field_error
from sandbox_mocks.paypal.money import amount_problems
from sandbox_mocks.shared.json_documents import JsonObject

MOST_ITEMS = 15_000
RECIPIENT_TYPES = frozenset({"EMAIL", "PHONE", "PAYPAL_ID", "USER_HANDLE"})
WALLETS = frozenset({"PAYPAL", "VENMO", "RECIPIENT_SELECTED"})
PURPOSES = frozenset(
    {
        "AWARDS",
        "PRIZES",
        "DONATIONS",
        "GOODS",
        "SERVICES",
        "REBATES",
        "CASHBACK",
        "DISCOUNTS",
        "NON_GOODS_OR_SERVICES",
    }
)
_MOST_REPORTED = 100
_LONGEST_RECEIVER = 127

_MISSING = "Required field is missing"
_NOT_TEXT = "Field must be a string"
_BAD_RECEIVER = "Receiver is invalid or does not match with type"

_HEADER_LIMITS = {
    "sender_batch_id": 256,
    "recipient_type": 13,
    "email_subject": 255,
    "email_message": 1000,
    "note": 1000,
}
_ITEM_LIMITS = {"note": 4000, "sender_item_id": 63, "recipient_type": 13}

_EMAIL = re.compile(r"[^@\s\x00-\x1f]+@[^@\s\x00-\x1f.]+(?:\.[^@\s\x00-\x1f.]+)+")
_PHONE = re.compile(r"\+?[0-9][0-9 ()\-]{4,20}", re.ASCII)
_RECEIVER_PATTERNS = {"EMAIL": _EMAIL, "PHONE": _PHONE}


def check_payout_request(document: Any) -> None:
    """Let a well-formed request pass.

    Raises:
        PayPalError: 400 VALIDATION_ERROR with one detail for each thing wrong.
    """
    if not isinstance(document, dict):
        raise validation_error([field_error("", "Request body must be a JSON object")])
    header = document.get("sender_batch_header")
    problems: list[JsonObject] = []
    if not isinstance(header, dict):
        issue = _MISSING if header is None else "Field must be an object"
        problems.append(field_error("sender_batch_header", issue))
        header = {}
    else:
        problems += _text_problems(header, _HEADER_LIMITS, "sender_batch_header.")
    items = document.get("items")
    if not isinstance(items, list) or not items:
        issue = _MISSING if items is None else "Field must be a list of at least one item"
        problems.append(field_error("items", issue))
    elif len(items) > MOST_ITEMS:
        problems.append(field_error("items", f"A batch takes at most {MOST_ITEMS} items"))
    else:
        problems += _items_problems(items, header.get("recipient_type"))
    if problems:
        raise validation_error(problems)


def validation_error(problems: list[JsonObject]) -> PayPalError:
    """Return PayPal's error for a request that fails validation."""
    return PayPalError(
        400,
        "VALIDATION_ERROR",
        "Invalid request - see details",
        details=problems[:_MOST_REPORTED],
        information_link=PAYOUTS_ERRORS,
    )


def _items_problems(items: list[Any], common_type: Any) -> list[JsonObject]:
    problems: list[JsonObject] = []
    currencies = set()
    for number, item in enumerate(items):
        if len(problems) >= _MOST_REPORTED:
            return problems
        field = f"items[{number}]"
        if not isinstance(item, dict):
            problems.append(field_error(field, "Field must be an object"))
            continue
        problems += _item_problems(item, common_type, field)
        amount = item.get("amount")
        if isinstance(amount, dict) and isinstance(amount.get("currency"), str):
            currencies.add(amount["currency"])
    if len(currencies) > 1:
        issue = "Multiple currencies within a batch is not allowed"
        problems.append(field_error("items.amount.currency", issue))
    return problems


def _item_problems(item: JsonObject, common_type: Any, field: str) -> list[JsonObject]:
    problems = _text_problems(item, _ITEM_LIMITS, f"{field}.")
    amount = item.get("amount")
    if isinstance(amount, dict):
        problems += amount_problems(
            amount.get("value"),
            amount.get("currency"),
            value_field=f"{field}.amount.value",
            currency_field=f"{field}.amount.currency",
        )
    else:
        issue = _MISSING if amount is None else "Field must be an object"
        problems.append(field_error(f"{field}.amount", issue))
    problems += _recipient_problems(item, common_type, field)
    for name, allowed in (("recipient_wallet", WALLETS), ("purpose", PURPOSES)):
        value = item.get(name)
        if value is not None and (not isinstance(value, str) or value not in allowed):
            problems.append(field_error(f"{field}.{name}", "Value is invalid"))
    return problems


def _recipient_problems(item: JsonObject, common_type: Any, field: str) -> list[JsonObject]:
    receiver = item.get("receiver")
    if receiver is None or receiver == "":
        return [field_error(f"{field}.receiver", _MISSING)]
    recipient_type = item.get("recipient_type") or common_type
    if recipient_type is None:
        return [field_error(f"{field}.recipient_type", _MISSING)]
    if not isinstance(receiver, str) or not isinstance(recipient_type, str):
        return [field_error(f"{field}.receiver", _BAD_RECEIVER)]
    kind = recipient_type.upper()
    pattern = _RECEIVER_PATTERNS.get(kind)
    matches = pattern is None or pattern.fullmatch(receiver) is not None
    if kind not in RECIPIENT_TYPES or len(receiver) > _LONGEST_RECEIVER or not matches:
        return [field_error(f"{field}.receiver", _BAD_RECEIVER)]
    return []


def _text_problems(values: JsonObject, limits: dict[str, int], prefix: str) -> list[JsonObject]:
    problems = []
    for name, longest in limits.items():
        value = values.get(name)
        if value is None:
            continue
        if not isinstance(value, str):
            problems.append(field_error(prefix + name, _NOT_TEXT))
        elif len(value) > longest:
            problems.append(field_error(prefix + name, f"Field is longer than {longest}"))
    return problems

"""Cards as a payment source of an order: checked, shown, and what becomes of them.

Sources: ``card`` and ``processor_response`` in the published ``checkout_orders_v2`` description,
and the rejection triggers of https://developer.paypal.com/tools/sandbox/card-testing/ : a name on
the card such as ``CCREJECT-REFUSED`` chooses the processor's answer, and the capture or the
authorization is declined while the order completes.
"""

from __future__ import annotations

from datetime import UTC, datetime

from sandbox_mocks.paypal.issues import detail, issues_error
from sandbox_mocks.shared.json_documents import JsonObject

APPROVED_CODE = "0000"
# The name on the card, and the response code of the processor.
REJECTIONS = {
    "CCREJECT-SF": "9500",
    "CCREJECT-BANK_ERROR": "5100",
    "CCREJECT-CC": "9500",
    "CCREJECT-CVV_F": "00N7",
    "CCREJECT-EC": "5400",
    "CCREJECT-IF": "5120",
    "CCREJECT-IRC": "5180",
    "CCREJECT-LS": "9520",
    "CCREJECT-NPP": "0500",
    "CCREJECT-REFUSED": "0500",
}
_BRANDS = (("34", "AMEX"), ("37", "AMEX"), ("4", "VISA"), ("5", "MASTERCARD"), ("6", "DISCOVER"))
_FIELD = "/payment_source/card"


def check_card(card: JsonObject, now: float) -> None:
    """Let a card pass that can be charged; raises PayPalError. `now` in seconds since the epoch."""
    if "vault_id" in card:
        return
    problems = []
    number, expiry = card.get("number"), card.get("expiry")
    if number is None:
        problems.append(detail("CARD_NUMBER_REQUIRED", f"{_FIELD}/number"))
    elif not _has_check_digit(number):
        problems.append(detail("VALIDATION_ERROR", f"{_FIELD}/number"))
    if expiry is None:
        problems.append(detail("CARD_EXPIRY_REQUIRED", f"{_FIELD}/expiry"))
    elif expiry < datetime.fromtimestamp(now, UTC).strftime("%Y-%m"):
        problems.append(detail("CARD_EXPIRED", f"{_FIELD}/expiry", expiry))
    if problems:
        raise issues_error(problems)


def response_code(card: JsonObject) -> str:
    """Return the processor's answer to a charge."""
    return REJECTIONS.get(str(card.get("name", "")).strip().upper(), APPROVED_CODE)


def shown_card(card: JsonObject) -> JsonObject:
    """Return what PayPal shows of a card: never its number."""
    number = str(card.get("number", "1111111111111111"))
    brand = next((name for prefix, name in _BRANDS if number.startswith(prefix)), "UNKNOWN")
    named: JsonObject = {
        name: card[name] for name in ("name", "expiry", "billing_address") if name in card
    }
    return {**named, "last_digits": number[-4:], "brand": brand, "type": "CREDIT"}


def _has_check_digit(number: str) -> bool:
    """Say whether the last digit is that of ISO/IEC 7812-1 (Luhn)."""
    total = 0
    for place, letter in enumerate(reversed(number)):
        digit = int(letter) * (place % 2 + 1)
        total += digit - 9 if digit > 9 else digit
    return total % 10 == 0

"""PayPal's test values for Payouts, and outcomes chosen by the receiver.

Source: https://developer.paypal.com/docs/payouts/standard/integrate-api/test-and-go-live .
A value in the first item's ``note`` makes the creation fail; one in place of an id shows a batch
or an item that failed. The outcome of an item can also be chosen by its receiver, as no test
value does that: an e-mail address whose name is, or is tagged with, one of ``RECEIVER_OUTCOMES``
(``unclaimed@example.com``, ``ann+failed@example.com``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox_mocks.paypal.answers import PAYOUTS_ERRORS, PayPalError

if TYPE_CHECKING:
    from sandbox_mocks.shared.json_documents import JsonObject

_AUTHORIZATION = "Authorization error occurred"

CREATION_ERRORS: dict[str, tuple[int, str, str]] = {
    "ERRPYO001": (403, "SENDER_RESTRICTED", _AUTHORIZATION),
    "ERRPYO002": (403, "SENDER_EMAIL_UNCONFIRMED", _AUTHORIZATION),
    "ERRPYO003": (403, "AUTHORIZATION_ERROR", _AUTHORIZATION),
    "ERRPYO005": (
        422,
        "INSUFFICIENT_FUNDS",
        "Sender does not have sufficient funds. Please add funds and retry.",
    ),
    "ERRPYO006": (500, "INTERNAL_ERROR", "An internal server error has occurred"),
    "ERRPYO010": (400, "VALIDATION_ERROR", "Invalid request - see details"),
    "ERRPYO011": (403, "REQUIRED_SCOPE_MISSING", _AUTHORIZATION),
    "ERRPYO012": (403, "SENDER_LOCKED", _AUTHORIZATION),
    "ERRPYO014": (400, "USER_BUSINESS_ERROR", "User business error."),
}

# The item error shown by GET /payouts/{value}; the same list, in the same order, begins at
# ERRPYO041 for GET /payouts-item/{value}.
_ITEM_ERRORS = (
    "CLOSED_MARKET",
    "CURRENCY_COMPLIANCE",
    "CURRENCY_NOT_SUPPORTED_FOR_RECEIVER",
    "DUPLICATE_ITEM",
    "RECEIVER_ACCOUNT_LOCKED",
    "RECEIVER_COUNTRY_NOT_ALLOWED",
    "RECEIVER_UNCONFIRMED",
    "RECEIVER_UNREGISTERED",
    "RECEIVER_YOUTH_ACCOUNT",
    "RECEIVING_LIMIT_EXCEEDED",
    "REGULATORY_BLOCKED",
    "REGULATORY_PENDING",
    "RISK_DECLINE",
    "SELF_PAY_NOT_ALLOWED",
    "TRANSACTION_LIMIT_EXCEEDED",
    "UNDEFINED",
    "ZERO_AMOUNT",
)
BATCH_ITEM_ERRORS = {f"ERRPYO{15 + n:03}": name for n, name in enumerate(_ITEM_ERRORS)}
ITEM_ERRORS = {
    f"ERRPYO{41 + n:03}": name
    for n, name in enumerate(name for name in _ITEM_ERRORS if name != "DUPLICATE_ITEM")
}
BATCH_STATUSES = {
    "ERRPYOB001": "SUCCESS",
    "ERRPYOB002": "PENDING",
    "ERRPYOB003": "PROCESSING",
    "ERRPYOB004": "DENIED",
}

_MESSAGES = {
    "RECEIVER_UNREGISTERED": (
        "The recipient for this payout does not have an account. A link to sign up for an account "
        "was sent to the recipient. However, if the recipient does not claim this payout within "
        "30 days, the funds will be returned to your account."
    ),
    "RECEIVER_ACCOUNT_INVALID": "Receiver's account is invalid.",
    "RECEIVER_ACCOUNT_LOCKED": "The receiver's account is locked or inactive.",
    "RISK_DECLINE": "The payment was declined by risk controls.",
    "REGULATORY_PENDING": "The payment is on hold for a compliance review.",
}

_STATUS_BY_ERROR = {
    "RECEIVER_UNREGISTERED": "UNCLAIMED",
    "RECEIVER_UNCONFIRMED": "UNCLAIMED",
    "REGULATORY_PENDING": "ONHOLD",
    "REGULATORY_BLOCKED": "BLOCKED",
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an item comes to once its batch is processed."""

    status: str
    error: str | None = None

    def error_document(self) -> JsonObject | None:
        """Return the ``errors`` of the item, None when there is nothing to say."""
        if self.error is None:
            return None
        return {
            "name": self.error,
            "message": _MESSAGES.get(self.error, self.error.replace("_", " ").capitalize() + "."),
            "information_link": PAYOUTS_ERRORS,
            "details": [],
            "links": [],
        }


SUCCESS = Outcome("SUCCESS")
UNCLAIMED = Outcome("UNCLAIMED", "RECEIVER_UNREGISTERED")
INVALID_ACCOUNT = Outcome("FAILED", "RECEIVER_ACCOUNT_INVALID")

RECEIVER_OUTCOMES = {
    "unclaimed": UNCLAIMED,
    "failed": Outcome("FAILED", "RECEIVER_ACCOUNT_LOCKED"),
    "blocked": Outcome("BLOCKED", "RISK_DECLINE"),
    "onhold": Outcome("ONHOLD", "REGULATORY_PENDING"),
    "pending": Outcome("PENDING"),
    "returned": Outcome("RETURNED"),
    "refunded": Outcome("REFUNDED"),
    "reversed": Outcome("REVERSED"),
}

_PAYPAL_ID = re.compile(r"[A-Z0-9]{13}", re.ASCII)


def creation_error(note: object) -> PayPalError | None:
    """Return the error that the first item's note asks for, if it is a test value."""
    if not isinstance(note, str) or note not in CREATION_ERRORS:
        return None
    status, name, message = CREATION_ERRORS[note]
    return PayPalError(status, name, message, details=[], information_link=PAYOUTS_ERRORS)


def simulated_outcome(error: str) -> Outcome:
    """Return the outcome of an item that shows this error."""
    return Outcome(_STATUS_BY_ERROR.get(error, "FAILED"), error)


def outcome_for(recipient_type: str, receiver: str) -> Outcome:
    """Return what a payout to this receiver comes to."""
    if recipient_type == "PHONE":
        # The real sandbox knows no telephones: such a payout waits to be claimed.
        return UNCLAIMED
    if recipient_type == "PAYPAL_ID":
        return SUCCESS if _PAYPAL_ID.fullmatch(receiver) else INVALID_ACCOUNT
    name = receiver.partition("@")[0].lower()
    return RECEIVER_OUTCOMES.get(name.rpartition("+")[2], SUCCESS)

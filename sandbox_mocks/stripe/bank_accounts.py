"""Bank accounts and what comes of payouts to them.

Source: https://docs.stripe.com/connect/testing#account-numbers and
https://docs.stripe.com/api/payouts/failures .
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from sandbox_mocks.stripe.answers import invalid_request

if TYPE_CHECKING:
    from sandbox_mocks.shared.json_documents import JsonObject
    from sandbox_mocks.stripe.parameters import Parameters

_CHECK_WEIGHTS = (3, 7, 1) * 3

# By account number: the failure code of a payout, and the message that comes with it.
PAYOUT_FAILURES = {
    "000111111116": ("no_account", "The bank account could not be located."),
    "000111111113": ("account_closed", "The bank account has been closed."),
    "000222222227": (
        "insufficient_funds",
        "Your Stripe account has insufficient funds to cover the payout.",
    ),
    "000333333335": (
        "debit_not_authorized",
        "Debit transactions are not approved on your bank account.",
    ),
    "000444444440": ("invalid_currency", "The bank was unable to process this payout."),
}


def bank_account_fields(parameters: Parameters) -> JsonObject:
    """Return the fields of a bank account from its parameters; raises StripeError.

    The number itself is kept under a name that is never shown.
    """
    country = parameters.required_text("country").upper()
    currency = parameters.currency()
    number = parameters.required_text("account_number")
    routing = parameters.text("routing_number")
    if country == "US" and routing is None:
        raise parameters.missing("routing_number")
    if country == "US" and not _is_routing_number(routing or ""):
        message = f"The routing number {routing} is invalid."
        raise invalid_request(message, code="routing_number_invalid", param="bank_account")
    if not (number.isascii() and number.isalnum() and 4 <= len(number) <= 34):
        message = "You must use a valid bank account number."
        raise invalid_request(message, code="account_number_invalid", param="bank_account")
    fields = {
        "account_holder_name": parameters.text("account_holder_name"),
        "account_holder_type": parameters.choice("account_holder_type", ("individual", "company")),
        "account_type": None,
        "bank_name": "STRIPE TEST BANK",
        "country": country,
        "currency": currency,
        "fingerprint": hashlib.sha256(f"{routing}/{number}".encode()).hexdigest()[:16],
        "last4": number[-4:],
        "metadata": parameters.metadata(),
        "routing_number": routing,
        "status": "new",
        "account_number": number,
    }
    parameters.ignore("object", "default_for_currency")
    parameters.finish()
    return fields


def shown(account: JsonObject) -> JsonObject:
    """Return a bank account as the API shows it."""
    return {name: value for name, value in account.items() if name != "account_number"}


def _is_routing_number(digits: str) -> bool:
    if len(digits) != 9 or not (digits.isascii() and digits.isdigit()):
        return False
    pairs = zip(digits, _CHECK_WEIGHTS, strict=True)
    return sum(int(digit) * weight for digit, weight in pairs) % 10 == 0

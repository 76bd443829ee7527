"""Errors on demand, by the header ``PayPal-Mock-Response: {"mock_application_codes":"CODE"}``.

Source: https://developer.paypal.com/tools/sandbox/negative-testing/request-headers/ , which names
the calls that take it: create and execute of Payments v1; of Payments v2 the authorization shown,
captured and voided, the capture shown and refunded and the refund shown; of Orders v2 create,
update, show, authorize and capture. A code that is not one of the API's own has no effect.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sandbox_mocks.paypal.answers import PAYMENTS_ERRORS, STANDARD_ERRORS, PayPalError
from sandbox_mocks.paypal.issues import ISSUES, issue_error
from sandbox_mocks.shared.json_documents import MalformedJsonError, read_json

if TYPE_CHECKING:
    from sandbox_mocks.shared.messages import Request

HEADER = "PayPal-Mock-Response"
_CALLS = re.compile(
    r"""
    (?P<v1> POST [ ] /v1/payments/payment (/[^/]+/execute)? )
    | POST [ ] /v2/checkout/orders (/[^/]+/(authorize|capture))?
    | (GET|PATCH) [ ] /v2/checkout/orders/[^/]+
    | GET [ ] /v2/payments/(authorizations|captures|refunds)/[^/]+
    | POST [ ] /v2/payments/authorizations/[^/]+/(capture|void)
    | POST [ ] /v2/payments/captures/[^/]+/refund
    """,
    re.VERBOSE,
)
# The errors of Payments v1: status and message by name.
_FIRST_VERSION = {
    "CREDIT_CARD_CVV_CHECK_FAILED": (400, "The credit card CVV check failed."),
    "CREDIT_CARD_REFUSED": (400, "Credit card was refused."),
    "CREDIT_PAYMENT_NOT_ALLOWED": (400, "Credit payment is not allowed."),
    "DUPLICATE_REQUEST_ID": (400, "The value of PayPal-Request-Id header has already been used."),
    "DUPLICATE_TRANSACTION": (400, "Duplicate invoice Id detected."),
    "INSTRUMENT_DECLINED": (
        400,
        "The instrument presented was either declined by the processor or bank, or it can't be "
        "used for this payment.",
    ),
    "INSUFFICIENT_FUNDS": (400, "Buyer cannot pay - insufficient funds."),
    "INTERNAL_SERVICE_ERROR": (500, "An internal service error has occurred."),
    "MALFORMED_REQUEST": (400, "Incoming JSON request does not map to API request."),
    "ORDER_ALREADY_COMPLETED": (400, "Order has already been voided, expired, or completed."),
    "PAYEE_ACCOUNT_LOCKED_OR_CLOSED": (400, "Payee account is locked or closed."),
    "PAYEE_ACCOUNT_RESTRICTED": (400, "Payee account is restricted."),
    "PAYER_ACCOUNT_LOCKED_OR_CLOSED": (400, "Payer account is locked or closed."),
    "PAYER_ACCOUNT_RESTRICTED": (400, "Payer account is restricted."),
    "PAYER_CANNOT_PAY": (400, "Payer cannot pay for this transaction with PayPal."),
    "PAYMENT_ALREADY_DONE": (400, "Payment has been done already for this cart."),
    "PAYMENT_APPROVAL_EXPIRED": (400, "Payment approval has expired."),
    "PAYMENT_DENIED": (400, "Payment denied."),
    "PAYMENT_EXPIRED": (400, "Payment expired."),
    "PAYMENT_NOT_APPROVED_FOR_EXECUTION": (400, "Payer has not approved payment."),
    "TRANSACTION_LIMIT_EXCEEDED": (400, "Total payment amount exceeded transaction limit."),
    "TRANSACTION_REFUSED": (400, "The request was refused."),
    "VALIDATION_ERROR": (400, "Invalid request - see details"),
}
# The general errors, which both versions can have, by name.
_GENERAL = {name: (status, message) for status, (name, message) in STANDARD_ERRORS.items()}


def check_mock_response(request: Request) -> None:
    """Let a request pass that asks for no error; raises the PayPalError that it asks for."""
    wanted = request.header(HEADER)
    call = _CALLS.fullmatch(f"{request.method} {request.path.rstrip('/')}") if wanted else None
    if wanted is None or call is None:
        return
    code = _code(wanted)
    if code is None:
        return
    if call["v1"]:
        known = _FIRST_VERSION.get(code) or _GENERAL.get(code)
        if known is not None:
            raise PayPalError(known[0], code, known[1], information_link=PAYMENTS_ERRORS)
    elif code in ISSUES:
        raise issue_error(code)
    elif code == "INTERNAL_SERVER_ERROR":
        raise PayPalError(500, *STANDARD_ERRORS[500])
    elif code in _GENERAL:
        status, message = _GENERAL[code]
        raise PayPalError(status, code, message)


def _code(header: str) -> str | None:
    """Return the code in the header's JSON; a list of codes is taken by its first."""
    try:
        document = read_json(header.encode("latin-1", "replace"))
    except MalformedJsonError:
        return None
    code = document.get("mock_application_codes") if isinstance(document, dict) else None
    if isinstance(code, list) and code:
        code = code[0]
    return code if isinstance(code, str) else None

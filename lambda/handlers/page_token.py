"""The opaque token that names where the next page of payments begins."""

from __future__ import annotations

import base64
import binascii

from payments.errors import InvalidFieldError
from payments.payment_id import is_payment_id


def encode(payment_id: str) -> str:
    """Make the token of the page that follows this payment."""
    return base64.urlsafe_b64encode(payment_id.encode()).decode().rstrip("=")


def decode(token: str) -> str:
    """Return the payment id of a token.

    Raises:
        InvalidFieldError: the token was not made here.
    """
    try:
        padded = token.encode("ascii") + b"=" * (-len(token) % 4)
        payment_id = base64.b64decode(padded, altchars=b"-_", validate=True).decode()
    except (UnicodeError, binascii.Error) as error:
        raise InvalidFieldError("next_token", "is not a token of this API") from error
    if not is_payment_id(payment_id):
        raise InvalidFieldError("next_token", "is not a token of this API")
    return payment_id

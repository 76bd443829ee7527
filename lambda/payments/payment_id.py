"""Identifiers of payments: the instant first, unique under any concurrency."""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

_RANDOM_BYTES = 10
_FORM = re.compile(
    r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}Z-[0-9a-f]{20}",
    re.ASCII,
)


def new_payment_id(now: datetime) -> str:
    """Make the id of a payment recorded at ``now``, an aware date-time in UTC.

    It begins with the ISO 8601 instant to the microsecond, so ids of a customer sort by time, and
    ends with 80 random bits, so two payments of the same microsecond differ. Every character is
    allowed in a URL's path segment as it is (RFC 3986, ``pchar``).
    """
    instant = now.replace(tzinfo=None).isoformat(timespec="microseconds")
    return f"{instant}Z-{secrets.token_hex(_RANDOM_BYTES)}"


def is_payment_id(value: str) -> bool:
    """Say whether the text has the form of a payment id."""
    return _FORM.fullmatch(value) is not None

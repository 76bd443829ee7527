"""Idempotency keys of callers.

A key belongs to one caller. It is stored with the intent in one transaction, so there is never a
key without its payment. A record is kept longer than PayPal remembers a ``sender_batch_id``
(30 days): no time-out of ours frees a key while its payment may still be under way.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from payments.errors import InvalidFieldError

if TYPE_CHECKING:
    from collections.abc import Mapping

RETENTION: Final = timedelta(days=45)
_MAXIMUM_LENGTH: Final = 255


@dataclass(frozen=True)
class RecordedAnswer:
    """The answer that was given first."""

    status: int
    body: str


@dataclass(frozen=True)
class IdempotencyRecord:
    """Which payment a caller's key stands for."""

    key: str
    fingerprint: str
    customer_id: str
    payment_id: str
    created_at: datetime
    answer: RecordedAnswer | None = None

    @property
    def expires_at(self) -> datetime:
        """When the record may be forgotten."""
        return self.created_at + RETENTION


@dataclass(frozen=True)
class IdempotencyClaim:
    """A key as it comes with a request, before it is known whether it is the first time."""

    key: str
    fingerprint: str


def claim(caller: str, key: str, request: Mapping[str, str]) -> IdempotencyClaim:
    """Make the claim of a caller's key on a request.

    The stored key is a digest of caller and key, so neither is kept in the clear and callers can't
    meet each other's keys. The fingerprint is taken over the checked values of the request.

    Raises:
        InvalidFieldError: the key is empty, too long, or not printable ASCII.
    """
    if not 1 <= len(key) <= _MAXIMUM_LENGTH or not (key.isascii() and key.isprintable()):
        raise InvalidFieldError(
            "Idempotency-Key", f"must be 1 to {_MAXIMUM_LENGTH} printable ASCII characters"
        )
    digest = hashlib.sha256(f"{len(caller)}:{caller}{key}".encode()).hexdigest()
    canonical = json.dumps(request, sort_keys=True, separators=(",", ":"))
    return IdempotencyClaim(digest, hashlib.sha256(canonical.encode()).hexdigest())

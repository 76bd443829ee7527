"""What was answered to an idempotency key, for as long as the provider remembers it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from sandbox_mocks.shared.clock import VirtualClock

_Kept = TypeVar("_Kept")


class OtherRequestError(Exception):
    """The key was used with another request."""


@dataclass(frozen=True, slots=True)
class _Remembered(Generic[_Kept]):
    fingerprint: bytes
    kept: _Kept
    expires: float


class IdempotencyMemory(Generic[_Kept]):
    """Answers by key, or what was made then.

    Forgotten `lifetime_seconds` of the virtual clock after the first use.
    """

    def __init__(self, clock: VirtualClock, lifetime_seconds: float) -> None:
        self._clock = clock
        self._lifetime_seconds = lifetime_seconds
        self._by_key: dict[str, _Remembered[_Kept]] = {}

    def recall(self, key: str, request: bytes) -> _Kept | None:
        """Return what was answered to this request before, None when the key is new.

        Raises:
            OtherRequestError: the key belongs to another request.
        """
        known = self._by_key.get(key)
        if known is None or known.expires <= self._clock.now():
            return None
        if known.fingerprint != _fingerprint(request):
            raise OtherRequestError(key)
        return known.kept

    def remember(self, key: str, request: bytes, kept: _Kept) -> None:
        """Keep the answer to a request, or what it has made."""
        expires = self._clock.now() + self._lifetime_seconds
        self._by_key[key] = _Remembered(_fingerprint(request), kept, expires)

    def reset(self) -> None:
        """Forget everything."""
        self._by_key.clear()


def _fingerprint(request: bytes) -> bytes:
    return hashlib.sha256(request).digest()

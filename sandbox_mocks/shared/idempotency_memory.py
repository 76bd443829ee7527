"""What was answered to an idempotency key, for as long as the provider remembers it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sandbox_mocks.shared.clock import VirtualClock
    from sandbox_mocks.shared.messages import Answer


class OtherRequestError(Exception):
    """The key was used with another request."""


@dataclass(frozen=True, slots=True)
class _Remembered:
    fingerprint: bytes
    answer: Answer
    expires: float


class IdempotencyMemory:
    """Answers by key; forgotten `lifetime_seconds` of the virtual clock after the first use."""

    def __init__(self, clock: VirtualClock, lifetime_seconds: float) -> None:
        self._clock = clock
        self._lifetime_seconds = lifetime_seconds
        self._answers: dict[str, _Remembered] = {}

    def recall(self, key: str, request: bytes) -> Answer | None:
        """Return what was answered to this request before, None when the key is new.

        Raises:
            OtherRequestError: the key belongs to another request.
        """
        known = self._answers.get(key)
        if known is None or known.expires <= self._clock.now():
            return None
        if known.fingerprint != _fingerprint(request):
            raise OtherRequestError(key)
        return known.answer

    def remember(self, key: str, request: bytes, answer: Answer) -> None:
        """Keep the answer to a request."""
        expires = self._clock.now() + self._lifetime_seconds
        self._answers[key] = _Remembered(_fingerprint(request), answer, expires)

    def reset(self) -> None:
        """Forget everything."""
        self._answers.clear()


def _fingerprint(request: bytes) -> bytes:
    return hashlib.sha256(request).digest()

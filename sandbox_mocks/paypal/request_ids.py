"""``PayPal-Request-Id``: what was made under an id, for as long as an API remembers it.

Source: https://developer.paypal.com/api/rest/reference/idempotency/ . Orders v2 remembers an id
for six hours, Payments v2 for 45 days. The same request again is answered with 200 and the latest
state of what it made; an id is refused for another request.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

from sandbox_mocks.paypal.issues import issue_error
from sandbox_mocks.shared.idempotency_memory import IdempotencyMemory, OtherRequestError

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox_mocks.shared.clock import VirtualClock
    from sandbox_mocks.shared.messages import Request

ORDERS_SECONDS = 6 * 3_600.0
PAYMENTS_SECONDS = 45 * 86_400.0
LONGEST_REQUEST_ID = 108
HEADER = "PayPal-Request-Id"

_Made = TypeVar("_Made")


class RequestIds(Generic[_Made]):
    """What the calls of one API have made, by path and id."""

    def __init__(self, clock: VirtualClock, lifetime_seconds: float) -> None:
        self._memory: IdempotencyMemory[_Made] = IdempotencyMemory(clock, lifetime_seconds)

    def once(self, request: Request, work: Callable[[], _Made]) -> tuple[bool, _Made]:
        """Do the work of a request once; say whether it is new, and what it has made.

        Raises:
            PayPalError: the id is too long or was used for another request, or the work fails,
                which leaves the id unused.
        """
        request_id = request.header(HEADER)
        if request_id is None:
            return True, work()
        if not 1 <= len(request_id) <= LONGEST_REQUEST_ID:
            raise issue_error("INVALID_STRING_LENGTH", HEADER, location="header")
        key = f"{request.path.rstrip('/')}\n{request_id}"
        try:
            made = self._memory.recall(key, request.body)
        except OtherRequestError:
            raise issue_error("DUPLICATE_REQUEST_ID", HEADER, request_id, location="header") from (
                None
            )
        if made is not None:
            return False, made
        made = work()
        self._memory.remember(key, request.body, made)
        return True, made

    def reset(self) -> None:
        """Forget everything."""
        self._memory.reset()


def progress_key(request: Request) -> str | None:
    """Return what must not be in progress twice in Payments v2; None where that can't be."""
    if request.method != "POST" or not request.path.startswith("/v2/payments/"):
        return None
    request_id = request.header(HEADER)
    return None if request_id is None else f"{request.path.rstrip('/')}\n{request_id}"

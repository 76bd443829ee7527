"""Requests that Terraform can interrupt: Ctrl-C must not wait for a service that hangs.

Terraform's ``StopProvider`` asks to abort what is under way "as soon as possible". A request that
a service has taken may still do its work, so it gets some time to be answered, and only then it is
given up.
"""

from __future__ import annotations

import concurrent.futures
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from threading import Event
from typing import Any, Final

from localtender.provider.errors import StoppedError

GRACE_SECONDS: Final = 3.0
_LOOK_SECONDS: Final = 0.1
_MOST_THREADS: Final = 512

_stopping: ContextVar[Event | None] = ContextVar("stopping", default=None)


@contextmanager
def interruptible(stopping: Event) -> Iterator[None]:
    """Let ``stopping`` interrupt the requests that this thread makes."""
    token = _stopping.set(stopping)
    try:
        yield
    finally:
        _stopping.reset(token)


class Requests:
    """Makes requests in threads of their own, so that waiting for an answer can be given up.

    Parameters
    ----------
    grace
        Seconds that a request still has when Terraform has been interrupted.
    """

    def __init__(self, grace: float = GRACE_SECONDS) -> None:
        self._grace = grace
        self._threads = concurrent.futures.ThreadPoolExecutor(
            _MOST_THREADS, thread_name_prefix="request"
        )

    def answer(self, request: Callable[[], Any], operation: str) -> Any:
        """Make a request and return its answer.

        Raises
        ------
        StoppedError
            When Terraform was interrupted and no answer came in time.
        """
        stopping = _stopping.get()
        if stopping is None:
            return request()
        future = self._threads.submit(request)
        deadline = None
        while not future.done():
            concurrent.futures.wait([future], timeout=_LOOK_SECONDS)
            if deadline is None:
                deadline = time.monotonic() + self._grace if stopping.is_set() else None
            elif time.monotonic() > deadline:
                future.cancel()
                raise StoppedError(
                    f"interrupted while {operation} was not answered; whether it was carried out "
                    "is not known"
                )
        return future.result()

"""Making a request again while the refusal is of the kind that passes by itself.

AWS is eventually consistent: a role that was made a moment ago cannot be assumed yet, a policy
names a principal that is not known everywhere. The real provider waits for minutes in such cases;
local services settle in moments. A resource type declares which refusals these are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from threading import Event
from typing import Any, Final

from localtender.provider.errors import StoppedError, WaitTimeoutError
from localtender.provider.service_errors import error_code
from localtender.provider.waiting import wait_until

SETTLING_SECONDS: Final = 3.0

_in_force: ContextVar[tuple[Sequence[Retry], Event] | None] = ContextVar("retries", default=None)


@dataclass(frozen=True)
class Retry:
    """A refusal that may pass.

    Attributes
    ----------
    code
        AWS's error code.
    text
        What the message says; empty for whatever it says.
    seconds
        How long to try again.
    """

    code: str
    text: str = ""
    seconds: float = SETTLING_SECONDS

    def covers(self, failure: Exception) -> bool:
        """Tell whether a failure is this refusal."""
        return error_code(failure) == self.code and self.text in str(failure)


@contextmanager
def retrying(retries: Sequence[Retry], stopping: Event) -> Iterator[None]:
    """Make the requests of this thread again where one of the retries covers their failure."""
    token = _in_force.set((retries, stopping) if retries else None)
    try:
        yield
    finally:
        _in_force.reset(token)


def persist(request: Callable[[], Any]) -> Any:
    """Make a request, again where that is in force; the last refusal is raised in the end."""
    in_force = _in_force.get()
    try:
        return request()
    except Exception as failure:
        covering = in_force and next((one for one in in_force[0] if one.covers(failure)), None)
        if in_force is None or covering is None:
            raise
        return _ask_again(request, covering, in_force[1], failure)


def _ask_again(
    request: Callable[[], Any], retry: Retry, stopping: Event, refusal: Exception
) -> Any:
    refusals = [refusal]

    def answered() -> list[Any] | None:
        try:
            return [request()]
        except Exception as failure:
            if not retry.covers(failure):
                raise
            refusals.append(failure)
            return None

    try:
        return wait_until(
            answered, awaited=f"{retry.code} to pass", timeout=retry.seconds, stopping=stopping
        )[0]
    except (WaitTimeoutError, StoppedError):
        raise refusals[-1] from None

"""Waiting for a state of an object: local services change in milliseconds, so ask often."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from threading import Event
from typing import Final, TypeVar

from localtender.provider.errors import InvalidArgumentError, StoppedError, WaitTimeoutError

_FIRST_PAUSE_SECONDS: Final = 0.02
_LONGEST_PAUSE_SECONDS: Final = 0.5
_GROWTH: Final = 1.5
_UNITS: Final = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}

Found = TypeVar("Found")


def pauses() -> Iterator[float]:
    """Yield the pauses between two questions, in seconds: 20 ms, growing to half a second."""
    pause = _FIRST_PAUSE_SECONDS
    while True:
        yield pause
        pause = min(pause * _GROWTH, _LONGEST_PAUSE_SECONDS)


def wait_until(
    probe: Callable[[], Found | None], *, awaited: str, timeout: float, stopping: Event
) -> Found:
    """Ask until the probe returns something other than None (or False), and return that.

    Parameters
    ----------
    awaited
        What is waited for, as in ``"table Orders to become ACTIVE"``.
    timeout
        Seconds after which to give up.

    Raises
    ------
    WaitTimeoutError
        When the time is over.
    StoppedError
        When ``stopping`` is set meanwhile.
    """
    deadline = time.monotonic() + timeout
    for pause in pauses():
        found = probe()
        if found is not None and found is not False:
            return found
        if time.monotonic() + pause > deadline:
            raise WaitTimeoutError(f"waited {timeout:g} s for {awaited}")
        if stopping.wait(pause):
            raise StoppedError(f"interrupted while waiting for {awaited}")
    raise AssertionError("pauses never end")


def duration_seconds(text: str) -> float:
    """Return the seconds of a Go duration, as in ``"1h30m"`` or ``"10s"``.

    Raises
    ------
    InvalidArgumentError
        When the text is not a duration.
    """
    parts = re.findall(r"(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)", text)
    if not parts or "".join(number + unit for number, unit in parts) != text:
        raise InvalidArgumentError("timeouts", f'{text!r} is not a duration such as "10m"')
    return sum(float(number) * _UNITS[unit] for number, unit in parts)

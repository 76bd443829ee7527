"""Where something was measured."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass

import psutil


@dataclass(frozen=True)
class Machine:
    """The cores that processes may run on, and the load average (1 minute) at both ends."""

    cores: int
    python: str
    load_before: float
    load_after: float


def usable_cores() -> int:
    """How many cores this process and its children may run on."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def load_average() -> float:
    """How many processes wanted to run, averaged over the last minute."""
    return float(psutil.getloadavg()[0])


def describe_machine(load_before: float) -> Machine:
    """This machine now; `load_before` is what `load_average` said at the beginning."""
    return Machine(usable_cores(), platform.python_version(), load_before, load_average())

"""One command at a time changes a stack."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from localtender.harness.errors import StackBusyError


@contextmanager
def only_one(state_directory: Path) -> Iterator[None]:
    """Hold the stack of a state folder for this process; its end, however it comes, lets go.

    Raises StackBusyError, naming the holder, when another process holds it.
    """
    with (state_directory / "up.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            lock.seek(0)
            raise StackBusyError(
                f"Another localtender command (process {lock.read().strip() or 'unknown'}) is at "
                "work on this stack; wait until it ends, or end it."
            ) from error
        lock.truncate(0)
        lock.write(f"{os.getpid()}\n")
        lock.flush()
        yield

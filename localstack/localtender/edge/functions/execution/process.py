"""A function's process: read without blocking, reaped at its end."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from localtender.edge.functions.execution.process_start import StartedProcess

_READ_BYTES = 256 * 1024
_HELD_SECONDS = 0.02
_STATUS_BYTES = 8 * 1024


class FunctionProcess:
    """A child process and its output pipe.

    It leads a process group of its own, so what the function starts ends with it; and it holds
    the end of a pipe whose closing kills it, so it ends with the emulator in any case.
    """

    def __init__(
        self,
        started: StartedProcess,
        *,
        on_output: Callable[[bytes], None],
        on_exit: Callable[[int], None],
    ) -> None:
        """Take a process over.

        `on_exit` gets the exit status, negative for the signal that ended it. Both callbacks run
        in the event loop; all output comes before the exit.
        """
        self._loop = asyncio.get_running_loop()
        self._on_output = on_output
        self._on_exit = on_exit
        self._exit_descriptor = -1
        self._status = -1
        self._process = started.process
        self._output = started.output
        self._lifeline = started.lifeline
        os.set_blocking(self._output, False)
        self._held: asyncio.TimerHandle | None = None
        self._loop.add_reader(self._output, self.drain)
        self._watch_exit()

    @property
    def pid(self) -> int:
        """Its process id, also of its group."""
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        """Whether it has not ended yet."""
        if self._process.returncode is not None:
            return False
        # Without reaping it: that is left to the watch for its exit.
        options = os.WEXITED | os.WNOHANG | os.WNOWAIT
        try:
            if os.waitid(os.P_PID, self._process.pid, options) is not None:
                return False
        except ChildProcessError:
            return False
        # One with threads can be waited for only when the last of them is gone.
        return _field(self._read_status(), b"State:") not in (b"Z", b"X")

    def hold_output(self) -> None:
        """Leave what is written from now on in the pipe, for a moment or until it is drained.

        A `print` of three words is four writes, and each would wake the event loop while the
        invocation runs; a short one is drained at its end.
        """
        if self._output < 0:
            return
        if self._held is None:
            self._loop.remove_reader(self._output)
        else:
            self._held.cancel()
        self._held = self._loop.call_later(_HELD_SECONDS, self._follow_output)

    def _follow_output(self) -> None:
        self._held = None
        if self._output >= 0:
            self._loop.add_reader(self._output, self.drain)

    def drain(self) -> None:
        """Read what the process has written so far."""
        while self._output >= 0:
            try:
                data = os.read(self._output, _READ_BYTES)
            except BlockingIOError:
                return
            if not data:
                self._close_output()
                return
            self._on_output(data)

    def kill(self) -> None:
        """Send SIGKILL to it and to all it started, as Lambda stops a runtime."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)

    def peak_memory_bytes(self) -> int:
        """The most memory it held resident so far; 0 where the system does not tell."""
        peak = _field(self._read_status(), b"VmHWM:")
        return int(peak) * 1024 if peak else 0

    def _read_status(self) -> bytes:
        """What the system tells of it; nothing where it does not, or after its end."""
        # Asked at every invocation, so the file is opened once.
        try:
            if self._status < 0:
                self._status = os.open(f"/proc/{self._process.pid}/status", os.O_RDONLY)
            return os.pread(self._status, _STATUS_BYTES, 0)
        except OSError:
            return b""

    def _watch_exit(self) -> None:
        if hasattr(os, "pidfd_open"):
            self._exit_descriptor = os.pidfd_open(self._process.pid)
            self._loop.add_reader(self._exit_descriptor, self._exited)
        else:
            threading.Thread(target=self._wait, daemon=True).start()

    def _wait(self) -> None:
        self._process.wait()
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._exited)

    def _exited(self) -> None:
        status = self._process.wait()
        if self._exit_descriptor >= 0:
            self._loop.remove_reader(self._exit_descriptor)
            os.close(self._exit_descriptor)
            self._exit_descriptor = -1
        # What it started may outlive it; on Lambda nothing does.
        self.kill()
        self.drain()
        self._close_output()
        os.close(self._lifeline)
        if self._status >= 0:
            os.close(self._status)
            self._status = -1
        self._on_exit(status)

    def _close_output(self) -> None:
        if self._held is not None:
            self._held.cancel()
            self._held = None
        if self._output >= 0:
            self._loop.remove_reader(self._output)
            os.close(self._output)
            self._output = -1


def _field(status: bytes, name: bytes) -> bytes:
    _, found, rest = status.partition(name)
    return rest.split(None, 1)[0] if found else b""

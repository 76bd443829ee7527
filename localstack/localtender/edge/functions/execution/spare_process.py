"""One process in reserve: it has loaded what every function loads, and waits for its function.

Most of what a new environment of a Python function takes is the start of the interpreter, AWS's
runtime client and boto3. Where environments are replaced all the time, under hot reload, the next
one is therefore half started already. It is not used where a function's environment has a say in
how the interpreter or its libraries start, or where the function brings its own copy of a library
that is loaded ahead.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from pathlib import Path
from typing import TYPE_CHECKING

from localtender.edge.functions.execution.process_start import (
    ProcessStart,
    StartedProcess,
    start_process,
    start_spare,
)

if TYPE_CHECKING:
    from localtender.edge.functions.execution.runtimes import RuntimeInstallation

_LOADED_AHEAD = (
    *("awslambdaric", "boto3", "botocore", "dateutil", "jmespath", "s3transfer", "urllib3"),
    *("simplejson", "six.py", "snapshot_restore_py", "runtime_client"),
)
_PAUSE_BEFORE_NEXT_SECONDS = 1.0
_log = logging.getLogger(__name__)


class SpareProcess:
    """Keeps one process in reserve for the interpreter that was asked for last."""

    def __init__(self, directory: Path) -> None:
        """`directory` is where a spare process waits."""
        self._directory = directory
        self._installation: RuntimeInstallation | None = None
        self._waiting: StartedProcess | None = None
        self._next: asyncio.TimerHandle | None = None

    def start(self, start: ProcessStart) -> StartedProcess:
        """Start a function's process out of the spare one, or anew. Raises OSError."""
        waiting = self._waiting
        if waiting is None or not self._fits(start):
            return start_process(start)
        self._waiting = None
        told = {"environment": dict(start.environment), "directory": str(start.directory)}
        stdin = waiting.process.stdin
        try:
            if stdin is None or waiting.process.poll() is not None:
                raise BrokenPipeError
            with contextlib.closing(stdin):
                stdin.write(json.dumps(told).encode() + b"\n")
        except OSError:
            waiting.discard()
            return start_process(start)
        return waiting

    def prepare(self, installation: RuntimeInstallation) -> None:
        """Have a process ready soon; not at once, when the processor has better to do."""
        if self._installation != installation:
            self._drop()
            self._installation = installation
        if self._waiting is None and self._next is None:
            loop = asyncio.get_running_loop()
            self._next = loop.call_later(_PAUSE_BEFORE_NEXT_SECONDS, self._begin)

    def stop(self) -> None:
        """End what waits."""
        if self._next is not None:
            self._next.cancel()
            self._next = None
        self._drop()

    def _begin(self) -> None:
        self._next = None
        installation = self._installation
        if installation is None or self._waiting is not None:
            return
        runtime = str(installation.directory)
        environment = {
            "LANG": "en_US.UTF-8",
            "LD_LIBRARY_PATH": f"{runtime}:{runtime}/lib",
            "PATH": f"{installation.interpreter.parent}:/usr/local/bin:/usr/bin:/bin",
            "PYTHONPATH": runtime,
            "TZ": ":UTC",
            "LAMBDA_RUNTIME_DIR": runtime,
        }
        try:
            self._waiting = start_spare(installation.interpreter, environment, self._directory)
        except OSError as error:
            _log.warning("No process could be started ahead: %s", error)

    def _fits(self, start: ProcessStart) -> bool:
        installation = self._installation
        return (
            start.may_be_spare
            and installation is not None
            and start.interpreter == installation.interpreter
            and not any((start.directory / name).exists() for name in _LOADED_AHEAD)
        )

    def _drop(self) -> None:
        if self._waiting is not None:
            self._waiting.discard()
            self._waiting = None

"""The background process group of a stack: starts its processes, restarts one that dies.

Runs as `python -m localtender.harness.supervisor SPECIFICATION`, a JSON file with a list of
`{"name", "arguments", "log"}`. It imports the standard library only, to stay small, and writes
the pids of its children beside the specification as `processes.json`. SIGTERM ends it and all of
them. Children also end when it is killed, where the kernel offers that (Linux).
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

_POLL_SECONDS = 0.2
_STOP_SECONDS = 1.5
_RESTART_LIMIT = 5
_PR_SET_PDEATHSIG = 1
# The first process holds the state of the emulated AWS: without it the others are useless, and a
# new one would be empty, so its end is the stack's end and `up` says so.
_STATEFUL = "edge"


@dataclass
class SupervisedProcess:
    """One child and how to start it again."""

    name: str
    arguments: list[str]
    log: Path
    child: subprocess.Popen[bytes] | None = None
    restarts: int = 0

    def start(self) -> None:
        """Start the child with its output appended to its log."""
        with self.log.open("ab") as log:
            self.child = subprocess.Popen(
                self.arguments,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                preexec_fn=_end_with_parent if sys.platform == "linux" else None,
            )


class Supervisor:
    """Keeps the processes of a stack until told to stop."""

    def __init__(self, processes: list[SupervisedProcess], record: Path) -> None:
        self._processes = processes
        self._record = record
        self._stopping = False

    def run(self) -> int:
        """Start everything and watch; returns the exit code."""
        signal.signal(signal.SIGTERM, self._on_signal)
        signal.signal(signal.SIGINT, self._on_signal)
        for process in self._processes:
            process.start()
        self._write_record()
        exit_code = 0
        while not self._stopping:
            time.sleep(_POLL_SECONDS)
            if not self._stopping and not self._repair():
                exit_code = 1
                break
        self._stop()
        return exit_code

    def _on_signal(self, _signal: int, _frame: FrameType | None) -> None:
        self._stopping = True

    def _repair(self) -> bool:
        """Restart what died; False when the stack can't go on."""
        for process in self._processes:
            code = None if process.child is None else process.child.poll()
            if code is None:
                continue
            if process.name == _STATEFUL or process.restarts >= _RESTART_LIMIT:
                _say(f"{process.name} ended with {code}; stopping the stack")
                return False
            process.restarts += 1
            _say(f"{process.name} ended with {code}; restart {process.restarts}")
            process.start()
            self._write_record()
        return True

    def _stop(self) -> None:
        running = [p.child for p in self._processes if p.child and p.child.poll() is None]
        for child in running:
            child.terminate()
        limit = time.monotonic() + _STOP_SECONDS
        for child in running:
            try:
                child.wait(max(0.0, limit - time.monotonic()))
            except subprocess.TimeoutExpired:
                _say(f"{child.args!r} did not end on SIGTERM; killing it")
                child.kill()
                child.wait()
        self._record.unlink(missing_ok=True)

    def _write_record(self) -> None:
        pids = {p.name: p.child.pid for p in self._processes if p.child is not None}
        unfinished = self._record.with_suffix(".new")
        unfinished.write_text(json.dumps(pids))
        unfinished.replace(self._record)


def _end_with_parent() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _say(text: str) -> None:
    sys.stderr.write(f"{time.strftime('%Y-%m-%d %H:%M:%S')} supervisor {text}\n")
    sys.stderr.flush()


def main() -> int:
    """Read the specification and supervise."""
    specification = Path(sys.argv[1])
    entries = json.loads(specification.read_text())
    processes = [
        SupervisedProcess(entry["name"], entry["arguments"], Path(entry["log"]))
        for entry in entries
    ]
    os.chdir(specification.parent)
    return Supervisor(processes, specification.with_name("processes.json")).run()


if __name__ == "__main__":
    sys.exit(main())

"""One stack a test run, shared by its workers: the first to need it begins it."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from localtender.harness.loopback_proxy import loopback_without_proxy

PROJECT = Path(__file__).resolve().parent.parent
STATE = "LOCALTENDER_STATE_DIR"
CA_BUNDLE = "AWS_CA_BUNDLE"


def pytest_configure(config: pytest.Config) -> None:
    """Choose the run's ports and folder before workers start; they inherit the environment."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        # A shell ignores interrupts in what it starts in the background, and what the tests start
        # and interrupt would inherit that.
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if hasattr(config, "workerinput"):
        return
    edge, sandbox = _free_ports()
    # Tests speak to the local AWS only: neither an account of whoever runs them nor a proxy may
    # come in between.
    for name in [name for name in os.environ if name.startswith("AWS_") and name != CA_BUNDLE]:
        del os.environ[name]
    os.environ.update(loopback_without_proxy(os.environ))
    os.environ.update(
        {
            STATE: f".localtender/test-{os.getpid()}",
            "LOCALTENDER_PROJECT": str(PROJECT),
            "LOCALTENDER_WORKSPACE": f"localtender-test-{os.getpid()}",
            "EDGE_PORT": str(edge),
            "SANDBOX_PORT": str(sandbox),
            "ALARM_SECONDS": "1",
        }
    )


def pytest_unconfigure(config: pytest.Config) -> None:
    """Take the stack down when the last test has ended, however it ended."""
    if hasattr(config, "workerinput"):
        return
    directory = PROJECT / os.environ[STATE]
    if directory.is_dir():
        subprocess.run([sys.executable, "-m", "localtender", "down"], check=True, cwd=PROJECT)
        shutil.rmtree(directory, ignore_errors=True)


def _free_ports() -> tuple[int, int]:
    with socket.socket() as first, socket.socket() as second:
        first.bind(("127.0.0.1", 0))
        second.bind(("127.0.0.1", 0))
        return first.getsockname()[1], second.getsockname()[1]

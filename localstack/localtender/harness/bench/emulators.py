"""The two emulators that are measured side by side, each fresh, on a port of its own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import botocore.session
from botocore.config import Config

from localtender.configuration import LOOPBACK, Configuration
from localtender.harness.errors import BenchError
from localtender.harness.function_runtime import (
    function_python,
    install_function_runtime,
    runtimes_directory,
)
from localtender.harness.stack_processes import process_environment

_START_SECONDS = 30.0
_STOP_SECONDS = 10.0


@dataclass(frozen=True)
class Emulator:
    """A running emulator."""

    name: str
    port: int
    region: str
    process_id: int

    def client(self, service: str) -> Any:
        """A boto3 client of one of its services, by the name boto3 has for it."""
        # Nothing of the user's AWS configuration may reach a request: no profile, no files.
        nothing = (None, None, os.devnull, None)
        variables = {"profile": (None,) * 4, "config_file": nothing, "credentials_file": nothing}
        session: Any = boto3.session.Session(
            botocore_session=botocore.session.Session(session_vars=variables)
        )
        return session.client(
            service,
            region_name=self.region,
            endpoint_url=f"http://{LOOPBACK}:{self.port}",
            aws_access_key_id="test",
            aws_secret_access_key="test",
            config=Config(proxies={}, retries={"total_max_attempts": 1}),
        )


@contextmanager
def running_edge(configuration: Configuration, *more: str) -> Iterator[Emulator]:
    """The edge with its engine, empty, and with functions that can be invoked.

    `more` are further arguments of its process.
    """
    install_function_runtime(configuration.cache_directory, function_python())
    with tempfile.TemporaryDirectory(prefix="localtender-bench-") as directory:
        arguments = [
            *("localtender.edge", "--state-directory", directory),
            *("--runtimes-directory", str(runtimes_directory(configuration.cache_directory))),
            *more,
        ]
        with _running("edge", arguments, configuration, Path(directory)) as emulator:
            yield emulator


@contextmanager
def running_bare_engine(configuration: Configuration) -> Iterator[Emulator]:
    """The engine alone, empty."""
    with (
        tempfile.TemporaryDirectory(prefix="localtender-bench-") as directory,
        _running(
            "engine", ["localtender.engines.alone"], configuration, Path(directory)
        ) as emulator,
    ):
        yield emulator


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def _running(
    name: str, arguments: Sequence[str], configuration: Configuration, directory: Path
) -> Iterator[Emulator]:
    port, region = free_port(), configuration.region
    log_path = directory / f"{name}.log"
    with log_path.open("ab") as log:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", *arguments),
                *("--port", str(port), "--region", region),
            ],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=process_environment(configuration),
        )
    emulator = Emulator(name, port, region, process.pid)
    try:
        _wait_until_answering(emulator, process, log_path)
        yield emulator
    finally:
        process.terminate()
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until_answering(emulator: Emulator, process: subprocess.Popen[bytes], log: Path) -> None:
    limit = time.monotonic() + _START_SECONDS
    while process.poll() is None and time.monotonic() < limit:
        with socket.socket() as probe:
            if probe.connect_ex((LOOPBACK, emulator.port)) == 0:
                return
        time.sleep(0.02)
    ending = "\n".join(log.read_text(errors="replace").splitlines()[-8:])
    raise BenchError(f"The {emulator.name} did not start:\n{ending}")

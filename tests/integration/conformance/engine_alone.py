"""The embedded engine by itself: its own API Gateway and Lambda, without the edge around them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

from tests.integration.conformance.endpoint import Endpoint
from tests.running_edge import REGION, free_port, until


@contextmanager
def engine_alone(directory: Path, **variables: str) -> Iterator[Endpoint]:
    """Run the engine in a process of its own, with these environment variables besides.

    Its log stays in the directory.
    """
    port = free_port()
    command = [
        *(sys.executable, "-m", "localtender.engines.alone"),
        *("--port", str(port), "--region", REGION),
    ]
    url = f"http://127.0.0.1:{port}"
    with (
        (directory / "engine.log").open("a") as log,
        subprocess.Popen(
            command, env={**os.environ, **variables}, stdout=log, stderr=log
        ) as process,
    ):
        try:
            until(lambda: _answers(url, process))
            yield Endpoint(url)
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()


def _answers(url: str, process: subprocess.Popen[bytes]) -> bool:
    if process.poll() is not None:
        raise AssertionError("the engine ended; its log has the reason")
    try:
        return requests.get(f"{url}/_ministack/health", timeout=5).ok
    except requests.ConnectionError:
        return False

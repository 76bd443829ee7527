"""A sandbox server in a process of its own, and calls to it."""

from __future__ import annotations

import base64
import http.client
import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PATIENCE_SECONDS = 20


@dataclass
class Server:
    process: subprocess.Popen[bytes]
    port: int

    token: str = ""

    def connect(self, timeout: float = PATIENCE_SECONDS) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)

    def call(
        self, method: str, path: str, document: Any = None, timeout: float = PATIENCE_SECONDS
    ) -> tuple[int, Any]:
        body = None if document is None else json.dumps(document)
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self.token}"}
        return self.send(method, path, body, headers, timeout)

    def send(
        self,
        method: str,
        path: str,
        body: str | None,
        headers: dict[str, str],
        timeout: float = PATIENCE_SECONDS,
    ) -> tuple[int, Any]:
        with closing(self.connect(timeout)) as connection:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            content = answer.read()
            return answer.status, json.loads(content) if content else None

    def authenticate(self) -> int:
        basic = base64.b64encode(b"sandbox-client-id:sandbox-client-secret").decode()
        status, answer = self.send(
            "POST",
            "/paypal/v1/oauth2/token",
            "grant_type=client_credentials",
            {"Authorization": f"Basic {basic}"},
        )
        self.token = answer.get("access_token", "")
        return status


def start(ready_file: Path, *arguments: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "sandbox_mocks", "--ready-file", str(ready_file)]
    return subprocess.Popen([*command, *arguments], cwd=ROOT, stderr=subprocess.PIPE)


def await_port(process: subprocess.Popen[bytes], ready_file: Path) -> int:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not ready_file.exists():
        assert process.poll() is None, "the sandbox server did not start"
        assert time.monotonic() < deadline, "the sandbox server was never ready"
        time.sleep(0.01)
    return int(json.loads(ready_file.read_text())["port"])


def stop(process: subprocess.Popen[bytes]) -> bytes:
    process.send_signal(signal.SIGTERM)
    _, complaints = process.communicate(timeout=PATIENCE_SECONDS)
    return complaints


@contextmanager
def running_sandbox(directory: Path, *arguments: str) -> Iterator[Server]:
    """A server that answers, stopped at the end, when it must not have complained."""
    ready_file = directory / "ready.json"
    process = start(ready_file, "--port", "0", *arguments)
    try:
        yield Server(process, await_port(process, ready_file))
    finally:
        complaints = stop(process)
    assert complaints == b""

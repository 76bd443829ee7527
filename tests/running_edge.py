"""The emulator's process on a port of its own, without a stack: for tests of the edge alone."""

from __future__ import annotations

import io
import json
import os
import signal
import socket
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import boto3
import requests

from tests.lambda_workbench import RUNTIME, an_invokable_runtime
from tests.worker_policy import WORKER_POLICY

ACCOUNT, REGION = "000000000000", "us-east-1"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/worker"
_T = TypeVar("_T")
_TRUST = (
    '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", '
    '"Principal": {"Service": "lambda.amazonaws.com"}}]}'
)

# Appends every event to a file that the test reads, and answers what the test put beside it.
RECORDER = """
import json, os

def handler(event, context):
    with open(os.environ["EVENTS"], "a") as file:
        file.write(json.dumps({"event": event, "arn": context.invoked_function_arn}) + "\\n")
    answer = os.environ.get("ANSWER")
    if answer == "raise":
        raise RuntimeError("told to")
    return json.loads(answer) if answer else event
"""


@dataclass(frozen=True)
class RunningEdge:
    """The address of a running emulator, its process, and a folder that functions may write to."""

    endpoint_url: str
    directory: Path
    pid: int

    def kill(self) -> None:
        """End the process as `kill -9` does."""
        os.kill(self.pid, signal.SIGKILL)

    def client(self, service: str) -> Any:
        """A boto3 client."""
        session: Any = boto3.session.Session(
            aws_access_key_id="test", aws_secret_access_key="test", region_name=REGION
        )
        return session.client(service, endpoint_url=self.endpoint_url)

    def recorder(self, name: str, **changes: Any) -> Recorder:
        """A new function that records its events."""
        events = self.directory / f"{name}.events"
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as opened:
            opened.writestr("app.py", changes.pop("code", RECORDER))
        variables = {"EVENTS": str(events), **changes.pop("variables", {})}
        made = self.client("lambda").create_function(
            FunctionName=name,
            Runtime=RUNTIME,
            Handler="app.handler",
            Role=changes.pop("Role", ROLE),
            Code={"ZipFile": archive.getvalue()},
            Environment={"Variables": variables},
            **{"Timeout": 10, **changes},
        )
        return Recorder(made["FunctionArn"], events)


@dataclass(frozen=True)
class Recorder:
    """A function and the file it writes its events to."""

    arn: str
    path: Path

    def calls(self) -> list[dict[str, Any]]:
        """What it was called with so far: `event` and `arn`."""
        if not self.path.exists():
            return []
        return [json.loads(line) for line in self.path.read_text().splitlines()]

    def events(self) -> list[Any]:
        """The events so far."""
        return [call["event"] for call in self.calls()]

    def wait(self, count: int = 1) -> list[Any]:
        """The events once there are so many."""
        return until(lambda: self.events() if len(self.events()) >= count else None)


def until(condition: Callable[[], _T | None], seconds: float = 15) -> _T:
    """What a condition gives once it gives something true."""
    deadline = time.monotonic() + seconds
    while True:
        found = condition()
        if found:
            return found
        if time.monotonic() > deadline:
            raise AssertionError("it did not come true in time")
        time.sleep(0.05)


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running_edge(
    directory: Path, *arguments: str, environment: Mapping[str, str] | None = None
) -> Iterator[RunningEdge]:
    """Run an emulator with settings of its environment; its state is kept below the directory."""
    runtimes = next(iter(an_invokable_runtime().values())).parent
    port = free_port()
    command = [
        sys.executable,
        *("-m", "localtender.edge"),
        *("--port", str(port), "--region", REGION),
        *("--state-directory", str(directory / "state")),
        *("--runtimes-directory", str(runtimes)),
        *arguments,
    ]
    endpoint = f"http://127.0.0.1:{port}"
    with (
        (directory / "edge.log").open("a") as log,
        subprocess.Popen(command, stderr=log, env={**os.environ, **(environment or {})}) as process,
    ):
        try:
            until(lambda: _is_healthy(endpoint, process))
            edge = RunningEdge(endpoint, directory, process.pid)
            iam = edge.client("iam")
            if not any(role["RoleName"] == "worker" for role in iam.list_roles()["Roles"]):
                iam.create_role(RoleName="worker", AssumeRolePolicyDocument=_TRUST)
                iam.put_role_policy(
                    RoleName="worker", PolicyName="work", PolicyDocument=WORKER_POLICY
                )
            yield edge
        finally:
            process.terminate()
            process.wait(20)


def _is_healthy(endpoint: str, process: subprocess.Popen[bytes]) -> bool:
    if process.poll() is not None:
        raise AssertionError("the emulator ended; its log has the reason")
    try:
        return requests.get(f"{endpoint}/_localtender/health", timeout=5).ok
    except requests.ConnectionError:
        return False

"""A real Terraform CLI against the provider, with the embedded engine behind it."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest

from tests.lambda_workbench import an_invokable_runtime
from tests.terraform_folder import TerraformFolder, terraform_environment

START_LIMIT_SECONDS = 30
UNEXPECTED = "was planned as"
UNREACHABLE_PROXY = "http://127.0.0.1:9"
PROXY_VARIABLES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "all_proxy")


@dataclass(frozen=True)
class RunningProvider:
    """A provider process: how Terraform attaches to it, and what it logs."""

    reattach: str
    log: Path


@pytest.fixture(scope="session")
def engine_url() -> Iterator[str]:
    """The address of an edge, with the embedded engine behind it, of this test process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryFile() as log, tempfile.TemporaryDirectory(prefix="lt-") as folder:
        command = [sys.executable, "-m", "localtender.edge", "--port", str(port)]
        runtimes = next(iter(an_invokable_runtime().values())).parent
        command += ["--state-directory", folder, "--runtimes-directory", str(runtimes)]
        command += ["--region", "us-east-1"]
        with _process(command, os.environ | {"LOG_LEVEL": "ERROR"}, log):
            _wait_until(lambda: _listens(port), "the edge listens")
            yield f"http://127.0.0.1:{port}"


@pytest.fixture(scope="session")
def running_provider(engine_url: str) -> Iterator[RunningProvider]:
    """A provider process of this test process, started somewhere else than Terraform runs.

    It has proxies in its environment, which must not matter: its services are on this machine.
    """
    # Not pytest's folder: its paths are too long for a unix socket on some systems.
    with tempfile.TemporaryDirectory(prefix="lt-") as folder:
        ready, log = Path(folder, "ready"), Path(folder, "log")
        command = [sys.executable, "-m", "localtender.provider", "--socket", f"{folder}/p.sock"]
        command += ["--endpoint-url", engine_url, "--ready-file", str(ready)]
        environment = {k: v for k, v in os.environ.items() if k.upper() != "NO_PROXY"}
        environment |= dict.fromkeys(PROXY_VARIABLES, UNREACHABLE_PROXY)
        with log.open("wb") as output, _process(command, environment, output, folder):
            _wait_until(ready.exists, "the provider is ready")
            yield RunningProvider(ready.read_text(), log)


@pytest.fixture
def account_id() -> str:
    """An AWS account that no other test uses."""
    return f"{uuid.uuid4().int % 10**12:012d}"


@pytest.fixture
def terraform(
    running_provider: RunningProvider, account_id: str, tmp_path: Path
) -> Iterator[TerraformFolder]:
    """An empty folder in which Terraform runs against the provider.

    ``TF_CMD`` chooses another Terraform than the one on PATH, as it does for `tflocal`. The test
    fails if the provider found that something came out other than it was planned.
    """
    chosen = os.environ.get("TF_CMD")
    names = [chosen] if chosen else ["terraform", "tofu"]
    executable = next((path for name in names if (path := shutil.which(name))), None)
    if executable is None:
        pytest.skip(f"not on PATH: {', '.join(names)}")
    offset = running_provider.log.stat().st_size
    yield TerraformFolder(
        tmp_path,
        terraform_environment(
            TF_REATTACH_PROVIDERS=running_provider.reattach,
            AWS_ACCESS_KEY_ID=account_id,
            AWS_REGION="eu-central-1",
        ),
        executable,
    )
    logged = running_provider.log.read_bytes()[offset:].decode()
    assert account_id not in logged or UNEXPECTED not in logged, logged


@pytest.fixture
def aws(engine_url: str, account_id: str) -> Iterator[Callable[[str], Any]]:
    """Make boto3 clients of the test's account, to look at things or to change them."""
    clients: list[Any] = []

    def client(service: str, region: str = "eu-central-1") -> Any:
        made = boto3.client(
            service,  # type: ignore[call-overload]
            region_name=region,
            endpoint_url=engine_url,
            aws_access_key_id=account_id,
            aws_secret_access_key="test",
        )
        clients.append(made)
        return made

    yield client
    for made in clients:
        made.close()


@contextmanager
def _process(
    command: list[str], environment: dict[str, str], output: Any, cwd: str | None = None
) -> Iterator[None]:
    with subprocess.Popen(
        command, env=environment, stdout=output, stderr=subprocess.STDOUT, cwd=cwd
    ) as process:
        try:
            yield
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _wait_until(holds: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + START_LIMIT_SECONDS
    while not holds():
        assert time.monotonic() < deadline, f"waited in vain until {what}"
        time.sleep(0.02)

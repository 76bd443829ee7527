"""A whole stack of the measurement's own: beside the user's, which it leaves alone."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import requests

from localtender.configuration import Configuration, read_configuration
from localtender.harness.bench.emulators import free_port
from localtender.harness.demo_user import demo_token
from localtender.harness.errors import BenchError
from localtender.harness.stack_record import StackRecord
from localtender.harness.stack_status import api_url, require_running

_WARM_UP = 20


@dataclass(frozen=True)
class BenchStack:
    """Commands to the stack; it need not be up."""

    environment: dict[str, str]

    def run(self, command: str) -> None:
        """Run a command of `localtender`. Raises BenchError."""
        ended = subprocess.run(
            [sys.executable, "-m", "localtender", command],
            check=False,
            capture_output=True,
            text=True,
            env=self.environment,
        )
        if ended.returncode != 0:
            raise BenchError(
                f"`localtender {command}` failed; mend that first:\n{ended.stderr.strip()}"
            )

    def record(self) -> StackRecord:
        """What runs. Raises StackNotRunningError."""
        return require_running(read_configuration(self.environment))


@contextmanager
def bench_stack(configuration: Configuration) -> Iterator[BenchStack]:
    """A stack that is not up yet; it is taken down at the end."""
    with tempfile.TemporaryDirectory(prefix="localtender-bench-") as directory:
        stack = BenchStack(
            {
                **os.environ,
                "LOCALTENDER_PROJECT": str(configuration.project_directory),
                "LOCALTENDER_STATE_DIR": directory,
                "LOCALTENDER_WORKSPACE": f"localtender-bench-{os.getpid()}",
                "EDGE_PORT": str(free_port()),
                "SANDBOX_PORT": str(free_port()),
                "PERSIST": "0",
                "HOT_RELOAD": "0",
            }
        )
        try:
            yield stack
        finally:
            stack.run("down")


@contextmanager
def paying_client(record: StackRecord) -> Iterator[PayingClient]:
    """A client of the payments API with a token and an API key, warmed up by a few payments."""
    with requests.Session() as session:
        session.trust_env = False  # no proxy stands between this machine and itself
        session.headers.update(
            {"Authorization": demo_token(record), "x-api-key": str(record.outputs["api_key"])}
        )
        client = PayingClient(session, api_url(record.endpoint_url, record.outputs))
        client.register()
        for _ in range(_WARM_UP):
            client.pay()
        yield client


@dataclass(frozen=True)
class PayingClient:
    """Pays by the deployed API; every call raises BenchError when it is not answered with 200."""

    session: requests.Session
    base_url: str

    def register(self) -> None:
        """Make the customer that pays."""
        self._post("/v1/api/customer", _CUSTOMER)

    def pay(self) -> None:
        """Make one payment."""
        self._post("/v1/api/payments", {**_CUSTOMER, "amount": 1.25, "currency": "USD"})

    def _post(self, path: str, body: dict[str, Any]) -> None:
        try:
            answer = self.session.post(f"{self.base_url}{path}", json=body, timeout=30)
        except requests.RequestException as error:
            raise BenchError(f"A payment failed: {error}") from error
        if answer.status_code != 200:
            raise BenchError(
                f"POST {path} was answered with {answer.status_code} instead of 200: {answer.text}"
            )


_CUSTOMER = {"customer_id": "bench", "email": "bench@example.com"}

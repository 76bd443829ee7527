"""The running stack and its API, as the integration tests use them."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import boto3
import requests
from boto3.dynamodb.types import TypeDeserializer

PROJECT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class RunningStack:
    """Addresses and keys of the stack that the tests of this run share."""

    api_url: str
    api_key: str
    endpoint_url: str
    sandbox_url: str
    token: str

    def client(self, service: str) -> Any:
        """A boto3 client of a local AWS service."""
        return _client(service, self.endpoint_url)

    def rows(self, table: str, customer_id: str | None = None) -> list[dict[str, Any]]:
        """The items of a table, all or a customer's."""
        pages = self.client("dynamodb").get_paginator("scan").paginate(TableName=table)
        rows = [
            {name: TypeDeserializer().deserialize(value) for name, value in item.items()}
            for page in pages
            for item in page["Items"]
        ]
        return [row for row in rows if customer_id in (None, row.get("customer_id"))]

    def payouts(self, email: str | None = None) -> list[dict[str, Any]]:
        """What the sandbox really paid, one entry an item, to anybody or to this receiver."""
        items: list[dict[str, Any]] = requests.get(
            f"{self.sandbox_url}/_sandbox/paypal/payouts", timeout=10
        ).json()
        return [item for item in items if email is None or item["receiver"] == email]

    def add_fault(self, **rule: Any) -> str:
        """Set a fault of the sandbox; return where it can be deleted."""
        return _add_fault(f"{self.sandbox_url}/_sandbox/paypal/faults", rule)

    def add_aws_fault(self, **rule: Any) -> str:
        """Set a fault of the local AWS; return where it can be read and deleted."""
        return _add_fault(f"{self.endpoint_url}/_localtender/faults", rule)


def _add_fault(rules: str, rule: dict[str, Any]) -> str:
    answer = requests.post(rules, json=rule, timeout=10)
    assert answer.status_code == 201, answer.text
    return f"{rules}/{answer.json()['id']}"


@cache
def _client(service: str, endpoint_url: str) -> Any:
    session: Any = boto3.session.Session(
        aws_access_key_id="test", aws_secret_access_key="test", region_name="us-east-1"
    )
    return session.client(service, endpoint_url=endpoint_url)


@dataclass(frozen=True)
class PaymentsApi:
    """The deployed API with a session that carries a token and an API key."""

    stack: RunningStack
    session: requests.Session

    def post(self, path: str, body: Any, **keywords: Any) -> requests.Response:
        """POST JSON to a path below the stage."""
        return self.session.post(f"{self.stack.api_url}{path}", json=body, timeout=60, **keywords)

    def get(self, path: str, **keywords: Any) -> requests.Response:
        """GET a path below the stage."""
        return self.session.get(f"{self.stack.api_url}{path}", timeout=60, **keywords)


@contextmanager
def authorized_api(stack: RunningStack) -> Iterator[PaymentsApi]:
    """A client of the payments API with a token and an API key."""
    with requests.Session() as session:
        session.headers.update({"Authorization": stack.token, "x-api-key": stack.api_key})
        yield PaymentsApi(stack, session)


@contextmanager
def separate_stack(directory: Path, **terraform_variables: object) -> Iterator[RunningStack]:
    """A stack beside the shared one, deployed with these variables; taken down at the end."""
    with socket.socket() as first, socket.socket() as second:
        first.bind(("127.0.0.1", 0))
        second.bind(("127.0.0.1", 0))
        edge, sandbox = first.getsockname()[1], second.getsockname()[1]
    environment = {
        **os.environ,
        "LOCALTENDER_STATE_DIR": str(directory),
        "LOCALTENDER_WORKSPACE": f"localtender-{directory.name}-{os.getpid()}",
        "EDGE_PORT": str(edge),
        "SANDBOX_PORT": str(sandbox),
        **{f"TF_VAR_{name}": str(value) for name, value in terraform_variables.items()},
    }
    try:
        up = localtender("up", environment=environment)
        assert up.returncode == 0, up.stdout + up.stderr
        yield describe_stack(environment)
    finally:
        localtender("down", environment=environment)


def describe_stack(environment: Mapping[str, str] | None = None) -> RunningStack:
    """Ask the command line where the stack of this environment is, and for a token."""
    status = localtender("status", "--json", environment=environment)
    assert status.returncode == 0, status.stderr
    token = localtender("token", environment=environment)
    assert token.returncode == 0, token.stderr
    description = json.loads(status.stdout)
    assert description["healthy"], description
    return RunningStack(
        api_url=description["api_url"],
        api_key=description["api_key"],
        endpoint_url=description["endpoint_url"],
        sandbox_url=description["sandbox_url"],
        token=token.stdout.strip(),
    )


def localtender(
    *arguments: str, environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run the command line as a user would."""
    return subprocess.run(
        [sys.executable, "-m", "localtender", *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd=PROJECT,
        env=environment,
    )


def payouts_to(stack: RunningStack, email: str) -> list[dict[str, Any]]:
    """Every payout creation in the sandbox's journal that names this receiver."""
    journal = requests.get(
        f"{stack.sandbox_url}/_sandbox/paypal/requests",
        params={"method": "POST", "path": "/v1/payments/payouts"},
        timeout=10,
    ).json()
    return [entry for entry in journal if email in json.dumps(entry["body"])]

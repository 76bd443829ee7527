"""The running stack and its API, as the integration tests use them."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import requests

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
        session: Any = boto3.session.Session(
            aws_access_key_id="test", aws_secret_access_key="test", region_name="us-east-1"
        )
        return session.client(service, endpoint_url=self.endpoint_url)


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


def localtender(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command line as a user would."""
    return subprocess.run(
        [sys.executable, "-m", "localtender", *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd=PROJECT,
    )


def payouts_to(stack: RunningStack, email: str) -> list[dict[str, Any]]:
    """Every payout creation in the sandbox's journal that names this receiver."""
    journal = requests.get(
        f"{stack.sandbox_url}/_sandbox/paypal/requests",
        params={"method": "POST", "path": "/v1/payments/payouts"},
        timeout=10,
    ).json()
    return [entry for entry in journal if email in json.dumps(entry["body"])]

"""The running stack, as a client of it sees it."""

from __future__ import annotations

import fcntl
import json
import os
import uuid
from collections.abc import Iterator

import pytest
import requests

from tests.running_stack import PROJECT, PaymentsApi, RunningStack, localtender


@pytest.fixture(scope="session")
def stack() -> RunningStack:
    """The stack of this run; the first worker that asks brings it up."""
    directory = PROJECT / os.environ["LOCALTENDER_STATE_DIR"]
    directory.mkdir(parents=True, exist_ok=True)
    with (directory / "tests.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        status = localtender("status", "--json")
        if status.returncode != 0:
            up = localtender("up")
            assert up.returncode == 0, up.stdout + up.stderr
            status = localtender("status", "--json")
        token = localtender("token")
    description = json.loads(status.stdout)
    assert description["healthy"], description
    assert token.returncode == 0, token.stderr
    return RunningStack(
        api_url=description["api_url"],
        api_key=description["api_key"],
        endpoint_url=description["endpoint_url"],
        sandbox_url=description["sandbox_url"],
        token=token.stdout.strip(),
    )


@pytest.fixture
def api(stack: RunningStack) -> Iterator[PaymentsApi]:
    """An authorized client of the payments API."""
    with requests.Session() as session:
        session.headers.update({"Authorization": stack.token, "x-api-key": stack.api_key})
        yield PaymentsApi(stack, session)


@pytest.fixture
def customer(api: PaymentsApi) -> dict[str, str]:
    """A customer that only this test knows."""
    name = f"c-{uuid.uuid4().hex[:12]}"
    body = {"customer_id": name, "email": f"{name}@example.com"}
    assert api.post("/v1/api/customer", body).status_code == 200
    return body

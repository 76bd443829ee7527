"""`localtender serve` by real HTTP: the API in one process, with no stack beside it."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import requests

from tests.running_stack import PROJECT

ADA = {"customer_id": "c-1", "email": "ada@example.com"}
PAYMENT = {**ADA, "amount": 12.34, "currency": "USD"}


@dataclass
class Served:
    """A running `localtender serve` and what it has written."""

    process: subprocess.Popen[str]
    output: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return self._address(r"API is at (http://127\.0\.0\.1:\d+)")

    @property
    def sandbox_url(self) -> str:
        return self._address(r"(http://127\.0\.0\.1:\d+)/_sandbox")

    @property
    def text(self) -> str:
        return "".join(self.output)

    def post(self, path: str, body: Any, **options: Any) -> requests.Response:
        return requests.post(f"{self.url}{path}", json=body, timeout=30, **options)

    def get(self, path: str) -> requests.Response:
        return requests.get(f"{self.url}{path}", timeout=30)

    def fault(self, **rule: Any) -> None:
        answer = requests.post(f"{self.sandbox_url}/_sandbox/paypal/faults", json=rule, timeout=10)
        assert answer.status_code == 201, answer.text

    def payouts(self) -> list[dict[str, Any]]:
        address = f"{self.sandbox_url}/_sandbox/paypal/payouts"
        items: list[dict[str, Any]] = requests.get(address, timeout=10).json()
        return items

    def _address(self, pattern: str) -> str:
        return str(wait_for(lambda: re.search(pattern, self.text)).group(1))


def wait_for(look: Any, seconds: float = 30) -> Any:
    until = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < until, "did not happen in time"
        time.sleep(0.05)
    return found


@contextmanager
def served(*options: str, **environment: str) -> Iterator[Served]:
    process = subprocess.Popen(
        [sys.executable, "-m", "localtender", "serve", "--port", "0", *options],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=PROJECT,
        env={**os.environ, "PYTHONUNBUFFERED": "1", **environment},
    )
    running = Served(process)

    def read() -> None:
        assert process.stdout is not None
        while piece := process.stdout.read(1):
            running.output.append(piece)

    reader = Thread(target=read, daemon=True)
    reader.start()
    try:
        yield running
    finally:
        process.kill()
        process.wait()
        reader.join()
        for pipe in (process.stdin, process.stdout):
            assert pipe is not None
            pipe.close()


@pytest.fixture(scope="module")
def shared() -> Iterator[Served]:
    with served() as running:
        running.post("/v1/api/customer", ADA)
        yield running


def test_the_curl_lines_that_it_prints_work_when_pasted(shared: Served) -> None:
    wait_for(lambda: "/v1/api/payment/c-1" in shared.text)
    lines = [line for line in shared.text.splitlines() if line.startswith("curl ")]
    pasted = subprocess.run(
        ["sh", "-c", "\n".join(lines)], capture_output=True, text=True, check=True
    )
    assert '"status":"COMPLETED"' in pasted.stdout
    assert '"payments":[{' in pasted.stdout


@pytest.mark.parametrize(
    "body",
    [
        pytest.param({"data": {"customer_id": "f-1", "email": "f@example.com"}}, id="form"),
        pytest.param({"json": {"customer_id": "f-1", "email": "f@example.com"}}, id="JSON"),
        pytest.param(
            {"files": {"customer_id": (None, "f-1"), "email": (None, "f@example.com")}},
            id="multipart form",
        ),
        pytest.param(
            {
                "data": '{"customer_id": "f-1", "email": "f@example.com"}',
                "headers": {"Content-Type": "application/x-www-form-urlencoded"},
            },
            id="JSON as curl -d sends it",
        ),
    ],
)
@pytest.mark.parametrize("slash", ["", "/"])
def test_the_first_versions_way_to_add_a_customer_still_works(
    shared: Served, body: dict[str, Any], slash: str
) -> None:
    answer = requests.post(f"{shared.url}/v1/api/customer/add{slash}", timeout=10, **body)
    assert (answer.status_code, answer.json()) == (
        200,
        {"customer_id": "f-1", "email": "f@example.com"},
    )
    assert shared.get("/v1/api/customer/f-1").json()["email"] == "f@example.com"


def test_a_form_that_misses_a_field_is_told_which(shared: Served) -> None:
    answer = requests.post(
        f"{shared.url}/v1/api/customer/add", data={"customer_id": "x"}, timeout=10
    )
    assert (answer.status_code, answer.json()) == (400, {"message": "email: is missing"})


def test_a_payment_whose_answer_is_lost_is_settled_by_the_worker_and_paid_once() -> None:
    with served() as running:
        running.post("/v1/api/customer", ADA)
        running.fault(
            kind="reset", when="after", method="POST", path="/v1/payments/payouts", times=1
        )
        pending = running.post("/v1/api/payments", PAYMENT, headers={"Prefer": "respond-async"})
        assert (pending.status_code, pending.json()["status"]) == (202, "PENDING")
        path = f"/v1/api/payment/c-1/{pending.json()['payment_id']}"
        wait_for(lambda: running.get(path).json()["status"] == "COMPLETED")
        assert len(running.payouts()) == 1
        assert "outcome  COMPLETED" in wait_for(lambda: "outcome" in running.text and running.text)


def test_many_at_a_time_are_answered_each_with_its_own(shared: Served) -> None:
    def pay(number: int) -> tuple[int, Any]:
        answer = shared.post("/v1/api/payments", {**PAYMENT, "amount": number})
        return number, answer.json()["amount"]

    with ThreadPoolExecutor(10) as pool:
        paid = list(pool.map(pay, range(1, 41)))
    assert all(asked == answered for asked, answered in paid)


def test_one_key_is_one_payment(shared: Served) -> None:
    key = {"Idempotency-Key": "k-1"}
    first = shared.post("/v1/api/payments", PAYMENT, headers=key)
    again = shared.post("/v1/api/payments", PAYMENT, headers=key)
    assert again.json() == first.json()
    assert again.headers["Idempotent-Replayed"] == "true"


@pytest.mark.parametrize(
    ("method", "path", "options", "status"),
    [
        ("GET", "/v1/api/customer/nobody", {}, 404),
        ("GET", "/nothing", {}, 404),
        ("POST", "/v1/api/payments", {"data": b"\xff\xfe"}, 415),
        ("POST", "/v1/api/payments", {"json": {}}, 400),
        ("POST", "/v1/api/customer", {"data": b"x" * (10 * 1024 * 1024 + 1)}, 413),
        ("POST", "/v1/api/customer/add", {"data": {"customer_id": "c d", "email": "a@b.cc"}}, 400),
        ("DELETE", "/v1/api/payments", {}, 404),
    ],
)
def test_bad_requests_are_answered_with_a_message(
    shared: Served, method: str, path: str, options: dict[str, Any], status: int
) -> None:
    headers = {"Content-Type": "text/plain"} if isinstance(options.get("data"), bytes) else {}
    answer = requests.request(method, f"{shared.url}{path}", headers=headers, timeout=30, **options)
    assert answer.status_code == status, answer.text
    assert answer.json()["message"]


def test_sandboxes_that_run_already_are_used(shared: Served) -> None:
    with served("--sandbox-url", f"{shared.sandbox_url}/") as running:
        assert running.sandbox_url == shared.sandbox_url
        other = {"customer_id": "o-1", "email": "other@example.com"}
        running.post("/v1/api/customer", other)
        running.post("/v1/api/payments", {**other, "amount": 5, "currency": "EUR"})
        assert [each for each in shared.payouts() if each["receiver"] == other["email"]]
        assert running.get("/v1/api/customer/c-1").status_code == 404


def test_control_c_stops_it_at_once() -> None:
    with served() as running:
        running.post("/v1/api/customer", ADA)
        running.process.send_signal(signal.SIGINT)
        assert running.process.wait(10) == 0
        wait_for(lambda: "nothing was kept" in running.text)
        assert "Traceback" not in running.text


def test_a_port_that_is_taken_is_an_error_that_says_what_to_do() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        answer = subprocess.run(
            [sys.executable, "-m", "localtender", "serve", "--port", port],
            capture_output=True,
            text=True,
            check=False,
            cwd=PROJECT,
        )
    assert answer.returncode == 1
    assert f"127.0.0.1:{port} can't be listened on" in answer.stderr
    assert "--port" in answer.stderr
    assert "Traceback" not in answer.stderr


@pytest.mark.parametrize("address", ["localhost:4567", "ftp://x", "nonsense"])
def test_a_sandbox_address_that_is_none_is_an_error(address: str) -> None:
    with served("--sandbox-url", address) as running:
        assert running.process.wait(20) == 1
        wait_for(lambda: "--sandbox-url must be an address" in running.text)


def test_a_breakpoint_in_the_handler_stops_on_the_terminal(tmp_path: Path) -> None:
    shutil.copytree(PROJECT / "lambda", tmp_path / "lambda")
    (tmp_path / "terraform").mkdir()
    api = tmp_path / "lambda" / "handlers" / "api.py"
    marked = '    """Show a customer."""\n'
    code = api.read_text()
    assert marked in code
    api.write_text(code.replace(marked, f"{marked}    breakpoint()\n"))
    with served(LOCALTENDER_PROJECT=str(tmp_path)) as running, ThreadPoolExecutor(1) as pool:
        running.post("/v1/api/customer", ADA)
        answer = pool.submit(running.get, "/v1/api/customer/c-1")
        wait_for(lambda: "(Pdb)" in running.text)
        assert running.process.stdin is not None
        running.process.stdin.write("p 'cust' + customer_id[:1]\nc\n")
        running.process.stdin.flush()
        assert answer.result(20).json() == ADA
        assert "'custc'" in running.text

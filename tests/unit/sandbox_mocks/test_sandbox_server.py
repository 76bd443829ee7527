"""The sandbox as a server of its own: broken connections, held requests, start and stop."""

from __future__ import annotations

import base64
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[3]
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


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    ready_file = tmp_path_factory.mktemp("sandbox") / "ready.json"
    process = start(ready_file, "--port", "0")
    yield Server(process, await_port(process, ready_file))
    complaints = stop(process)
    assert complaints == b""


@pytest.fixture
def server(running: Server) -> Server:
    running.call("POST", "/_sandbox/reset")
    running.authenticate()
    return running


def add_fault(server: Server, **rule: Any) -> None:
    status, answer = server.call("POST", "/_sandbox/paypal/faults", rule)
    assert status == 201, answer


def pay(server: Server, body: Any, timeout: float = PATIENCE_SECONDS) -> tuple[int, Any]:
    return server.call("POST", "/paypal/v1/payments/payouts", body, timeout)


def journal(server: Server) -> list[dict[str, Any]]:
    _, entries = server.call("GET", "/_sandbox/paypal/requests?path=/v1/payments/*")
    return list(entries)


def paid(server: Server) -> list[Any]:
    return list(server.call("GET", "/_sandbox/paypal/payouts")[1])


def test_a_reset_before_the_work_breaks_the_connection_and_pays_nothing(
    server: Server, make_payout: Any
) -> None:
    add_fault(server, kind="reset", method="POST", times=1)

    with pytest.raises(ConnectionResetError):
        pay(server, make_payout("batch-1"))

    assert paid(server) == []
    [entry] = journal(server)
    assert (entry["answer"], entry["delivered"], entry["fault"]["kind"]) == (None, False, "reset")
    assert pay(server, make_payout("batch-1"))[0] == 201


def test_a_reset_after_the_work_loses_the_answer_but_not_the_payment(
    server: Server, make_payout: Any
) -> None:
    add_fault(server, kind="reset", when="after", method="POST", times=1)

    with pytest.raises(ConnectionResetError):
        pay(server, make_payout("batch-1"))

    assert len(paid(server)) == 1
    [entry] = journal(server)
    assert (entry["answer"]["status"], entry["delivered"]) == (201, False)
    status, error = pay(server, make_payout("batch-1"))
    assert (status, error["name"]) == (400, "USER_BUSINESS_ERROR")


def test_a_hang_holds_the_client_until_it_gives_up(server: Server, make_payout: Any) -> None:
    add_fault(server, kind="hang", method="POST", times=1)

    with pytest.raises(TimeoutError):
        pay(server, make_payout("batch-1"), timeout=0.2)

    assert paid(server) == []
    assert pay(server, make_payout("batch-1"))[0] == 201


def test_a_hang_ends_in_a_reset_after_its_seconds(server: Server, make_payout: Any) -> None:
    add_fault(server, kind="hang", method="POST", seconds=0.05)

    with pytest.raises(ConnectionResetError):
        pay(server, make_payout())


def test_a_client_that_gives_up_on_a_slow_answer_has_paid_nevertheless(
    server: Server, make_payout: Any
) -> None:
    add_fault(server, kind="latency", milliseconds=300, times=1)

    with pytest.raises(TimeoutError):
        pay(server, make_payout("batch-1"), timeout=0.05)

    deadline = time.monotonic() + PATIENCE_SECONDS
    while journal(server)[0]["duration_ms"] is None and time.monotonic() < deadline:
        time.sleep(0.02)
    assert len(paid(server)) == 1
    assert journal(server)[0]["delivered"] is False


def test_a_slow_call_does_not_hold_up_another(server: Server, make_payout: Any) -> None:
    add_fault(server, kind="hang", method="POST", times=1)
    connection = server.connect()
    connection.request("POST", "/paypal/v1/payments/payouts", "{}")
    try:
        assert pay(server, make_payout())[0] == 201
    finally:
        connection.close()


def test_a_reset_of_the_sandbox_breaks_off_what_is_held(server: Server, make_payout: Any) -> None:
    add_fault(server, kind="latency", milliseconds=600_000)
    body = json.dumps(make_payout("batch-1"))
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {server.token}"}
    with closing(server.connect()) as held:
        held.request("POST", "/paypal/v1/payments/payouts", body, headers)
        while not journal(server):
            time.sleep(0.01)

        server.call("POST", "/_sandbox/reset")

        with pytest.raises(ConnectionResetError):
            held.getresponse()
    assert paid(server) == []


@pytest.mark.parametrize("status", [204, 304])
def test_a_status_without_a_body_is_well_framed(server: Server, status: int) -> None:
    add_fault(server, kind="status", status=status)
    with closing(server.connect()) as connection:
        for _ in range(2):
            connection.request("GET", "/paypal/v1")
            answer = connection.getresponse()
            assert (answer.status, answer.read()) == (status, b"")


def test_a_truncated_answer_ends_before_its_announced_length(
    server: Server, make_payout: Any
) -> None:
    add_fault(server, kind="truncated", method="POST", times=1)

    with pytest.raises(http.client.IncompleteRead):
        pay(server, make_payout())

    assert len(paid(server)) == 1


def test_posts_of_one_batch_at_the_same_time_pay_once(server: Server, make_payout: Any) -> None:
    statuses: list[int] = []

    def post() -> None:
        statuses.append(pay(server, make_payout("batch-1"))[0])

    threads = [threading.Thread(target=post) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(statuses) == [201] + [400] * 7
    assert len(paid(server)) == 1


def test_a_body_that_is_too_large_is_refused_unread(server: Server) -> None:
    connection = server.connect()
    connection.putrequest("POST", "/paypal/v1/payments/payouts")
    connection.putheader("Content-Length", str(64 * 1024 * 1024))
    connection.endheaders()
    try:
        for _ in range(64):
            connection.send(b"x" * 1024 * 1024)
    except (BrokenPipeError, ConnectionResetError):
        pass
    finally:
        connection.close()

    assert server.call("GET", "/_sandbox/health")[0] == 200
    assert journal(server) == []


def test_sigterm_stops_the_server_at_once_though_requests_are_held(tmp_path: Path) -> None:
    ready_file = tmp_path / "ready.json"
    process = start(ready_file, "--port", "0")
    server = Server(process, await_port(process, ready_file))
    add_fault(server, kind="hang")
    held = server.connect()
    held.request("GET", "/paypal/v1")
    while not server.call("GET", "/_sandbox/paypal/requests")[1]:
        time.sleep(0.01)

    complaints = stop(process)

    assert complaints == b""
    assert process.returncode == -signal.SIGTERM
    assert not ready_file.exists()
    with pytest.raises(ConnectionResetError):
        held.getresponse()
    held.close()


def test_a_port_that_is_taken_is_one_clear_message(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        process = start(tmp_path / "ready.json", "--port", str(port))
        _, complaints = process.communicate(timeout=PATIENCE_SECONDS)

    assert process.returncode == 1
    assert f"can't listen on 127.0.0.1:{port}: Address already in use" in complaints.decode()


def test_credentials_come_from_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(os.environ, "SANDBOX_PAYPAL_CLIENT_SECRET", "another")
    process = start(tmp_path / "ready.json", "--port", "0")
    server = Server(process, await_port(process, tmp_path / "ready.json"))

    status = server.authenticate()
    stop(process)

    assert status == 401


def test_webhooks_reach_their_address_in_order_and_come_again_when_they_are_refused(
    server: Server,
) -> None:
    received: list[tuple[str, int]] = []
    refusals = iter([500])

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status = next(refusals, 200)
            received.append((json.loads(body)["type"], status))
            assert self.headers["Ach-Signature"].startswith("t=")
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_arguments: Any) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Receiver) as receiver:
        threading.Thread(target=receiver.serve_forever, daemon=True).start()
        server.token = "ach-sandbox-key"
        url = f"http://127.0.0.1:{receiver.server_port}/hook"
        assert server.call("POST", "/ach/v1/webhook-endpoints", {"url": url})[0] == 201
        numbers = {"routing_number": "021000021", "account_number": "000123456789"}
        _, account = server.call("POST", "/ach/v1/accounts", {"holder_name": "Ann", **numbers})
        transfer = {"account_id": account["id"], "amount": "1.00", "direction": "credit"}
        assert server.call("POST", "/ach/v1/transfers", transfer)[0] == 201
        _until(lambda: received == [("transfer.created", 500)])
        server.call("POST", "/_sandbox/clock", {"advance_seconds": 14 * 86_400})
        _until(lambda: len(received) == 4)
        receiver.shutdown()
    assert {status for _, status in received[1:]} == {200}
    told = [event for event, _ in received[1:]]
    assert [event for event in told if event != "transfer.created"] == [
        "transfer.originated",
        "transfer.settled",
    ]

    def statuses() -> list[str]:
        _, deliveries = server.call("GET", "/_sandbox/ach/deliveries")
        return [each["status"] for each in deliveries]

    _until(lambda: statuses() == ["delivered"] * 3)


def _until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)

"""The sandbox as a server of its own: broken connections, held requests, start and stop."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.running_sandbox import (
    PATIENCE_SECONDS,
    Server,
    await_port,
    running_sandbox,
    start,
    stop,
)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running_sandbox(tmp_path_factory.mktemp("sandbox")) as server:
        yield server


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


def order(server: Server) -> str:
    """Make an order that its payer has approved, and return its id."""
    amount = {"currency_code": "USD", "value": "10.00"}
    body = {"intent": "CAPTURE", "purchase_units": [{"amount": amount}]}
    status, made = server.call("POST", "/paypal/v2/checkout/orders", body)
    assert status == 201, made
    status, approved = server.call("POST", f"/_sandbox/paypal/orders/{made['id']}/approve")
    assert (status, approved["status"]) == (200, "APPROVED")
    return str(made["id"])


def test_an_order_is_approved_by_the_control_api_and_captured(server: Server) -> None:
    status, paid = server.call("POST", f"/paypal/v2/checkout/orders/{order(server)}/capture", {})

    assert (status, paid["status"]) == (201, "COMPLETED")
    [captured] = server.call("GET", "/_sandbox/paypal/captures")[1]
    assert captured["order_id"] == paid["id"]
    up = captured["links"][-1]["href"]
    assert paid["links"][0]["href"] == f"http://127.0.0.1:{server.port}/paypal{up}"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("orders/NONE/approve", 404),
        ("orders/NONE/burn", 404),
        ("payouts/NONE/approve", 404),
    ],
)
def test_an_action_that_is_not_there_is_refused(server: Server, path: str, status: int) -> None:
    answered, error = server.call("POST", f"/_sandbox/paypal/{path}", {})
    assert (answered, set(error)) == (status, {"error", "message"})


@pytest.mark.parametrize(
    ("provider", "path", "header", "code"),
    [
        ("paypal", "/v2/payments/captures/{id}/refund", "PayPal-Request-Id", 409),
        ("stripe", "/v1/payouts", "Idempotency-Key", 409),
        ("ach", "/v1/transfers", "Idempotency-Key", 409),
    ],
)
def test_two_requests_of_one_key_at_once_are_not_both_worked_on(
    server: Server, provider: str, path: str, header: str, code: int
) -> None:
    if provider == "paypal":
        _, paid = server.call("POST", f"/paypal/v2/checkout/orders/{order(server)}/capture", {})
        path = path.format(id=paid["purchase_units"][0]["payments"]["captures"][0]["id"])
    else:
        server.token = {"stripe": "sk_test_sandbox", "ach": "ach-sandbox-key"}[provider]
    rule = {"kind": "hang", "method": "POST", "path": path, "times": 1}
    assert server.call("POST", f"/_sandbox/{provider}/faults", rule)[0] == 201
    content = "application/json" if provider != "stripe" else "application/x-www-form-urlencoded"
    headers = {
        "Authorization": f"Bearer {server.token}",
        "Content-Type": content,
        header: "once",
    }
    with closing(server.connect()) as first:
        first.request("POST", f"/{provider}{path}", b"", headers)
        requests = f"/_sandbox/{provider}/requests?path={path}"
        while not server.call("GET", requests)[1]:
            time.sleep(0.01)

        status, _ = server.send("POST", f"/{provider}{path}", "", headers)
        other, _ = server.send("POST", f"/{provider}{path}", "", {**headers, header: "other"})

    assert (status, other) == (code, 201 if provider == "paypal" else 400)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while server.call("GET", requests)[1][0]["duration_ms"] is None:
        assert time.monotonic() < deadline, "the held request was never given up"
        time.sleep(0.01)
    assert server.send("POST", f"/{provider}{path}", "", headers)[0] != code


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

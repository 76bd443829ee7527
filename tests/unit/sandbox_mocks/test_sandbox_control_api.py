from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from sandbox_mocks.server.application import SandboxApplication

TOKEN = "/paypal/v1/oauth2/token"
PAYOUTS = "/paypal/v1/payments/payouts"
FAULTS = "/_sandbox/paypal/faults"
REQUESTS = "/_sandbox/paypal/requests"


class Client:
    """Calls the application in process, on one event loop."""

    def __init__(self, runner: asyncio.Runner, application: SandboxApplication) -> None:
        transport = httpx.ASGITransport(application)
        self._runner = runner
        self._http = httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:4567")
        self.headers = self._http.headers

    def request(self, method: str, url: str, **options: Any) -> httpx.Response:
        return self._runner.run(self._http.request(method, url, **options))

    def get(self, url: str) -> httpx.Response:
        return self.request("GET", url)

    def post(self, url: str, **options: Any) -> httpx.Response:
        return self.request("POST", url, **options)

    def put(self, url: str, **options: Any) -> httpx.Response:
        return self.request("PUT", url, **options)

    def delete(self, url: str) -> httpx.Response:
        return self.request("DELETE", url)

    def close(self) -> None:
        self._runner.run(self._http.aclose())


@contextmanager
def calling(application: SandboxApplication) -> Iterator[Client]:
    with asyncio.Runner() as runner:
        client = Client(runner, application)
        yield client
        client.close()


@pytest.fixture
def sandbox() -> Iterator[Client]:
    with calling(SandboxApplication()) as client:
        yield client


def authorize(sandbox: Client) -> None:
    credentials = ("sandbox-client-id", "sandbox-client-secret")
    form = {"grant_type": "client_credentials"}
    token = sandbox.post(TOKEN, data=form, auth=credentials).json()["access_token"]
    sandbox.headers["Authorization"] = f"Bearer {token}"


def test_health_names_the_providers(sandbox: Client) -> None:
    answer = sandbox.get("/_sandbox/health")

    assert answer.status_code == 200
    assert (answer.json()["status"], answer.json()["providers"]) == (
        "ok",
        ["paypal", "stripe", "ach"],
    )


@pytest.mark.parametrize("path", ["/venmo/v1", "/", "/_sandboxes"])
def test_a_sandbox_that_is_not_there_is_a_404_that_says_so(sandbox: Client, path: str) -> None:
    answer = sandbox.get(path)

    assert (answer.status_code, answer.json()["error"]) == (404, "UnknownSandbox")
    assert "/paypal" in answer.json()["message"]


@pytest.mark.parametrize(
    ("path", "error"),
    [
        ("/_sandbox", "NotFound"),
        ("/_sandbox/venmo/requests", "UnknownSandbox"),
        ("/_sandbox/paypal/nothing", "NotFound"),
        ("/_sandbox/paypal/faults/none", "UnknownFaultRule"),
    ],
)
def test_an_unknown_control_path_is_a_404(sandbox: Client, path: str, error: str) -> None:
    answer = sandbox.get(path)

    assert (answer.status_code, answer.json()["error"]) == (404, error)


def test_another_method_is_a_405_that_names_the_right_ones(sandbox: Client) -> None:
    answer = sandbox.request("PATCH", FAULTS)

    assert answer.status_code == 405
    assert "GET, POST, PUT, DELETE" in answer.json()["message"]


def test_links_lead_back_to_where_the_client_came_from(sandbox: Client, make_payout: Any) -> None:
    authorize(sandbox)
    created = sandbox.post(PAYOUTS, json=make_payout()).json()

    href = created["links"][0]["href"]

    assert href.startswith("http://127.0.0.1:4567/paypal/v1/payments/payouts/")
    assert sandbox.get(href).json()["batch_header"]["batch_status"] == "SUCCESS"


def test_the_journal_shows_what_was_asked_and_answered(sandbox: Client, make_payout: Any) -> None:
    authorize(sandbox)
    sandbox.post(PAYOUTS, json=make_payout("batch-1"))

    journal = sandbox.get(REQUESTS).json()

    assert [entry["path"] for entry in journal] == ["/v1/oauth2/token", "/v1/payments/payouts"]
    assert journal[0]["answer"]["body"]["access_token"] == "REDACTED"
    payout = journal[1]
    assert payout["headers"]["authorization"] == "REDACTED"
    assert payout["body"]["sender_batch_header"]["sender_batch_id"] == "batch-1"
    assert payout["answer"]["status"] == 201
    assert payout["delivered"] is True
    assert payout["fault"] is None


def test_the_journal_can_be_filtered_and_cleared(sandbox: Client) -> None:
    sandbox.get("/paypal/a")
    sandbox.post("/paypal/b")

    def paths(query: str) -> list[str]:
        return [entry["path"] for entry in sandbox.get(f"{REQUESTS}?{query}").json()]

    assert paths("method=post") == ["/b"]
    assert paths("path=/paypal/a") == ["/a"]
    assert paths("path=/a") == ["/a"]
    assert paths("since=1") == ["/b"]
    assert paths("since=2999-01-01T00:00:00Z") == []
    assert paths("limit=1") == ["/b"]
    assert sandbox.delete(REQUESTS).status_code == 204
    assert paths("") == []


@pytest.mark.parametrize("query", ["limit=-1", "limit=x", "since=soon", "since=2026-01-01", "x=1"])
def test_a_bad_filter_is_a_400_that_names_it(sandbox: Client, query: str) -> None:
    answer = sandbox.get(f"{REQUESTS}?{query}")

    assert (answer.status_code, answer.json()["field"]) == (400, query.partition("=")[0])


def test_faults_are_set_read_back_and_removed(sandbox: Client) -> None:
    added = sandbox.post(FAULTS, json={"id": "down", "kind": "status", "status": 503, "times": 1})
    assert (added.status_code, added.json()["fired"]) == (201, 0)

    answer = sandbox.get("/paypal/v1/payments/payouts/X")

    assert (answer.status_code, answer.json()["name"]) == (503, "SERVICE_UNAVAILABLE")
    assert answer.headers["Paypal-Debug-Id"]
    assert sandbox.get(f"{FAULTS}/down").json()["fired"] == 1
    assert [rule["id"] for rule in sandbox.get(FAULTS).json()] == ["down"]
    [entry] = sandbox.get(REQUESTS).json()
    assert entry["fault"] == {"id": "down", "kind": "status"}
    assert sandbox.delete(f"{FAULTS}/down").status_code == 204
    assert sandbox.delete(f"{FAULTS}/down").status_code == 404
    assert sandbox.get(FAULTS).json() == []


def test_several_faults_can_be_added_replaced_and_cleared(sandbox: Client) -> None:
    assert len(sandbox.post(FAULTS, json=[{"kind": "hang"}, {"kind": "reset"}]).json()) == 2

    replaced = sandbox.put(FAULTS, json=[{"kind": "malformed"}])

    assert [rule["kind"] for rule in replaced.json()] == ["malformed"]
    assert sandbox.delete(FAULTS).status_code == 204
    assert sandbox.get(FAULTS).json() == []


@pytest.mark.parametrize("body", ['{"kind":"boom"}', "[1]", "5"])
def test_a_bad_fault_is_a_400_that_names_field_and_allowed_values(
    sandbox: Client, body: str
) -> None:
    answer = sandbox.post(FAULTS, content=body)

    assert (answer.status_code, answer.json()["error"]) == (400, "InvalidFaultRule")
    assert {"field", "message", "allowed"} <= answer.json().keys()


@pytest.mark.parametrize("path", [FAULTS, "/_sandbox/clock"])
def test_a_body_that_is_not_json_is_a_400(sandbox: Client, path: str) -> None:
    answer = sandbox.post(path, content="{")

    assert (answer.status_code, answer.json()["field"]) == (400, "body")


def test_faults_can_only_be_replaced_by_a_list(sandbox: Client) -> None:
    assert sandbox.put(FAULTS, json={"kind": "hang"}).status_code == 400


def test_a_status_after_the_work_loses_the_answer(sandbox: Client, make_payout: Any) -> None:
    authorize(sandbox)
    sandbox.post(FAULTS, json={"kind": "status", "status": 500, "when": "after", "times": 1})

    assert sandbox.post(PAYOUTS, json=make_payout("batch-1")).status_code == 500

    assert len(sandbox.get("/_sandbox/paypal/payouts").json()) == 1
    assert sandbox.post(PAYOUTS, json=make_payout("batch-1")).json()["name"] == (
        "USER_BUSINESS_ERROR"
    )


def test_a_rate_limit_says_when_to_come_back(sandbox: Client) -> None:
    sandbox.post(FAULTS, json={"kind": "rate-limit", "retry_after_seconds": 7})

    answer = sandbox.get("/paypal/v1/payments/payouts/X")

    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "7")
    assert answer.json()["name"] == "RATE_LIMIT_REACHED"


def test_a_status_fault_can_bring_its_own_body_and_headers(sandbox: Client) -> None:
    headers = {"content-type": "text/html", "X-Cache": "miss"}
    fault = {"kind": "status", "status": 502, "body": "<html>", "headers": headers}
    sandbox.post(FAULTS, json=fault)

    answer = sandbox.get("/paypal/v1")

    assert (answer.status_code, answer.text) == (502, "<html>")
    assert answer.headers.get_list("content-type") == ["text/html"]
    assert answer.headers["X-Cache"] == "miss"


@pytest.mark.parametrize(("status", "name"), [(204, None), (504, "GATEWAY_TIMEOUT")])
def test_any_status_can_be_injected(sandbox: Client, status: int, name: str | None) -> None:
    sandbox.post(FAULTS, json={"kind": "status", "status": status})

    answer = sandbox.get("/paypal/v1")

    assert answer.status_code == status
    if name is not None:
        assert answer.json()["name"] == name


def test_a_malformed_answer_can_not_be_parsed(sandbox: Client, make_payout: Any) -> None:
    authorize(sandbox)
    sandbox.post(FAULTS, json={"kind": "malformed"})

    answer = sandbox.post(PAYOUTS, json=make_payout())

    assert answer.status_code == 201
    with pytest.raises(json.JSONDecodeError):
        answer.json()
    assert len(sandbox.get("/_sandbox/paypal/payouts").json()) == 1


def test_a_reset_in_process_looks_like_a_broken_connection(sandbox: Client) -> None:
    sandbox.post(FAULTS, json={"kind": "reset"})

    with pytest.raises(ConnectionResetError):
        sandbox.get("/paypal/v1")

    [entry] = sandbox.get(REQUESTS).json()
    assert (entry["answer"], entry["delivered"]) == (None, False)


def test_the_clock_moves_forward_on_request(sandbox: Client) -> None:
    authorize(sandbox)

    moved = sandbox.post("/_sandbox/clock", json={"advance_seconds": 40_000})

    assert moved.json()["offset_seconds"] == 40_000
    assert sandbox.get("/_sandbox/clock").json()["offset_seconds"] == 40_000
    assert sandbox.get(f"{PAYOUTS}/X").status_code == 401


@pytest.mark.parametrize(
    "body", [{}, [], {"advance_seconds": -1}, {"advance_seconds": "1"}, {"advance_seconds": True}]
)
def test_the_clock_does_not_move_otherwise(sandbox: Client, body: Any) -> None:
    assert sandbox.post("/_sandbox/clock", json=body).status_code == 400


def test_settings_are_changed_and_read_back(sandbox: Client) -> None:
    changed = sandbox.put("/_sandbox/paypal/settings", json={"processing_seconds": 5})

    assert changed.json() == {"client_id": "sandbox-client-id", "processing_seconds": 5.0}
    assert sandbox.get("/_sandbox/paypal/settings").json() == changed.json()


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"speed": 1}, "speed"),
        ({"processing_seconds": -1}, "processing_seconds"),
        ({"processing_seconds": "1"}, "processing_seconds"),
        ({"client_secret": ""}, "client_secret"),
        ([], "body"),
    ],
)
def test_a_bad_setting_is_a_400_that_names_it(sandbox: Client, body: Any, field: str) -> None:
    answer = sandbox.put("/_sandbox/paypal/settings", json=body)

    assert (answer.status_code, answer.json()["field"]) == (400, field)


def test_what_was_paid_can_be_looked_up(sandbox: Client, make_payout: Any) -> None:
    authorize(sandbox)
    for number in range(3):
        sandbox.post(PAYOUTS, json=make_payout(f"batch-{number}"))

    rows = sandbox.get("/_sandbox/paypal/payouts?sender_batch_id=batch-1").json()

    assert [(row["sender_batch_id"], row["value"], row["status"]) for row in rows] == [
        ("batch-1", "9.87", "SUCCESS")
    ]
    assert sandbox.get("/_sandbox/paypal/payments").json() == []


def test_a_reset_forgets_everything(sandbox: Client, make_payout: Any) -> None:
    authorize(sandbox)
    sandbox.post(PAYOUTS, json=make_payout())
    sandbox.post(FAULTS, json={"kind": "hang", "nth": 99})
    sandbox.post("/_sandbox/clock", json={"advance_seconds": 5})

    assert sandbox.post("/_sandbox/reset").status_code == 200

    for resource in ("requests", "faults", "payouts", "payments"):
        assert sandbox.get(f"/_sandbox/paypal/{resource}").json() == []
    assert sandbox.get("/_sandbox/clock").json()["offset_seconds"] == 0


def test_a_body_that_is_too_large_is_refused(sandbox: Client) -> None:
    with pytest.raises(ConnectionResetError):
        sandbox.post(PAYOUTS, content=b"x" * (16 * 1024 * 1024 + 1))


def test_a_defect_of_the_model_is_a_500_in_paypals_shape(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    application = SandboxApplication()
    model = application.sandboxes.providers["paypal"].model

    def fail(_request: Any) -> None:
        raise RuntimeError("a defect")

    monkeypatch.setattr(model, "handle", fail)
    with calling(application) as client:
        answer = client.get("/paypal/v1")

    assert (answer.status_code, answer.json()["name"]) == (500, "INTERNAL_SERVICE_ERROR")
    assert "a defect" in caplog.text

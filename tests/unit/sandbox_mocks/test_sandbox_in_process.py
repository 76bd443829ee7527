"""The sandbox behind ``requests``, through the ``responses`` library."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests
import responses

from sandbox_mocks.paypal.model import PayPalModel
from sandbox_mocks.shared.clock import VirtualClock
from sandbox_mocks.shared.sandbox import ProviderSandbox
from sandbox_mocks.testing import register

BASE = "https://api-m.sandbox.paypal.com"


class Api:
    def __init__(self, sandbox: ProviderSandbox, clock: VirtualClock) -> None:
        self.sandbox = sandbox
        self.clock = clock
        credentials = ("sandbox-client-id", "sandbox-client-secret")
        form = {"grant_type": "client_credentials"}
        answer = requests.post(f"{BASE}/v1/oauth2/token", form, auth=credentials, timeout=5)
        self.headers = {"Authorization": f"Bearer {answer.json()['access_token']}"}

    def pay(self, body: Any, timeout: Any = 5) -> requests.Response:
        url = f"{BASE}/v1/payments/payouts"
        return requests.post(url, json=body, headers=self.headers, timeout=timeout)

    def fault(self, **rule: Any) -> None:
        self.sandbox.faults.replace([{"path": "/v1/payments/*", **rule}])

    @property
    def paid(self) -> list[Any]:
        return self.sandbox.model.listings()["payouts"]()


@pytest.fixture
def api() -> Iterator[Api]:
    clock = VirtualClock(lambda: 1_700_000_000.0)
    model = PayPalModel(clock=clock)
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield Api(register(mock, model, BASE + "/"), clock)


def test_a_payout_is_created_and_found_by_its_link(api: Api, make_payout: Any) -> None:
    created = api.pay(make_payout("batch-1"))

    assert created.status_code == 201
    assert created.headers["Paypal-Debug-Id"]
    assert created.headers["Content-Type"] == "application/json"
    href = created.json()["links"][0]["href"]
    assert href.startswith(f"{BASE}/v1/payments/payouts/")
    shown = requests.get(href + "?page_size=1", headers=api.headers, timeout=5).json()
    assert shown["batch_header"]["batch_status"] == "SUCCESS"


def test_the_journal_is_kept_in_process_too(api: Api, make_payout: Any) -> None:
    api.pay(make_payout("batch-1"))

    shown = [entry.document() for entry in api.sandbox.journal]

    assert [entry["path"] for entry in shown] == ["/v1/oauth2/token", "/v1/payments/payouts"]
    assert shown[1]["delivered"] is True


def test_a_reset_after_the_work_is_a_connection_error(api: Api, make_payout: Any) -> None:
    api.fault(kind="reset", when="after", times=1)

    with pytest.raises(requests.exceptions.ConnectionError):
        api.pay(make_payout("batch-1"))

    assert len(api.paid) == 1
    assert api.pay(make_payout("batch-1")).json()["name"] == "USER_BUSINESS_ERROR"


def test_a_delay_within_the_time_out_only_moves_the_clock(api: Api, make_payout: Any) -> None:
    api.fault(kind="latency", milliseconds=4_000)

    assert api.pay(make_payout(), timeout=5).status_code == 201

    assert api.clock.offset == 4


@pytest.mark.parametrize("timeout", [3, (60, 3)])
def test_a_delay_beyond_the_time_out_raises_though_the_work_is_done(
    api: Api, make_payout: Any, timeout: Any
) -> None:
    api.fault(kind="latency", milliseconds=40_000)

    with pytest.raises(requests.exceptions.ReadTimeout):
        api.pay(make_payout(), timeout=timeout)

    assert len(api.paid) == 1


@pytest.mark.parametrize(("when", "payments"), [("before", 0), ("after", 1)])
def test_a_hang_raises_a_time_out(api: Api, make_payout: Any, when: str, payments: int) -> None:
    api.fault(kind="hang", when=when)

    with pytest.raises(requests.exceptions.ReadTimeout):
        api.pay(make_payout())

    assert len(api.paid) == payments


def test_a_hang_without_a_time_out_ends_in_a_reset(api: Api, make_payout: Any) -> None:
    api.fault(kind="hang", seconds=30)

    with pytest.raises(requests.exceptions.ConnectionError):
        api.pay(make_payout(), timeout=None)


def test_errors_and_bad_bodies_are_injected(api: Api, make_payout: Any) -> None:
    api.fault(kind="rate-limit", retry_after_seconds=3)
    limited = api.pay(make_payout())
    assert (limited.status_code, limited.headers["Retry-After"]) == (429, "3")

    api.fault(kind="malformed")
    with pytest.raises(requests.exceptions.JSONDecodeError):
        api.pay(make_payout("batch-1")).json()

    api.fault(kind="truncated")
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        api.pay(make_payout("batch-2"))


def test_addresses_outside_the_base_url_are_not_ours(api: Api) -> None:
    with pytest.raises(requests.exceptions.ConnectionError):
        requests.get(BASE + ".example/v1", timeout=1)


def test_a_fault_can_be_aimed_at_what_the_body_says(api: Api, make_payout: Any) -> None:
    api.fault(kind="status", status=503, request_body="*batch-struck*")

    assert api.pay(make_payout("batch-struck")).status_code == 503
    assert api.pay(make_payout("batch-spared")).status_code == 201

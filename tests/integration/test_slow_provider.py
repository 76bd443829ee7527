"""A slow provider never holds a caller, with the budget as it is deployed.

What the provider's other faults lead to is in `test_payments_under_faults.py`. Each test aims its
fault at its own customer's payouts, so that others are not disturbed.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests

from tests.running_stack import PaymentsApi, RunningStack, payouts_to

BUDGET_SECONDS = 8.0

Fault = Callable[..., None]


@pytest.fixture
def fault(stack: RunningStack, customer: dict[str, str]) -> Iterator[Fault]:
    """Set a fault on the creation of this customer's payouts; taken back after the test."""
    added: list[str] = []

    def add(**rule: Any) -> None:
        receiver = f"*{customer['email']}*"
        added.append(
            stack.add_fault(
                method="POST", path="/v1/payments/payouts", request_body=receiver, **rule
            )
        )

    yield add
    for rule in added:
        requests.delete(rule, timeout=10)


def eventually_completed(api: PaymentsApi, location: str) -> dict[str, Any]:
    path = location[location.index("/v1/") :]
    limit = time.monotonic() + 90
    while time.monotonic() < limit:
        shown: dict[str, Any] = api.get(path).json()
        if shown["status"] not in ("RECEIVED", "SUBMITTED", "PENDING"):
            return shown
        time.sleep(0.5)
    raise AssertionError(f"{path} was not settled")


def test_the_caller_is_answered_in_time_and_the_payment_is_made_once(
    api: PaymentsApi, stack: RunningStack, customer: dict[str, str], fault: Fault
) -> None:
    fault(kind="latency", milliseconds=12_000, times=1)
    began = time.monotonic()
    answer = api.post("/v1/api/payments", {**customer, "amount": 5, "currency": "USD"})
    taken = time.monotonic() - began

    assert answer.status_code == 202, answer.text
    assert answer.json()["status"] == "PENDING"
    # The time is the behaviour here: the budget, and what the gateway and the ledger take.
    assert taken < BUDGET_SECONDS + 5
    settled = eventually_completed(api, answer.headers["Location"])
    assert settled["status"] == "COMPLETED"
    assert settled["payment_id"] == answer.json()["payment_id"]
    assert len(stack.payouts(customer["email"])) == 1


def test_a_caller_that_does_not_want_to_wait_is_answered_at_once(
    api: PaymentsApi, stack: RunningStack, customer: dict[str, str]
) -> None:
    answer = api.post(
        "/v1/api/payments",
        {**customer, "amount": 5, "currency": "USD"},
        headers={"Prefer": "respond-async"},
    )
    assert answer.status_code == 202
    assert eventually_completed(api, answer.headers["Location"])["status"] == "COMPLETED"
    assert len(payouts_to(stack, customer["email"])) == 1


def test_a_refusal_by_the_provider_is_an_outcome_and_is_not_tried_again(
    api: PaymentsApi, stack: RunningStack, customer: dict[str, str], fault: Fault
) -> None:
    fault(kind="status", status=422)
    answer = api.post("/v1/api/payments", {**customer, "amount": 5, "currency": "USD"})
    assert answer.json()["status"] == "FAILED"
    assert len(payouts_to(stack, customer["email"])) == 1
    assert stack.payouts(customer["email"]) == []

"""A day's limit on a deployed stack: never exceeded, given back once, named when it is reached."""

from __future__ import annotations

import json
import uuid
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path

import pytest
import requests

from tests.running_stack import PROJECT, PaymentsApi, RunningStack, authorized_api, separate_stack

LIMIT = 100


@pytest.fixture(scope="module")
def limited_stack() -> Iterator[RunningStack]:
    directory = PROJECT / ".localtender" / f"test-limits-{uuid.uuid4().hex[:8]}"
    limits = json.dumps({"USD": LIMIT, "EUR": 1_000_000})
    with separate_stack(Path(directory), daily_limits=limits) as running:
        yield running


@pytest.fixture
def limited(limited_stack: RunningStack) -> Iterator[PaymentsApi]:
    with authorized_api(limited_stack) as api:
        yield api


@pytest.fixture
def payee(limited: PaymentsApi) -> dict[str, str]:
    name = f"c-{uuid.uuid4().hex[:12]}"
    body = {"customer_id": name, "email": f"{name}@example.com"}
    assert limited.post("/v1/api/customer", body).status_code == 200
    return body


def counted(stack: RunningStack, payee: dict[str, str]) -> Decimal:
    rows = stack.rows("DailyTotals", payee["customer_id"])
    return sum((Decimal(row["total"]) for row in rows), Decimal(0))


def test_a_hundred_payments_at_once_stop_at_the_limit(
    limited_stack: RunningStack, limited: PaymentsApi, payee: dict[str, str]
) -> None:
    body = {**payee, "amount": 7, "currency": "USD"}
    headers = {name: str(value) for name, value in limited.session.headers.items()}

    def post(_: int) -> requests.Response:
        url = f"{limited_stack.api_url}/v1/api/payments"
        return requests.post(url, json=body, headers=headers, timeout=60)

    with ThreadPoolExecutor(25) as pool:
        answers = list(pool.map(post, range(100)))

    statuses = Counter(answer.status_code for answer in answers)
    paid = 7 * len(limited_stack.payouts(payee["email"]))
    assert statuses.keys() <= {200, 202, 422, 503}
    assert paid <= LIMIT
    assert counted(limited_stack, payee) <= LIMIT
    # Who was refused for the crowd (503) may try again; then the day is filled to the last payment.
    while (answer := limited.post("/v1/api/payments", body)).status_code == 200:
        pass
    assert answer.status_code == 422
    assert counted(limited_stack, payee) == 98
    assert len(limited_stack.rows("Disbursements", payee["customer_id"])) == 14


def test_the_answer_names_the_limit_and_nothing_is_written(
    limited_stack: RunningStack, limited: PaymentsApi, payee: dict[str, str]
) -> None:
    body = {**payee, "amount": 100.01, "currency": "USD"}
    answer = limited.post("/v1/api/payments", body, headers={"Idempotency-Key": "too-much"})
    assert answer.status_code == 422
    assert "daily limit of 100 USD" in answer.json()["message"]
    limit = answer.json()["limit"]
    assert (limit["name"], limit["amount"], limit["currency"]) == ("daily_limit", 100, "USD")
    for table in ("Disbursements", "DailyTotals", "IdempotencyKeys"):
        assert limited_stack.rows(table, payee["customer_id"]) == []
    # The key is free: nothing was done under it.
    again = limited.post(
        "/v1/api/payments", {**body, "amount": 100}, headers={"Idempotency-Key": "too-much"}
    )
    assert again.status_code == 200


def test_other_currencies_and_other_customers_are_not_touched(
    limited: PaymentsApi, payee: dict[str, str]
) -> None:
    for currency, amount in (("USD", 100), ("EUR", 500), ("GBP", 900_000)):
        body = {**payee, "amount": amount, "currency": currency}
        assert limited.post("/v1/api/payments", body).status_code == 200
    assert (
        limited.post("/v1/api/payments", {**payee, "amount": 1, "currency": "USD"}).status_code
        == 422
    )


def test_a_payment_that_the_provider_refuses_gives_its_amount_back(
    limited_stack: RunningStack, limited: PaymentsApi, payee: dict[str, str]
) -> None:
    rule = limited_stack.add_fault(
        kind="status",
        status=422,
        method="POST",
        path="/v1/payments/payouts",
        times=1,
        body={"name": "INSUFFICIENT_FUNDS", "message": "no"},
    )
    body = {**payee, "amount": 60, "currency": "USD"}
    try:
        refused = limited.post("/v1/api/payments", body).json()
    finally:
        requests.delete(rule, timeout=10)
    assert (refused["status"], refused["reason"]) == ("FAILED", "INSUFFICIENT_FUNDS")
    assert counted(limited_stack, payee) == 0
    assert limited.post("/v1/api/payments", body).json()["status"] == "COMPLETED"
    assert counted(limited_stack, payee) == 60

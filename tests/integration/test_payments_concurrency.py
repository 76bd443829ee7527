"""Many requests at a time: one payment for a key, one for each request without one."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from tests.running_stack import PaymentsApi, RunningStack

Post = Callable[..., requests.Response]


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(50) as executor:
        yield executor


@pytest.fixture
def post(api: PaymentsApi) -> Post:
    """A post of a client of its own: a session is not for several threads."""

    def send(path: str, body: dict[str, Any], **headers: str) -> requests.Response:
        return requests.post(
            f"{api.stack.api_url}{path}",
            json=body,
            headers={**{k: str(v) for k, v in api.session.headers.items()}, **headers},
            timeout=60,
        )

    return send


def test_fifty_posts_with_one_key_are_one_payment(
    stack: RunningStack, customer: dict[str, str], pool: ThreadPoolExecutor, post: Post
) -> None:
    body = {**customer, "amount": 3, "currency": "USD"}
    key = {"Idempotency-Key": uuid.uuid4().hex}
    answers = list(pool.map(lambda _: post("/v1/api/payments", body, **key), range(50)))

    paid = [answer for answer in answers if answer.status_code == 200]
    waiting = [answer for answer in answers if answer.status_code == 409]
    assert paid
    assert len(paid) + len(waiting) == 50
    assert all(int(answer.headers["Retry-After"]) > 0 for answer in waiting)
    [payment_id] = {answer.json()["payment_id"] for answer in paid}
    assert [row["payment_id"] for row in stack.rows("Disbursements", customer["customer_id"])] == [
        payment_id
    ]
    assert [item["sender_batch_id"] for item in stack.payouts(customer["email"])] == [payment_id]

    again = post("/v1/api/payments", body, **key)
    assert (again.status_code, again.json()["payment_id"]) == (200, payment_id)
    other = post("/v1/api/payments", {**body, "amount": 4}, **key)
    assert other.status_code == 422
    assert len(stack.payouts(customer["email"])) == 1


def test_fifty_posts_without_a_key_are_fifty_payments(
    stack: RunningStack, customer: dict[str, str], pool: ThreadPoolExecutor, post: Post
) -> None:
    body = {**customer, "amount": 3, "currency": "USD"}
    answers = list(pool.map(lambda _: post("/v1/api/payments", body), range(50)))

    assert {answer.status_code for answer in answers} <= {200, 202}
    answered = {answer.json()["payment_id"] for answer in answers}
    assert len(answered) == 50
    rows = stack.rows("Disbursements", customer["customer_id"])
    assert {row["payment_id"] for row in rows} == answered


def test_of_two_addresses_for_one_new_customer_one_wins_for_all(
    api: PaymentsApi, pool: ThreadPoolExecutor, post: Post
) -> None:
    name = f"c-{uuid.uuid4().hex[:12]}"
    bodies = [{"customer_id": name, "email": f"e{n % 5}@example.com"} for n in range(50)]
    answers = list(pool.map(lambda body: post("/v1/api/customer", body), bodies))

    [registered] = {answer.json()["email"] for answer in answers if answer.status_code == 200}
    assert Counter(answer.status_code for answer in answers) == {200: 10, 409: 40}
    assert api.get(f"/v1/api/customer/{name}").json()["email"] == registered

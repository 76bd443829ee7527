"""The list of a customer's payments, page by page."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from tests.running_stack import PaymentsApi


def pages(api: PaymentsApi, customer_id: str, limit: int) -> list[list[dict[str, Any]]]:
    found, parameters = [], {"limit": str(limit)}
    while True:
        answer = api.get(f"/v1/api/payment/{customer_id}", params=parameters)
        assert answer.status_code == 200, answer.text
        found.append(answer.json()["payments"])
        if "next_token" not in answer.json():
            return found
        parameters["next_token"] = answer.json()["next_token"]


def test_the_pages_together_are_every_payment_once_newest_first(
    api: PaymentsApi, customer: dict[str, str]
) -> None:
    body = {**customer, "amount": 1, "currency": "USD"}
    made = [api.post("/v1/api/payments", body).json()["payment_id"] for _ in range(7)]

    for limit in (1, 3, 7, 100):
        found = pages(api, customer["customer_id"], limit)
        assert all(len(page) <= limit for page in found)
        listed = [payment["payment_id"] for page in found for payment in page]
        assert listed == made[::-1]


def test_a_token_shows_nothing_of_another_customer(
    api: PaymentsApi, customer: dict[str, str]
) -> None:
    other = {"customer_id": f"{customer['customer_id']}-2", "email": "second@example.com"}
    api.post("/v1/api/customer", other)
    for _ in range(2):
        api.post("/v1/api/payments", {**other, "amount": 1, "currency": "USD"})
    listed = api.get(f"/v1/api/payment/{other['customer_id']}", params={"limit": "1"}).json()

    shown = api.get(
        f"/v1/api/payment/{customer['customer_id']}", params={"next_token": listed["next_token"]}
    )
    assert shown.json() == {"payments": []}


@pytest.mark.parametrize("limit", ["0", "101", "-1", "1.5", "", "x", "1e1", "\u0661", "9" * 400])
def test_a_limit_out_of_bounds_is_refused(
    api: PaymentsApi, customer: dict[str, str], limit: str
) -> None:
    answer = api.get(f"/v1/api/payment/{customer['customer_id']}", params={"limit": limit})
    assert (answer.status_code, answer.json()) == (
        400,
        {"message": "limit: must be a number from 1 to 100"},
    )


@pytest.mark.parametrize(
    "token",
    [
        "",
        "x",
        "\x00",
        "A" * 5000,
        "=" * 8,
        base64.urlsafe_b64encode(b"../../etc/passwd").decode(),
        base64.urlsafe_b64encode(b"2026-11-23T04:55:38.123456Z-not-random").decode(),
        base64.urlsafe_b64encode("2026-11-23T04:55:38.123456Z-\u0661".encode()).decode(),
    ],
)
def test_a_token_that_was_not_made_here_is_refused(
    api: PaymentsApi, customer: dict[str, str], token: str
) -> None:
    answer = api.get(f"/v1/api/payment/{customer['customer_id']}", params={"next_token": token})
    assert (answer.status_code, answer.json()) == (
        400,
        {"message": "next_token: is not a token of this API"},
    )

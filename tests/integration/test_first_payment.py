"""The main job: a payment posted over HTTP is paid, recorded and visible in the sandbox."""

from __future__ import annotations

import re

from boto3.dynamodb.types import TypeDeserializer

from tests.running_stack import PaymentsApi, RunningStack, payouts_to


def test_a_payment_is_paid_recorded_and_seen_once_by_the_provider(
    api: PaymentsApi, stack: RunningStack, customer: dict[str, str]
) -> None:
    answer = api.post("/v1/api/payments", {**customer, "amount": 12.34, "currency": "USD"})

    assert answer.status_code == 200, answer.text
    payment_id = answer.json()["payment_id"]
    assert answer.json()["status"] == "COMPLETED"
    assert re.match(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}Z-", payment_id)

    listed = api.get(f"/v1/api/payment/{customer['customer_id']}").json()
    assert [payment["payment_id"] for payment in listed["payments"]] == [payment_id]

    shown = api.get(f"/v1/api/payment/{customer['customer_id']}/{payment_id}").json()
    assert (shown["amount"], shown["currency"]) == (12.34, "USD")

    item = stack.client("dynamodb").get_item(
        TableName="Disbursements",
        Key={"customer_id": {"S": customer["customer_id"]}, "payment_id": {"S": payment_id}},
    )["Item"]
    row = {name: TypeDeserializer().deserialize(value) for name, value in item.items()}
    assert row["status"] == "COMPLETED"
    assert row["email"] == customer["email"]

    assert len(payouts_to(stack, customer["email"])) == 1


def test_two_posts_are_two_payments(
    api: PaymentsApi, stack: RunningStack, customer: dict[str, str]
) -> None:
    body = {**customer, "amount": 1, "currency": "EUR"}
    first = api.post("/v1/api/payments", body).json()["payment_id"]
    second = api.post("/v1/api/payments", body).json()["payment_id"]

    assert first != second
    listed = api.get(f"/v1/api/payment/{customer['customer_id']}").json()["payments"]
    assert [payment["payment_id"] for payment in listed] == [second, first]
    assert len(payouts_to(stack, customer["email"])) == 2

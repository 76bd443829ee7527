"""A payment whose outcome nobody can learn ends before a person's eyes, still PENDING."""

from __future__ import annotations

import json
import time
import uuid
from pathlib import Path
from typing import Any

import requests

from tests.running_stack import RunningStack, authorized_api, separate_stack

_DEAD_WITHIN_SECONDS = 60


def the_dead_letter(stack: RunningStack) -> dict[str, Any]:
    sqs = stack.client("sqs")
    queue = sqs.get_queue_url(QueueName="payment-settlement-dead")["QueueUrl"]
    limit = time.monotonic() + _DEAD_WITHIN_SECONDS
    while time.monotonic() < limit:
        answer = sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=1)
        for message in answer.get("Messages", []):
            sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
            body: dict[str, Any] = json.loads(message["Body"])
            return body
    raise AssertionError("nothing came to the dead-letter queue")


def settled_row(stack: RunningStack, customer_id: str) -> dict[str, Any]:
    limit = time.monotonic() + _DEAD_WITHIN_SECONDS
    while time.monotonic() < limit:
        [row] = stack.rows("Disbursements", customer_id)
        if row["status"] not in ("RECEIVED", "SUBMITTED", "PENDING"):
            return row
        time.sleep(0.25)
    raise AssertionError(f"not settled: {row}")


def test_a_payment_that_never_settles_waits_in_the_dead_letter_queue_and_can_be_sent_again(
    tmp_path: Path,
) -> None:
    name = f"c-{uuid.uuid4().hex[:12]}"
    customer = {"customer_id": name, "email": f"{name}@example.com"}
    with (
        separate_stack(tmp_path, request_budget_seconds=2, settlement_attempts=1) as stack,
        authorized_api(stack) as api,
    ):
        assert api.post("/v1/api/customer", customer).status_code == 200
        # The work is done every time, and the answer lost every time.
        fault = stack.add_fault(
            method="POST", path="/v1/payments/payouts", kind="reset", when="after"
        )
        answer = api.post("/v1/api/payments", {**customer, "amount": 5, "currency": "USD"})
        assert answer.status_code == 202
        payment_id = answer.json()["payment_id"]

        letter = the_dead_letter(stack)

        assert (letter["customer_id"], letter["payment_id"]) == (name, payment_id)
        [row] = stack.rows("Disbursements", name)
        assert row["status"] == "PENDING"
        assert [step["status"] for step in row["history"]] == ["RECEIVED", "PENDING"]
        assert row["history"][-1]["detail"] == "NO_ANSWER"
        assert row["version"] > 2  # The worker took it over, too.
        assert len(stack.payouts(customer["email"])) == 1

        requests.delete(fault, timeout=10)
        sqs = stack.client("sqs")
        queue = sqs.get_queue_url(QueueName="payment-settlement")["QueueUrl"]
        sqs.send_message(QueueUrl=queue, MessageBody=json.dumps(letter))

        assert settled_row(stack, name)["status"] == "COMPLETED"
        assert len(stack.payouts(customer["email"])) == 1

"""Ledger = provider, whatever the provider and AWS do and whenever the function dies.

The stack of these tests waits two seconds for a provider's outcome instead of eight, so that what
is left to the settlement worker is left soon.
"""

from __future__ import annotations

import json
import os
import random
import signal
import threading
import time
import uuid
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest
import requests

from tests.running_stack import RunningStack, authorized_api, separate_stack

PAYOUTS = "/v1/payments/payouts"
FINAL = {"COMPLETED", "FAILED", "RETURNED"}
_SETTLED_WITHIN_SECONDS = 90


@dataclass(frozen=True)
class ImpatientStack:
    """A stack with a short budget that these tests may break."""

    running: RunningStack
    directory: Path
    outcomes_queue: str

    def customer(self) -> dict[str, str]:
        name = f"c-{uuid.uuid4().hex[:12]}"
        body = {"customer_id": name, "email": f"{name}@example.com"}
        with authorized_api(self.running) as api:
            assert api.post("/v1/api/customer", body).status_code == 200
        return body

    def pay(self, customer: dict[str, str]) -> requests.Response:
        """Pay, and repeat under one key until there is an answer, as a client should."""
        body = {**customer, "amount": 2.5, "currency": "USD"}
        headers = {"Idempotency-Key": uuid.uuid4().hex}
        with authorized_api(self.running) as api:
            for _ in range(8):
                answer = api.post("/v1/api/payments", body, headers=headers)
                if answer.status_code in (200, 202):
                    break
                assert answer.status_code in (409, 502, 503), answer.text
                time.sleep(0.5)
        return answer

    def wait_until_settled(self) -> list[dict[str, Any]]:
        limit = time.monotonic() + _SETTLED_WITHIN_SECONDS
        while time.monotonic() < limit:
            rows = self.running.rows("Disbursements")
            if all(row["status"] in FINAL for row in rows):
                return rows
            time.sleep(0.25)
        raise AssertionError(f"not settled: {[row for row in rows if row['status'] not in FINAL]}")

    def function_processes(self) -> list[psutil.Process]:
        """The processes in which the API's function runs now."""
        edge = json.loads((self.directory / "processes.json").read_text())["edge"]
        found = []
        for process in psutil.Process(edge).children(recursive=True):
            try:
                if process.environ().get("AWS_LAMBDA_FUNCTION_NAME") == "payments-api":
                    found.append(process)
            except psutil.Error:  # It ended meanwhile.
                continue
        return found

    def outcomes(self, expected: int) -> dict[str, list[dict[str, Any]]]:
        """The published outcomes by payment, read until there are as many payments."""
        sqs = self.running.client("sqs")
        found: dict[str, list[dict[str, Any]]] = defaultdict(list)
        limit = time.monotonic() + _SETTLED_WITHIN_SECONDS
        while len(found) < expected and time.monotonic() < limit:
            answer = sqs.receive_message(
                QueueUrl=self.outcomes_queue, MaxNumberOfMessages=10, WaitTimeSeconds=1
            )
            for message in answer.get("Messages", []):
                outcome = json.loads(message["Body"])
                found[outcome["payment_id"]].append(outcome)
                sqs.delete_message(
                    QueueUrl=self.outcomes_queue, ReceiptHandle=message["ReceiptHandle"]
                )
        return found


@pytest.fixture(scope="module")
def impatient_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ImpatientStack]:
    directory = tmp_path_factory.mktemp("impatient")
    with separate_stack(directory, request_budget_seconds=2) as running:
        sqs, sns = running.client("sqs"), running.client("sns")
        queue = sqs.create_queue(QueueName="subscriber")["QueueUrl"]
        attributes = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])
        [topic] = sns.list_topics()["Topics"]
        sns.subscribe(
            TopicArn=topic["TopicArn"],
            Protocol="sqs",
            Endpoint=attributes["Attributes"]["QueueArn"],
            Attributes={"RawMessageDelivery": "true"},
        )
        yield ImpatientStack(running, directory, queue)


def assert_ledger_is_provider(stack: RunningStack, rows: list[dict[str, Any]]) -> None:
    """Each payment was paid once if it is COMPLETED, never otherwise, and nothing else was."""
    paid = [item["sender_batch_id"] for item in stack.payouts() if item["status"] == "SUCCESS"]
    assert len(paid) == len(set(paid))
    assert set(paid) == {row["payment_id"] for row in rows if row["status"] == "COMPLETED"}
    by_payment = {row["payment_id"]: row for row in rows}
    for item in stack.payouts():
        row = by_payment[item["sender_batch_id"]]
        assert (item["receiver"], item["currency"]) == (row["email"], row["currency"])
        assert float(item["value"]) == float(row["amount"])
        assert item["payout_batch_id"] == row["provider_reference"]
    for row in rows:
        states = [step["status"] for step in row["history"]]
        assert (states[0], states[-1]) == ("RECEIVED", row["status"])
        assert row["version"] >= len(states)


FAULTS: dict[str, dict[str, Any]] = {
    "slow": {"kind": "latency", "milliseconds": 4000},
    "silent": {"kind": "hang"},
    "reset before the work": {"kind": "reset", "when": "before"},
    "reset after the work": {"kind": "reset", "when": "after"},
    "unavailable before the work": {"kind": "status", "status": 503, "when": "before"},
    "an error after the work": {"kind": "status", "status": 500, "when": "after"},
    "a malformed answer": {"kind": "malformed"},
    "a truncated answer": {"kind": "truncated"},
    "too many requests": {"kind": "rate-limit", "retry_after_seconds": 2},
    "a token refused once": {"kind": "status", "status": 401},
}


def test_each_fault_leaves_a_payment_that_is_made_once(impatient_stack: ImpatientStack) -> None:
    customers = {name: impatient_stack.customer() for name in FAULTS}
    for name, fault in FAULTS.items():
        receiver = f"*{customers[name]['email']}*"
        impatient_stack.running.add_fault(
            method="POST", path=PAYOUTS, request_body=receiver, times=1, **fault
        )
    with ThreadPoolExecutor(4) as pool:
        answers = dict(
            zip(customers, pool.map(impatient_stack.pay, customers.values()), strict=True)
        )

    renewed = answers.pop("a token refused once")
    assert renewed.json()["status"] == "COMPLETED"
    assert {answer.status_code for answer in answers.values()} == {202}
    rows = impatient_stack.wait_until_settled()
    assert {row["status"] for row in rows} == {"COMPLETED"}
    assert_ledger_is_provider(impatient_stack.running, rows)
    for name, customer in customers.items():
        assert len(impatient_stack.running.payouts(customer["email"])) == 1, name
    published = impatient_stack.outcomes(len(rows))
    assert {payment: len(outcomes) for payment, outcomes in published.items()} == {
        row["payment_id"]: 1 for row in rows
    }


@pytest.mark.parametrize("seed", [20261123])
def test_a_function_killed_at_any_time_under_any_fault_pays_once(
    impatient_stack: ImpatientStack, seed: int
) -> None:
    chance = random.Random(seed)
    rules = [
        {"path": f"{PAYOUTS}*", "kind": "reset", "when": "before", "probability": 0.1},
        {"path": f"{PAYOUTS}*", "kind": "reset", "when": "after", "probability": 0.15},
        {"path": f"{PAYOUTS}*", "kind": "status", "status": 502, "probability": 0.1},
        {"path": f"{PAYOUTS}*", "kind": "status", "status": 401, "probability": 0.1},
        {"path": f"{PAYOUTS}*", "kind": "malformed", "probability": 0.1},
        {"path": f"{PAYOUTS}*", "kind": "truncated", "probability": 0.1},
        {"path": f"{PAYOUTS}*", "kind": "rate-limit", "probability": 0.1},
        {"path": f"{PAYOUTS}*", "kind": "hang", "seconds": 3, "probability": 0.05},
        {"path": f"{PAYOUTS}*", "kind": "latency", "milliseconds": 200, "probability": 0.5},
        {"path": "/v1/oauth2/token", "kind": "status", "status": 500, "probability": 0.3},
    ]
    added = [
        impatient_stack.running.add_fault(seed=seed + index, **rule)
        for index, rule in enumerate(rules)
    ]
    customers = [impatient_stack.customer() for _ in range(5)]
    ended = threading.Event()
    kills = []

    def kill_now_and_then() -> None:
        while not ended.wait(chance.uniform(0.1, 1.2)):
            for process in impatient_stack.function_processes()[:1]:
                os.kill(process.pid, signal.SIGKILL)
                kills.append(process.pid)

    killer = threading.Thread(target=kill_now_and_then)
    killer.start()
    try:
        with ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(impatient_stack.pay, customers * 5))
    finally:
        ended.set()
        killer.join()
        for rule in added:
            requests.delete(rule, timeout=10)
    assert kills

    rows = impatient_stack.wait_until_settled()
    assert_ledger_is_provider(impatient_stack.running, rows)
    ours = [row for row in rows if row["customer_id"] in {c["customer_id"] for c in customers}]
    assert {row["status"] for row in ours} == {"COMPLETED"}
    # One payment for a key, however often it was repeated; each one that was answered is there.
    assert len(ours) <= len(answers)
    assert {row["payment_id"] for row in ours} >= {
        answer.json()["payment_id"] for answer in answers if answer.ok
    }
    keys = impatient_stack.running.rows("IdempotencyKeys")
    assert {row["payment_id"] for row in rows} == {row["payment_id"] for row in keys}
    # A function killed between publishing and noting it publishes again: the same outcome.
    published = impatient_stack.outcomes(len(ours))
    for row in ours:
        outcomes = {outcome["outcome_id"] for outcome in published[row["payment_id"]]}
        assert outcomes == {f"{row['payment_id']}:{row['status']}"}


def test_a_throttled_table_pays_once(impatient_stack: ImpatientStack) -> None:
    customers = [impatient_stack.customer() for _ in range(4)]
    throttle = impatient_stack.running.add_aws_fault(
        kind="throttle",
        service="dynamodb",
        resource="Disbursements",
        function="payments-*",
        probability=0.4,
        seed=20261125,
    )
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(impatient_stack.pay, customers * 2))
    struck = requests.get(throttle, timeout=10).json()["fired"]
    requests.delete(throttle, timeout=10)

    rows = impatient_stack.wait_until_settled()
    assert struck > 0
    assert {answer.status_code for answer in answers} <= {200, 202}
    assert_ledger_is_provider(impatient_stack.running, rows)


def test_a_crash_between_the_call_and_its_record_pays_once(impatient_stack: ImpatientStack) -> None:
    customer = impatient_stack.customer()
    receiver = f"*{customer['email']}*"
    slow = impatient_stack.running.add_fault(
        kind="latency",
        when="after",
        milliseconds=1800,
        method="POST",
        path=PAYOUTS,
        request_body=receiver,
        times=1,
    )
    crash = impatient_stack.running.add_aws_fault(
        kind="crash", resource="payments-api", milliseconds=1300, times=1
    )

    answer = impatient_stack.pay(customer)

    rows = impatient_stack.wait_until_settled()
    fired = [requests.get(rule, timeout=10).json()["fired"] for rule in (slow, crash)]
    for rule in (slow, crash):
        requests.delete(rule, timeout=10)
    assert fired == [1, 1]
    assert answer.status_code in (200, 202)
    assert_ledger_is_provider(impatient_stack.running, rows)
    [paid] = [row for row in rows if row["customer_id"] == customer["customer_id"]]
    assert paid["status"] == "COMPLETED"
    assert len(impatient_stack.running.payouts(customer["email"])) == 1

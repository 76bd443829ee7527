"""Faults of single calls: before or after the work, of one call among many, of functions."""

from __future__ import annotations

import json
import time
from typing import Any

import requests
from botocore.exceptions import ConnectionClosedError

from tests.integration.conformance import documentation as docs
from tests.integration.conformance.callers import a_table
from tests.integration.conformance.laboratory import Laboratory
from tests.integration.conformance.observing import NotOfferedError, outcome
from tests.integration.conformance.row import Area
from tests.integration.conformance.rows.lambda_asynchronous import queue
from tests.integration.conformance.rows.lambda_results import invoked

AREA = Area("Faults on demand: single calls")


def struck(lab: Laboratory, kind: str, **rule: Any) -> Laboratory:
    """An account of the row's own whose calls a fault strikes."""
    account = lab.other_account()
    answer = requests.post(
        f"{lab.stack.endpoint_url}/_localtender/faults",
        json={"kind": kind, "account": account.account_id, **rule},
        timeout=10,
    )
    if answer.status_code != 201:
        raise NotOfferedError("no faults on demand")
    path = f"{lab.stack.endpoint_url}/_localtender/faults/{answer.json()['id']}"
    lab.undo(lambda: requests.delete(path, timeout=10))
    return account


def _throttle_row(
    service: str, operation: str, aws: str, source: docs.Documentation, **parameters: Any
) -> None:
    def probe(lab: Laboratory) -> str:
        client = struck(lab, "throttle", service=service).client(service)
        return outcome(lambda: getattr(client, operation)(**parameters)).partition(":")[0]

    probe.__name__ = f"{service} throttles"
    AREA.row(f"A throttled call: {service} {operation}", aws=aws, source=source)(probe)


_throttle_row("sqs", "list_queues", "400 RequestThrottled", docs.SQS_ERROR_CODES)
_throttle_row("sns", "list_topics", "400 Throttling", docs.SNS_ERROR_CODES)


def _written(account: Laboratory, table: str) -> str:
    found = account.client("dynamodb").get_item(TableName=table, Key={"id": {"S": "1"}})
    return "written" if "Item" in found else "not written"


def _put(account: Laboratory, table: str) -> str:
    dynamodb = account.client("dynamodb")
    try:
        told = outcome(lambda: dynamodb.put_item(TableName=table, Item={"id": {"S": "1"}}))
    except ConnectionClosedError:
        return "the connection closes"
    return told.partition(":")[0]


def _put_row(behaviour: str, aws: str, kind: str, **rule: Any) -> None:
    """A row for what a PutItem meets, and whether the item is there afterwards."""

    def probe(lab: Laboratory) -> str:
        account = struck(lab, kind, service="dynamodb", operation="PutItem", **rule)
        table = a_table(account)[0]
        told = _put(account, table)
        return f"{told}, {_written(account, table)}"

    probe.__name__ = behaviour
    AREA.row(f"PutItem: {behaviour}", aws=aws, source=docs.DYNAMODB_ERRORS)(probe)


_put_row(
    "an internal error before the work",
    "500 InternalServerError, not written",
    "error",
    code="InternalServerError",
    when="before",
)
_put_row(
    "an internal error after the work",
    "500 InternalServerError, written",
    "error",
    code="InternalServerError",
    when="after",
)
_put_row(
    "a race with a transaction",
    "400 TransactionConflictException, not written",
    "error",
    code="TransactionConflictException",
)
_put_row(
    "a condition that another writer made false",
    "400 ConditionalCheckFailedException, not written",
    "error",
    code="ConditionalCheckFailedException",
)
_put_row(
    "the connection breaks before the work",
    "the connection closes, not written",
    "reset",
    when="before",
)
_put_row(
    "the connection breaks after the work", "the connection closes, written", "reset", when="after"
)
_put_row("a fault for another table", "accepted, written", "reset", resource="another")


@AREA.row(
    "PutItem: the second call only, by `nth`",
    aws="accepted, 400 ProvisionedThroughputExceededException, accepted",
    source=docs.DYNAMODB_ERRORS,
)
def second_call(lab: Laboratory) -> str:
    account = struck(lab, "throttle", service="dynamodb", operation="PutItem", nth=2)
    table = a_table(account)[0]
    return ", ".join(_put(account, table) for _ in range(3))


@AREA.row(
    "PutItem: 400 ms of latency", aws="accepted after 400 ms or more", source=docs.DYNAMODB_ERRORS
)
def slow(lab: Laboratory) -> str:
    account = struck(lab, "latency", milliseconds=400, service="dynamodb", operation="PutItem")
    table = a_table(account)[0]
    began = time.monotonic()
    told = _put(account, table)
    late = time.monotonic() - began >= 0.4
    return f"{told} after {'400 ms or more' if late else 'less than 400 ms'}"


def _crashed(lab: Laboratory, when: str) -> str:
    """What Invoke says of a function that is killed, and whether its work was done."""
    account = struck(lab, "crash", service="lambda", when=when)
    url, _ = queue(account)
    code = f"""
        import boto3, time
        def handler(event, context):
            time.sleep(0.2)
            boto3.client("sqs").send_message(QueueUrl="{url}", MessageBody="done")
    """
    arn = account.function(code, Timeout=30, MemorySize=256)
    answer = invoked(account, arn, {})
    told = json.loads(answer["Payload"] or "null") or {}
    done = account.client("sqs").receive_message(QueueUrl=url).get("Messages")
    return f"{told.get('errorType')}, the work is {'done' if done else 'not done'}"


@AREA.row(
    "Lambda: the environment dies before the work",
    aws="Runtime.ExitError, the work is not done",
    source=docs.EXECUTION_ENVIRONMENT,
)
def crash_before(lab: Laboratory) -> str:
    return _crashed(lab, "before")


@AREA.row(
    "Lambda: the environment dies after the work",
    aws="Runtime.ExitError, the work is done",
    source=docs.EXECUTION_ENVIRONMENT,
)
def crash_after(lab: Laboratory) -> str:
    return _crashed(lab, "after")


@AREA.row(
    "Lambda: a cold start although an environment is warm",
    aws="another process",
    source=docs.EXECUTION_ENVIRONMENT,
)
def cold_start(lab: Laboratory) -> str:
    account = struck(lab, "cold-start", service="lambda")
    arn = account.function("import os\ndef handler(event, context): return os.getpid()")
    pids = {invoked(account, arn)["Payload"] for _ in range(2)}
    return "another process" if len(pids) == 2 else "the same process"

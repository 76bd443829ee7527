"""Faults on demand: what AWS documents for a bad moment, and whether one can be had."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import requests

from tests.integration.conformance import documentation as docs
from tests.integration.conformance.laboratory import Laboratory
from tests.integration.conformance.observing import outcome
from tests.integration.conformance.row import Area

AREA = Area("Faults on demand")

_KEY = {"AttributeName": "id", "KeyType": "HASH"}


@contextmanager
def struck(lab: Laboratory, **rule: Any) -> Iterator[None]:
    """Set a rule while something is tried, where the endpoint takes rules."""
    rules = f"{lab.stack.endpoint_url}/_localtender/faults"
    answer = requests.post(rules, json={**rule, "times": 1}, timeout=30)
    try:
        yield
    finally:
        if answer.status_code == 201:
            requests.delete(f"{rules}/{answer.json()['id']}", timeout=30)


def a_table(lab: Laboratory) -> str:
    """A new table."""
    name = lab.name()
    lab.client("dynamodb").create_table(
        TableName=name,
        KeySchema=[_KEY],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    return name


def code_of(refusal: str) -> str:
    """A refusal without its message."""
    return refusal.partition(":")[0]


@AREA.row(
    "A write to a table that is throttled",
    aws="400 ProvisionedThroughputExceededException",
    source=docs.DYNAMODB_ERRORS,
)
def throttled_table(lab: Laboratory) -> str:
    table = a_table(lab)
    item = {"id": {"S": "1"}}
    with struck(lab, kind="throttle", service="dynamodb", resource=table):
        return code_of(outcome(lambda: lab.client("dynamodb").put_item(TableName=table, Item=item)))


@AREA.row(
    "A transaction whose second item is in another one",
    aws="400 TransactionCanceledException",
    source=docs.TRANSACT_WRITE_ITEMS,
)
def transaction_conflict(lab: Laboratory) -> str:
    table = a_table(lab)
    items = [{"Put": {"TableName": table, "Item": {"id": {"S": str(n)}}}} for n in range(2)]
    with struck(lab, kind="transaction-conflict", resource=table, item=1):
        return code_of(
            outcome(lambda: lab.client("dynamodb").transact_write_items(TransactItems=items))
        )


@AREA.row(
    "A conditional write that is repeated because its answer was lost",
    aws="400 ConditionalCheckFailedException, and the item is there",
    source=docs.DYNAMODB_ERRORS,
)
def lost_race(lab: Laboratory) -> str:
    table, dynamodb = a_table(lab), lab.client("dynamodb")
    with struck(lab, kind="conditional-check-failed", resource=table, when="after"):
        refusal = outcome(
            lambda: dynamodb.put_item(
                TableName=table,
                Item={"id": {"S": "1"}},
                ConditionExpression="attribute_not_exists(id)",
            )
        )
    found = dynamodb.get_item(TableName=table, Key={"id": {"S": "1"}})
    return f"{code_of(refusal)}, and the item is {'there' if 'Item' in found else 'not there'}"


@AREA.row(
    "A bucket that gets too many requests",
    aws="503 SlowDown: Please reduce your request rate.",
    source=docs.S3_ERROR_CODES,
)
def slow_down(lab: Laboratory) -> str:
    bucket, s3 = lab.name(), lab.client("s3")
    s3.create_bucket(Bucket=bucket)
    with struck(lab, kind="throttle", service="s3", resource=bucket):
        return outcome(lambda: s3.list_objects_v2(Bucket=bucket))


@AREA.row(
    "An invocation beyond the concurrency that is left",
    aws="429 TooManyRequestsException: Rate Exceeded.",
    source=docs.INVOKE_API,
)
def throttled_invocation(lab: Laboratory) -> str:
    function = lab.function("def handler(event, context):\n    return 1\n")
    with struck(lab, kind="throttle", service="lambda", resource=function):
        return outcome(lambda: lab.functions.invoke(FunctionName=function))


@AREA.row(
    "An environment that is killed before its answer is out",
    aws="Unhandled Runtime.ExitError",
    source=docs.EXECUTION_ENVIRONMENT,
)
def killed_environment(lab: Laboratory) -> str:
    function = lab.function("def handler(event, context):\n    return 1\n")
    with struck(lab, kind="crash", resource=function, when="after"):
        answer = lab.functions.invoke(FunctionName=function)
    payload = json.loads(answer["Payload"].read())
    error = payload.get("errorType") if isinstance(payload, dict) else payload
    return f"{answer.get('FunctionError', 'answered')} {error}"


@AREA.row(
    "A message of a standard queue that was received and deleted",
    aws="received again: True",
    source=docs.AT_LEAST_ONCE,
)
def delivered_twice(lab: Laboratory) -> str:
    sqs = lab.client("sqs")
    name = lab.name()
    url = sqs.create_queue(QueueName=name)["QueueUrl"]
    sent = sqs.send_message(QueueUrl=url, MessageBody="once")["MessageId"]
    with struck(lab, kind="duplicate-delivery", resource=name):
        [first] = sqs.receive_message(QueueUrl=url)["Messages"]
        sqs.delete_message(QueueUrl=url, ReceiptHandle=first["ReceiptHandle"])
        again = sqs.receive_message(QueueUrl=url).get("Messages", [])
    return f"received again: {[message['MessageId'] for message in again] == [sent]}"

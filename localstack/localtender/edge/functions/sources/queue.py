"""SQS queues as an event source reads them.

The event follows https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from localtender.engines.calls import EngineCalls

RECEIVE_LIMIT = 10
"""Messages that one call of SQS returns or deletes at most."""

Message = dict[str, Any]


@dataclass(frozen=True)
class _Queue:
    region: str
    account_id: str
    name: str


class Queues:
    """Receives from and deletes in queues that are named by their ARN."""

    def __init__(self, engine: EngineCalls) -> None:
        self._engine = engine
        self._urls: dict[str, str] = {}

    async def visibility_timeout(self, arn: str) -> int:
        """In seconds. Raises EngineCallError when there is no such queue."""
        answer = await self._call(
            arn, "GetQueueAttributes", {"AttributeNames": ["VisibilityTimeout"]}
        )
        return int(answer["Attributes"]["VisibilityTimeout"])

    async def receive(self, arn: str, *, limit: int, wait_seconds: int) -> list[Message]:
        """Up to `limit` messages, waiting for the first one. Raises EngineCallError."""
        answer = await self._call(
            arn,
            "ReceiveMessage",
            {
                "MaxNumberOfMessages": min(limit, RECEIVE_LIMIT),
                "WaitTimeSeconds": wait_seconds,
                "AttributeNames": ["All"],
                "MessageAttributeNames": ["All"],
            },
        )
        messages: list[Message] = answer.get("Messages") or []
        return messages

    async def delete(self, arn: str, messages: list[Message]) -> None:
        """Delete messages that were received. Raises EngineCallError."""
        for start in range(0, len(messages), RECEIVE_LIMIT):
            entries = [
                {"Id": str(number), "ReceiptHandle": message["ReceiptHandle"]}
                for number, message in enumerate(messages[start : start + RECEIVE_LIMIT])
            ]
            await self._call(arn, "DeleteMessageBatch", {"Entries": entries})

    async def _call(self, arn: str, operation: str, parameters: dict[str, Any]) -> dict[str, Any]:
        queue = _read_arn(arn)
        url = self._urls.get(arn)
        if url is None:
            found = await self._engine.call(
                "sqs",
                "GetQueueUrl",
                {"QueueName": queue.name},
                account_id=queue.account_id,
                region=queue.region,
            )
            url = self._urls[arn] = found["QueueUrl"]
        return await self._engine.call(
            "sqs",
            operation,
            {"QueueUrl": url, **parameters},
            account_id=queue.account_id,
            region=queue.region,
        )


def queue_event(arn: str, messages: list[Message], *, gathered: bool = False) -> bytes:
    """The event of a batch, as the function gets it.

    In a batch `gathered` over a batching window a message without attributes has null for their
    digest, elsewhere none, as recorded in LocalStack's
    ``test_lambda_integration_sqs.snapshot.json`` (test_sqs_event_source_mapping, with a window, and
    test_failing_lambda_retries_after_visibility_timeout, without one).
    """
    records = [queue_record(arn, message) for message in messages]
    if gathered:
        records = [{"md5OfMessageAttributes": None, **record} for record in records]
    return json.dumps({"Records": records}).encode()


def queue_record(arn: str, message: Message) -> dict[str, Any]:
    """One message of an event."""
    record = {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": message.get("Attributes") or {},
        "messageAttributes": {
            name: _attribute(value)
            for name, value in (message.get("MessageAttributes") or {}).items()
        },
        "md5OfBody": message["MD5OfBody"],
        "eventSource": "aws:sqs",
        "eventSourceARN": arn,
        "awsRegion": _read_arn(arn).region,
    }
    if message.get("MD5OfMessageAttributes"):
        record["md5OfMessageAttributes"] = message["MD5OfMessageAttributes"]
    return record


def _attribute(value: dict[str, Any]) -> dict[str, Any]:
    attribute: dict[str, Any] = {
        "stringListValues": [],
        "binaryListValues": [],
        "dataType": value["DataType"],
    }
    if value.get("BinaryValue") is not None:
        attribute["binaryValue"] = base64.b64encode(value["BinaryValue"]).decode()
    else:
        attribute["stringValue"] = value.get("StringValue")
    return attribute


def failed_messages(
    messages: list[Message], answer: bytes, *, function_failed: bool, reports_item_failures: bool
) -> list[Message]:
    """The messages of a batch that stay in the queue.

    All of them when the function failed; those it names when it reports item failures, and all of
    them when what it reports can't be read, as "Implementing partial batch responses" documents.
    """
    if function_failed:
        return messages
    if not reports_item_failures:
        return []
    try:
        document = json.loads(answer) if answer else None
    except ValueError:
        return messages
    failures = document.get("batchItemFailures") if isinstance(document, dict) else None
    if document is not None and not isinstance(document, dict):
        return messages
    if not failures:
        return []
    known = {message["MessageId"]: message for message in messages}
    failed = []
    for failure in failures if isinstance(failures, list) else [None]:
        identifier = failure.get("itemIdentifier") if isinstance(failure, dict) else None
        if identifier not in known:
            return messages
        failed.append(known[identifier])
    return failed


def _read_arn(arn: str) -> _Queue:
    _, _, _, region, account_id, name = arn.split(":", 5)
    return _Queue(region, account_id, name)

"""The table of idempotency records: partition key ``idempotency_key``, TTL on ``expires_at``."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from adapters.dynamodb.attributes import (
    Item,
    instant,
    number,
    present,
    read_instant,
    read_text,
    text,
)
from payments.idempotency import IdempotencyRecord, RecordedAnswer

if TYPE_CHECKING:
    from adapters.clients import AwsClients


class DynamoDBIdempotency:
    """Implements ``payments.ports.IdempotencyStore``."""

    def __init__(self, clients: AwsClients, table: str) -> None:
        self._clients = clients
        self._table = table

    def find(self, key: str) -> IdempotencyRecord | None:
        """Return the record of the key, or None."""
        answer = self._clients.get("dynamodb").get_item(
            TableName=self._table,
            Key={"idempotency_key": text(key)},
            ConsistentRead=True,
        )
        return from_item(answer["Item"]) if "Item" in answer else None

    def answer(self, key: str, answer: RecordedAnswer) -> None:
        """Keep the first answer that was given for the key."""
        self._clients.get("dynamodb").update_item(
            TableName=self._table,
            Key={"idempotency_key": text(key)},
            UpdateExpression="SET answer_status = :status, answer_body = :body",
            ConditionExpression="attribute_exists(idempotency_key)",
            ExpressionAttributeValues={
                ":status": number(answer.status),
                ":body": text(answer.body),
            },
        )


def to_item(record: IdempotencyRecord) -> Item:
    """Return the item of a record."""
    answer = record.answer
    return present(
        {
            "idempotency_key": text(record.key),
            "fingerprint": text(record.fingerprint),
            "customer_id": text(record.customer_id),
            "payment_id": text(record.payment_id),
            "created_at": instant(record.created_at),
            # TTL wants whole seconds since 1970 (DynamoDB developer guide, "Time to Live").
            "expires_at": number(math.ceil(record.expires_at.timestamp())),
            "answer_status": None if answer is None else number(answer.status),
            "answer_body": None if answer is None else text(answer.body),
        }
    )


def from_item(item: Item) -> IdempotencyRecord:
    """Return the record of an item."""
    answer = None
    if "answer_body" in item:
        answer = RecordedAnswer(int(item["answer_status"]["N"]), read_text(item, "answer_body"))
    return IdempotencyRecord(
        key=read_text(item, "idempotency_key"),
        fingerprint=read_text(item, "fingerprint"),
        customer_id=read_text(item, "customer_id"),
        payment_id=read_text(item, "payment_id"),
        created_at=read_instant(item, "created_at"),
        answer=answer,
    )

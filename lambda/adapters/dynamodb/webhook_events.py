"""The table of webhook events that came: partition key ``event_key``, TTL on ``expires_at``."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from adapters.dynamodb.attributes import instant, number, present, text

if TYPE_CHECKING:
    from datetime import datetime

    from adapters.clients import AwsClients
    from payments.notices import ProviderNotice


class DynamoDBWebhookEvents:
    """Implements ``payments.notices.NoticeStore``."""

    def __init__(self, clients: AwsClients, table: str) -> None:
        self._clients = clients
        self._table = table

    def has(self, provider: str, event_id: str) -> bool:
        """Say whether the event came before."""
        answer = self._clients.get("dynamodb").get_item(
            TableName=self._table,
            Key={"event_key": text(_key(provider, event_id))},
            ConsistentRead=True,
            ProjectionExpression="event_key",
        )
        return "Item" in answer

    def add(self, notice: ProviderNotice, received_at: datetime, expires_at: datetime) -> bool:
        """Remember the event; False when somebody else has just done so."""
        item = {
            "event_key": text(_key(notice.provider, notice.event_id)),
            "event_type": text(notice.event_type),
            "payment_id": None if notice.payment_id is None else text(notice.payment_id),
            "received_at": instant(received_at),
            # TTL wants whole seconds since 1970 (DynamoDB developer guide, "Time to Live").
            "expires_at": number(math.ceil(expires_at.timestamp())),
        }
        try:
            self._clients.get("dynamodb").put_item(
                TableName=self._table,
                Item=present(item),
                ConditionExpression="attribute_not_exists(event_key)",
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise
            return False
        return True


def _key(provider: str, event_id: str) -> str:
    return f"{provider}:{event_id}"

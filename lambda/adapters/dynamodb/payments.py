"""The ledger: partition key ``customer_id``, sort key ``payment_id``.

The instant at the head of ``payment_id`` makes a backward query newest first. Every write is
conditional (DynamoDB developer guide, "Condition expressions", "Transactions").
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

from adapters.dynamodb.attributes import instant, number, text
from adapters.dynamodb.idempotency import to_item as idempotency_item
from adapters.dynamodb.payment_items import from_item, to_item
from payments.errors import VersionConflictError
from payments.ports import PaymentPage

if TYPE_CHECKING:
    from datetime import datetime

    from adapters.clients import AwsClients
    from payments.idempotency import IdempotencyRecord
    from payments.payment import Payment

_BY_PAYMENT_ID: Final = "by_payment_id"


class DynamoDBPayments:
    """Implements ``payments.ports.PaymentStore``."""

    def __init__(self, clients: AwsClients, table: str, idempotency_table: str) -> None:
        self._clients = clients
        self._table = table
        self._idempotency_table = idempotency_table

    def record(self, payment: Payment, idempotency: IdempotencyRecord | None) -> bool:
        """Store the intent, and with it its idempotency record, both or neither."""
        intent: dict[str, Any] = {
            "TableName": self._table,
            "Item": to_item(payment),
            "ConditionExpression": "attribute_not_exists(payment_id)",
        }
        client = self._clients.get("dynamodb")
        if idempotency is None:
            self._record_alone(intent)
            return True
        key: dict[str, Any] = {
            "TableName": self._idempotency_table,
            "Item": idempotency_item(idempotency),
            "ConditionExpression": "attribute_not_exists(idempotency_key)",
        }
        try:
            client.transact_write_items(TransactItems=[{"Put": key}, {"Put": intent}])
        except ClientError as error:
            if _cancelled_because_of_first(error):
                return False
            raise
        return True

    def _record_alone(self, intent: dict[str, Any]) -> None:
        try:
            self._clients.get("dynamodb").put_item(**intent)
        except ClientError as error:
            # Nobody else makes this id: the client's own retry has met its first attempt, whose
            # answer was lost.
            if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise

    def save(self, payment: Payment, *, replacing_version: int) -> None:
        """Store a later version.

        Raises:
            VersionConflictError: the stored version is not ``replacing_version``.
        """
        try:
            self._clients.get("dynamodb").put_item(
                TableName=self._table,
                Item=to_item(payment),
                ConditionExpression="version = :replaced",
                ExpressionAttributeValues={":replaced": number(replacing_version)},
            )
        except ClientError as error:
            if error.response["Error"]["Code"] == "ConditionalCheckFailedException":
                raise VersionConflictError from error
            raise

    def find(self, customer_id: str, payment_id: str) -> Payment | None:
        """Return the payment, or None."""
        answer = self._clients.get("dynamodb").get_item(
            TableName=self._table,
            Key={"customer_id": text(customer_id), "payment_id": text(payment_id)},
            ConsistentRead=True,
        )
        return from_item(answer["Item"]) if "Item" in answer else None

    def locate(self, payment_id: str) -> Payment | None:
        """Return the payment of that id, whosever it is, or None.

        An index is eventually consistent and has the keys only, so the payment itself is read.
        """
        answer = self._clients.get("dynamodb").query(
            TableName=self._table,
            IndexName=_BY_PAYMENT_ID,
            KeyConditionExpression="payment_id = :payment",
            ExpressionAttributeValues={":payment": text(payment_id)},
            Limit=1,
        )
        for item in answer["Items"]:
            return self.find(str(item["customer_id"]["S"]), payment_id)
        return None

    def list(self, customer_id: str, *, limit: int, after: str | None) -> PaymentPage:
        """Return payments of a customer, newest first, following the one with id ``after``."""
        query: dict[str, Any] = {
            "TableName": self._table,
            "KeyConditionExpression": "customer_id = :customer",
            "ExpressionAttributeValues": {":customer": text(customer_id)},
            "ScanIndexForward": False,
            "ConsistentRead": True,
            "Limit": limit,
        }
        if after is not None:
            query["ExclusiveStartKey"] = {
                "customer_id": text(customer_id),
                "payment_id": text(after),
            }
        answer = self._clients.get("dynamodb").query(**query)
        last = answer.get("LastEvaluatedKey")
        return PaymentPage(
            tuple(from_item(item) for item in answer["Items"]),
            None if last is None else str(last["payment_id"]["S"]),
        )

    def mark_notified(self, payment: Payment, at: datetime) -> None:
        """Note that the outcome of this payment was published."""
        try:
            self._clients.get("dynamodb").update_item(
                TableName=self._table,
                Key={
                    "customer_id": text(payment.customer_id),
                    "payment_id": text(payment.payment_id),
                },
                UpdateExpression="SET notified_at = :at",
                ConditionExpression="version = :version",
                ExpressionAttributeValues={
                    ":at": instant(at),
                    ":version": number(payment.version),
                },
            )
        except ClientError as error:
            # A later outcome has replaced this one and is announced by whoever stored it.
            if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise


def _cancelled_because_of_first(error: ClientError) -> bool:
    if error.response["Error"]["Code"] != "TransactionCanceledException":
        return False
    reasons: Any = error.response.get("CancellationReasons") or [{}]
    return bool(reasons[0].get("Code") in ("ConditionalCheckFailed", "TransactionConflict"))

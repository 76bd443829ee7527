"""The ledger: partition key ``customer_id``, sort key ``payment_id``.

The instant at the head of ``payment_id`` makes a backward query newest first. Every write is
conditional (DynamoDB developer guide, "Condition expressions", "Transactions").
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

from adapters.dynamodb import daily_totals, transactions
from adapters.dynamodb.attributes import instant, number, text
from adapters.dynamodb.idempotency import to_item as idempotency_item
from adapters.dynamodb.payment_items import from_item, to_item
from payments.errors import VersionConflictError
from payments.limits import DailyTotal
from payments.ports import PaymentPage

if TYPE_CHECKING:
    from datetime import datetime
    from decimal import Decimal

    from adapters.clients import AwsClients
    from payments.idempotency import IdempotencyRecord
    from payments.limits import Reservation
    from payments.payment import Payment

_BY_PAYMENT_ID: Final = "by_payment_id"


class DynamoDBPayments:
    """Implements ``payments.ports.PaymentStore``."""

    def __init__(
        self, clients: AwsClients, table: str, idempotency_table: str, totals_table: str
    ) -> None:
        self._clients = clients
        self._table = table
        self._idempotency_table = idempotency_table
        self._totals_table = totals_table

    def record(
        self,
        payment: Payment,
        idempotency: IdempotencyRecord | None,
        reservation: Reservation | None = None,
    ) -> bool:
        """Store the intent, its idempotency record and what it reserves, all or nothing.

        Returns False, and stores nothing, when the idempotency key is taken already.

        Raises:
            DailyLimitExceededError: the reservation does not fit in; nothing was stored.
        """
        intent: dict[str, Any] = {
            "TableName": self._table,
            "Item": to_item(payment),
            "ConditionExpression": "attribute_not_exists(payment_id)",
        }
        if idempotency is None and reservation is None:
            self._record_alone(intent)
            return True
        items: list[dict[str, Any]] = [{"Put": intent}]
        contended = None
        if idempotency is not None:
            items.insert(0, {"Put": self._free_key(idempotency)})
        if reservation is not None:
            contended = len(items)
            items.append({"Update": daily_totals.reserving(self._totals_table, reservation)})
        try:
            transactions.write(self._dynamodb, items, contended=contended)
        except transactions.CancelledError as error:
            if idempotency is not None and error.codes[0] != "None":
                return False
            if reservation is not None and error.codes[-1] == transactions.CONDITION_FAILED:
                raise reservation.exceeded() from error
            raise
        return True

    def counted(self, total: DailyTotal) -> Decimal:
        """Return what has been counted, 0 when nothing has."""
        answer = self._dynamodb.get_item(
            TableName=self._totals_table, Key=daily_totals.key(total), ConsistentRead=True
        )
        return daily_totals.counted(answer.get("Item"))

    def _free_key(self, idempotency: IdempotencyRecord) -> dict[str, Any]:
        return {
            "TableName": self._idempotency_table,
            "Item": idempotency_item(idempotency),
            "ConditionExpression": "attribute_not_exists(idempotency_key)",
        }

    def _record_alone(self, intent: dict[str, Any]) -> None:
        try:
            self._dynamodb.put_item(**intent)
        except ClientError as error:
            # Nobody else makes this id: the client's own retry has met its first attempt, whose
            # answer was lost.
            if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise

    def save(self, payment: Payment, *, replacing_version: int) -> None:
        """Store a later version, and with one that ``gives_back`` take its amount off the day's.

        Raises:
            VersionConflictError: the stored version is not ``replacing_version``.
        """
        later: dict[str, Any] = {
            "TableName": self._table,
            "Item": to_item(payment),
            "ConditionExpression": "version = :replaced",
            "ExpressionAttributeValues": {":replaced": number(replacing_version)},
        }
        if payment.gives_back:
            self._save_and_give_back(later, payment)
            return
        try:
            self._dynamodb.put_item(**later)
        except ClientError as error:
            if error.response["Error"]["Code"] == "ConditionalCheckFailedException":
                raise VersionConflictError from error
            raise

    def _save_and_give_back(self, later: dict[str, Any], payment: Payment) -> None:
        total = DailyTotal.of(payment)
        less = daily_totals.giving_back(self._totals_table, total, payment)
        try:
            transactions.write(self._dynamodb, [{"Put": later}, {"Update": less}], contended=1)
        except transactions.CancelledError as error:
            if error.codes[0] != "None":
                raise VersionConflictError from error
            raise

    def find(self, customer_id: str, payment_id: str) -> Payment | None:
        """Return the payment, or None."""
        answer = self._dynamodb.get_item(
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
        answer = self._dynamodb.query(**query)
        last = answer.get("LastEvaluatedKey")
        return PaymentPage(
            tuple(from_item(item) for item in answer["Items"]),
            None if last is None else str(last["payment_id"]["S"]),
        )

    def mark_notified(self, payment: Payment, at: datetime) -> None:
        """Note that the outcome of this payment was published."""
        try:
            self._dynamodb.update_item(
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

    @property
    def _dynamodb(self) -> Any:
        return self._clients.get("dynamodb")

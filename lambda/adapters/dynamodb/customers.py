"""The table of customers: partition key ``customer_id``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from adapters.dynamodb.attributes import Item, instant, read_instant, read_text, text
from payments.customers import Customer, account_field
from payments.payment import PaymentMethod

if TYPE_CHECKING:
    from collections.abc import Mapping

    from adapters.clients import AwsClients


class DynamoDBCustomers:
    """Implements ``payments.ports.CustomerStore``."""

    def __init__(self, clients: AwsClients, table: str) -> None:
        self._clients = clients
        self._table = table

    def add(self, customer: Customer) -> Customer | None:
        """Store a new customer; return the existing one instead when the id is taken."""
        try:
            self._clients.get("dynamodb").put_item(
                TableName=self._table,
                Item={
                    "customer_id": text(customer.customer_id),
                    "email": text(customer.email),
                    "created_at": instant(customer.created_at),
                    **_account_attributes(customer.accounts),
                },
                ConditionExpression="attribute_not_exists(customer_id)",
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise
            existing = self.find(customer.customer_id)
            if existing is None:
                raise
            return existing
        return None

    def find(self, customer_id: str) -> Customer | None:
        """Return the customer, or None."""
        answer = self._clients.get("dynamodb").get_item(
            TableName=self._table,
            Key={"customer_id": text(customer_id)},
            ConsistentRead=True,
        )
        return _customer(answer["Item"]) if "Item" in answer else None

    def set_accounts(self, customer_id: str, accounts: Mapping[PaymentMethod, str]) -> None:
        """Store these accounts of an existing customer and leave the others as they are."""
        attributes = _account_attributes(accounts)
        self._clients.get("dynamodb").update_item(
            TableName=self._table,
            Key={"customer_id": text(customer_id)},
            UpdateExpression=f"SET {', '.join(f'{name} = :{name}' for name in attributes)}",
            ConditionExpression="attribute_exists(customer_id)",
            ExpressionAttributeValues={f":{name}": each for name, each in attributes.items()},
        )


def _account_attributes(accounts: Mapping[PaymentMethod, str]) -> Item:
    return {account_field(method): text(account) for method, account in accounts.items()}


def _customer(item: Item) -> Customer:
    return Customer(
        customer_id=read_text(item, "customer_id"),
        email=read_text(item, "email"),
        created_at=read_instant(item, "created_at"),
        accounts={
            method: read_text(item, account_field(method))
            for method in PaymentMethod
            if account_field(method) in item
        },
    )

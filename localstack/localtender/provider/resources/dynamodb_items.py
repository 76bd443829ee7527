"""Amazon DynamoDB: single items of tables.

Arguments, replace rules, ids and import ids follow the documentation of
``aws_dynamodb_table_item``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from localtender.provider.call import Call
from localtender.provider.declaration import Change, DataSource, Plan, Resource
from localtender.provider.errors import InvalidArgumentError, OperationError
from localtender.provider.resources.dynamodb_attribute_values import (
    AttributeValues,
    is_item,
    key_text,
    key_value,
    read_item,
    write_item,
)
from localtender.provider.values import UNKNOWN, Values

_FORM: Final = "TABLE,HASH_KEY_VALUE or TABLE,HASH_KEY_VALUE,RANGE_KEY_VALUE"


def _same_item(old: str, new: str) -> bool:
    """Tell whether two texts are the same item; the members of sets may stand in any order."""
    return read_item(old) == read_item(new)


class TableItem(Resource):
    """``aws_dynamodb_table_item``; its id is ``TABLE,HASH_KEY_VALUE[,RANGE_KEY_VALUE]``."""

    type_name = "aws_dynamodb_table_item"
    service = "dynamodb"
    gone = ("ResourceNotFoundException",)
    replaces = ("hash_key", "range_key", "table_name")
    equivalent = {"item": _same_item}
    checks = {"item": is_item}

    def validate(self, config: Values) -> Iterable[InvalidArgumentError]:
        """Check that the keys are among the item's attributes."""
        text = config.get("item")
        if not isinstance(text, str) or is_item(text):
            return
        for argument in ("hash_key", "range_key"):
            key = config.get(argument)
            if key not in (None, "", UNKNOWN) and key not in read_item(text):
                yield InvalidArgumentError("item", f"lacks the key {key!r}")

    def customize(self, call: Call, plan: Plan) -> None:
        """Tell what another key makes unknown."""
        if plan.prior is not None and plan.changes("item"):
            for name in ("hash_key_value", "id", "range_key_value"):
                plan.make_unknown(name)

    def create(self, call: Call, planned: Values) -> Values:
        """Put the item, unless there is one with its key."""
        item = read_item(planned["item"])
        call.client().put_item(
            TableName=planned["table_name"],
            Item=item,
            ConditionExpression="attribute_not_exists(#hash)",
            ExpressionAttributeNames={"#hash": planned["hash_key"]},
        )
        return _identity(planned, item)

    def read(self, call: Call, state: Values) -> Values | None:
        """Read the item."""
        key = _key(state, read_item(state["item"]))
        answer = call.client().get_item(TableName=state["table_name"], Key=key, ConsistentRead=True)
        if not answer.get("Item"):
            return None
        return {**_identity(state, key), "item": write_item(answer["Item"])}

    def update(self, call: Call, change: Change) -> Values | None:
        """Change the attributes that are Terraform's; under another key it is another item."""
        client, table = call.client(), change.planned["table_name"]
        before, after = read_item(change.prior["item"]), read_item(change.planned["item"])
        old_key, key = _key(change.prior, before), _key(change.planned, after)
        updates: Values = {
            name: {"Action": "PUT", "Value": value}
            for name, value in after.items()
            if name not in key
        }
        dropped = before.keys() - after.keys() - key.keys()
        updates |= {name: {"Action": "DELETE"} for name in dropped}
        client.update_item(TableName=table, Key=key, AttributeUpdates=updates)
        if old_key != key:
            client.delete_item(TableName=table, Key=old_key)
        return _identity(change.planned, key)

    def delete(self, call: Call, state: Values) -> None:
        """Delete the item."""
        key = _key(state, read_item(state["item"]))
        call.client().delete_item(TableName=state["table_name"], Key=key)

    def import_state(self, call: Call, identifier: str) -> Values:
        """Find the item; the table says what its keys are called and of what type they are."""
        table_name, *values = identifier.split(",")
        table = call.client().describe_table(TableName=table_name)["Table"]
        types = {
            item["AttributeName"]: item["AttributeType"] for item in table["AttributeDefinitions"]
        }
        names = {item["KeyType"]: item["AttributeName"] for item in table["KeySchema"]}
        keys = [names[kind] for kind in ("HASH", "RANGE") if kind in names]
        if len(values) != len(keys) or not all(values):
            raise OperationError(
                f"unexpected format of the import id {identifier!r}, expected {_FORM} "
                f"with the values of {', '.join(keys)}"
            )
        key = {
            name: key_value(value, types[name]) for name, value in zip(keys, values, strict=True)
        }
        return {
            "hash_key": names["HASH"],
            "id": identifier,
            "item": write_item(key),
            "range_key": names.get("RANGE"),
            "table_name": table_name,
        }


class TableItemData(DataSource):
    """``aws_dynamodb_table_item``; its id is the table's name and the key."""

    type_name = "aws_dynamodb_table_item"
    service = "dynamodb"
    checks = {"key": is_item}

    def read(self, call: Call, config: Values) -> Values:
        """Read the item, or the projection of it."""
        key = read_item(config["key"])
        request: Values = {}
        if config["projection_expression"]:
            request["ProjectionExpression"] = config["projection_expression"]
        if config["expression_attribute_names"]:
            request["ExpressionAttributeNames"] = config["expression_attribute_names"]
        answer = call.client().get_item(
            TableName=config["table_name"], Key=key, ConsistentRead=True, **request
        )
        if not answer.get("Item"):
            raise OperationError(f"{config['table_name']} has no item with the key {config['key']}")
        parts = [part for name, value in sorted(key.items()) for part in (name, key_text(value))]
        return {"id": "|".join([config["table_name"], *parts]), "item": write_item(answer["Item"])}


def _key(values: Values, item: AttributeValues) -> AttributeValues:
    names = [values["hash_key"], values["range_key"]]
    return {name: item[name] for name in names if name}


def _identity(values: Values, item: AttributeValues) -> Values:
    hash_value = key_text(item[values["hash_key"]])
    range_value = key_text(item[values["range_key"]]) if values["range_key"] else ""
    parts = [values["table_name"], hash_value, range_value]
    return {
        "hash_key_value": hash_value,
        "id": ",".join(part for part in parts if part),
        "range_key_value": range_value,
    }

"""DynamoDB, after "Actions, resources, and condition keys for Amazon DynamoDB"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from localtender.edge.authorize.actions.call_facts import CallFacts
from localtender.edge.authorize.actions.permission import Permission
from localtender.edge.authorize.actions.rules import (
    Rule,
    ServiceActions,
    given,
    listed,
    lowered,
    named,
    on,
)

_table = named("dynamodb", "table/{TableName}")
_index = named("dynamodb", "table/{TableName}/index/{IndexName}")
_NAME = re.compile(r"[#:]?[A-Za-z0-9_.-]+")
_EQUALS = re.compile(r"(#?[\w.-]+)\s*=\s*(:\w+)")
_PARTIQL = re.compile(
    r"\s*(?:(?P<select>SELECT\b.*?\bFROM)|(?P<insert>INSERT\s+INTO)|(?P<update>UPDATE)"
    r'|(?P<delete>DELETE\s+FROM)|(?P<exists>EXISTS\s*\(\s*SELECT\b.*?\bFROM))\s+"?(?P<table>[\w.-]+)"?'
    r'(?:\."?(?P<index>[\w.-]+)"?)?',
    re.IGNORECASE | re.DOTALL,
)
_PARTIQL_ACTIONS = {
    "select": "PartiQLSelect",
    "exists": "PartiQLSelect",
    "insert": "PartiQLInsert",
    "update": "PartiQLUpdate",
    "delete": "PartiQLDelete",
}
_TRANSACTED = {
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "ConditionCheck": "ConditionCheckItem",
    "Get": "GetItem",
}


def _item_keys(facts: CallFacts) -> dict[str, tuple[str, ...]]:
    return _keys_of(facts.parameters)


def _keys_of(request: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """The keys of one read or write of items; of the leading keys `leading_keys` knows."""
    attributes = set(_attributes(request))
    select = request.get("Select")
    if select is None and request.get("ProjectionExpression"):
        select = "SPECIFIC_ATTRIBUTES"
    keys: dict[str, Iterable[str]] = {"dynamodb:Attributes": sorted(attributes)}
    for name in ("ReturnValues", "ReturnConsumedCapacity"):
        if request.get(name):
            keys[f"dynamodb:{name}"] = (str(request[name]),)
    if select:
        keys["dynamodb:Select"] = (str(select),)
    return lowered(keys)


def _attributes(request: Mapping[str, Any]) -> Iterable[str]:
    names = request.get("ExpressionAttributeNames") or {}
    for part in ("Key", "Item", "Expected", "AttributeUpdates"):
        yield from request.get(part) or {}
    yield from request.get("AttributesToGet") or ()
    yield from names.values()
    for part in ("ProjectionExpression", "UpdateExpression"):
        for word in _NAME.findall(request.get(part) or ""):
            if word[0] not in "#:" and word.upper() not in _EXPRESSION_WORDS:
                yield word.partition(".")[0]


_EXPRESSION_WORDS = frozenset(
    {"SET", "REMOVE", "ADD", "DELETE", "IF_NOT_EXISTS", "LIST_APPEND", "AND", "OR", "NOT"}
)


def _batch(facts: CallFacts, prefix: str) -> Iterable[Permission]:
    requests = facts.value("RequestItems")
    for table, items in (requests if isinstance(requests, Mapping) else {}).items():
        keys = {}
        if isinstance(items, Mapping):
            keys = _keys_of(items)
        elif isinstance(items, list):
            written = {name for item in items for name in _written(item)}
            keys = lowered({"dynamodb:Attributes": sorted(written)})
        yield Permission(f"{prefix}:{facts.call.name}", _table_arn(facts, table), keys)


def _written(item: Any) -> Iterable[str]:
    if isinstance(item, Mapping):
        yield from (item.get("PutRequest") or {}).get("Item") or {}
        yield from (item.get("DeleteRequest") or {}).get("Key") or {}


def _transaction(facts: CallFacts, prefix: str) -> Iterable[Permission]:
    for item in facts.items("TransactItems"):
        for kind, request in item.items() if isinstance(item, Mapping) else ():
            if kind in _TRANSACTED and isinstance(request, Mapping):
                arn = _table_arn(facts, str(request.get("TableName", "")))
                yield Permission(f"{prefix}:{_TRANSACTED[kind]}", arn, _keys_of(request))


def _statement(facts: CallFacts, prefix: str) -> Iterable[Permission]:
    texts = [facts.text("Statement")]
    for member in ("Statements", "TransactStatements"):
        texts += [item.get("Statement") for item in facts.items(member)]
    for text in texts:
        found = _PARTIQL.match(text or "")
        if found is None:
            continue
        kind = next(name for name in _PARTIQL_ACTIONS if found[name])
        arn = _table_arn(facts, found["table"])
        if found["index"]:
            arn += f"/index/{found['index']}"
        yield Permission(f"{prefix}:{_PARTIQL_ACTIONS[kind]}", arn)


def leading_keys(facts: CallFacts, arn: str, partition_key: str) -> tuple[str, ...]:
    """The values of the partition key of all items of a table that a call names."""
    table = arn.partition(":table/")[2].partition("/")[0]
    found = []
    for request in _requests_of(facts, table):
        for part in ("Key", "Item"):
            value = (request.get(part) or {}).get(partition_key)
            if isinstance(value, Mapping):
                found += [str(text) for text in value.values()]
        found += _key_conditions(request, partition_key)
    return tuple(found)


def _requests_of(facts: CallFacts, table: str) -> Iterable[Mapping[str, Any]]:
    """The reads and writes of single items and queries in a call that are of one table."""
    yield facts.parameters
    requests = facts.value("RequestItems")
    for name, items in (requests if isinstance(requests, Mapping) else {}).items():
        if name.rpartition("/")[2] != table:
            continue
        if isinstance(items, Mapping):
            yield from ({"Key": key} for key in items.get("Keys") or ())
        for item in items if isinstance(items, list) else ():
            yield item.get("PutRequest") or item.get("DeleteRequest") or {}
    for item in facts.items("TransactItems"):
        for request in item.values() if isinstance(item, Mapping) else ():
            if str(request.get("TableName", "")).rpartition("/")[2] == table:
                yield request


def _key_conditions(request: Mapping[str, Any], partition_key: str) -> Iterable[str]:
    names = request.get("ExpressionAttributeNames") or {}
    values = request.get("ExpressionAttributeValues") or {}
    for name, value in _EQUALS.findall(request.get("KeyConditionExpression") or ""):
        if names.get(name, name) == partition_key and isinstance(values.get(value), Mapping):
            yield from (str(text) for text in values[value].values())
    condition = (request.get("KeyConditions") or {}).get(partition_key) or {}
    for value in condition.get("AttributeValueList") or ():
        yield from (str(text) for text in value.values())


def _table_arn(facts: CallFacts, table: str) -> str:
    return table if table.startswith("arn:") else facts.arn("dynamodb", f"table/{table}")


_item: Rule = on(_table, keys=_item_keys)
_read_of_many: Rule = on(_index, _table, keys=_item_keys)

ACTIONS = ServiceActions(
    "dynamodb",
    {
        **listed(("GetItem", "PutItem", "UpdateItem", "DeleteItem"), _item),
        **listed(("Query", "Scan"), _read_of_many),
        **listed(("BatchGetItem", "BatchWriteItem"), _batch),
        **listed(("TransactGetItems", "TransactWriteItems"), _transaction),
        **listed(("ExecuteStatement", "BatchExecuteStatement", "ExecuteTransaction"), _statement),
        **listed(("ListTables", "DescribeLimits", "ListStreams", "DescribeEndpoints"), on()),
        "CreateBackup": on(_table),
        "ExportTableToPointInTime": on(given("TableArn")),
        "RestoreTableFromBackup": on(
            given("BackupArn"), named("dynamodb", "table/{TargetTableName}")
        ),
        "RestoreTableToPointInTime": on(
            given("SourceTableArn"), named("dynamodb", "table/{SourceTableName}")
        ),
    },
    otherwise=on(
        _table,
        given("ResourceArn", "StreamArn", "BackupArn", "TableArn", "ExportArn", "ImportArn"),
        named("dynamodb", "global-table/{GlobalTableName}"),
        # A shard iterator begins with the stream that it walks along.
        lambda facts: [
            arn
            for arn in (str(facts.value("ShardIterator") or "").partition("|")[0],)
            if arn.startswith("arn:")
        ],
    ),
)

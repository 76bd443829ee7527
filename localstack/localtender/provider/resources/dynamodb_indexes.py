"""Secondary indexes of DynamoDB tables: requests, state, and the way from one set to another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from localtender.provider.values import Values


def throughput(item: Values) -> dict[str, int]:
    """Return the provisioned capacity of a table or an index."""
    return {
        "ReadCapacityUnits": item["read_capacity"] or 0,
        "WriteCapacityUnits": item["write_capacity"] or 0,
    }


def global_index_request(index: Values, on_demand: bool) -> Values:
    """Return a global secondary index as ``CreateTable`` and ``UpdateTable`` take it."""
    request: Values = {
        "IndexName": index["name"],
        "KeySchema": _key_schema(index),
        "Projection": _projection(index),
    }
    if not on_demand:
        request["ProvisionedThroughput"] = throughput(index)
    limits = {
        "MaxReadRequestUnits": "max_read_request_units",
        "MaxWriteRequestUnits": "max_write_request_units",
    }
    for block in index["on_demand_throughput"]:
        request["OnDemandThroughput"] = {
            name: block[argument] for name, argument in limits.items() if block[argument]
        }
    return request


def global_index_state(index: dict[str, Any]) -> Values:
    """Return a global secondary index of ``DescribeTable`` as state."""
    kinds = [(key["KeyType"], key["AttributeName"]) for key in index["KeySchema"]]
    capacity = index.get("ProvisionedThroughput", {})
    state: Values = {
        "name": index["IndexName"],
        "read_capacity": capacity.get("ReadCapacityUnits", 0),
        "write_capacity": capacity.get("WriteCapacityUnits", 0),
        **_projection_state(index),
    }
    if len([kind for kind, _name in kinds if kind == "HASH"]) > 1 or len(kinds) > 2:
        state["key_schema"] = [{"attribute_name": name, "key_type": kind} for kind, name in kinds]
    else:
        keys = dict(kinds)
        state |= {"hash_key": keys.get("HASH"), "range_key": keys.get("RANGE")}
    return state


def local_index_request(index: Values, hash_key: str) -> Values:
    """Return a local secondary index as ``CreateTable`` takes it."""
    return {
        "IndexName": index["name"],
        "KeySchema": [
            {"AttributeName": hash_key, "KeyType": "HASH"},
            {"AttributeName": index["range_key"], "KeyType": "RANGE"},
        ],
        "Projection": _projection(index),
    }


def local_index_state(index: dict[str, Any]) -> Values:
    """Return a local secondary index of ``DescribeTable`` as state."""
    keys = {key["KeyType"]: key["AttributeName"] for key in index["KeySchema"]}
    return {
        "name": index["IndexName"],
        "range_key": keys.get("RANGE"),
        **_projection_state(index),
    }


def global_index_changes(
    before: list[Values], after: list[Values], *, on_demand: bool, resized: bool
) -> Iterator[Values]:
    """Yield the ``GlobalSecondaryIndexUpdates``, one at a time as DynamoDB wants them.

    Parameters
    ----------
    resized
        Whether the capacities have been set already, with the billing mode.
    """
    old = {item["name"]: item for item in before}
    new = {item["name"]: item for item in after}
    rebuilt = {
        name for name in old.keys() & new.keys() if _structure(old[name]) != _structure(new[name])
    }
    for name in sorted((old.keys() - new.keys()) | rebuilt):
        yield {"Delete": {"IndexName": name}}
    for name in sorted((new.keys() - old.keys()) | rebuilt):
        yield {"Create": global_index_request(new[name], on_demand)}
    if on_demand or resized:
        return
    for name in sorted((old.keys() & new.keys()) - rebuilt):
        if throughput(old[name]) != throughput(new[name]):
            yield {"Update": {"IndexName": name, "ProvisionedThroughput": throughput(new[name])}}


def _structure(index: Values) -> Any:
    return _key_schema(index), _projection(index)


def _key_schema(index: Values) -> list[dict[str, str]]:
    if index["key_schema"]:
        return [
            {"AttributeName": key["attribute_name"], "KeyType": key["key_type"]}
            for key in index["key_schema"]
        ]
    keys = [{"AttributeName": index["hash_key"], "KeyType": "HASH"}]
    if index["range_key"]:
        keys.append({"AttributeName": index["range_key"], "KeyType": "RANGE"})
    return keys


def _projection(index: Values) -> Values:
    projection: Values = {"ProjectionType": index["projection_type"]}
    if index["non_key_attributes"]:
        projection["NonKeyAttributes"] = sorted(index["non_key_attributes"])
    return projection


def _projection_state(index: dict[str, Any]) -> Values:
    projection = index.get("Projection", {})
    return {
        "non_key_attributes": projection.get("NonKeyAttributes") or None,
        "projection_type": projection.get("ProjectionType"),
    }

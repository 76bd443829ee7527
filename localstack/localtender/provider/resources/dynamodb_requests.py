"""The requests that make a DynamoDB table what is planned."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from localtender.provider.declaration import Change
from localtender.provider.resources.dynamodb_indexes import (
    global_index_changes,
    global_index_request,
    local_index_request,
    throughput,
)
from localtender.provider.values import Values

PAY_PER_REQUEST: Final = "PAY_PER_REQUEST"


def create_request(planned: Values) -> Values:
    """Return the ``CreateTable`` request; TTL and recovery take requests of their own."""
    on_demand = planned["billing_mode"] == PAY_PER_REQUEST
    request: Values = {
        "TableName": planned["name"],
        "BillingMode": planned["billing_mode"],
        "KeySchema": [{"AttributeName": planned["hash_key"], "KeyType": "HASH"}],
        "AttributeDefinitions": _attribute_definitions(planned),
        "TableClass": planned["table_class"],
        "DeletionProtectionEnabled": bool(planned["deletion_protection_enabled"]),
    }
    if planned["range_key"]:
        request["KeySchema"].append({"AttributeName": planned["range_key"], "KeyType": "RANGE"})
    if not on_demand:
        request["ProvisionedThroughput"] = throughput(planned)
    if planned["on_demand_throughput"]:
        request["OnDemandThroughput"] = _on_demand(planned["on_demand_throughput"][0])
    if planned["local_secondary_index"]:
        request["LocalSecondaryIndexes"] = [
            local_index_request(item, planned["hash_key"])
            for item in planned["local_secondary_index"]
        ]
    if planned["global_secondary_index"]:
        request["GlobalSecondaryIndexes"] = [
            global_index_request(item, on_demand) for item in planned["global_secondary_index"]
        ]
    if planned["stream_enabled"]:
        request["StreamSpecification"] = _stream(planned)
    if planned["server_side_encryption"]:
        request["SSESpecification"] = _encryption(planned["server_side_encryption"][0])
    if planned["tags_all"]:
        request["Tags"] = tag_list(planned["tags_all"])
    return request


def update_requests(change: Change) -> Iterable[Values]:
    """Yield the ``UpdateTable`` requests that lead from the prior to the planned table."""
    planned = change.planned
    on_demand = planned["billing_mode"] == PAY_PER_REQUEST
    if change.has("billing_mode"):
        request: Values = {"BillingMode": planned["billing_mode"]}
        if not on_demand:
            request["ProvisionedThroughput"] = throughput(planned)
            updates = [
                {"Update": {"IndexName": item["name"], "ProvisionedThroughput": throughput(item)}}
                for item in planned["global_secondary_index"]
            ]
            if updates:
                request["GlobalSecondaryIndexUpdates"] = updates
        yield request
    elif not on_demand and change.has("read_capacity", "write_capacity"):
        yield {"ProvisionedThroughput": throughput(planned)}
    if change.has("on_demand_throughput") and planned["on_demand_throughput"]:
        yield {"OnDemandThroughput": _on_demand(planned["on_demand_throughput"][0])}
    if change.has("stream_enabled", "stream_view_type"):
        if change.prior["stream_enabled"]:
            yield {"StreamSpecification": {"StreamEnabled": False}}
        if planned["stream_enabled"]:
            yield {"StreamSpecification": _stream(planned)}
    if change.has("server_side_encryption"):
        wanted = planned["server_side_encryption"] or [{"enabled": False, "kms_key_arn": None}]
        yield {"SSESpecification": _encryption(wanted[0])}
    if change.has("table_class"):
        yield {"TableClass": planned["table_class"]}
    if change.has("deletion_protection_enabled"):
        yield {"DeletionProtectionEnabled": bool(planned["deletion_protection_enabled"])}
    definitions = _attribute_definitions(planned)
    resized = change.has("billing_mode")
    for update in global_index_changes(
        change.prior["global_secondary_index"],
        planned["global_secondary_index"],
        on_demand=on_demand,
        resized=resized,
    ):
        yield {"AttributeDefinitions": definitions, "GlobalSecondaryIndexUpdates": [update]}


def _attribute_definitions(planned: Values) -> list[dict[str, str]]:
    return [
        {"AttributeName": item["name"], "AttributeType": item["type"]}
        for item in planned["attribute"]
    ]


def _stream(planned: Values) -> Values:
    return {"StreamEnabled": True, "StreamViewType": planned["stream_view_type"]}


def _on_demand(block: Values) -> Values:
    limits = {
        "MaxReadRequestUnits": block["max_read_request_units"],
        "MaxWriteRequestUnits": block["max_write_request_units"],
    }
    return {name: value for name, value in limits.items() if value}


def _encryption(block: Values) -> Values:
    if not block["enabled"]:
        return {"Enabled": False}
    specification: Values = {"Enabled": True}
    if block["kms_key_arn"]:
        specification |= {"SSEType": "KMS", "KMSMasterKeyId": block["kms_key_arn"]}
    return specification


def tag_list(tags: dict[str, str]) -> list[dict[str, str]]:
    """Return tags as DynamoDB takes them."""
    return [{"Key": key, "Value": value} for key, value in tags.items()]

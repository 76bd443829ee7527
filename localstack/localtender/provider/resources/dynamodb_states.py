"""What DynamoDB says about a table, as attributes of ``aws_dynamodb_table``."""

from __future__ import annotations

from typing import Any

from localtender.provider.call import Call
from localtender.provider.resources.dynamodb_indexes import global_index_state, local_index_state
from localtender.provider.values import Values


def table_state(table: dict[str, Any]) -> Values:
    """Return the attributes that the description of a table tells."""
    mode = table.get("BillingModeSummary", {}).get("BillingMode", "PROVISIONED")
    keys = {item["KeyType"]: item["AttributeName"] for item in table["KeySchema"]}
    stream = table.get("StreamSpecification", {})
    on_demand = table.get("OnDemandThroughput")
    found: Values = {
        "arn": table["TableArn"],
        "attribute": [
            {"name": item["AttributeName"], "type": item["AttributeType"]}
            for item in table["AttributeDefinitions"]
        ],
        "billing_mode": mode,
        "deletion_protection_enabled": table.get("DeletionProtectionEnabled", False),
        "global_secondary_index": [
            global_index_state(item) for item in table.get("GlobalSecondaryIndexes", [])
        ],
        "hash_key": keys.get("HASH"),
        "local_secondary_index": [
            local_index_state(item) for item in table.get("LocalSecondaryIndexes", [])
        ],
        "name": table["TableName"],
        "on_demand_throughput": [
            {
                "max_read_request_units": on_demand.get("MaxReadRequestUnits"),
                "max_write_request_units": on_demand.get("MaxWriteRequestUnits"),
            }
        ]
        if on_demand
        else [],
        "range_key": keys.get("RANGE"),
        "server_side_encryption": _encryption_state(table.get("SSEDescription")),
        "stream_arn": table.get("LatestStreamArn", ""),
        "stream_enabled": stream.get("StreamEnabled", False),
        "stream_label": table.get("LatestStreamLabel", ""),
        "stream_view_type": stream.get("StreamViewType", ""),
        "table_class": table.get("TableClassSummary", {}).get("TableClass", "STANDARD"),
    }
    capacity = table.get("ProvisionedThroughput", {})
    found["read_capacity"] = capacity.get("ReadCapacityUnits", 0)
    found["write_capacity"] = capacity.get("WriteCapacityUnits", 0)
    found["warm_throughput"] = _warm_state(table.get("WarmThroughput", {}))
    return found


def beside_the_description(call: Call, name: str, arn: str) -> Values:
    """Return what takes requests of its own: TTL, recovery, tags."""
    client = call.client()
    found: Values = {}
    answer = call.optional(client.describe_time_to_live, TableName=name)
    if answer is not None:
        ttl = answer.get("TimeToLiveDescription", {})
        enabled = ttl.get("TimeToLiveStatus") in ("ENABLED", "ENABLING")
        found["ttl"] = (
            [{"attribute_name": ttl.get("AttributeName"), "enabled": True}] if enabled else []
        )
    answer = call.optional(client.describe_continuous_backups, TableName=name)
    if answer is not None:
        backups = answer.get("ContinuousBackupsDescription", {})
        recovery = backups.get("PointInTimeRecoveryDescription", {})
        enabled = recovery.get("PointInTimeRecoveryStatus") == "ENABLED"
        found["point_in_time_recovery"] = [
            {
                "enabled": enabled,
                "recovery_period_in_days": recovery.get("RecoveryPeriodInDays"),
            }
        ]
    answer = call.optional(client.list_tags_of_resource, ResourceArn=arn)
    if answer is not None:
        found["tags"] = {tag["Key"]: tag["Value"] for tag in answer.get("Tags", [])}
    return found


def _encryption_state(description: dict[str, Any] | None) -> list[Values]:
    if description is None:
        return []
    return [
        {
            "enabled": description.get("Status") == "ENABLED",
            "kms_key_arn": description.get("KMSMasterKeyArn"),
        }
    ]


def _warm_state(described: dict[str, Any]) -> list[Values]:
    # AWS's figures are never 0; an engine that says so does not warm anything.
    if not described.get("ReadUnitsPerSecond"):
        return []
    return [
        {
            "read_units_per_second": described["ReadUnitsPerSecond"],
            "write_units_per_second": described["WriteUnitsPerSecond"],
        }
    ]

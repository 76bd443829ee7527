"""Amazon DynamoDB: tables.

Arguments, defaults and replace rules follow the documentation of ``aws_dynamodb_table``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from localtender.provider.call import Call
from localtender.provider.checks import between, every, length, matches, one_of
from localtender.provider.declaration import Change, Plan, Resource
from localtender.provider.errors import InvalidArgumentError
from localtender.provider.resources.dynamodb_indexes import (
    global_index_changes,
    global_index_request,
    global_index_state,
    local_index_request,
    local_index_state,
    throughput,
)
from localtender.provider.values import UNKNOWN, Values

_PAY_PER_REQUEST: Final = "PAY_PER_REQUEST"
_NOT_SUPPORTED: Final = (
    "global_table_witness",
    "import_table",
    "replica",
    "restore_backup_arn",
    "restore_date_time",
    "restore_source_name",
    "restore_source_table_arn",
    "restore_to_latest_time",
    # The engine accepts it and forgets it, which would be a difference in every plan.
    "warm_throughput",
)


def _same_time_to_live(old: list[Values], new: list[Values]) -> bool:
    # A block that switches it off says the same as no block.
    return not any(item["enabled"] for item in [*old, *new])


class Table(Resource):
    """``aws_dynamodb_table``; its id is the table's name."""

    type_name = "aws_dynamodb_table"
    service = "dynamodb"
    gone = ("ResourceNotFoundException",)
    replaces = ("name", "hash_key", "range_key", "local_secondary_index")
    defaults = {"billing_mode": "PROVISIONED", "table_class": "STANDARD", "ttl.enabled": False}
    computed_blocks = ("point_in_time_recovery", "server_side_encryption", "warm_throughput")
    equivalent = {"ttl": _same_time_to_live}
    element_keys = {
        "attribute": ("name",),
        "global_secondary_index": ("name",),
        "local_secondary_index": ("name",),
    }
    recomputed = {
        "stream_arn": ("stream_enabled", "stream_view_type"),
        "stream_label": ("stream_enabled", "stream_view_type"),
    }
    checks = {
        "attribute.type": one_of("B", "N", "S"),
        "billing_mode": one_of("PROVISIONED", _PAY_PER_REQUEST),
        "global_secondary_index.projection_type": one_of("ALL", "INCLUDE", "KEYS_ONLY"),
        "local_secondary_index.projection_type": one_of("ALL", "INCLUDE", "KEYS_ONLY"),
        "name": every(
            length(3, 255), matches(r"[a-zA-Z0-9_.-]+", "expected letters, digits and any of _.-")
        ),
        "point_in_time_recovery.recovery_period_in_days": between(1, 35),
        "stream_view_type": one_of("", "KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES"),
        "table_class": one_of("STANDARD", "STANDARD_INFREQUENT_ACCESS"),
    }

    def validate(self, config: Values) -> Iterable[InvalidArgumentError]:
        """Check keys, indexes and attributes against each other."""
        for argument in _not_supported(config):
            yield InvalidArgumentError(
                argument, "the local AWS provider does not support this; use PROVIDER=registry"
            )
        if config.get("stream_enabled") is True and config.get("stream_view_type") is None:
            yield InvalidArgumentError("stream_view_type", "is required with stream_enabled")
        ttl = config.get("ttl")
        for item in ttl if isinstance(ttl, list) else []:
            if item["enabled"] is True and item["attribute_name"] in (None, ""):
                yield InvalidArgumentError("ttl.attribute_name", "is required to switch TTL on")
        yield from _attribute_problems(config)

    def customize(self, call: Call, plan: Plan) -> None:
        """Leave the capacity of on-demand tables to AWS."""
        planned, prior = plan.planned, plan.prior
        if prior is None:
            return
        if planned["billing_mode"] == _PAY_PER_REQUEST:
            if plan.changes("billing_mode"):
                plan.make_unknown("read_capacity")
                plan.make_unknown("write_capacity")
            else:
                planned["read_capacity"] = prior["read_capacity"]
                planned["write_capacity"] = prior["write_capacity"]

    def create(self, call: Call, planned: Values) -> Values:
        """Create the table and set what can only be set afterwards."""
        client, name = call.client(), planned["name"]
        client.create_table(**_create_request(planned))
        call.created({"id": name})
        self._wait_until_active(call, name, "create")
        if any(item["enabled"] for item in planned["ttl"]):
            _set_time_to_live(client, name, planned["ttl"][0])
        if any(item["enabled"] for item in planned["point_in_time_recovery"] or []):
            _set_recovery(client, name, planned["point_in_time_recovery"][0])
        return {"id": name}

    def read(self, call: Call, state: Values) -> Values | None:
        """Read the table's description and what stands beside it."""
        client, name = call.client(), state["id"]
        table = client.describe_table(TableName=name)["Table"]
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
        if "WarmThroughput" in table:
            warm = table["WarmThroughput"]
            found["warm_throughput"] = [
                {
                    "read_units_per_second": warm.get("ReadUnitsPerSecond"),
                    "write_units_per_second": warm.get("WriteUnitsPerSecond"),
                }
            ]
        return found | _beside_the_description(call, name, table["TableArn"])

    def update(self, call: Call, change: Change) -> None:
        """Change the table; DynamoDB takes one kind of change at a time."""
        client, name = call.client(), change.prior["id"]
        for request in _update_requests(change):
            client.update_table(TableName=name, **request)
            self._wait_until_active(call, name, "update")
        if change.has("ttl"):
            before, after = change.prior["ttl"], change.planned["ttl"]
            wanted = after[0] if after else {**before[0], "enabled": False}
            _set_time_to_live(client, name, wanted)
        if change.has("point_in_time_recovery"):
            _set_recovery(client, name, (change.planned["point_in_time_recovery"] or [None])[0])

    def update_tags(
        self, call: Call, state: Values, changed: dict[str, str], removed: list[str]
    ) -> None:
        """Tag and untag the table."""
        if removed:
            call.client().untag_resource(ResourceArn=state["arn"], TagKeys=removed)
        if changed:
            call.client().tag_resource(ResourceArn=state["arn"], Tags=_tag_list(changed))

    def delete(self, call: Call, state: Values) -> None:
        """Delete the table and wait until it is gone."""
        client, name = call.client(), state["id"]
        client.delete_table(TableName=name)

        def is_gone() -> bool:
            try:
                client.describe_table(TableName=name)
            except client.exceptions.ResourceNotFoundException:
                return True
            return False

        call.wait(is_gone, awaited=f"table {name} to be deleted", operation="delete")

    def _wait_until_active(self, call: Call, name: str, operation: str) -> None:
        client = call.client()

        def is_active() -> bool:
            table = client.describe_table(TableName=name)["Table"]
            indexes = table.get("GlobalSecondaryIndexes", [])
            states = [table["TableStatus"], *(item.get("IndexStatus") for item in indexes)]
            return all(state in ("ACTIVE", None) for state in states)

        call.wait(is_active, awaited=f"table {name} to become ACTIVE", operation=operation)


def _not_supported(config: Values) -> Iterable[str]:
    """Yield the arguments that are set and that the local provider can't honour."""
    for argument in _NOT_SUPPORTED:
        value = config.get(argument)
        if value is not UNKNOWN and value not in (None, []):
            yield argument
    indexes = config.get("global_secondary_index")
    for index in indexes if isinstance(indexes, list) else []:
        if index is not UNKNOWN and isinstance(index["warm_throughput"], list):
            yield from ("global_secondary_index.warm_throughput" for _ in index["warm_throughput"])


def _attribute_problems(config: Values) -> Iterable[InvalidArgumentError]:
    """Yield attributes that no key uses, and keys that are not among the attributes."""
    used = [config.get("hash_key"), config.get("range_key")]
    blocks = [config.get(name) for name in ("global_secondary_index", "local_secondary_index")]
    attributes = config.get("attribute")
    if attributes is UNKNOWN or UNKNOWN in blocks:
        return
    for index in (item for block in blocks for item in block or []):
        if index is UNKNOWN:
            return
        used += [index.get("hash_key"), index.get("range_key")]
        keys = index.get("key_schema")
        used += [UNKNOWN] if keys is UNKNOWN else [key["attribute_name"] for key in keys or []]
    defined = [item["name"] for item in attributes or []]
    if any(name is UNKNOWN for name in [*used, *defined]):
        return
    for name in sorted({name for name in used if name} - set(defined)):
        yield InvalidArgumentError("attribute", f"the key {name!r} lacks an attribute block")
    for name in sorted(set(defined) - {name for name in used if name}):
        yield InvalidArgumentError(
            "attribute", f"the attribute {name!r} is not the key of the table or of an index"
        )


def _create_request(planned: Values) -> Values:
    on_demand = planned["billing_mode"] == _PAY_PER_REQUEST
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
        request["Tags"] = _tag_list(planned["tags_all"])
    return request


def _update_requests(change: Change) -> Iterable[Values]:
    """Yield the ``UpdateTable`` requests that lead from the prior to the planned table."""
    planned = change.planned
    on_demand = planned["billing_mode"] == _PAY_PER_REQUEST
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


def _encryption_state(description: dict[str, Any] | None) -> list[Values]:
    if description is None:
        return []
    return [
        {
            "enabled": description.get("Status") == "ENABLED",
            "kms_key_arn": description.get("KMSMasterKeyArn"),
        }
    ]


def _beside_the_description(call: Call, name: str, arn: str) -> Values:
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


def _set_time_to_live(client: Any, name: str, block: Values) -> None:
    client.update_time_to_live(
        TableName=name,
        TimeToLiveSpecification={
            "Enabled": bool(block["enabled"]),
            "AttributeName": block["attribute_name"],
        },
    )


def _set_recovery(client: Any, name: str, block: Values | None) -> None:
    specification: Values = {"PointInTimeRecoveryEnabled": bool(block and block["enabled"])}
    if block and block["enabled"] and block["recovery_period_in_days"]:
        specification["RecoveryPeriodInDays"] = block["recovery_period_in_days"]
    client.update_continuous_backups(TableName=name, PointInTimeRecoverySpecification=specification)


def _tag_list(tags: dict[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]

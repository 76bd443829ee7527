"""Amazon DynamoDB: tables.

Arguments, defaults and replace rules follow the documentation of ``aws_dynamodb_table``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from localtender.provider.call import Call
from localtender.provider.checks import between, every, length, matches, one_of
from localtender.provider.declaration import Change, Plan, Resource
from localtender.provider.errors import InvalidArgumentError
from localtender.provider.resources.dynamodb_checks import attribute_problems, not_supported
from localtender.provider.resources.dynamodb_requests import (
    PAY_PER_REQUEST,
    create_request,
    tag_list,
    update_requests,
)
from localtender.provider.resources.dynamodb_states import beside_the_description, table_state
from localtender.provider.values import Values


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
        "billing_mode": one_of("PROVISIONED", PAY_PER_REQUEST),
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
        for argument in not_supported(config):
            yield InvalidArgumentError(
                argument, "the local AWS provider does not support this; use PROVIDER=registry"
            )
        if config.get("stream_enabled") is True and config.get("stream_view_type") is None:
            yield InvalidArgumentError("stream_view_type", "is required with stream_enabled")
        ttl = config.get("ttl")
        for item in ttl if isinstance(ttl, list) else []:
            if item["enabled"] is True and item["attribute_name"] in (None, ""):
                yield InvalidArgumentError("ttl.attribute_name", "is required to switch TTL on")
        yield from attribute_problems(config)

    def customize(self, call: Call, plan: Plan) -> None:
        """Leave the capacity of on-demand tables to AWS."""
        planned, prior = plan.planned, plan.prior
        if prior is None:
            return
        if planned["billing_mode"] == PAY_PER_REQUEST:
            if plan.changes("billing_mode"):
                plan.make_unknown("read_capacity")
                plan.make_unknown("write_capacity")
            else:
                planned["read_capacity"] = prior["read_capacity"]
                planned["write_capacity"] = prior["write_capacity"]

    def create(self, call: Call, planned: Values) -> Values:
        """Create the table and set what can only be set afterwards."""
        client, name = call.client(), planned["name"]
        client.create_table(**create_request(planned))
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
        return table_state(table) | beside_the_description(call, name, table["TableArn"])

    def update(self, call: Call, change: Change) -> None:
        """Change the table; DynamoDB takes one kind of change at a time."""
        client, name = call.client(), change.prior["id"]
        for request in update_requests(change):
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
            call.client().tag_resource(ResourceArn=state["arn"], Tags=tag_list(changed))

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

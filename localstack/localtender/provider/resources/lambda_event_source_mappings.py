"""AWS Lambda: event source mappings.

Arguments, defaults and replace rules follow the documentation of
``aws_lambda_event_source_mapping``.
"""

from __future__ import annotations

from datetime import datetime

from localtender.provider.blocks import request_of, state_of
from localtender.provider.call import Call
from localtender.provider.checks import between, is_arn, length, one_of
from localtender.provider.declaration import Change, Plan, Resource
from localtender.provider.resources.lambda_event_source_settings import (
    CHANGEABLE,
    FIXED,
    KAFKA_CONFIGS,
    default_batch_size,
    removal,
)
from localtender.provider.resources.lambda_names import (
    NOT_FOUND,
    change_tags,
    is_function_name,
    same_function,
)
from localtender.provider.values import Values


class EventSourceMapping(Resource):
    """``aws_lambda_event_source_mapping``; its id is the mapping's UUID."""

    type_name = "aws_lambda_event_source_mapping"
    service = "lambda"
    gone = NOT_FOUND
    replaces = (*FIXED, *KAFKA_CONFIGS, "starting_position_timestamp")
    exactly_one = (("event_source_arn", "self_managed_event_source"),)
    conflicts = (
        ("amazon_managed_kafka_event_source_config", "self_managed_event_source"),
        (
            "amazon_managed_kafka_event_source_config",
            "self_managed_kafka_event_source_config",
        ),
        ("event_source_arn", "self_managed_kafka_event_source_config"),
    )
    computed_blocks = tuple(KAFKA_CONFIGS)
    defaults = {
        "document_db_event_source_config.full_document": "Default",
        "enabled": True,
    }
    equivalent = {"function_name": same_function}
    recomputed = {
        "function_arn": ("function_name",),
        "last_modified": (*CHANGEABLE, "enabled", "function_name"),
        "state": ("enabled",),
        "state_transition_reason": ("enabled",),
    }
    checks = {
        "batch_size": between(1, 10_000),
        "destination_config.on_failure.destination_arn": is_arn,
        "document_db_event_source_config.full_document": one_of("Default", "UpdateLookup"),
        "event_source_arn": is_arn,
        "filter_criteria.filter.pattern": length(0, 4096),
        "function_name": is_function_name,
        "kms_key_arn": is_arn,
        "maximum_batching_window_in_seconds": between(0, 300),
        "maximum_record_age_in_seconds": between(-1, 604_800),
        "maximum_retry_attempts": between(-1, 10_000),
        "parallelization_factor": between(1, 10),
        "scaling_config.maximum_concurrency": between(2, 1000),
        "starting_position": one_of("AT_TIMESTAMP", "LATEST", "TRIM_HORIZON"),
        "tumbling_window_in_seconds": between(0, 900),
    }

    def customize(self, call: Call, plan: Plan) -> None:
        """Plan what the service decides: the batch size, and destinations that are left alone."""
        planned, config, prior = plan.planned, plan.config, plan.prior
        if config["batch_size"] is None:
            planned["batch_size"] = default_batch_size(config)
        if prior is not None and config["destination_config"] in (None, []):
            # It can't be taken away by leaving it out.
            planned["destination_config"] = prior["destination_config"]

    def create(self, call: Call, planned: Values) -> Values:
        """Create the mapping and wait until it reads, or rests."""
        request = request_of(planned, {**FIXED, **CHANGEABLE, "tags_all": "Tags"})
        if planned["starting_position_timestamp"]:
            request["StartingPositionTimestamp"] = datetime.fromisoformat(
                planned["starting_position_timestamp"]
            )
        answer = call.client().create_event_source_mapping(
            FunctionName=planned["function_name"], Enabled=planned["enabled"], **request
        )
        call.created({"id": answer["UUID"]})
        _wait_until_settled(call, answer["UUID"], "create")
        return {"id": answer["UUID"]}

    def read(self, call: Call, state: Values) -> Values | None:
        """Read the mapping and its tags."""
        mapping = call.client().get_event_source_mapping(UUID=state["id"])
        since = mapping.get("StartingPositionTimestamp")
        found: Values = {
            **state_of(mapping, {**FIXED, **CHANGEABLE}),
            "arn": mapping.get("EventSourceMappingArn"),
            "function_arn": mapping["FunctionArn"],
            "function_name": mapping["FunctionArn"],
            "last_modified": mapping["LastModified"].strftime("%Y-%m-%dT%H:%M:%SZ"),
            "last_processing_result": mapping.get("LastProcessingResult", ""),
            "starting_position_timestamp": since and since.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "state": mapping["State"],
            "state_transition_reason": mapping.get("StateTransitionReason", ""),
            "uuid": mapping["UUID"],
        }
        # Streams answer a destination without an address.
        found["destination_config"] = [
            block for block in found["destination_config"] if block["on_failure"]
        ]
        if mapping["State"] in ("Enabled", "Enabling", "Disabled", "Disabling"):
            found["enabled"] = mapping["State"].startswith("Enabl")
        if found["arn"]:
            tags = call.optional(call.client().list_tags, Resource=found["arn"])
            if tags is not None:
                found["tags"] = tags.get("Tags", {})
        return found

    def update(self, call: Call, change: Change) -> None:
        """Change what changed and wait until it has taken hold."""
        planned = change.planned
        request: Values = {}
        for argument, target in CHANGEABLE.items():
            if change.has(argument):
                value = request_of(planned, {argument: target}) or removal(argument)
                request |= value
        for argument, member in (("enabled", "Enabled"), ("function_name", "FunctionName")):
            if change.has(argument):
                request[member] = planned[argument]
        call.client().update_event_source_mapping(UUID=change.prior["id"], **request)
        _wait_until_settled(call, change.prior["id"], "update")

    def update_tags(
        self, call: Call, state: Values, changed: dict[str, str], removed: list[str]
    ) -> None:
        """Tag and untag the mapping."""
        change_tags(call, state["arn"], changed, removed)

    def delete(self, call: Call, state: Values) -> None:
        """Delete the mapping, once nothing else is done to it, and wait until it is gone."""
        client, identifier = call.client(), state["id"]

        def is_deleting() -> bool:
            try:
                client.delete_event_source_mapping(UUID=identifier)
            except client.exceptions.ResourceInUseException:
                return False
            return True

        def is_gone() -> bool:
            try:
                client.get_event_source_mapping(UUID=identifier)
            except client.exceptions.ResourceNotFoundException:
                return True
            return False

        awaited = f"event source mapping {identifier} to be deleted"
        call.wait(is_deleting, awaited=awaited, operation="delete")
        call.wait(is_gone, awaited=awaited, operation="delete")


def _wait_until_settled(call: Call, identifier: str, operation: str) -> None:
    def is_settled() -> bool:
        mapping = call.client().get_event_source_mapping(UUID=identifier)
        return mapping["State"] in ("Enabled", "Disabled")

    call.wait(
        is_settled,
        awaited=f"event source mapping {identifier} to be enabled or disabled",
        operation=operation,
    )

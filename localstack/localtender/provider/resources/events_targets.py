"""Amazon EventBridge: targets of rules.

Arguments, defaults and replace rules follow the documentation of ``aws_cloudwatch_event_target``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from localtender.provider.blocks import request_of, state_of
from localtender.provider.call import Call
from localtender.provider.checks import between, every, is_arn, length, matches, one_of
from localtender.provider.declaration import Change, Resource
from localtender.provider.documents import is_json
from localtender.provider.errors import InvalidArgumentError, OperationError
from localtender.provider.naming import unique_name
from localtender.provider.resources.ecs_tasks import (
    CONSTRAINT_TYPES,
    LAUNCH_TYPES,
    STRATEGY_TYPES,
)
from localtender.provider.resources.events_deliveries import warn_of_silence
from localtender.provider.resources.events_names import (
    DEFAULT_BUS,
    bus_and_name,
    is_bus_name_or_arn,
    is_rule_name,
)
from localtender.provider.resources.events_target_blocks import TARGET
from localtender.provider.values import UNKNOWN, Values

_MAXIMUM_INPUT_PATHS = 100


def _are_input_paths(paths: dict[str, str]) -> str | None:
    if len(paths) > _MAXIMUM_INPUT_PATHS:
        return f"expected at most {_MAXIMUM_INPUT_PATHS} paths, got {len(paths)}"
    reserved = [name for name in paths if name.startswith("AWS")]
    return f"must not start with AWS: {reserved[0]}" if reserved else None


class Target(Resource):
    """``aws_cloudwatch_event_target``; its id is made of bus, rule and target."""

    type_name = "aws_cloudwatch_event_target"
    service = "events"
    gone = ("ResourceNotFoundException",)
    replaces = ("event_bus_name", "rule", "target_id")
    defaults = {
        "ecs_target.enable_ecs_managed_tags": False,
        "ecs_target.enable_execute_command": False,
        "ecs_target.network_configuration.assign_public_ip": False,
        "ecs_target.task_count": 1,
        "event_bus_name": DEFAULT_BUS,
        "force_destroy": False,
    }
    conflicts = (("input", "input_path", "input_transformer"),)
    checks = {
        "arn": is_arn,
        "batch_target.array_size": between(2, 10_000),
        "batch_target.job_attempts": between(1, 10),
        "dead_letter_config.arn": is_arn,
        "ecs_target.capacity_provider_strategy.base": between(0, 100_000),
        "ecs_target.capacity_provider_strategy.weight": between(0, 1000),
        "ecs_target.group": length(1, 255),
        "ecs_target.launch_type": one_of(*LAUNCH_TYPES),
        "ecs_target.ordered_placement_strategy.field": length(0, 255),
        "ecs_target.ordered_placement_strategy.type": one_of(*STRATEGY_TYPES),
        "ecs_target.placement_constraint.type": one_of(*CONSTRAINT_TYPES),
        "ecs_target.platform_version": length(0, 1600),
        "ecs_target.propagate_tags": one_of("TASK_DEFINITION"),
        "ecs_target.task_count": between(1, 2**31 - 1),
        "ecs_target.task_definition_arn": is_arn,
        "event_bus_name": is_bus_name_or_arn,
        "input": every(is_json, length(0, 8192)),
        "input_path": length(0, 256),
        "input_transformer.input_paths": _are_input_paths,
        "input_transformer.input_template": length(1, 8192),
        "kinesis_target.partition_key_path": length(1, 256),
        "redshift_target.database": length(1, 64),
        "redshift_target.db_user": length(1, 128),
        "redshift_target.secrets_manager_arn": is_arn,
        "redshift_target.sql": length(1, 100_000),
        "redshift_target.statement_name": length(1, 500),
        "retry_policy.maximum_event_age_in_seconds": between(0, 86_400),
        "retry_policy.maximum_retry_attempts": between(0, 185),
        "role_arn": is_arn,
        "rule": is_rule_name,
        "run_command_targets.key": length(1, 128),
        "target_id": every(
            length(1, 64), matches(r"[.\-_A-Za-z0-9]+", "expected letters, digits or any of .-_")
        ),
    }

    def validate(self, config: Values) -> Iterable[InvalidArgumentError]:
        """Check that there are not more blocks than EventBridge takes."""
        blocks = config["run_command_targets"]
        if blocks is not UNKNOWN and len(blocks or []) > 5:
            yield InvalidArgumentError("run_command_targets", "at most 5 blocks are allowed")

    def create(self, call: Call, planned: Values) -> Values:
        """Put the target on its rule."""
        target_id = planned["target_id"] or unique_name()
        self._put(call, planned, target_id)
        return {"id": _identifier(planned, target_id), "target_id": target_id}

    def read(self, call: Call, state: Values) -> Values | None:
        """Find the target among those of its rule."""
        client, request = call.client(), _rule(state)
        while True:
            page = client.list_targets_by_rule(**request)
            for target in page["Targets"]:
                if target["Id"] == state["target_id"]:
                    return {**state_of(target, TARGET), "target_id": target["Id"]}
            if not page.get("NextToken"):
                return None
            request["NextToken"] = page["NextToken"]

    def update(self, call: Call, change: Change) -> None:
        """Put the changed target over the old one."""
        if change.has(*TARGET):
            self._put(call, change.planned, change.prior["target_id"])

    def delete(self, call: Call, state: Values) -> None:
        """Take the target away from its rule."""
        answer = call.client().remove_targets(
            **_rule(state), Ids=[state["target_id"]], Force=bool(state["force_destroy"])
        )
        _raise_failed(answer)

    def import_state(self, call: Call, identifier: str) -> Values:
        """Take ``EVENT_BUS_NAME/RULE_NAME/TARGET_ID`` or ``RULE_NAME/TARGET_ID`` apart."""
        rest, _, target_id = identifier.rpartition("/")
        if not rest or not target_id:
            raise OperationError(
                f"unexpected format of the import id {identifier!r}, expected "
                "EVENT_BUS_NAME/RULE_NAME/TARGET_ID or RULE_NAME/TARGET_ID"
            )
        bus, rule = bus_and_name(rest, "RULE_NAME")
        state = {"event_bus_name": bus, "rule": rule, "target_id": target_id}
        return {**state, "id": _identifier(state, target_id)}

    def _put(self, call: Call, planned: Values, target_id: str) -> None:
        target = {"Id": target_id, **request_of(planned, TARGET)}
        _raise_failed(call.client().put_targets(**_rule(planned), Targets=[target]))
        warn_of_silence(call, "a rule", planned["arn"])


def _identifier(values: Values, target_id: str) -> str:
    bus = values["event_bus_name"]
    parts = [values["rule"], target_id]
    return "-".join(parts if bus in (None, "", DEFAULT_BUS) else [bus, *parts])


def _rule(values: Values) -> dict[str, Any]:
    return {"Rule": values["rule"], "EventBusName": values["event_bus_name"] or DEFAULT_BUS}


def _raise_failed(answer: Values) -> None:
    failed = answer.get("FailedEntries") or []
    if failed:
        raise OperationError(
            "; ".join(f"{each.get('ErrorCode')}: {each.get('ErrorMessage')}" for each in failed)
        )

"""Amazon EventBridge Scheduler: schedules and their groups.

Arguments, defaults and replace rules follow the documentation of ``aws_scheduler_schedule`` and
``aws_scheduler_schedule_group``.
"""

from __future__ import annotations

from typing import Final

from localtender.provider.blocks import request_of, state_of
from localtender.provider.call import Call
from localtender.provider.checks import between, every, is_arn, length, matches, one_of
from localtender.provider.declaration import Change, Plan, Resource
from localtender.provider.identifiers import id_parts
from localtender.provider.naming import configured_name, prefix_of
from localtender.provider.resources.ecs_tasks import (
    CONSTRAINT_TYPES,
    LAUNCH_TYPES,
    STRATEGY_TYPES,
)
from localtender.provider.resources.events_deliveries import warn_of_silence
from localtender.provider.resources.scheduler_blocks import SCHEDULE
from localtender.provider.tags import tag_list, tag_map
from localtender.provider.timestamps import is_timestamp, same_time, timestamp
from localtender.provider.values import UNKNOWN, Values

_NAME_FORM: Final = matches(r"[0-9A-Za-z_.-]+", "expected letters, digits or any of _.-")
_IS_NAME: Final = every(length(1, 64), _NAME_FORM)
_IS_PREFIX: Final = every(length(1, 38), _NAME_FORM)


def _same_text(old: str, new: str) -> bool:
    return old.lower() == new.lower()


class Schedule(Resource):
    """``aws_scheduler_schedule``; its id is ``GROUP_NAME/NAME``."""

    type_name = "aws_scheduler_schedule"
    service = "scheduler"
    gone = ("ResourceNotFoundException",)
    replaces = ("group_name", "name", "name_prefix")
    conflicts = (("name", "name_prefix"),)
    defaults = {
        "schedule_expression_timezone": "UTC",
        "state": "ENABLED",
        "target.ecs_parameters.network_configuration.assign_public_ip": False,
        "target.ecs_parameters.task_count": 1,
        "target.retry_policy.maximum_event_age_in_seconds": 86_400,
        "target.retry_policy.maximum_retry_attempts": 185,
    }
    equivalent = {
        "end_date": same_time,
        "start_date": same_time,
        "target.ecs_parameters.placement_strategy.field": _same_text,
    }
    checks = {
        "action_after_completion": one_of("NONE", "DELETE"),
        "description": length(0, 512),
        "end_date": is_timestamp,
        "flexible_time_window.maximum_window_in_minutes": between(1, 1440),
        "flexible_time_window.mode": one_of("OFF", "FLEXIBLE"),
        "group_name": length(1, 64),
        "kms_key_arn": is_arn,
        "name": _IS_NAME,
        "name_prefix": _IS_PREFIX,
        "schedule_expression": length(1, 256),
        "schedule_expression_timezone": length(1, 50),
        "start_date": is_timestamp,
        "state": one_of("ENABLED", "DISABLED"),
        "target.arn": is_arn,
        "target.dead_letter_config.arn": is_arn,
        "target.ecs_parameters.capacity_provider_strategy.base": between(0, 100_000),
        "target.ecs_parameters.capacity_provider_strategy.capacity_provider": length(1, 255),
        "target.ecs_parameters.capacity_provider_strategy.weight": between(0, 1000),
        "target.ecs_parameters.group": length(1, 255),
        "target.ecs_parameters.launch_type": one_of(*LAUNCH_TYPES),
        "target.ecs_parameters.placement_constraints.expression": length(1, 2000),
        "target.ecs_parameters.placement_constraints.type": one_of(*CONSTRAINT_TYPES),
        "target.ecs_parameters.placement_strategy.type": one_of(*STRATEGY_TYPES),
        "target.ecs_parameters.propagate_tags": one_of("TASK_DEFINITION"),
        "target.ecs_parameters.task_count": between(0, 10),
        "target.ecs_parameters.task_definition_arn": is_arn,
        "target.eventbridge_parameters.detail_type": length(1, 128),
        "target.eventbridge_parameters.source": length(1, 256),
        "target.input": length(1, 2**31),
        "target.kinesis_parameters.partition_key": length(1, 256),
        "target.retry_policy.maximum_event_age_in_seconds": between(60, 86_400),
        "target.retry_policy.maximum_retry_attempts": between(0, 185),
        "target.role_arn": is_arn,
        "target.sagemaker_pipeline_parameters.pipeline_parameter.name": length(1, 256),
        "target.sagemaker_pipeline_parameters.pipeline_parameter.value": length(1, 1024),
        "target.sqs_parameters.message_group_id": length(1, 128),
    }

    def customize(self, call: Call, plan: Plan) -> None:
        """Leave a retry policy alone that is not configured: AWS has one for every target."""
        before = (plan.prior or {}).get("target") or []
        after = plan.planned["target"]
        if not before or after is UNKNOWN or UNKNOWN in after:
            return
        for known, target in zip(before, after, strict=False):
            if target["retry_policy"] == []:
                target["retry_policy"] = known["retry_policy"]

    def create(self, call: Call, planned: Values) -> Values:
        """Create the schedule."""
        name = configured_name(planned)
        call.client().create_schedule(Name=name, **request_of(planned, SCHEDULE))
        warn_of_silence(call, "a schedule", planned["target"][0]["arn"])
        return {"id": f"{planned['group_name'] or 'default'}/{name}"}

    def read(self, call: Call, state: Values) -> Values | None:
        """Read the schedule."""
        group, name = id_parts(state["id"], "GROUP_NAME/NAME")
        schedule = call.client().get_schedule(GroupName=group, Name=name)
        return {
            **state_of(schedule, SCHEDULE),
            "arn": schedule["Arn"],
            "name": schedule["Name"],
            "name_prefix": prefix_of(schedule["Name"]),
        }

    def update(self, call: Call, change: Change) -> None:
        """Put the whole schedule again, as the API wants it; what is left out is reset by it."""
        group, name = id_parts(change.prior["id"], "GROUP_NAME/NAME")
        request = {**request_of(change.planned, SCHEDULE), "GroupName": group}
        call.client().update_schedule(Name=name, **request)

    def delete(self, call: Call, state: Values) -> None:
        """Delete the schedule."""
        group, name = id_parts(state["id"], "GROUP_NAME/NAME")
        call.client().delete_schedule(GroupName=group, Name=name)


class ScheduleGroup(Resource):
    """``aws_scheduler_schedule_group``; its id is the group's name."""

    type_name = "aws_scheduler_schedule_group"
    service = "scheduler"
    gone = ("ResourceNotFoundException",)
    replaces = ("name", "name_prefix")
    conflicts = (("name", "name_prefix"),)
    checks = {"name": _IS_NAME, "name_prefix": _IS_PREFIX}

    def create(self, call: Call, planned: Values) -> Values:
        """Create the group and wait until it is active."""
        name = configured_name(planned)
        tags = planned["tags_all"]
        call.client().create_schedule_group(Name=name, **({"Tags": tag_list(tags)} if tags else {}))
        call.created({"id": name})
        call.wait(
            lambda: call.client().get_schedule_group(Name=name)["State"] == "ACTIVE",
            awaited=f"schedule group {name} to become ACTIVE",
        )
        return {"id": name}

    def read(self, call: Call, state: Values) -> Values | None:
        """Read the group and its tags; one that is being deleted is gone."""
        group = call.client().get_schedule_group(Name=state["id"])
        tags = call.client().list_tags_for_resource(ResourceArn=group["Arn"])
        return {
            "arn": group["Arn"],
            "creation_date": timestamp(group["CreationDate"]),
            "last_modification_date": timestamp(group["LastModificationDate"]),
            "name": group["Name"],
            "name_prefix": prefix_of(group["Name"]),
            "state": group["State"],
            "tags": tag_map(tags.get("Tags")),
        }

    def update_tags(
        self, call: Call, state: Values, changed: dict[str, str], removed: list[str]
    ) -> None:
        """Tag and untag the group."""
        if removed:
            call.client().untag_resource(ResourceArn=state["arn"], TagKeys=removed)
        if changed:
            call.client().tag_resource(ResourceArn=state["arn"], Tags=tag_list(changed))

    def delete(self, call: Call, state: Values) -> None:
        """Delete the group with its schedules and wait until it is gone."""
        client = call.client()
        client.delete_schedule_group(Name=state["id"])

        def is_gone() -> bool:
            try:
                client.get_schedule_group(Name=state["id"])
            except client.exceptions.ResourceNotFoundException:
                return True
            return False

        call.wait(
            is_gone, awaited=f"schedule group {state['id']} to be deleted", operation="delete"
        )

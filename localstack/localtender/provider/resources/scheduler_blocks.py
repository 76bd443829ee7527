"""What a schedule of EventBridge Scheduler says, as the API's ``CreateSchedule`` has it."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from localtender.provider.blocks import Converted, Fields, Structure
from localtender.provider.resources.ecs_tasks import (
    PLACEMENT_CONSTRAINTS,
    PLACEMENT_STRATEGY_FIELDS,
    TASK_FIELDS,
)
from localtender.provider.timestamps import timestamp


def _tags(tags: dict[str, str]) -> list[dict[str, str]]:
    # In this API each tag of a task is a map of its own.
    return [{"key": key, "value": value} for key, value in tags.items()]


def _tags_of(answer: list[dict[str, str]]) -> dict[str, str]:
    return {tag["key"]: tag["value"] for tag in answer}


_TARGET: Final[Fields] = {
    "arn": "Arn",
    "dead_letter_config": Structure("DeadLetterConfig", {"arn": "Arn"}),
    "ecs_parameters": Structure(
        "EcsParameters",
        {
            **TASK_FIELDS,
            "placement_constraints": PLACEMENT_CONSTRAINTS,
            "placement_strategy": Structure(
                "PlacementStrategy", PLACEMENT_STRATEGY_FIELDS, many=True
            ),
            "reference_id": "ReferenceId",
            "tags": Converted("Tags", request=_tags, state=_tags_of),
        },
    ),
    "eventbridge_parameters": Structure(
        "EventBridgeParameters", {"detail_type": "DetailType", "source": "Source"}
    ),
    "input": "Input",
    "kinesis_parameters": Structure("KinesisParameters", {"partition_key": "PartitionKey"}),
    "retry_policy": Structure(
        "RetryPolicy",
        {
            "maximum_event_age_in_seconds": "MaximumEventAgeInSeconds",
            "maximum_retry_attempts": "MaximumRetryAttempts",
        },
    ),
    "role_arn": "RoleArn",
    "sagemaker_pipeline_parameters": Structure(
        "SageMakerPipelineParameters",
        {
            "pipeline_parameter": Structure(
                "PipelineParameterList", {"name": "Name", "value": "Value"}, many=True
            )
        },
    ),
    "sqs_parameters": Structure("SqsParameters", {"message_group_id": "MessageGroupId"}),
}
SCHEDULE: Final[Fields] = {
    "action_after_completion": "ActionAfterCompletion",
    "description": "Description",
    "end_date": Converted("EndDate", request=datetime.fromisoformat, state=timestamp),
    "flexible_time_window": Structure(
        "FlexibleTimeWindow",
        {"maximum_window_in_minutes": "MaximumWindowInMinutes", "mode": "Mode"},
    ),
    "group_name": "GroupName",
    "kms_key_arn": "KmsKeyArn",
    "schedule_expression": "ScheduleExpression",
    "schedule_expression_timezone": "ScheduleExpressionTimezone",
    "start_date": Converted("StartDate", request=datetime.fromisoformat, state=timestamp),
    "state": "State",
    "target": Structure("Target", _TARGET),
}

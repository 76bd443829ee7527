"""Where a pipe of EventBridge takes its events to, as the API's ``TargetParameters`` has it."""

from __future__ import annotations

from typing import Final

from localtender.provider.blocks import Converted, Fields, Structure
from localtender.provider.checks import between, is_arn, length, one_of
from localtender.provider.declaration import Check
from localtender.provider.resources.ecs_tasks import (
    CONSTRAINT_TYPES,
    LAUNCH_TYPES,
    PLACEMENT_CONSTRAINTS,
    PLACEMENT_STRATEGY_FIELDS,
    STRATEGY_TYPES,
    TASK_FIELDS,
    VPC_FIELDS,
)
from localtender.provider.tags import tag_list, tag_map

_NAME_VALUE: Final[Fields] = {"name": "Name", "value": "Value"}
_TYPE_VALUE: Final[Fields] = {"type": "Type", "value": "Value"}
_ECS_TYPE_VALUE: Final[Fields] = {"type": "type", "value": "value"}
HTTP_PARAMETERS: Final = Structure(
    "HttpParameters",
    {
        "header_parameters": "HeaderParameters",
        "path_parameter_values": "PathParameterValues",
        "query_string_parameters": "QueryStringParameters",
    },
)
_OVERRIDES: Final = Structure(
    "Overrides",
    {
        "container_override": Structure(
            "ContainerOverrides",
            {
                "command": "Command",
                "cpu": "Cpu",
                "environment": Structure(
                    "Environment", {"name": "name", "value": "value"}, many=True
                ),
                "environment_file": Structure("EnvironmentFiles", _ECS_TYPE_VALUE, many=True),
                "memory": "Memory",
                "memory_reservation": "MemoryReservation",
                "name": "Name",
                "resource_requirement": Structure(
                    "ResourceRequirements", _ECS_TYPE_VALUE, many=True
                ),
            },
            many=True,
        ),
        "cpu": "Cpu",
        "ephemeral_storage": Structure("EphemeralStorage", {"size_in_gib": "sizeInGiB"}),
        "execution_role_arn": "ExecutionRoleArn",
        "inference_accelerator_override": Structure(
            "InferenceAcceleratorOverrides",
            {"device_name": "deviceName", "device_type": "deviceType"},
            many=True,
        ),
        "memory": "Memory",
        "task_role_arn": "TaskRoleArn",
    },
)
_ECS: Final = Structure(
    "EcsTaskParameters",
    {
        **TASK_FIELDS,
        "network_configuration": Structure(
            "NetworkConfiguration",
            {
                "aws_vpc_configuration": Structure(
                    "awsvpcConfiguration", {**VPC_FIELDS, "assign_public_ip": "AssignPublicIp"}
                )
            },
        ),
        "overrides": _OVERRIDES,
        "placement_constraint": PLACEMENT_CONSTRAINTS,
        "placement_strategy": Structure("PlacementStrategy", PLACEMENT_STRATEGY_FIELDS, many=True),
        "reference_id": "ReferenceId",
        "tags": Converted("Tags", request=tag_list, state=tag_map),
    },
)
_BATCH: Final = Structure(
    "BatchJobParameters",
    {
        "array_properties": Structure("ArrayProperties", {"size": "Size"}),
        "container_overrides": Structure(
            "ContainerOverrides",
            {
                "command": "Command",
                "environment": Structure("Environment", _NAME_VALUE, many=True),
                "instance_type": "InstanceType",
                "resource_requirement": Structure("ResourceRequirements", _TYPE_VALUE, many=True),
            },
        ),
        "depends_on": Structure("DependsOn", {"job_id": "JobId", "type": "Type"}, many=True),
        "job_definition": "JobDefinition",
        "job_name": "JobName",
        "parameters": "Parameters",
        "retry_strategy": Structure("RetryStrategy", {"attempts": "Attempts"}),
    },
)
_KINDS: Final[dict[str, Structure]] = {
    "batch_job_parameters": _BATCH,
    "cloudwatch_logs_parameters": Structure(
        "CloudWatchLogsParameters",
        {"log_stream_name": "LogStreamName", "timestamp": "Timestamp"},
    ),
    "ecs_task_parameters": _ECS,
    "eventbridge_event_bus_parameters": Structure(
        "EventBridgeEventBusParameters",
        {
            "detail_type": "DetailType",
            "endpoint_id": "EndpointId",
            "resources": "Resources",
            "source": "Source",
            "time": "Time",
        },
    ),
    "http_parameters": HTTP_PARAMETERS,
    "kinesis_stream_parameters": Structure(
        "KinesisStreamParameters", {"partition_key": "PartitionKey"}
    ),
    "lambda_function_parameters": Structure(
        "LambdaFunctionParameters", {"invocation_type": "InvocationType"}
    ),
    "redshift_data_parameters": Structure(
        "RedshiftDataParameters",
        {
            "database": "Database",
            "db_user": "DbUser",
            "secret_manager_arn": "SecretManagerArn",
            "sqls": "Sqls",
            "statement_name": "StatementName",
            "with_event": "WithEvent",
        },
    ),
    "sagemaker_pipeline_parameters": Structure(
        "SageMakerPipelineParameters",
        {"pipeline_parameter": Structure("PipelineParameterList", _NAME_VALUE, many=True)},
    ),
    "sqs_queue_parameters": Structure(
        "SqsQueueParameters",
        {
            "message_deduplication_id": "MessageDeduplicationId",
            "message_group_id": "MessageGroupId",
        },
    ),
    "step_function_state_machine_parameters": Structure(
        "StepFunctionStateMachineParameters", {"invocation_type": "InvocationType"}
    ),
}
TARGET_KINDS: Final = tuple(_KINDS)
TARGET_PARAMETERS: Final = Structure(
    "TargetParameters", {**_KINDS, "input_template": "InputTemplate"}
)
_INVOCATION_TYPES: Final = one_of("REQUEST_RESPONSE", "FIRE_AND_FORGET")
_CHECKS: Final[dict[str, Check]] = {
    "batch_job_parameters.array_properties.size": between(2, 10_000),
    "batch_job_parameters.container_overrides.resource_requirement.type": one_of(
        "GPU", "MEMORY", "VCPU"
    ),
    "batch_job_parameters.depends_on.type": one_of("N_TO_N", "SEQUENTIAL"),
    "batch_job_parameters.job_name": length(1, 128),
    "batch_job_parameters.retry_strategy.attempts": between(1, 10),
    "cloudwatch_logs_parameters.log_stream_name": length(0, 256),
    "cloudwatch_logs_parameters.timestamp": length(1, 256),
    "ecs_task_parameters.capacity_provider_strategy.base": between(0, 100_000),
    "ecs_task_parameters.capacity_provider_strategy.weight": between(0, 1000),
    "ecs_task_parameters.group": length(1, 255),
    "ecs_task_parameters.launch_type": one_of(*LAUNCH_TYPES),
    "ecs_task_parameters.network_configuration.aws_vpc_configuration.assign_public_ip": one_of(
        "ENABLED", "DISABLED"
    ),
    "ecs_task_parameters.overrides.ephemeral_storage.size_in_gib": between(21, 200),
    "ecs_task_parameters.overrides.execution_role_arn": is_arn,
    "ecs_task_parameters.overrides.task_role_arn": is_arn,
    "ecs_task_parameters.placement_constraint.type": one_of(*CONSTRAINT_TYPES),
    "ecs_task_parameters.placement_strategy.type": one_of(*STRATEGY_TYPES),
    "ecs_task_parameters.propagate_tags": one_of("TASK_DEFINITION"),
    "ecs_task_parameters.task_definition_arn": is_arn,
    "eventbridge_event_bus_parameters.detail_type": length(1, 128),
    "eventbridge_event_bus_parameters.source": length(1, 256),
    "input_template": length(0, 8192),
    "kinesis_stream_parameters.partition_key": length(0, 256),
    "lambda_function_parameters.invocation_type": _INVOCATION_TYPES,
    "redshift_data_parameters.database": length(1, 64),
    "redshift_data_parameters.db_user": length(1, 128),
    "redshift_data_parameters.secret_manager_arn": is_arn,
    "redshift_data_parameters.statement_name": length(1, 500),
    "sqs_queue_parameters.message_deduplication_id": length(0, 100),
    "sqs_queue_parameters.message_group_id": length(0, 100),
    "step_function_state_machine_parameters.invocation_type": _INVOCATION_TYPES,
}
TARGET_CHECKS: Final = {f"target_parameters.{path}": check for path, check in _CHECKS.items()}
TARGET_DEFAULTS: Final = {
    "target_parameters.ecs_task_parameters.capacity_provider_strategy.base": 0,
    "target_parameters.ecs_task_parameters.capacity_provider_strategy.weight": 0,
    "target_parameters.ecs_task_parameters.enable_ecs_managed_tags": False,
    "target_parameters.ecs_task_parameters.enable_execute_command": False,
    "target_parameters.ecs_task_parameters.task_count": 1,
}

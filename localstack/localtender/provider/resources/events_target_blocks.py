"""What a target of an EventBridge rule says beyond its ARN, as the API's ``Target`` has it."""

from __future__ import annotations

from typing import Final

from localtender.provider.blocks import Converted, Fields, Structure
from localtender.provider.resources.ecs_tasks import (
    PLACEMENT_CONSTRAINTS,
    PLACEMENT_STRATEGY_FIELDS,
    TASK_FIELDS,
)
from localtender.provider.tags import tag_list, tag_map

_RUN_COMMAND: Final[Fields] = {"key": "Key", "values": "Values"}

TARGET: Final[Fields] = {
    "appsync_target": Structure("AppSyncParameters", {"graphql_operation": "GraphQLOperation"}),
    "arn": "Arn",
    "batch_target": Structure(
        "BatchParameters",
        {
            "array_size": "ArrayProperties.Size",
            "job_attempts": "RetryStrategy.Attempts",
            "job_definition": "JobDefinition",
            "job_name": "JobName",
        },
    ),
    "dead_letter_config": Structure("DeadLetterConfig", {"arn": "Arn"}),
    "ecs_target": Structure(
        "EcsParameters",
        {
            **TASK_FIELDS,
            "ordered_placement_strategy": Structure(
                "PlacementStrategy", PLACEMENT_STRATEGY_FIELDS, many=True
            ),
            "placement_constraint": PLACEMENT_CONSTRAINTS,
            "tags": Converted("Tags", request=tag_list, state=tag_map),
        },
    ),
    "http_target": Structure(
        "HttpParameters",
        {
            "header_parameters": "HeaderParameters",
            "path_parameter_values": "PathParameterValues",
            "query_string_parameters": "QueryStringParameters",
        },
    ),
    "input": "Input",
    "input_path": "InputPath",
    "input_transformer": Structure(
        "InputTransformer", {"input_paths": "InputPathsMap", "input_template": "InputTemplate"}
    ),
    "kinesis_target": Structure("KinesisParameters", {"partition_key_path": "PartitionKeyPath"}),
    "redshift_target": Structure(
        "RedshiftDataParameters",
        {
            "database": "Database",
            "db_user": "DbUser",
            "secrets_manager_arn": "SecretManagerArn",
            "sql": "Sql",
            "statement_name": "StatementName",
            "with_event": "WithEvent",
        },
    ),
    "retry_policy": Structure(
        "RetryPolicy",
        {
            "maximum_event_age_in_seconds": "MaximumEventAgeInSeconds",
            "maximum_retry_attempts": "MaximumRetryAttempts",
        },
    ),
    "role_arn": "RoleArn",
    "run_command_targets": Structure(
        "RunCommandParameters.RunCommandTargets", _RUN_COMMAND, many=True
    ),
    "sagemaker_pipeline_target": Structure(
        "SageMakerPipelineParameters",
        {
            "pipeline_parameter_list": Structure(
                "PipelineParameterList", {"name": "Name", "value": "Value"}, many=True
            )
        },
    ),
    "sqs_target": Structure("SqsParameters", {"message_group_id": "MessageGroupId"}),
}

"""AWS Lambda: the arguments of event source mappings and the members of the API they stand for.

Follows "CreateEventSourceMapping" and "UpdateEventSourceMapping" of the Lambda API reference.
"""

from __future__ import annotations

from typing import Final

from localtender.provider.blocks import Fields, Structure
from localtender.provider.values import UNKNOWN, Value, Values

_BATCH_SIZES: Final = {
    "dynamodb": 100,
    "kafka": 100,
    "kinesis": 100,
    "mq": 100,
    "rds": 100,
    "sqs": 10,
}
_KAFKA: Final[Fields] = {
    "consumer_group_id": "ConsumerGroupId",
    "schema_registry_config": Structure(
        "SchemaRegistryConfig",
        {
            "event_record_format": "EventRecordFormat",
            "schema_registry_uri": "SchemaRegistryURI",
            "access_config": Structure("AccessConfigs", {"type": "Type", "uri": "URI"}, many=True),
            "schema_validation_config": Structure(
                "SchemaValidationConfigs", {"attribute": "Attribute"}, many=True
            ),
        },
    ),
}
FIXED: Final[Fields] = {
    "event_source_arn": "EventSourceArn",
    "queues": "Queues",
    "self_managed_event_source": Structure("SelfManagedEventSource", {"endpoints": "Endpoints"}),
    "starting_position": "StartingPosition",
    "topics": "Topics",
}
KAFKA_CONFIGS: Final[Fields] = {
    "amazon_managed_kafka_event_source_config": Structure(
        "AmazonManagedKafkaEventSourceConfig", _KAFKA
    ),
    "self_managed_kafka_event_source_config": Structure(
        "SelfManagedKafkaEventSourceConfig", _KAFKA
    ),
}
CHANGEABLE: Final[Fields] = {
    **KAFKA_CONFIGS,
    "batch_size": "BatchSize",
    "bisect_batch_on_function_error": "BisectBatchOnFunctionError",
    "destination_config": Structure(
        "DestinationConfig",
        {"on_failure": Structure("OnFailure", {"destination_arn": "Destination"})},
    ),
    "document_db_event_source_config": Structure(
        "DocumentDBEventSourceConfig",
        {
            "collection_name": "CollectionName",
            "database_name": "DatabaseName",
            "full_document": "FullDocument",
        },
    ),
    "filter_criteria": Structure(
        "FilterCriteria", {"filter": Structure("Filters", {"pattern": "Pattern"}, many=True)}
    ),
    "function_response_types": "FunctionResponseTypes",
    "kms_key_arn": "KMSKeyArn",
    "maximum_batching_window_in_seconds": "MaximumBatchingWindowInSeconds",
    "maximum_record_age_in_seconds": "MaximumRecordAgeInSeconds",
    "maximum_retry_attempts": "MaximumRetryAttempts",
    "metrics_config": Structure("MetricsConfig", {"metrics": "Metrics"}),
    "parallelization_factor": "ParallelizationFactor",
    "provisioned_poller_config": Structure(
        "ProvisionedPollerConfig",
        {
            "maximum_pollers": "MaximumPollers",
            "minimum_pollers": "MinimumPollers",
            "poller_group_name": "PollerGroupName",
        },
    ),
    "scaling_config": Structure("ScalingConfig", {"maximum_concurrency": "MaximumConcurrency"}),
    "source_access_configuration": Structure(
        "SourceAccessConfigurations", {"type": "Type", "uri": "URI"}, many=True
    ),
    "tumbling_window_in_seconds": "TumblingWindowInSeconds",
}
# What the API wants to hear when an argument is taken away.
_NOTHING: Final[Values] = {
    "bisect_batch_on_function_error": False,
    "filter_criteria": {},
    "function_response_types": [],
    "kms_key_arn": "",
    "maximum_batching_window_in_seconds": 0,
    "metrics_config": {},
    "provisioned_poller_config": {},
    "scaling_config": {},
    "source_access_configuration": [],
    "tumbling_window_in_seconds": 0,
}


def removal(argument: str) -> Values:
    """Return what takes an argument away; empty if it can only be changed."""
    target = CHANGEABLE[argument]
    if argument not in _NOTHING:
        return {}
    member = target if isinstance(target, str) else target.member
    return {member: _NOTHING[argument]}


def default_batch_size(config: Values) -> Value:
    """Return the batch size that Lambda chooses for the configured source."""
    source = config["event_source_arn"]
    if source is UNKNOWN:
        return UNKNOWN
    service = source.split(":")[2] if source else "kafka"
    return _BATCH_SIZES.get(service, UNKNOWN)

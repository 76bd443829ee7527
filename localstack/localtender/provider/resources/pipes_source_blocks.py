"""Where a pipe of EventBridge takes its events from, as the API's ``SourceParameters`` has it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from localtender.provider.blocks import Converted, Fields, Structure
from localtender.provider.checks import between, is_arn, length, matches, one_of
from localtender.provider.declaration import Check
from localtender.provider.timestamps import is_timestamp, timestamp

_BATCH: Final[Fields] = {
    "batch_size": "BatchSize",
    "maximum_batching_window_in_seconds": "MaximumBatchingWindowInSeconds",
}
_STREAM: Final[Fields] = {
    **_BATCH,
    "dead_letter_config": Structure("DeadLetterConfig", {"arn": "Arn"}),
    "maximum_record_age_in_seconds": "MaximumRecordAgeInSeconds",
    "maximum_retry_attempts": "MaximumRetryAttempts",
    "on_partial_batch_item_failure": "OnPartialBatchItemFailure",
    "parallelization_factor": "ParallelizationFactor",
    "starting_position": "StartingPosition",
}
_BROKER_CREDENTIALS: Final = Structure("Credentials", {"basic_auth": "BasicAuth"})
_TLS: Final = "client_certificate_tls_auth"
_KAFKA: Final[Fields] = {
    **_BATCH,
    "consumer_group_id": "ConsumerGroupID",
    "starting_position": "StartingPosition",
    "topic_name": "TopicName",
}
_POSITION_TIME: Final = Converted(
    "StartingPositionTimestamp", request=datetime.fromisoformat, state=timestamp
)
_KINDS: Final[dict[str, Structure]] = {
    "activemq_broker_parameters": Structure(
        "ActiveMQBrokerParameters",
        {**_BATCH, "credentials": _BROKER_CREDENTIALS, "queue_name": "QueueName"},
    ),
    "dynamodb_stream_parameters": Structure("DynamoDBStreamParameters", _STREAM),
    "kinesis_stream_parameters": Structure(
        "KinesisStreamParameters", {**_STREAM, "starting_position_timestamp": _POSITION_TIME}
    ),
    "managed_streaming_kafka_parameters": Structure(
        "ManagedStreamingKafkaParameters",
        {
            **_KAFKA,
            "credentials": Structure(
                "Credentials",
                {
                    _TLS: "ClientCertificateTlsAuth",
                    "sasl_scram_512_auth": "SaslScram512Auth",
                },
            ),
        },
    ),
    "rabbitmq_broker_parameters": Structure(
        "RabbitMQBrokerParameters",
        {
            **_BATCH,
            "credentials": _BROKER_CREDENTIALS,
            "queue_name": "QueueName",
            "virtual_host": "VirtualHost",
        },
    ),
    "self_managed_kafka_parameters": Structure(
        "SelfManagedKafkaParameters",
        {
            **_KAFKA,
            "additional_bootstrap_servers": "AdditionalBootstrapServers",
            "credentials": Structure(
                "Credentials",
                {
                    "basic_auth": "BasicAuth",
                    _TLS: "ClientCertificateTlsAuth",
                    "sasl_scram_256_auth": "SaslScram256Auth",
                    "sasl_scram_512_auth": "SaslScram512Auth",
                },
            ),
            "server_root_ca_certificate": "ServerRootCaCertificate",
            "vpc": Structure("Vpc", {"security_groups": "SecurityGroup", "subnets": "Subnets"}),
        },
    ),
    "sqs_queue_parameters": Structure("SqsQueueParameters", _BATCH),
}
SOURCE_KINDS: Final = tuple(_KINDS)
SOURCE_PARAMETERS: Final = Structure(
    "SourceParameters",
    {
        **_KINDS,
        "filter_criteria": Structure(
            "FilterCriteria", {"filter": Structure("Filters", {"pattern": "Pattern"}, many=True)}
        ),
    },
)
_FIXED: Final = frozenset(
    {
        "additional_bootstrap_servers",
        "consumer_group_id",
        "queue_name",
        "starting_position",
        "starting_position_timestamp",
        "topic_name",
        "virtual_host",
    }
)
_KAFKA_GROUP_CHANGES: Final = "source_parameters.managed_streaming_kafka_parameters"
SOURCE_REPLACES: Final = tuple(
    path
    for kind, structure in _KINDS.items()
    for argument in structure.fields
    if argument in _FIXED
    and (path := f"source_parameters.{kind}.{argument}")
    != f"{_KAFKA_GROUP_CHANGES}.consumer_group_id"
)


def _is_age(seconds: float) -> str | None:
    return None if seconds == -1 else between(60, 604_800)(seconds)


_is_secret = matches(
    r"arn:aws[a-z-]*:secretsmanager:[\w-]+:\d{12}:secret:.+", "expected the ARN of a secret"
)
_BY_ARGUMENT: Final[dict[str, Check]] = {
    "batch_size": between(1, 10_000),
    "consumer_group_id": length(1, 200),
    "credentials.basic_auth": _is_secret,
    f"credentials.{_TLS}": _is_secret,
    "credentials.sasl_scram_256_auth": _is_secret,
    "credentials.sasl_scram_512_auth": _is_secret,
    "dead_letter_config.arn": is_arn,
    "maximum_batching_window_in_seconds": between(0, 300),
    "maximum_record_age_in_seconds": _is_age,
    "maximum_retry_attempts": between(-1, 10_000),
    "on_partial_batch_item_failure": one_of("AUTOMATIC_BISECT"),
    "parallelization_factor": between(1, 10),
    "queue_name": length(1, 1000),
    "server_root_ca_certificate": is_arn,
    "starting_position_timestamp": is_timestamp,
    "topic_name": length(1, 249),
    "virtual_host": length(1, 200),
}
_POSITIONS: Final = {
    "dynamodb_stream_parameters": ("TRIM_HORIZON", "LATEST"),
    "kinesis_stream_parameters": ("TRIM_HORIZON", "LATEST", "AT_TIMESTAMP"),
    "managed_streaming_kafka_parameters": ("TRIM_HORIZON", "LATEST"),
    "self_managed_kafka_parameters": ("TRIM_HORIZON", "LATEST"),
}


def _has(fields: Fields, path: str) -> bool:
    head, _, rest = path.partition(".")
    target: Any = fields.get(head)
    return target is not None and (not rest or _has(target.fields, rest))


SOURCE_CHECKS: Final[dict[str, Check]] = {
    **{
        f"source_parameters.{kind}.{path}": check
        for kind, structure in _KINDS.items()
        for path, check in _BY_ARGUMENT.items()
        if _has(structure.fields, path)
    },
    **{
        f"source_parameters.{kind}.starting_position": one_of(*positions)
        for kind, positions in _POSITIONS.items()
    },
    "source_parameters.filter_criteria.filter.pattern": length(1, 4096),
}

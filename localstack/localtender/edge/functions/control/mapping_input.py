"""Reading a mapping out of CreateEventSourceMapping and UpdateEventSourceMapping.

Rules, defaults and messages follow
https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html and the answers
recorded from AWS in LocalStack's
``tests/aws/services/lambda_/event_source_mapping/test_api.snapshot.json``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localtender.edge.functions import errors
from localtender.edge.functions.sources.event_sources import SUPPORTED_SERVICES
from localtender.edge.functions.sources.filtering import EventFilter, InvalidPatternError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localtender.edge.functions.event_source_mapping import EventSourceMapping

_DEFAULT_BATCH_SIZE = {"sqs": 10, "dynamodb": 100, "kinesis": 100}
_LARGEST_BATCH_WITHOUT_WINDOW = 10
_LARGEST_FIFO_BATCH = 10
_LEAST_RECORD_AGE = 60
_UNSUPPORTED = (
    "KMSKeyArn",
    "MetricsConfig",
    "LoggingConfig",
    "SelfManagedEventSource",
    "SelfManagedKafkaEventSourceConfig",
    "AmazonManagedKafkaEventSourceConfig",
    "DocumentDBEventSourceConfig",
    "ProvisionedPollerConfig",
    "SourceAccessConfigurations",
    "Topics",
    "Queues",
)
_STREAMS_ONLY = (
    "StartingPosition",
    "StartingPositionTimestamp",
    "ParallelizationFactor",
    "BisectBatchOnFunctionError",
    "MaximumRecordAgeInSeconds",
    "MaximumRetryAttempts",
    "DestinationConfig",
    "TumblingWindowInSeconds",
)
_PLAIN = (
    ("BatchSize", "batch_size"),
    ("MaximumBatchingWindowInSeconds", "batching_window"),
    ("Enabled", "enabled"),
    ("ParallelizationFactor", "parallelization_factor"),
    ("BisectBatchOnFunctionError", "bisect_on_error"),
    ("MaximumRecordAgeInSeconds", "maximum_record_age"),
    ("MaximumRetryAttempts", "maximum_retries"),
    ("TumblingWindowInSeconds", "tumbling_window"),
)


def source_of(parameters: Mapping[str, Any]) -> str:
    """The event source's ARN. Raises ServiceError for a source that is not read here."""
    arn: str | None = parameters.get("EventSourceArn")
    if not arn:
        raise errors.invalid_parameter("Unrecognized event source.")
    service = arn.split(":")[2]
    if service not in SUPPORTED_SERVICES or (service == "dynamodb" and "/stream/" not in arn):
        raise errors.invalid_parameter(
            f"Localtender's event source mappings read {', '.join(SUPPORTED_SERVICES)} streams and "
            f"queues only, not {arn}."
        )
    return arn


def new_settings(source_arn: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """What a CreateEventSourceMapping call asks for, by EventSourceMapping's field names."""
    service = source_arn.split(":")[2]
    settings = {"batch_size": _DEFAULT_BATCH_SIZE[service], **changes(source_arn, parameters)}
    position = parameters.get("StartingPosition")
    if service == "sqs":
        return settings
    if position is None:
        raise errors.invalid_parameter(
            "1 validation error detected: Value null at 'startingPosition' failed to satisfy "
            "constraint: Member must not be null."
        )
    timestamp = parameters.get("StartingPositionTimestamp")
    if timestamp is not None and position != "AT_TIMESTAMP":
        raise errors.invalid_parameter("Timestamp only valid with StartingPosition AT_TIMESTAMP")
    if position == "AT_TIMESTAMP":
        if service == "dynamodb":
            raise errors.invalid_parameter(
                f"Unsupported starting position for arn type: {source_arn}"
            )
        if timestamp is None:
            raise errors.invalid_parameter(
                "StartingPositionTimestamp is required when StartingPosition is AT_TIMESTAMP."
            )
        if timestamp.timestamp() < 0:
            raise errors.invalid_parameter(
                "Received Exception while reading from provided stream. class java.lang.Long can "
                "not be converted to a Timestamp"
            )
        settings["starting_timestamp"] = timestamp
    return {**settings, "starting_position": position}


def changes(source_arn: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that a call gives, by EventSourceMapping's field names. Raises ServiceError."""
    _refuse_unsupported(parameters, is_queue=source_arn.split(":")[2] == "sqs")
    given = {
        attribute: parameters[name]
        for name, attribute in _PLAIN
        if parameters.get(name) is not None
    }
    if parameters.get("FunctionResponseTypes") is not None:
        given["response_types"] = tuple(parameters["FunctionResponseTypes"])
    if parameters.get("ScalingConfig") is not None:
        given["maximum_concurrency"] = parameters["ScalingConfig"].get("MaximumConcurrency")
    if parameters.get("FilterCriteria") is not None:
        given["filters"] = _filters(parameters["FilterCriteria"])
    if parameters.get("DestinationConfig") is not None:
        given["on_failure"] = _on_failure(parameters["DestinationConfig"])
    return given


def check_batch(mapping: EventSourceMapping) -> None:
    """Raise ServiceError where settings don't go together, or with the kind of source."""
    if mapping.is_stream:
        if mapping.maximum_concurrency is not None:
            raise errors.invalid_parameter("ScalingConfig is only supported for SQS.")
        if -1 < mapping.maximum_record_age < _LEAST_RECORD_AGE:
            raise errors.invalid_parameter(
                "MaximumRecordAgeInSeconds must be -1, for records of any age, or at least "
                f"{_LEAST_RECORD_AGE}."
            )
        return
    fifo = mapping.source_arn.endswith(".fifo")
    if fifo and mapping.batching_window:
        raise errors.invalid_parameter("Batching window is not supported for FIFO queues.")
    if fifo and mapping.batch_size > _LARGEST_FIFO_BATCH:
        raise errors.invalid_parameter(
            f"Maximum batch size must be less than or equal to {_LARGEST_FIFO_BATCH} for FIFO "
            "queues."
        )
    if mapping.batch_size > _LARGEST_BATCH_WITHOUT_WINDOW and not mapping.batching_window:
        raise errors.invalid_parameter(
            "Maximum batch window in seconds must be greater than 0 if maximum batch size is "
            f"greater than {_LARGEST_BATCH_WITHOUT_WINDOW}"
        )


def _refuse_unsupported(parameters: Mapping[str, Any], *, is_queue: bool) -> None:
    for name in _UNSUPPORTED:
        if parameters.get(name):
            raise errors.invalid_parameter(
                f"Localtender does not support {name} of event source mappings yet."
            )
    for name in _STREAMS_ONLY if is_queue else ():
        if parameters.get(name):
            raise errors.invalid_parameter(f"{name} is not valid for SQS event sources.")


def _filters(criteria: Mapping[str, Any]) -> tuple[str, ...]:
    patterns = tuple(
        one["Pattern"] for one in criteria.get("Filters") or () if one.get("Pattern") is not None
    )
    try:
        EventFilter(patterns)
    except InvalidPatternError as error:
        raise errors.invalid_parameter("Invalid filter pattern definition.") from error
    return patterns


def _on_failure(given: Mapping[str, Any]) -> str | None:
    arn: str | None = (given.get("OnFailure") or {}).get("Destination") or None
    if arn is not None and arn.split(":")[2:3] not in (["sqs"], ["sns"]):
        raise errors.invalid_parameter(
            f"Localtender sends a stream's discarded records to SQS and SNS, not to {arn}."
        )
    return arn

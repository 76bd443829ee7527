"""Event source mappings: create, read, update, delete.

https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html; details follow
the answers recorded from AWS in LocalStack's
``tests/aws/services/lambda_/event_source_mapping/test_api.snapshot.json``. Queues of SQS are
served; another kind of source is refused by name.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from localtender.edge.functions import errors
from localtender.edge.functions.control.paging import page
from localtender.edge.functions.event_source_mapping import EventSourceMapping
from localtender.engines.client import EngineCallError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localtender.edge.functions.event_source_mapping import MappingRegistry
    from localtender.edge.functions.function import FunctionRegistry
    from localtender.edge.functions.names import FunctionReference
    from localtender.edge.functions.sources.pollers import Pollers
    from localtender.edge.functions.sources.queue import Queues
    from localtender.edge.protocol.messages import Caller
    from localtender.edge.protocol.service import Operation, Parameters

_DEFAULT_BATCH_SIZE = 10
_LARGEST_BATCH_WITHOUT_WINDOW = 10
_LARGEST_FIFO_BATCH = 10
_UNSUPPORTED = (
    "FilterCriteria",
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
    "TumblingWindowInSeconds",
    "DestinationConfig",
)


class MappingOperations:
    """Create/Get/Update/Delete/List EventSourceMapping(s)."""

    def __init__(
        self,
        registry: FunctionRegistry,
        mappings: MappingRegistry,
        queues: Queues,
        pollers: Pollers,
    ) -> None:
        self._registry = registry
        self._mappings = mappings
        self._queues = queues
        self._pollers = pollers

    def operations(self) -> dict[str, Operation]:
        """The operations by their API names."""
        return {
            "CreateEventSourceMapping": self.create,
            "GetEventSourceMapping": self.get,
            "UpdateEventSourceMapping": self.update,
            "DeleteEventSourceMapping": self.delete,
            "ListEventSourceMappings": self.list,
        }

    async def create(self, caller: Caller, parameters: Parameters) -> Parameters:
        """CreateEventSourceMapping."""
        _refuse_unsupported(parameters)
        source_arn = parameters.get("EventSourceArn")
        if not source_arn:
            raise errors.invalid_parameter("Unrecognized event source.")
        if source_arn.split(":")[2] != "sqs":
            raise errors.invalid_parameter(
                "Localtender's event source mappings read SQS queues only, not "
                f"{source_arn.split(':')[2]} yet."
            )
        _refuse_stream_settings(parameters)
        reference = self._function(caller, parameters["FunctionName"])
        self._refuse_duplicate(caller, source_arn, reference)
        mapping = EventSourceMapping(
            uuid=str(uuid.uuid4()),
            source_arn=source_arn,
            function=reference,
            batch_size=parameters.get("BatchSize") or _DEFAULT_BATCH_SIZE,
            batching_window=parameters.get("MaximumBatchingWindowInSeconds") or 0,
            enabled=parameters.get("Enabled", True),
            response_types=tuple(parameters.get("FunctionResponseTypes") or ()),
            maximum_concurrency=_maximum_concurrency(parameters),
            tags=dict(parameters.get("Tags") or {}),
        )
        _check_batch(mapping)
        await self._check_queue(mapping)
        self._mappings.keep(caller, mapping)
        self._pollers.follow(mapping)
        return mapping.to_api("Creating")

    async def get(self, caller: Caller, parameters: Parameters) -> Parameters:
        """GetEventSourceMapping."""
        return self._mappings.get(caller, parameters["UUID"]).to_api()

    async def update(self, caller: Caller, parameters: Parameters) -> Parameters:
        """UpdateEventSourceMapping."""
        _refuse_unsupported(parameters)
        _refuse_stream_settings(parameters)
        mapping = self._mappings.get(caller, parameters["UUID"])
        changes: dict[str, Any] = {}
        if parameters.get("FunctionName"):
            changes["function"] = self._function(caller, parameters["FunctionName"])
        for name, attribute in (
            ("BatchSize", "batch_size"),
            ("MaximumBatchingWindowInSeconds", "batching_window"),
            ("Enabled", "enabled"),
        ):
            if parameters.get(name) is not None:
                changes[attribute] = parameters[name]
        if parameters.get("FunctionResponseTypes") is not None:
            changes["response_types"] = tuple(parameters["FunctionResponseTypes"])
        if parameters.get("ScalingConfig") is not None:
            changes["maximum_concurrency"] = _maximum_concurrency(parameters)
        changed = mapping.changed(**changes)
        _check_batch(changed)
        self._mappings.keep(caller, changed)
        self._pollers.follow(changed)
        return changed.to_api("Updating")

    async def delete(self, caller: Caller, parameters: Parameters) -> Parameters:
        """DeleteEventSourceMapping."""
        mapping = self._mappings.get(caller, parameters["UUID"])
        self._mappings.remove(caller, mapping.uuid)
        self._pollers.leave(mapping.uuid)
        return mapping.to_api("Deleting")

    async def list(self, caller: Caller, parameters: Parameters) -> Parameters:
        """ListEventSourceMappings, of one source or function when it is named."""
        mappings = self._mappings.all(caller)
        source_arn, name = parameters.get("EventSourceArn"), parameters.get("FunctionName")
        if source_arn:
            mappings = [mapping for mapping in mappings if mapping.source_arn == source_arn]
        if name:
            reference = self._registry.reference(caller, name)
            mappings = [mapping for mapping in mappings if mapping.function == reference]
        shown, marker = page([mapping.to_api() for mapping in mappings], parameters)
        return {"EventSourceMappings": shown, "NextMarker": marker}

    def _function(self, caller: Caller, name: str) -> FunctionReference:
        reference = self._registry.reference(caller, name)
        self._registry.get(reference).configuration(reference.qualifier)
        return reference

    def _refuse_duplicate(
        self, caller: Caller, source_arn: str, reference: FunctionReference
    ) -> None:
        for mapping in self._mappings.all(caller):
            if mapping.source_arn == source_arn and mapping.function == reference:
                raise errors.conflict(
                    f'The event source arn (" {source_arn} ") and function (" {reference.name} ") '
                    "provided mapping already exists. Please update or delete the existing mapping "
                    f"with UUID {mapping.uuid}"
                )

    async def _check_queue(self, mapping: EventSourceMapping) -> None:
        try:
            visibility = await self._queues.visibility_timeout(mapping.source_arn)
        except EngineCallError as error:
            raise errors.invalid_parameter(
                "Error occurred while ReceiveMessage. SQS Error Code: "
                f"{error.code}. SQS Error Message: {error.message}"
            ) from error
        function = self._registry.get(mapping.function)
        timeout = function.configuration(mapping.function.qualifier).timeout
        if visibility < timeout:
            raise errors.invalid_parameter(
                f"Queue visibility timeout: {visibility} seconds is less than Function timeout: "
                f"{timeout} seconds"
            )


def _refuse_unsupported(parameters: Mapping[str, Any]) -> None:
    for name in _UNSUPPORTED:
        if parameters.get(name):
            raise errors.invalid_parameter(
                f"Localtender does not support {name} of event source mappings yet."
            )


def _refuse_stream_settings(parameters: Mapping[str, Any]) -> None:
    for name in _STREAMS_ONLY:
        if parameters.get(name):
            raise errors.invalid_parameter(f"{name} is not valid for SQS event sources.")


def _maximum_concurrency(parameters: Mapping[str, Any]) -> int | None:
    concurrency: int | None = (parameters.get("ScalingConfig") or {}).get("MaximumConcurrency")
    return concurrency


def _check_batch(mapping: EventSourceMapping) -> None:
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

"""Event source mappings: what Lambda reads from and hands to a function."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from localtender.edge.functions import errors

if TYPE_CHECKING:
    from localtender.edge.functions.names import FunctionReference
    from localtender.edge.protocol.messages import Caller

REPORT_BATCH_ITEM_FAILURES = "ReportBatchItemFailures"


@dataclass(frozen=True)
class EventSourceMapping:
    """One mapping of an SQS queue, a DynamoDB stream or a Kinesis stream.

    `batching_window` and `maximum_record_age` are in seconds; -1 means no limit, as in the API.
    `maximum_concurrency` is None where nothing limits it. What follows it is for streams, but for
    `filters`, which are patterns as they were given.
    """

    uuid: str
    source_arn: str
    function: FunctionReference
    batch_size: int
    batching_window: int = 0
    enabled: bool = True
    response_types: tuple[str, ...] = ()
    maximum_concurrency: int | None = None
    filters: tuple[str, ...] = ()
    starting_position: str = ""
    starting_timestamp: datetime | None = None
    parallelization_factor: int = 1
    bisect_on_error: bool = False
    maximum_record_age: int = -1
    maximum_retries: int = -1
    on_failure: str | None = None
    tumbling_window: int = 0
    last_modified: datetime = field(default_factory=lambda: datetime.now(UTC))
    tags: dict[str, str] = field(default_factory=dict)

    @property
    def arn(self) -> str:
        """The mapping's own ARN."""
        return (
            f"arn:aws:lambda:{self.function.region}:{self.function.account_id}:"
            f"event-source-mapping:{self.uuid}"
        )

    @property
    def is_stream(self) -> bool:
        """Whether it reads a stream and not a queue."""
        return self.source_arn.split(":")[2] != "sqs"

    @property
    def reports_item_failures(self) -> bool:
        """Whether the function may name the messages that failed."""
        return REPORT_BATCH_ITEM_FAILURES in self.response_types

    def changed(self, **changes: Any) -> EventSourceMapping:
        """A changed copy with a new date of modification."""
        return replace(self, last_modified=datetime.now(UTC), **changes)

    def to_api(self, state: str | None = None, last_result: str | None = None) -> dict[str, Any]:
        """As EventSourceMappingConfiguration.

        `state` is one on the way to its settled one, `last_result` how a stream's last batch ended.
        """
        document: dict[str, Any] = {
            "UUID": self.uuid,
            "BatchSize": self.batch_size,
            "MaximumBatchingWindowInSeconds": self.batching_window,
            "EventSourceArn": self.source_arn,
            "FunctionArn": self.function.arn,
            "LastModified": self.last_modified,
            "State": state or ("Enabled" if self.enabled else "Disabled"),
            "StateTransitionReason": "User action" if self.is_stream else "USER_INITIATED",
            "FunctionResponseTypes": list(self.response_types),
            "EventSourceMappingArn": self.arn,
        }
        if self.maximum_concurrency is not None:
            document["ScalingConfig"] = {"MaximumConcurrency": self.maximum_concurrency}
        if self.filters:
            document["FilterCriteria"] = {
                "Filters": [{"Pattern": pattern} for pattern in self.filters]
            }
        if self.is_stream:
            document |= self._stream_settings(last_result)
        return document

    def _stream_settings(self, last_result: str | None) -> dict[str, Any]:
        failure = {"Destination": self.on_failure} if self.on_failure else {}
        settings: dict[str, Any] = {
            "StartingPosition": self.starting_position,
            "ParallelizationFactor": self.parallelization_factor,
            "BisectBatchOnFunctionError": self.bisect_on_error,
            "MaximumRecordAgeInSeconds": self.maximum_record_age,
            "MaximumRetryAttempts": self.maximum_retries,
            "TumblingWindowInSeconds": self.tumbling_window,
            "DestinationConfig": {"OnFailure": failure},
            "LastProcessingResult": last_result or "No records processed",
        }
        if self.starting_timestamp is not None:
            settings["StartingPositionTimestamp"] = self.starting_timestamp
        return settings


class MappingRegistry:
    """Every mapping of every account and region."""

    def __init__(self) -> None:
        self._mappings: dict[tuple[str, str], dict[str, EventSourceMapping]] = {}

    @property
    def contents(self) -> dict[tuple[str, str], dict[str, EventSourceMapping]]:
        """Everything, for a snapshot."""
        return self._mappings

    def restore(self, contents: dict[tuple[str, str], dict[str, EventSourceMapping]]) -> None:
        """Begin with everything that a snapshot had."""
        self._mappings.update(contents)

    def everywhere(self) -> list[EventSourceMapping]:
        """The mappings of every account and region."""
        return [mapping for mappings in self._mappings.values() for mapping in mappings.values()]

    def get(self, caller: Caller, uuid: str) -> EventSourceMapping:
        """A mapping by its UUID. Raises ResourceNotFoundException."""
        mapping = self._of(caller).get(uuid)
        if mapping is None:
            raise errors.not_found("The resource you requested does not exist.")
        return mapping

    def keep(self, caller: Caller, mapping: EventSourceMapping) -> None:
        """Add a mapping, or put a changed one in its place."""
        self._of(caller)[mapping.uuid] = mapping

    def remove(self, caller: Caller, uuid: str) -> None:
        """Forget a mapping."""
        self._of(caller).pop(uuid, None)

    def all(self, caller: Caller) -> list[EventSourceMapping]:
        """The mappings of the caller's account and region, oldest first."""
        return list(self._of(caller).values())

    def _of(self, caller: Caller) -> dict[str, EventSourceMapping]:
        return self._mappings.setdefault((caller.account_id, caller.region), {})

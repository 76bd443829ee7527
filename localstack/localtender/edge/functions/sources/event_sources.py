"""The sources that mappings may read, checked when a mapping is made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localtender.edge.functions import errors
from localtender.engines.client import EngineCallError

if TYPE_CHECKING:
    from localtender.edge.functions.event_source_mapping import EventSourceMapping
    from localtender.edge.functions.role_permissions import RolePermissions
    from localtender.edge.functions.sources.queue import Queues
    from localtender.edge.functions.sources.stream import Streams

SUPPORTED_SERVICES = ("sqs", "dynamodb", "kinesis")


class EventSources:
    """Says whether a mapping's source is there and fits the function."""

    def __init__(self, queues: Queues, streams: Streams, permissions: RolePermissions) -> None:
        self._queues = queues
        self._streams = streams
        self._permissions = permissions

    async def check(self, mapping: EventSourceMapping, timeout_seconds: int) -> None:
        """Raise InvalidParameterValueException when the source is missing or does not fit, or the
        function's role may not read it.
        """
        await self._check_role(mapping)
        if mapping.is_stream:
            await self._check_stream(mapping.source_arn)
        else:
            await self._check_queue(mapping.source_arn, timeout_seconds)

    async def _check_role(self, mapping: EventSourceMapping) -> None:
        arn = mapping.source_arn
        try:
            await self._permissions.check_reading(mapping.function, arn)
        except EngineCallError as error:
            if not mapping.is_stream:
                operation = error.operation
                raise errors.invalid_parameter(
                    "The provided execution role does not have permissions to call "
                    f"{operation} on SQS"
                ) from error
            shards = "ListShards, " if arn.split(":")[2] == "kinesis" else ""
            raise errors.invalid_parameter(
                f"Cannot access stream {arn}. Please ensure the role can perform the GetRecords, "
                f"GetShardIterator, DescribeStream, {shards}and ListStreams Actions on your stream "
                "in IAM."
            ) from error

    async def _check_stream(self, arn: str) -> None:
        try:
            await self._streams.check(arn)
        except EngineCallError as error:
            raise errors.invalid_parameter(f"Stream not found: {arn}") from error

    async def _check_queue(self, arn: str, timeout_seconds: int) -> None:
        try:
            visibility = await self._queues.visibility_timeout(arn)
        except EngineCallError as error:
            raise errors.invalid_parameter(
                "Error occurred while ReceiveMessage. SQS Error Code: "
                f"{error.code}. SQS Error Message: {error.message}"
            ) from error
        if visibility < timeout_seconds:
            raise errors.invalid_parameter(
                f"Queue visibility timeout: {visibility} seconds is less than Function timeout: "
                f"{timeout_seconds} seconds"
            )

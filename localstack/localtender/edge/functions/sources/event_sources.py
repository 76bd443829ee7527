"""The sources that mappings may read, checked when a mapping is made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localtender.edge.functions import errors
from localtender.engines.client import EngineCallError

if TYPE_CHECKING:
    from localtender.edge.functions.event_source_mapping import EventSourceMapping
    from localtender.edge.functions.sources.queue import Queues
    from localtender.edge.functions.sources.stream import Streams

SUPPORTED_SERVICES = ("sqs", "dynamodb", "kinesis")


class EventSources:
    """Says whether a mapping's source is there and fits the function."""

    def __init__(self, queues: Queues, streams: Streams) -> None:
        self._queues = queues
        self._streams = streams

    async def check(self, mapping: EventSourceMapping, timeout_seconds: int) -> None:
        """Raise InvalidParameterValueException when the source is missing or does not fit."""
        if mapping.is_stream:
            await self._check_stream(mapping.source_arn)
        else:
            await self._check_queue(mapping.source_arn, timeout_seconds)

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

"""What becomes of a batch of stream records: retries, bisection, and giving up.

Follows https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html and
https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-batchfailurereporting.html; that the
retries begin anew behind a partial failure is recorded in LocalStack's
``test_lambda_integration_dynamodbstreams.snapshot.json`` (test_dynamodb_report_batch_item_failures)
and in its sibling for Kinesis.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from localtender.edge.functions.sources.stream import is_dynamodb
from localtender.edge.invocation import Invocation
from localtender.edge.protocol.errors import ServiceError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from localtender.edge.functions.event_source_mapping import EventSourceMapping
    from localtender.edge.functions.sources.stream import StreamRecord
    from localtender.edge.functions.sources.tumbling_window import TumblingWindow
    from localtender.edge.invocation import InvocationResult

Records = tuple["StreamRecord", ...]
_LONGEST_PAUSE_SECONDS = 60.0
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class DiscardedBatch:
    """Records that were given up; `condition` is RetryAttemptsExhausted or RecordAgeExceeded."""

    mapping: EventSourceMapping
    shard: str
    records: Records
    condition: str
    attempts: int
    result: InvocationResult | None

    def to_document(self) -> dict[str, Any]:
        """The invocation record that an on-failure destination gets."""
        result = self.result
        first, last = self.records[0], self.records[-1]
        name = "DDBStreamBatchInfo" if is_dynamodb(self.mapping.source_arn) else "KinesisBatchInfo"
        document: dict[str, Any] = {
            "requestContext": {
                "requestId": result.request_id if result else str(uuid.uuid4()),
                "functionArn": self.mapping.function.arn,
                "condition": self.condition,
                "approximateInvokeCount": self.attempts,
            },
            "version": "1.0",
            "timestamp": _iso(time.time()),
            name: {
                "shardId": self.shard,
                "startSequenceNumber": first.sequence_number,
                "endSequenceNumber": last.sequence_number,
                "approximateArrivalOfFirstRecord": _instant(first.arrived, self.mapping),
                "approximateArrivalOfLastRecord": _instant(last.arrived, self.mapping),
                "batchSize": len(self.records),
                "streamArn": self.mapping.source_arn,
            },
        }
        if result is not None:
            document["responseContext"] = {
                "statusCode": 200,
                "executedVersion": result.executed_version,
                "functionError": result.function_error,
            }
        return document


class BatchProcessor:
    """Hands batches of one mapping to its function until they are done with."""

    def __init__(
        self,
        mapping: EventSourceMapping,
        invoke: Callable[[Invocation], Awaitable[InvocationResult]],
        discard: Callable[[DiscardedBatch], Awaitable[None]],
        *,
        retry_seconds: float,
    ) -> None:
        """`retry_seconds` is the wait before the first retry; it doubles with each."""
        self._mapping = mapping
        self._invoke = invoke
        self._discard = discard
        self._retry_seconds = retry_seconds
        self.last_result: str | None = None

    async def process(
        self,
        shard: str,
        records: Records,
        failures: int = 0,
        window: TumblingWindow | None = None,
    ) -> None:
        """Return when every record was taken or given up; `failures` is how often it failed.

        The function is given the state of a window and leaves its own there.
        """
        mapping = self._mapping
        attempts, result = failures, None
        pauses = 0
        while records:
            records = await self._without_expired(shard, records, attempts, result)
            if not records:
                return
            try:
                fields = window.event_fields() if window is not None else {}
                result = await self._invoke(
                    Invocation(mapping.function.arn, _event(records, fields))
                )
            except ServiceError as error:
                # Not the function's failure (throttled, deleted): it does not count as an attempt.
                self.last_result = f"PROBLEM: {error.message}"
                _log.warning("%s: %s", mapping.function.arn, error)
                pauses = await self._pause(pauses)
                continue
            remaining = _remaining(records, result, mapping.reports_item_failures)
            succeeded = result.function_error is None
            if window is not None and succeeded and not window.take(result.payload):
                # An answer without a state is a failure.
                remaining = records
            if not remaining:
                self.last_result = "OK"
                return
            self.last_result = "PROBLEM: Function call failed"
            attempts += 1
            partial = len(remaining) < len(records)
            if mapping.bisect_on_error and len(remaining) > 1 and not partial:
                middle = len(remaining) // 2
                await self._pause(pauses)
                # A split does not count as a retry.
                await self.process(shard, remaining[:middle], attempts - 1, window)
                await self.process(shard, remaining[middle:], attempts - 1, window)
                return
            if partial:
                # The checkpoint moves to the record that failed, whose retries begin anew.
                records, attempts = remaining, 0
                pauses = await self._pause(0)
                continue
            if 0 <= mapping.maximum_retries < attempts:
                await self._discard(
                    DiscardedBatch(
                        mapping, shard, records, "RetryAttemptsExhausted", attempts, result
                    )
                )
                return
            pauses = await self._pause(pauses)

    async def finish(self, window: TumblingWindow, *, early: bool = False) -> None:
        """The last invocation of a window, without records; tried again as a batch is."""
        mapping, attempts, pauses = self._mapping, 0, 0
        event = _event((), window.event_fields(final=True, early=early))
        while True:
            try:
                result = await self._invoke(Invocation(mapping.function.arn, event))
            except ServiceError as error:
                self.last_result = f"PROBLEM: {error.message}"
            else:
                if result.function_error is None:
                    self.last_result = "OK"
                    return
                self.last_result = "PROBLEM: Function call failed"
                attempts += 1
                if 0 <= mapping.maximum_retries < attempts:
                    _log.warning("%s: the end of a window was given up", mapping.function.arn)
                    return
            pauses = await self._pause(pauses)

    async def _without_expired(
        self, shard: str, records: Records, attempts: int, result: InvocationResult | None
    ) -> Records:
        age = self._mapping.maximum_record_age
        if age < 0:
            return records
        oldest = time.time() - age
        expired = tuple(record for record in records if record.arrived < oldest)
        if expired:
            await self._discard(
                DiscardedBatch(self._mapping, shard, expired, "RecordAgeExceeded", attempts, result)
            )
        return tuple(record for record in records if record.arrived >= oldest)

    async def _pause(self, pauses: int) -> int:
        await asyncio.sleep(min(self._retry_seconds * 2**pauses, _LONGEST_PAUSE_SECONDS))
        return min(pauses + 1, 16)


def _event(records: Records, fields: dict[str, Any]) -> bytes:
    return json.dumps({"Records": [record.event for record in records], **fields}).encode()


def _remaining(records: Records, result: InvocationResult, reports_failures: bool) -> Records:
    """What must be tried again: from the lowest sequence number that the function names."""
    if result.function_error is not None:
        return records
    if not reports_failures:
        return ()
    try:
        document = json.loads(result.payload) if result.payload else None
    except ValueError:
        return records
    if document is None:
        return ()
    failures = document.get("batchItemFailures") if isinstance(document, dict) else _WRONG
    if not failures:
        return ()
    places = {record.sequence_number: place for place, record in enumerate(records)}
    if not isinstance(failures, list):
        return records
    named = [
        places.get(str(failure.get("itemIdentifier"))) if isinstance(failure, dict) else None
        for failure in failures
    ]
    known = [place for place in named if place is not None]
    return records if len(known) < len(named) else records[min(known) :]


_WRONG = "not an object"


def _iso(seconds: float) -> str:
    moment = datetime.fromtimestamp(seconds, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _instant(seconds: float, mapping: EventSourceMapping) -> str:
    """A time of arrival, which DynamoDB tells in whole seconds.

    As recorded in LocalStack's ``test_lambda_integration_dynamodbstreams.snapshot.json``
    (test_dynamodb_event_source_mapping_with_sns_on_failure_destination_config and its siblings).
    """
    if is_dynamodb(mapping.source_arn):
        return datetime.fromtimestamp(int(seconds), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return _iso(seconds)

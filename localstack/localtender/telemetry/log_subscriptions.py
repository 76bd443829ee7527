"""Subscription filters of CloudWatch Logs: log events on their way to functions and streams.

Follows "Real-time processing of log data with subscriptions"
(https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Subscriptions.html): matching events of a
batch go together, gzipped, as a ``DATA_MESSAGE``; to a function in base64 below ``awslogs.data``.
"""

from __future__ import annotations

import asyncio
import base64
import gzip
import json
import logging
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

import httpx

from localtender.edge.invocation import FunctionInvoker, Invocation
from localtender.edge.protocol.errors import ServiceError
from localtender.engines.calls import EngineCalls
from localtender.engines.client import EngineCallError
from localtender.telemetry.filter_pattern.pattern import Event, parse_pattern

LogScope = tuple[str, str]
"""Account and region."""

_DESTINATION: Final = ":destination:"
_log = logging.getLogger(__name__)


class KeptFilters(Protocol):
    """Knows the subscription filters of log groups, each with the members of the API."""

    def of(self, scope: LogScope, group: str) -> Sequence[Mapping[str, Any]]:
        """The filters of a group."""
        ...


class SubscriptionError(Exception):
    """A destination did not take events."""


@dataclass(frozen=True)
class LogBatch:
    """Events of one stream, each with its time in milliseconds since 1970."""

    scope: LogScope
    group: str
    stream: str
    events: Sequence[tuple[int, str]]

    @property
    def group_arn(self) -> str:
        """The ARN of the group, as the conditions of a function's policy name it."""
        account, region = self.scope
        return f"arn:aws:logs:{region}:{account}:log-group:{self.group}:*"


class LogSubscriptions:
    """Delivers events in the background; what fails is logged and costs the events."""

    def __init__(self, engine: EngineCalls, filters: KeptFilters) -> None:
        self._engine = engine
        self._filters = filters
        self._functions: FunctionInvoker | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def use_functions(self, functions: FunctionInvoker) -> None:
        """Take what invokes functions, which is made after this."""
        self._functions = functions

    def permits(self, function_arn: str, scope: LogScope, group: str) -> bool:
        """Whether a function lets CloudWatch Logs invoke it for a group."""
        account, region = scope
        functions = self._functions
        source = LogBatch(scope, group, "", ()).group_arn
        return functions is not None and any(
            functions.permits(
                function_arn, principal=principal, source_arn=source, source_account=account
            )
            # Policies of old name the region.
            for principal in ("logs.amazonaws.com", f"logs.{region}.amazonaws.com")
        )

    def take(self, batch: LogBatch) -> None:
        """Begin to deliver what matches the filters of the group."""
        for each in self._filters.of(batch.scope, batch.group):
            pattern = parse_pattern(each.get("filterPattern") or "")
            matching = [pair for pair in batch.events if pattern.matches(Event(pair[1]))]
            if matching and not _feeds_itself(each["destinationArn"], batch.group):
                data = _envelope(batch, each["filterName"], matching)
                task = asyncio.create_task(self._deliver(each, batch, data))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)

    async def finish(self) -> None:
        """Wait for what is under way."""
        await asyncio.gather(*self._tasks)

    async def _deliver(self, each: Mapping[str, Any], batch: LogBatch, data: bytes) -> None:
        try:
            target = await self._target(each["destinationArn"], batch.scope)
            match (target.split(":") + [""] * 3)[2]:
                case "lambda":
                    await self._invoke(target, batch, data)
                case "kinesis":
                    by_stream = each.get("distribution") != "Random"
                    key = batch.stream if by_stream else str(uuid.uuid4())
                    record: dict[str, Any] = {
                        "StreamARN": target,
                        "Data": data,
                        "PartitionKey": key,
                    }
                    await self._put("kinesis", target, record)
                case "firehose":
                    name = target.rpartition("/")[2]
                    record = {"DeliveryStreamName": name, "Record": {"Data": data}}
                    await self._put("firehose", target, record)
                case service:
                    raise SubscriptionError(f"{service} takes no log events")
        except (
            EngineCallError,
            httpx.HTTPError,
            OSError,
            ServiceError,
            SubscriptionError,
        ) as error:
            _log.warning("Subscription filter %s: %s", each["filterName"], error)

    async def _target(self, arn: str, scope: LogScope) -> str:
        """Where events for an ARN go: a destination of CloudWatch Logs leads on to a stream."""
        _, is_destination, name = arn.partition(_DESTINATION)
        if not is_destination:
            return arn
        account, region = scope
        answer = await self._engine.call(
            "logs",
            "DescribeDestinations",
            {"DestinationNamePrefix": name},
            account_id=account,
            region=region,
        )
        for destination in answer.get("destinations") or []:
            if destination["destinationName"] == name:
                return str(destination["targetArn"])
        raise SubscriptionError(f"there is no destination {name}")

    async def _invoke(self, arn: str, batch: LogBatch, data: bytes) -> None:
        if self._functions is None or not self.permits(arn, batch.scope, batch.group):
            raise SubscriptionError(f"{arn} does not permit logs.amazonaws.com")
        event = {"awslogs": {"data": base64.b64encode(data).decode()}}
        payload = json.dumps(event).encode()
        await self._functions.invoke(Invocation(arn, payload, invocation_type="Event"))

    async def _put(self, service: str, arn: str, record: Mapping[str, Any]) -> None:
        _, _, _, region, account, _ = arn.split(":", 5)
        await self._engine.call(service, "PutRecord", record, account_id=account, region=region)


class SubscribedLogs:
    """Calls of the engine, of which those that write log events are also delivered."""

    def __init__(self, engine: EngineCalls, subscriptions: LogSubscriptions) -> None:
        self._engine = engine
        self._subscriptions = subscriptions

    async def call(
        self,
        service: str,
        operation: str,
        parameters: Mapping[str, Any],
        *,
        account_id: str,
        region: str,
    ) -> dict[str, Any]:
        """Call one operation. Raises EngineCallError when it answers with an error."""
        answer = await self._engine.call(
            service, operation, parameters, account_id=account_id, region=region
        )
        if (service, operation) == ("logs", "PutLogEvents"):
            self._subscriptions.take(written(parameters, (account_id, region)))
        return answer


def written(parameters: Mapping[str, Any], scope: LogScope) -> LogBatch:
    """The batch that an input of PutLogEvents writes."""
    events = [
        (int(event["timestamp"]), str(event["message"]))
        for event in parameters.get("logEvents") or []
    ]
    return LogBatch(
        scope, str(parameters.get("logGroupName")), str(parameters.get("logStreamName")), events
    )


def _feeds_itself(arn: str, group: str) -> bool:
    """Whether a function would be invoked by its own log, without end."""
    return ":function:" in arn and group == f"/aws/lambda/{arn.split(':')[6]}"


def _envelope(batch: LogBatch, name: str, events: Iterable[tuple[int, str]]) -> bytes:
    document = {
        "messageType": "DATA_MESSAGE",
        "owner": batch.scope[0],
        "logGroup": batch.group,
        "logStream": batch.stream,
        "subscriptionFilters": [name],
        "logEvents": [
            {"id": str(uuid.uuid4().int), "timestamp": timestamp, "message": message}
            for timestamp, message in events
        ],
    }
    return gzip.compress(json.dumps(document).encode())

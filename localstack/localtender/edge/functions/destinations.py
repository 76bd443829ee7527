"""Where the outcome of an asynchronous invocation goes: destinations and the dead-letter queue.

The record follows "Capturing records of Lambda asynchronous invocations"
(https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html), the dead letter
https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html#invocation-dlq.
"""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import httpx

from localtender.edge.functions.names import parse_arn
from localtender.edge.functions.observer import FunctionObserver, NobodyWatches
from localtender.edge.invocation import Invocation
from localtender.edge.protocol.errors import ServiceError
from localtender.engines.client import EngineCallError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from localtender.edge.functions.names import FunctionReference
    from localtender.edge.functions.role_permissions import RolePermissions
    from localtender.edge.invocation import InvocationResult
    from localtender.engines.calls import EngineCalls

SUPPORTED_SERVICES = ("sqs", "sns", "lambda", "events")
_DEAD_LETTER_MESSAGE_LENGTH = 1024
_FAILURES = (EngineCallError, ServiceError, httpx.HTTPError, OSError)
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class EventRules:
    """How an event is handled.

    `maximum_age` is in seconds; `maximum_retries` come after the first attempt; the ARNs are None
    where nothing is configured. `switched_off` is a function whose reserved concurrency is zero.
    """

    maximum_retries: int = 2
    maximum_age: float = 21_600.0
    on_success: str | None = None
    on_failure: str | None = None
    dead_letter_target: str | None = None
    switched_off: bool = False


@dataclass(frozen=True)
class EventOutcome:
    """The end of an event; `result` is None when the function never answered.

    `condition` is Success, RetriesExhausted, EventAgeExceeded or ZeroReservedConcurrency.
    """

    invocation: Invocation
    condition: str
    attempts: int
    result: InvocationResult | None


class Destinations:
    """Sends outcomes on. What can't be sent is logged and lost, as on AWS."""

    def __init__(
        self,
        engine: EngineCalls,
        invoke: Callable[[Invocation], Awaitable[InvocationResult]],
        permissions: RolePermissions,
        observer: FunctionObserver | None = None,
    ) -> None:
        self._observer = observer or NobodyWatches()
        self._engine = engine
        self._invoke = invoke
        self._permissions = permissions

    async def send(self, outcome: EventOutcome, rules: EventRules) -> None:
        """Send an outcome wherever the rules say."""
        succeeded = outcome.condition == "Success"
        destination = rules.on_success if succeeded else rules.on_failure
        arn = outcome.invocation.function_arn
        function = parse_arn(arn)
        try:
            if destination:
                await self._permissions.check_sending(function, destination)
                await self._send_record(destination, outcome)
        except _FAILURES as error:
            _log.warning("The outcome of %s could not be sent on: %s", arn, error)
            self._observer.destination_failed(function)
        try:
            if rules.dead_letter_target and not succeeded:
                await self._permissions.check_sending(function, rules.dead_letter_target)
                await self._send_dead_letter(rules.dead_letter_target, outcome)
        except _FAILURES as error:
            _log.warning("The event of %s could not be sent on: %s", arn, error)
            self._observer.dead_letter_failed(function)

    async def send_document(
        self, arn: str, document: dict[str, Any], *, function: FunctionReference
    ) -> None:
        """Send a function's document to a queue or topic. What can't be sent is logged and lost."""
        text = json.dumps(document)
        try:
            await self._permissions.check_sending(function, arn)
            if arn.split(":")[2] == "sqs":
                await self._to_queue(arn, text, {})
            else:
                await self._engine.call(
                    "sns",
                    "Publish",
                    {"TopicArn": arn, "Message": text},
                    account_id=function.account_id,
                    region=function.region,
                )
        except (EngineCallError, httpx.HTTPError, OSError) as error:
            _log.warning("Discarded records could not be reported to %s: %s", arn, error)

    async def _send_record(self, arn: str, outcome: EventOutcome) -> None:
        record = json.dumps(_record(outcome))
        match arn.split(":")[2]:
            case "sqs":
                trace_id = outcome.invocation.trace_id
                await self._to_queue(arn, record, {}, trace_id=trace_id)
            case "sns":
                await self._call(arn, "sns", "Publish", {"TopicArn": arn, "Message": record})
            case "lambda":
                await self._invoke(Invocation(arn, record.encode(), invocation_type="Event"))
            case _:
                await self._call(
                    arn, "events", "PutEvents", {"Entries": [_bus_entry(arn, record, outcome)]}
                )

    async def _send_dead_letter(self, arn: str, outcome: EventOutcome) -> None:
        body = outcome.invocation.payload.decode("utf-8", "replace")
        attributes = {
            "RequestID": {
                "DataType": "String",
                "StringValue": outcome.invocation.request_id or "-",
            },
            "ErrorCode": {
                "DataType": "Number",
                "StringValue": "429" if outcome.result is None else "200",
            },
            "ErrorMessage": {"DataType": "String", "StringValue": _error_message(outcome)},
        }
        if arn.split(":")[2] == "sqs":
            await self._to_queue(arn, body, attributes)
        else:
            parameters = {"TopicArn": arn, "Message": body, "MessageAttributes": attributes}
            await self._call(arn, "sns", "Publish", parameters)

    async def _to_queue(
        self, arn: str, body: str, attributes: dict[str, Any], *, trace_id: str | None = None
    ) -> None:
        found = await self._call(arn, "sqs", "GetQueueUrl", {"QueueName": arn.split(":")[5]})
        message = {"QueueUrl": found["QueueUrl"], "MessageBody": body}
        if attributes:
            message["MessageAttributes"] = attributes
        if trace_id is not None:
            trace = {"DataType": "String", "StringValue": trace_id}
            message["MessageSystemAttributes"] = {"AWSTraceHeader": trace}
        await self._call(arn, "sqs", "SendMessage", message)

    async def _call(
        self, arn: str, service: str, operation: str, parameters: dict[str, Any]
    ) -> dict[str, Any]:
        _, _, _, region, account_id, _ = arn.split(":", 5)
        return await self._engine.call(
            service, operation, parameters, account_id=account_id, region=region
        )


def _record(outcome: EventOutcome) -> dict[str, Any]:
    invocation, result = outcome.invocation, outcome.result
    qualified = invocation.function_arn
    if qualified.count(":") == 6:
        qualified += ":$LATEST"
    record: dict[str, Any] = {
        "version": "1.0",
        "timestamp": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "requestContext": {
            "requestId": invocation.request_id,
            "functionArn": qualified,
            "condition": outcome.condition,
            "approximateInvokeCount": outcome.attempts,
        },
        "requestPayload": _document(invocation.payload),
    }
    if result is not None:
        context: dict[str, Any] = {
            "statusCode": 200,
            "executedVersion": result.executed_version,
        }
        if result.function_error:
            context["functionError"] = result.function_error
        record["responseContext"] = context
        record["responsePayload"] = _document(result.payload)
    return record


def _bus_entry(arn: str, record: str, outcome: EventOutcome) -> dict[str, Any]:
    ending = "Success" if outcome.condition == "Success" else "Failure"
    return {
        "Source": "lambda",
        "DetailType": f"Lambda Function Invocation Result - {ending}",
        "Detail": record,
        "EventBusName": arn,
        "Resources": [outcome.invocation.function_arn, arn],
    }


def _error_message(outcome: EventOutcome) -> str:
    document = _document(outcome.result.payload) if outcome.result else None
    message = document.get("errorMessage") if isinstance(document, dict) else None
    return str(message or outcome.condition)[:_DEAD_LETTER_MESSAGE_LENGTH]


def _document(payload: bytes) -> Any:
    try:
        return json.loads(payload)
    except ValueError:
        return payload.decode("utf-8", "replace")

from __future__ import annotations

import asyncio
import base64
import gzip
import json
from collections.abc import Mapping, Sequence
from typing import Any

from localtender.edge.invocation import Invocation, InvocationResult
from localtender.telemetry.log_subscriptions import (
    LogBatch,
    LogSubscriptions,
    SubscribedLogs,
)

SCOPE = ("123456789012", "eu-central-1")
STREAM = "arn:aws:kinesis:eu-central-1:123456789012:stream/logs"
FUNCTION = "arn:aws:lambda:eu-central-1:123456789012:function:recorder"
DESTINATION = "arn:aws:logs:eu-central-1:123456789012:destination:shared"


class Filters:
    def __init__(self, **members: Any) -> None:
        self.members = {"filterName": "all", "filterPattern": "", **members}

    def of(self, scope: tuple[str, str], group: str) -> Sequence[Mapping[str, Any]]:
        return [self.members] if (scope, group) in ((SCOPE, "/app"), (SCOPE, OWN)) else []


OWN = "/aws/lambda/recorder"


class Engine:
    def __init__(self) -> None:
        self.records: list[tuple[str, dict[str, Any]]] = []

    async def call(
        self, service: str, operation: str, parameters: Any, *, account_id: str, region: str
    ) -> dict[str, Any]:
        assert (account_id, region) == SCOPE
        if operation == "PutRecord":
            self.records.append((service, dict(parameters)))
        if operation == "DescribeDestinations":
            return {"destinations": [{"destinationName": "shared", "targetArn": STREAM}]}
        return {}


class Functions:
    def __init__(self, principal: str = "logs.amazonaws.com") -> None:
        self.principal = principal
        self.events: list[Any] = []

    async def invoke(self, invocation: Invocation) -> InvocationResult:
        self.events.append(json.loads(invocation.payload))
        return InvocationResult(b"", None, "1", "r")

    def permits(
        self, function_arn: str, *, principal: str, source_arn: str, source_account: str
    ) -> bool:
        assert source_arn == "arn:aws:logs:eu-central-1:123456789012:log-group:/app:*"
        return (function_arn, principal) == (FUNCTION, self.principal)


def delivered(
    filters: Filters, functions: Functions, *messages: str, group: str = "/app"
) -> Engine:
    async def deliver() -> Engine:
        engine = Engine()
        subscriptions = LogSubscriptions(engine, filters)
        subscriptions.use_functions(functions)
        subscriptions.take(LogBatch(SCOPE, group, "one", [(1, each) for each in messages]))
        await subscriptions.finish()
        return engine

    return asyncio.run(deliver())


def messages_in(data: bytes) -> list[str]:
    document = json.loads(gzip.decompress(data))
    assert document["messageType"] == "DATA_MESSAGE"
    return [event["message"] for event in document["logEvents"]]


def test_a_function_gets_the_events_that_match_if_it_permits_it() -> None:
    filters = Filters(destinationArn=FUNCTION, filterPattern='{ $.level = "error" }')
    functions = Functions()
    delivered(filters, functions, '{"level": "info"}', '{"level": "error"}', "level error")
    (event,) = functions.events
    assert messages_in(base64.b64decode(event["awslogs"]["data"])) == ['{"level": "error"}']

    forbidding = Functions(principal="s3.amazonaws.com")
    delivered(filters, forbidding, '{"level": "error"}')
    assert forbidding.events == []


def test_a_permission_may_name_the_regional_principal() -> None:
    functions = Functions(principal="logs.eu-central-1.amazonaws.com")
    delivered(Filters(destinationArn=FUNCTION), functions, "hello")
    assert len(functions.events) == 1


def test_a_function_is_not_fed_with_its_own_log() -> None:
    functions = Functions()
    delivered(Filters(destinationArn=FUNCTION), functions, "hello", group=OWN)
    assert functions.events == []


def test_a_stream_gets_events_directly_and_by_a_destination() -> None:
    for arn in (STREAM, DESTINATION):
        engine = delivered(Filters(destinationArn=arn), Functions(), "hello")
        ((service, record),) = engine.records
        assert (service, record["StreamARN"], record["PartitionKey"]) == ("kinesis", STREAM, "one")
        assert messages_in(record["Data"]) == ["hello"]


def test_what_is_written_through_the_engine_is_delivered() -> None:
    async def write() -> Engine:
        engine = Engine()
        subscriptions = LogSubscriptions(engine, Filters(destinationArn=STREAM))
        account, region = SCOPE
        await SubscribedLogs(engine, subscriptions).call(
            "logs",
            "PutLogEvents",
            {
                "logGroupName": "/app",
                "logStreamName": "one",
                "logEvents": [{"timestamp": 1, "message": "hello"}],
            },
            account_id=account,
            region=region,
        )
        await subscriptions.finish()
        return engine

    assert [service for service, _ in asyncio.run(write()).records] == ["kinesis"]

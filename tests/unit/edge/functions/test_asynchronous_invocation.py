"""Events: taken at once, tried again, and reported where the function says."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from tests.lambda_workbench import ACCOUNT, LambdaWorkbench

pytestmark = pytest.mark.anyio

QUEUE = f"arn:aws:sqs:us-east-1:{ACCOUNT}:outcomes"
TOPIC = f"arn:aws:sns:us-east-1:{ACCOUNT}:dead"

HANDLER = """
def handler(event, context):
    print("ATTEMPT " + context.aws_request_id)
    if event.get("fail"):
        raise ValueError("not today")
    return {"done": True}
"""


async def send(bench: LambdaWorkbench, event: Any) -> None:
    answer = await bench.call(
        "Invoke",
        FunctionName="worker",
        InvocationType="Event",
        Payload=json.dumps(event).encode(),
    )
    assert answer["StatusCode"] == 202


async def wait_for_call(bench: LambdaWorkbench, name: str) -> dict[str, Any]:
    async with asyncio.timeout(10):
        while not bench.engine.made(name):
            await asyncio.sleep(0.01)
    (made,) = bench.engine.made(name)
    return made


def attempts(bench: LambdaWorkbench) -> list[str]:
    return [message for message in bench.logs.messages if message.startswith("ATTEMPT")]


async def test_a_success_is_reported_to_its_destination(running: LambdaWorkbench) -> None:
    await running.create(code=HANDLER)
    await running.call(
        "PutFunctionEventInvokeConfig",
        FunctionName="worker",
        DestinationConfig={"OnSuccess": {"Destination": QUEUE}},
    )
    await send(running, {"n": 1})
    sent = await wait_for_call(running, "sqs.SendMessage")
    record = json.loads(sent["MessageBody"])
    assert record["requestContext"]["condition"] == "Success"
    assert record["requestContext"]["functionArn"].endswith(":function:worker:$LATEST")
    assert record["requestPayload"] == {"n": 1}
    assert record["responseContext"] == {"statusCode": 200, "executedVersion": "$LATEST"}
    assert record["responsePayload"] == {"done": True}


async def test_a_failure_is_tried_twice_more_and_then_reported(running: LambdaWorkbench) -> None:
    await running.create(code=HANDLER, DeadLetterConfig={"TargetArn": TOPIC})
    await running.call(
        "PutFunctionEventInvokeConfig",
        FunctionName="worker",
        DestinationConfig={"OnFailure": {"Destination": QUEUE}},
    )
    await send(running, {"fail": True})
    letter = await wait_for_call(running, "sns.Publish")
    assert len(attempts(running)) == 3
    assert len(set(attempts(running))) == 1
    record = json.loads((await wait_for_call(running, "sqs.SendMessage"))["MessageBody"])
    assert record["requestContext"]["condition"] == "RetriesExhausted"
    assert record["requestContext"]["approximateInvokeCount"] == 3
    assert record["responseContext"]["functionError"] == "Unhandled"
    assert json.loads(letter["Message"]) == {"fail": True}
    assert letter["MessageAttributes"]["ErrorMessage"]["StringValue"] == "not today"
    assert letter["MessageAttributes"]["ErrorCode"]["StringValue"] == "200"


async def test_retries_can_be_turned_off(running: LambdaWorkbench) -> None:
    await running.create(code=HANDLER, DeadLetterConfig={"TargetArn": QUEUE})
    await running.call(
        "PutFunctionEventInvokeConfig", FunctionName="worker", MaximumRetryAttempts=0
    )
    await send(running, {"fail": True})
    await wait_for_call(running, "sqs.SendMessage")
    assert len(attempts(running)) == 1


async def test_a_destination_of_another_kind_is_refused(bench: LambdaWorkbench) -> None:
    await bench.create()
    answer = await bench.call(
        "PutFunctionEventInvokeConfig",
        FunctionName="worker",
        DestinationConfig={"OnFailure": {"Destination": "arn:aws:s3:::bucket"}},
    )
    assert answer["Error"]["Code"] == "InvalidParameterValueException"
    assert "OnFailure" in answer["Error"]["Message"]


async def test_a_function_without_any_concurrency_gives_its_events_up_at_once(
    bench: LambdaWorkbench,
) -> None:
    """As recorded in LocalStack's test_lambda.snapshot.json, test_reserved_concurrency."""
    await bench.create(DeadLetterConfig={"TargetArn": TOPIC})
    await bench.call(
        "PutFunctionEventInvokeConfig",
        FunctionName="worker",
        DestinationConfig={"OnFailure": {"Destination": QUEUE}},
    )
    await bench.call(
        "PutFunctionConcurrency", FunctionName="worker", ReservedConcurrentExecutions=0
    )
    await send(bench, {})
    async with asyncio.timeout(10):
        while not bench.engine.made("sns.Publish"):
            await asyncio.sleep(0.01)
    sent = bench.engine.made("sqs.SendMessage")[0]
    trace = sent["MessageSystemAttributes"]["AWSTraceHeader"]["StringValue"]
    assert trace.startswith("Root=1-")
    record = json.loads(sent["MessageBody"])
    assert record["requestContext"]["condition"] == "ZeroReservedConcurrency"
    assert record["requestContext"]["approximateInvokeCount"] == 0
    assert "responseContext" not in record
    assert "responsePayload" not in record
    attributes = bench.engine.made("sns.Publish")[0]["MessageAttributes"]
    assert attributes["ErrorCode"]["StringValue"] == "429"

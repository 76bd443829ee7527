"""Event source mappings of SQS queues: their operations, and the batches they hand over."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest

from localtender.edge.functions.sources.queue import failed_messages, queue_event
from tests.lambda_workbench import ACCOUNT, LambdaWorkbench, function_arn

pytestmark = pytest.mark.anyio

QUEUE = f"arn:aws:sqs:us-east-1:{ACCOUNT}:payments"

HANDLER = """
import json

def handler(event, context):
    print("EVENT " + json.dumps(event))
    bodies = [record["body"] for record in event["Records"]]
    if "raise" in bodies:
        raise ValueError("no")
    return {"batchItemFailures": [{"itemIdentifier": record["messageId"]}
            for record in event["Records"] if record["body"].startswith("bad")]}
"""


async def mapped(bench: LambdaWorkbench, **changes: Any) -> dict[str, Any]:
    return await bench.call(
        "CreateEventSourceMapping",
        **{"FunctionName": "worker", "EventSourceArn": QUEUE, **changes},
    )


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0.01)


def deleted(bench: LambdaWorkbench) -> list[str]:
    return [
        entry["ReceiptHandle"].removeprefix("receipt-")
        for call in bench.engine.made("sqs.DeleteMessageBatch")
        for entry in call["Entries"]
    ]


def events(bench: LambdaWorkbench) -> list[dict[str, Any]]:
    return [
        json.loads(message.removeprefix("EVENT "))
        for message in bench.logs.messages
        if message.startswith("EVENT ")
    ]


async def test_a_mapping_is_made_changed_and_removed(bench: LambdaWorkbench) -> None:
    await bench.create()
    made = await mapped(bench)
    assert made["ResponseMetadata"]["HTTPStatusCode"] == 202
    assert (made["State"], made["BatchSize"]) == ("Creating", 10)
    assert made["FunctionArn"] == function_arn("worker")
    assert made["FunctionResponseTypes"] == []
    uuid = made["UUID"]
    assert made["EventSourceMappingArn"].endswith(f":event-source-mapping:{uuid}")
    assert (await bench.call("GetEventSourceMapping", UUID=uuid))["State"] == "Enabled"
    changed = await bench.call("UpdateEventSourceMapping", UUID=uuid, Enabled=False, BatchSize=5)
    assert changed["State"] == "Disabling"
    found = await bench.call("GetEventSourceMapping", UUID=uuid)
    assert (found["State"], found["BatchSize"]) == ("Disabled", 5)
    listed = await bench.call("ListEventSourceMappings", FunctionName="worker")
    assert [mapping["UUID"] for mapping in listed["EventSourceMappings"]] == [uuid]
    assert (await bench.call("DeleteEventSourceMapping", UUID=uuid))["State"] == "Deleting"
    gone = await bench.call("GetEventSourceMapping", UUID=uuid)
    assert gone["Error"]["Code"] == "ResourceNotFoundException"


async def test_the_states_on_the_way_are_those_that_aws_answers(bench: LambdaWorkbench) -> None:
    """As LocalStack's ``test_lambda_integration_sqs.snapshot.json`` records them.

    (test_fifo_message_group_parallelism, test_sqs_event_source_mapping_update)
    """
    await bench.create()
    made = await mapped(bench, Enabled=False)
    assert (made["State"], made["StateTransitionReason"]) == ("Disabled", "USER_INITIATED")

    async def state_after(**changes: Any) -> str:
        changed = await bench.call("UpdateEventSourceMapping", UUID=made["UUID"], **changes)
        state: str = changed["State"]
        return state

    assert await state_after(Enabled=True) == "Enabling"
    assert await state_after(Enabled=True) == "Updating"
    assert await state_after(BatchSize=3) == "Updating"
    assert await state_after(Enabled=False) == "Disabling"


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"BatchSize": 11}, "Maximum batch window in seconds must be greater than 0"),
        ({"ScalingConfig": {"MaximumConcurrency": 1}}, "greater than or equal to 2"),
        ({"FunctionName": "nobody"}, "Function does not exist"),
        ({"EventSourceArn": f"arn:aws:mq:us-east-1:{ACCOUNT}:broker:x"}, "not arn:aws:mq"),
        ({"FilterCriteria": {"Filters": [{"Pattern": "["}]}}, "Invalid filter pattern definition."),
        ({"TumblingWindowInSeconds": 5}, "TumblingWindowInSeconds is not valid"),
        ({"StartingPosition": "LATEST"}, "StartingPosition is not valid"),
    ],
)
async def test_a_mapping_that_cannot_be_is_refused(
    bench: LambdaWorkbench, changes: dict[str, Any], text: str
) -> None:
    await bench.create()
    assert text in (await mapped(bench, **changes))["Error"]["Message"]


async def test_a_queue_must_hide_messages_for_as_long_as_the_function_may_run(
    bench: LambdaWorkbench,
) -> None:
    bench.engine.visibility_timeout = 5
    await bench.create(Timeout=6)
    assert (await mapped(bench))["Error"]["Message"] == (
        "Queue visibility timeout: 5 seconds is less than Function timeout: 6 seconds"
    )


async def test_a_queue_is_mapped_to_a_function_once(bench: LambdaWorkbench) -> None:
    await bench.create()
    uuid = (await mapped(bench))["UUID"]
    again = await mapped(bench)
    assert again["Error"]["Code"] == "ResourceConflictException"
    assert uuid in again["Error"]["Message"]


async def test_messages_arrive_as_documented_and_are_deleted(running: LambdaWorkbench) -> None:
    await running.create(code=HANDLER)
    running.engine.enqueue("a", "b")
    await mapped(running)
    await until(lambda: sorted(deleted(running)) == ["a", "b"])
    assert events(running)[0]["Records"][0] == {
        "messageId": "id-a",
        "receiptHandle": "receipt-a",
        "body": "a",
        "attributes": {"ApproximateReceiveCount": "1"},
        "messageAttributes": {
            "kind": {
                "stringValue": "test",
                "stringListValues": [],
                "binaryListValues": [],
                "dataType": "String",
            },
            "raw": {
                "binaryValue": "AAE=",
                "stringListValues": [],
                "binaryListValues": [],
                "dataType": "Binary",
            },
        },
        "md5OfBody": "0" * 32,
        "eventSource": "aws:sqs",
        "eventSourceARN": QUEUE,
        "awsRegion": "us-east-1",
    }


async def test_only_the_messages_that_failed_stay(running: LambdaWorkbench) -> None:
    await running.create(code=HANDLER)
    running.engine.enqueue("a", "bad-1", "b", "bad-2")
    await mapped(running, FunctionResponseTypes=["ReportBatchItemFailures"])
    await until(lambda: bool(deleted(running)))
    assert deleted(running) == ["a", "b"]


async def test_a_function_that_raises_keeps_the_whole_batch(running: LambdaWorkbench) -> None:
    await running.create(code=HANDLER)
    running.engine.enqueue("raise", "a")
    await mapped(running)
    await until(lambda: bool(events(running)))
    running.engine.enqueue("later")
    await until(lambda: deleted(running) == ["later"])


async def test_a_batch_has_no_more_messages_than_asked_for(running: LambdaWorkbench) -> None:
    await running.create(code=HANDLER)
    running.engine.enqueue("a", "b", "c")
    await mapped(running, BatchSize=2)
    await until(lambda: len(deleted(running)) == 3)
    assert sorted(len(event["Records"]) for event in events(running)) == [1, 2]


async def test_a_window_gathers_a_larger_batch(running: LambdaWorkbench) -> None:
    await running.create(code=HANDLER)
    running.engine.enqueue(*(str(number) for number in range(12)))
    await mapped(running, BatchSize=12, MaximumBatchingWindowInSeconds=30)
    await until(lambda: len(deleted(running)) == 12)
    assert [len(event["Records"]) for event in events(running)] == [12]


def test_only_a_gathered_batch_tells_that_a_message_has_no_attributes() -> None:
    """As LocalStack's ``test_lambda_integration_sqs.snapshot.json`` records it.

    (test_sqs_event_source_mapping, with a window, and
    test_failing_lambda_retries_after_visibility_timeout, without one)
    """
    plain = {"MessageId": "1", "ReceiptHandle": "r", "Body": "b", "MD5OfBody": "0" * 32}
    carrying = {**plain, "MD5OfMessageAttributes": "1" * 32}

    def digests(*, gathered: bool) -> list[Any]:
        event = json.loads(queue_event(QUEUE, [plain, carrying], gathered=gathered))
        return [record.get("md5OfMessageAttributes", "absent") for record in event["Records"]]

    assert digests(gathered=True) == [None, "1" * 32]
    assert digests(gathered=False) == ["absent", "1" * 32]


async def test_messages_that_no_filter_wants_are_deleted_unseen(running: LambdaWorkbench) -> None:
    await running.create(code=HANDLER)
    running.engine.enqueue('{"amount": 5}', '{"amount": 50}', "plain")
    made = await mapped(
        running,
        FilterCriteria={"Filters": [{"Pattern": '{"body": {"amount": [{"numeric": [">", 10]}]}}'}]},
    )
    assert made["FilterCriteria"]["Filters"][0]["Pattern"].startswith('{"body"')
    await until(lambda: len(deleted(running)) == 3)
    seen = [record["body"] for event in events(running) for record in event["Records"]]
    assert seen == ['{"amount": 50}']


async def test_a_disabled_mapping_reads_nothing(running: LambdaWorkbench) -> None:
    await running.create(code=HANDLER)
    made = await mapped(running, Enabled=False)
    running.engine.enqueue("a")
    await asyncio.sleep(0.05)
    assert len(running.engine.messages) == 1
    await running.call("UpdateEventSourceMapping", UUID=made["UUID"], Enabled=True)
    await until(lambda: deleted(running) == ["a"])


MESSAGES = [{"MessageId": "1"}, {"MessageId": "2"}]


@pytest.mark.parametrize(
    ("answer", "kept"),
    [
        (b'{"batchItemFailures": []}', []),
        (b"null", []),
        (b"{}", []),
        (b'{"batchItemFailures": null}', []),
        (b'{"batchItemFailures": [{"itemIdentifier": "2"}]}', ["2"]),
        (b'{"batchItemFailures": [{"itemIdentifier": ""}]}', ["1", "2"]),
        (b'{"batchItemFailures": [{"itemIdentifier": null}]}', ["1", "2"]),
        (b'{"batchItemFailures": [{"wrong": "2"}]}', ["1", "2"]),
        (b'{"batchItemFailures": [{"itemIdentifier": "9"}]}', ["1", "2"]),
        (b'{"batchItemFailures": "2"}', ["1", "2"]),
        (b"[]", ["1", "2"]),
        (b"{broken", ["1", "2"]),
    ],
)
def test_a_report_of_failures_is_read_as_aws_documents_it(answer: bytes, kept: list[str]) -> None:
    failed = failed_messages(MESSAGES, answer, function_failed=False, reports_item_failures=True)
    assert [message["MessageId"] for message in failed] == kept

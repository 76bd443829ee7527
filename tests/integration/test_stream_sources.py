"""Event source mappings of streams and FIFO queues, on the embedded engine."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.running_edge import RunningEdge, running_edge, until


@pytest.fixture(scope="module")
def edge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningEdge]:
    directory: Path = tmp_path_factory.mktemp("edge")
    with running_edge(directory) as running:
        yield running


def table_with_stream(edge: RunningEdge, name: str) -> tuple[Any, str]:
    dynamodb = edge.client("dynamodb")
    dynamodb.create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    )
    return dynamodb, dynamodb.describe_table(TableName=name)["Table"]["LatestStreamArn"]


def test_a_table_change_reaches_the_function_as_documented(edge: RunningEdge) -> None:
    dynamodb, stream = table_with_stream(edge, "orders")
    recorder = edge.recorder("orders")
    made = edge.client("lambda").create_event_source_mapping(
        FunctionName="orders", EventSourceArn=stream, StartingPosition="TRIM_HORIZON"
    )
    assert made["State"] == "Creating"
    assert made["LastProcessingResult"] == "No records processed"
    item = {"id": {"S": "1"}, "raw": {"B": b"\x00\x01"}}
    dynamodb.put_item(TableName="orders", Item=item)
    record = recorder.wait()[0]["Records"][0]
    assert record["eventSource"] == "aws:dynamodb"
    assert record["eventName"] == "INSERT"
    assert record["eventSourceARN"] == stream
    assert record["dynamodb"]["Keys"] == {"id": {"S": "1"}}
    assert record["dynamodb"]["NewImage"]["raw"] == {"B": "AAE="}
    assert isinstance(record["dynamodb"]["ApproximateCreationDateTime"], int)
    functions = edge.client("lambda")
    until(
        lambda: (
            functions.get_event_source_mapping(UUID=made["UUID"])["LastProcessingResult"] == "OK"
        )
    )
    _the_result_outlives_the_reading(functions, made["UUID"])


def _the_result_outlives_the_reading(functions: Any, uuid: str) -> None:
    """As test_disabled_dynamodb_event_source_mapping records it.

    In LocalStack's ``test_lambda_integration_dynamodbstreams.snapshot.json``.
    """
    answers = [
        functions.update_event_source_mapping(UUID=uuid, Enabled=False),
        functions.get_event_source_mapping(UUID=uuid),
        functions.update_event_source_mapping(UUID=uuid, Enabled=True),
        functions.delete_event_source_mapping(UUID=uuid),
    ]
    assert [(answer["State"], answer["LastProcessingResult"]) for answer in answers] == [
        ("Disabling", "OK"),
        ("Disabled", "OK"),
        ("Enabling", "OK"),
        ("Deleting", "OK"),
    ]


def test_only_wanted_changes_reach_the_function(edge: RunningEdge) -> None:
    dynamodb, stream = table_with_stream(edge, "filtered")
    recorder = edge.recorder("filtered")
    pattern = {"eventName": ["INSERT"], "dynamodb": {"NewImage": {"kind": {"S": ["wanted"]}}}}
    edge.client("lambda").create_event_source_mapping(
        FunctionName="filtered",
        EventSourceArn=stream,
        StartingPosition="TRIM_HORIZON",
        FilterCriteria={"Filters": [{"Pattern": json.dumps(pattern)}]},
    )
    for number, kind in enumerate(("other", "wanted", "other")):
        dynamodb.put_item(
            TableName="filtered", Item={"id": {"S": str(number)}, "kind": {"S": kind}}
        )
    records = [record for event in recorder.wait() for record in event["Records"]]
    assert [record["dynamodb"]["Keys"]["id"]["S"] for record in records] == ["1"]


def test_a_batch_that_always_fails_is_reported_and_the_shard_goes_on(edge: RunningEdge) -> None:
    dynamodb, stream = table_with_stream(edge, "failing")
    sqs = edge.client("sqs")
    url = sqs.create_queue(QueueName="discarded")["QueueUrl"]
    edge.recorder("failing", variables={"ANSWER": "raise"})
    edge.client("lambda").create_event_source_mapping(
        FunctionName="failing",
        EventSourceArn=stream,
        StartingPosition="TRIM_HORIZON",
        MaximumRetryAttempts=0,
        DestinationConfig={
            "OnFailure": {"Destination": "arn:aws:sqs:us-east-1:000000000000:discarded"}
        },
    )
    dynamodb.put_item(TableName="failing", Item={"id": {"S": "1"}})
    received = until(lambda: sqs.receive_message(QueueUrl=url, WaitTimeSeconds=2).get("Messages"))
    document = json.loads(received[0]["Body"])
    assert document["requestContext"]["condition"] == "RetryAttemptsExhausted"
    assert document["DDBStreamBatchInfo"]["batchSize"] == 1


def test_records_of_a_data_stream_arrive_in_order(edge: RunningEdge) -> None:
    kinesis = edge.client("kinesis")
    kinesis.create_stream(StreamName="payments", ShardCount=1)
    arn = until(
        lambda: kinesis.describe_stream(StreamName="payments")["StreamDescription"]["StreamARN"]
    )
    recorder = edge.recorder("payments")
    for number in range(5):
        kinesis.put_record(
            StreamName="payments", Data=json.dumps({"n": number}).encode(), PartitionKey="p"
        )
    edge.client("lambda").create_event_source_mapping(
        FunctionName="payments",
        EventSourceArn=arn,
        StartingPosition="TRIM_HORIZON",
        BatchSize=2,
        FilterCriteria={"Filters": [{"Pattern": '{"data": {"n": [{"numeric": [">", 0]}]}}'}]},
    )

    def numbers() -> list[int]:
        return [
            json.loads(base64.b64decode(record["kinesis"]["data"]))["n"]
            for event in recorder.events()
            for record in event["Records"]
        ]

    until(lambda: len(numbers()) == 4)
    assert numbers() == [1, 2, 3, 4]
    record = recorder.events()[0]["Records"][0]
    assert record["eventName"] == "aws:kinesis:record"
    assert record["eventID"].startswith("shardId-")
    assert record["invokeIdentityArn"].endswith(":role/worker")


def test_a_missing_stream_is_refused(edge: RunningEdge) -> None:
    functions = edge.client("lambda")
    edge.recorder("nowhere")
    arn = "arn:aws:kinesis:us-east-1:000000000000:stream/missing"
    with pytest.raises(functions.exceptions.InvalidParameterValueException, match="not found"):
        functions.create_event_source_mapping(
            FunctionName="nowhere", EventSourceArn=arn, StartingPosition="LATEST"
        )


def test_messages_of_a_fifo_group_stay_in_order(edge: RunningEdge) -> None:
    sqs = edge.client("sqs")
    url = sqs.create_queue(
        QueueName="orders.fifo",
        Attributes={"FifoQueue": "true", "ContentBasedDeduplication": "true"},
    )["QueueUrl"]
    recorder = edge.recorder("fifo")
    for number in range(12):
        group = "a" if number % 2 else "b"
        sqs.send_message(QueueUrl=url, MessageBody=f"{group}{number}", MessageGroupId=group)
    edge.client("lambda").create_event_source_mapping(
        FunctionName="fifo",
        EventSourceArn="arn:aws:sqs:us-east-1:000000000000:orders.fifo",
        BatchSize=2,
    )

    def bodies() -> list[str]:
        return [record["body"] for event in recorder.events() for record in event["Records"]]

    until(lambda: len(bodies()) == 12)
    for group, numbers in (("a", range(1, 12, 2)), ("b", range(0, 12, 2))):
        assert [body for body in bodies() if body.startswith(group)] == [
            f"{group}{number}" for number in numbers
        ]


def test_a_window_sums_up_and_ends(edge: RunningEdge) -> None:
    code = (
        "import json, os\n"
        "def handler(event, context):\n"
        "    with open(os.environ['EVENTS'], 'a') as file:\n"
        "        file.write(json.dumps({'event': event, 'arn': ''}) + '\\n')\n"
        "    count = event['state'].get('count', 0) + len(event['Records'])\n"
        "    return {'state': {'count': count}}\n"
    )
    recorder = edge.recorder("windowed", code=code)
    kinesis = edge.client("kinesis")
    kinesis.create_stream(StreamName="windowed", ShardCount=1)
    arn = kinesis.describe_stream(StreamName="windowed")["StreamDescription"]["StreamARN"]
    made = edge.client("lambda").create_event_source_mapping(
        FunctionName="windowed",
        EventSourceArn=arn,
        StartingPosition="TRIM_HORIZON",
        TumblingWindowInSeconds=2,
    )
    assert made["TumblingWindowInSeconds"] == 2
    for number in range(3):
        kinesis.put_record(StreamName="windowed", PartitionKey="p", Data=str(number).encode())
    finals = until(
        lambda: [event for event in recorder.events() if event["isFinalInvokeForWindow"]] or None
    )
    counted = until(
        lambda: (
            sum(e["state"]["count"] for e in recorder.events() if e["isFinalInvokeForWindow"]) == 3
        )
    )
    assert counted
    assert finals[0]["Records"] == []
    assert finals[0]["shardId"] == recorder.events()[0]["shardId"]

"""Queues and streams that Lambda reads for a function."""

from __future__ import annotations

import json
import time
from typing import Any

from tests.integration.conformance import documentation as docs
from tests.integration.conformance.laboratory import Laboratory
from tests.integration.conformance.observing import awaited
from tests.integration.conformance.row import Area
from tests.integration.conformance.rows.lambda_asynchronous import (
    RECORDER,
    queue,
    received,
    recorded,
)

AREA = Area("Lambda: event source mappings")


def mapped(lab: Laboratory, source: str, code: str = RECORDER, **mapping: Any) -> str:
    """A new function that reads a source; its ARN."""
    arn = lab.function(code, Timeout=2)
    made = lab.functions.create_event_source_mapping(
        EventSourceArn=source, FunctionName=arn, **mapping
    )
    lab.undo(lambda: lab.functions.delete_event_source_mapping(UUID=made["UUID"]))
    return arn


@AREA.row("SQS: a message reaches the function", aws="hello", source=docs.SQS_SOURCE, waits=True)
def from_queue(lab: Laboratory) -> str:
    url, source = queue(lab)
    arn = mapped(lab, source)
    lab.client("sqs").send_message(QueueUrl=url, MessageBody="hello")
    events = recorded(lab, arn)
    return str(events[0]["Records"][0]["body"]) if events else "nothing"


@AREA.row(
    "SQS: the members of a record",
    aws="attributes, awsRegion, body, eventSource, eventSourceARN, md5OfBody, messageAttributes, "
    "messageId, receiptHandle",
    source=docs.SQS_SOURCE,
    waits=True,
)
def queue_record(lab: Laboratory) -> str:
    url, source = queue(lab)
    arn = mapped(lab, source)
    lab.client("sqs").send_message(QueueUrl=url, MessageBody="hello")
    events = recorded(lab, arn)
    return ", ".join(sorted(events[0]["Records"][0])) if events else "nothing"


@AREA.row(
    "SQS: ReportBatchItemFailures gives back the failed message only",
    aws="bad twice, good once",
    source=docs.SQS_ERRORS,
    waits=True,
)
def partial_failure(lab: Laboratory) -> str:
    code = """
        def handler(event, context):
            failed = []
            for record in event["Records"]:
                print("EVENT " + '"' + record["body"] + '"')
                count = int(record["attributes"]["ApproximateReceiveCount"])
                if record["body"] == "bad" and count < 2:
                    failed.append({"itemIdentifier": record["messageId"]})
            return {"batchItemFailures": failed}
    """
    url, source = queue(lab, VisibilityTimeout="2")
    arn = mapped(lab, source, code, FunctionResponseTypes=["ReportBatchItemFailures"])
    for body in ("bad", "good"):
        lab.client("sqs").send_message(QueueUrl=url, MessageBody=body)
    seen = recorded(lab, arn, 3)
    words = {0: "never", 1: "once", 2: "twice"}
    return ", ".join(f"{body} {words.get(seen.count(body), 'often')}" for body in ("bad", "good"))


@AREA.row(
    "SQS: filter criteria; what does not match is deleted",
    aws='["wanted"], the queue is empty',
    source=docs.FILTERING,
    waits=True,
)
def filtered_queue(lab: Laboratory) -> str:
    url, source = queue(lab)
    pattern = json.dumps({"body": {"kind": ["wanted"]}})
    arn = mapped(lab, source, FilterCriteria={"Filters": [{"Pattern": pattern}]})
    sqs = lab.client("sqs")
    for kind in ("other", "wanted"):
        sqs.send_message(QueueUrl=url, MessageBody=json.dumps({"kind": kind}))
    events = recorded(lab, arn)
    kinds = [json.loads(r["body"])["kind"] for event in events for r in event["Records"]]

    def left() -> int:
        told = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        names = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")
        return sum(int(told[name]) for name in names)

    rest = awaited(left, lambda count: count == 0)
    return f"{json.dumps(kinds)}, the queue {'is empty' if rest == 0 else f'has {rest}'}"


@AREA.row(
    "SQS: after maxReceiveCount a message is in the dead-letter queue",
    aws="raise",
    source=docs.SQS_ERRORS,
    waits=True,
)
def redrive(lab: Laboratory) -> str:
    dead_url, dead_arn = queue(lab)
    policy = json.dumps({"deadLetterTargetArn": dead_arn, "maxReceiveCount": 1})
    url, source = queue(lab, VisibilityTimeout="2", RedrivePolicy=policy)
    mapped(lab, source)
    lab.client("sqs").send_message(QueueUrl=url, MessageBody="raise")
    messages = received(lab, dead_url)
    return messages[0]["Body"] if messages else "nothing"


@AREA.row(
    "SQS: a queue whose visibility time-out is below the function's",
    aws="InvalidParameterValueException",
    source=docs.SQS_SOURCE,
)
def short_visibility(lab: Laboratory) -> str:
    _, source = queue(lab, VisibilityTimeout="1")
    try:
        mapped(lab, source)
    except lab.functions.exceptions.InvalidParameterValueException:
        return "InvalidParameterValueException"
    return "accepted"


def table_with_stream(lab: Laboratory) -> tuple[str, str]:
    """The name and the stream's ARN of a new table."""
    dynamodb, name = lab.client("dynamodb"), lab.name()
    made = dynamodb.create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    )
    return name, made["TableDescription"]["LatestStreamArn"]


def _put(lab: Laboratory, table: str, *names: str) -> None:
    for name in names:
        lab.client("dynamodb").put_item(TableName=table, Item={"id": {"S": name}})


@AREA.row(
    "DynamoDB Streams: a change reaches the function",
    aws='["INSERT", {"id": {"S": "1"}}, "aws:dynamodb"]',
    source=docs.STREAM_SOURCE,
    waits=True,
)
def from_stream(lab: Laboratory) -> str:
    table, stream = table_with_stream(lab)
    arn = mapped(lab, stream, StartingPosition="TRIM_HORIZON")
    _put(lab, table, "1")
    events = recorded(lab, arn)
    if not events:
        return "nothing"
    record = events[0]["Records"][0]
    return json.dumps([record["eventName"], record["dynamodb"]["Keys"], record["eventSource"]])


@AREA.row("DynamoDB Streams: filter criteria", aws='["2"]', source=docs.FILTERING, waits=True)
def filtered_stream(lab: Laboratory) -> str:
    table, stream = table_with_stream(lab)
    pattern = json.dumps({"dynamodb": {"Keys": {"id": {"S": ["2"]}}}})
    arn = mapped(
        lab,
        stream,
        StartingPosition="TRIM_HORIZON",
        FilterCriteria={"Filters": [{"Pattern": pattern}]},
    )
    _put(lab, table, "1", "2", "3")
    recorded(lab, arn)
    time.sleep(1)
    events = recorded(lab, arn)
    return json.dumps([r["dynamodb"]["Keys"]["id"]["S"] for e in events for r in e["Records"]])


@AREA.row(
    "DynamoDB Streams: after MaximumRetryAttempts the batch is reported to OnFailure",
    aws="RetryAttemptsExhausted, 1 record",
    source=docs.STREAM_ERRORS,
    waits=True,
)
def stream_failure(lab: Laboratory) -> str:
    table, stream = table_with_stream(lab)
    url, destination = queue(lab)
    mapped(
        lab,
        stream,
        StartingPosition="TRIM_HORIZON",
        MaximumRetryAttempts=1,
        DestinationConfig={"OnFailure": {"Destination": destination}},
    )
    _put(lab, table, "raise")
    messages = received(lab, url)
    if not messages:
        return "nothing"
    told = json.loads(messages[0]["Body"])
    condition = told["requestContext"]["condition"]
    return f"{condition}, {told['DDBStreamBatchInfo']['batchSize']} record"


@AREA.row(
    "DynamoDB Streams: BisectBatchOnFunctionError isolates the bad record",
    aws="good ones delivered without the bad one: true",
    source=docs.STREAM_ERRORS,
    waits=True,
)
def bisected(lab: Laboratory) -> str:
    table, stream = table_with_stream(lab)
    _put(lab, table, "a", "raise", "b")
    arn = mapped(
        lab,
        stream,
        StartingPosition="TRIM_HORIZON",
        MaximumRetryAttempts=3,
        BisectBatchOnFunctionError=True,
    )

    def delivered() -> bool:
        batches = [
            {r["dynamodb"]["Keys"]["id"]["S"] for r in event["Records"]}
            for event in recorded(lab, arn, 0)
        ]
        good = [batch for batch in batches if "raise" not in batch]
        return {"a", "b"} <= set().union(*good)

    done = awaited(delivered)
    return f"good ones delivered without the bad one: {str(done).lower()}"


@AREA.row(
    "SQS FIFO: messages of a group come in their order",
    aws="1, 2, 3",
    source=docs.SQS_SOURCE,
    waits=True,
)
def from_fifo_queue(lab: Laboratory) -> str:
    url, source = queue(lab, FifoQueue="true")
    arn = mapped(lab, source, BatchSize=1)
    for number in (1, 2, 3):
        lab.client("sqs").send_message(
            QueueUrl=url,
            MessageBody=str(number),
            MessageGroupId="g",
            MessageDeduplicationId=str(number),
        )
    events = recorded(lab, arn, 3)
    return ", ".join(record["body"] for event in events for record in event["Records"]) or "nothing"


@AREA.row(
    "Kinesis: a record reaches the function as base64",
    aws="aws:kinesis, aGVsbG8=",
    source=docs.KINESIS_SOURCE,
    waits=True,
)
def from_kinesis(lab: Laboratory) -> str:
    kinesis, name = lab.client("kinesis"), lab.name()
    kinesis.create_stream(StreamName=name, ShardCount=1)
    kinesis.get_waiter("stream_exists").wait(StreamName=name, WaiterConfig={"Delay": 1})
    source = kinesis.describe_stream(StreamName=name)["StreamDescription"]["StreamARN"]
    arn = mapped(lab, source, StartingPosition="TRIM_HORIZON")
    kinesis.put_record(StreamName=name, Data=b"hello", PartitionKey="p")
    events = recorded(lab, arn)
    if not events:
        return "nothing"
    record = events[0]["Records"][0]
    return f"{record['eventSource']}, {record['kinesis']['data']}"

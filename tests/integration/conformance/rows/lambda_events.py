"""Asynchronous invocation, event sources, and what starts inside other services."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.integration.conformance import documentation as docs
from tests.integration.conformance.laboratory import Laboratory
from tests.integration.conformance.observing import awaited
from tests.integration.conformance.row import Area
from tests.integration.conformance.rows.lambda_results import invoked

AREA = Area("Lambda: events and event sources")

# Prints what it is sent, and raises when the event says so.
RECORDER = """
import json
def handler(event, context):
    print("EVENT " + json.dumps(event))
    if "raise" in json.dumps(event):
        raise ValueError("told to")
    return {"done": True}
"""


def recorded(lab: Laboratory, arn: str, count: int = 1, seconds: float = 10) -> list[Any]:
    """The events that a recorder has had once there are so many, or at the end of the time."""

    def events() -> list[Any]:
        lines = lab.log_messages(arn)
        return [json.loads(line[6:]) for line in lines if line.startswith("EVENT ")]

    return awaited(events, lambda found: len(found) >= count, seconds=seconds)


def queue(lab: Laboratory, **attributes: str) -> tuple[str, str]:
    """The URL and the ARN of a new queue."""
    name = lab.name() + (".fifo" if "FifoQueue" in attributes else "")
    url = lab.client("sqs").create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
    return url, f"arn:aws:sqs:{lab.region}:{lab.account_id}:{name}"


def received(lab: Laboratory, url: str, seconds: float = 10) -> list[dict[str, Any]]:
    """What a queue gives, with its attributes; nothing at the end of the time."""
    sqs = lab.client("sqs")
    return awaited(
        lambda: sqs.receive_message(
            QueueUrl=url, WaitTimeSeconds=1, MessageAttributeNames=["All"]
        ).get("Messages", []),
        seconds=seconds,
    )


def permit(lab: Laboratory, arn: str, service: str, source_arn: str) -> None:
    """Let a service's resource call the function."""
    lab.functions.add_permission(
        FunctionName=arn,
        StatementId=lab.name(),
        Action="lambda:InvokeFunction",
        Principal=f"{service}.amazonaws.com",
        SourceArn=source_arn,
    )


@AREA.row(
    "A failing event is tried again twice", aws="3 times", source=docs.ASYNC_ERRORS, waits=True
)
def retried(lab: Laboratory) -> str:
    arn = lab.function(RECORDER)
    invoked(lab, arn, "raise", InvocationType="Event")
    recorded(lab, arn, 3)
    time.sleep(2)
    return f"{len(recorded(lab, arn, 3))} times"


@AREA.row(
    "MaximumRetryAttempts of 0: a failing event runs once",
    aws="1 times",
    source=docs.ASYNC_ERRORS,
    waits=True,
)
def not_retried(lab: Laboratory) -> str:
    arn = lab.function(RECORDER)
    lab.functions.put_function_event_invoke_config(FunctionName=arn, MaximumRetryAttempts=0)
    invoked(lab, arn, "raise", InvocationType="Event")
    recorded(lab, arn)
    time.sleep(3)
    return f"{len(recorded(lab, arn))} times"


def _destination(lab: Laboratory, kind: str, event: str) -> list[dict[str, Any]]:
    url, arn = queue(lab)
    function = lab.function(RECORDER)
    lab.functions.put_function_event_invoke_config(
        FunctionName=function,
        MaximumRetryAttempts=0,
        DestinationConfig={kind: {"Destination": arn}},
    )
    invoked(lab, function, event, InvocationType="Event")
    return received(lab, url)


@AREA.row(
    "OnSuccess: condition, request and response",
    aws='["Success", "hello", {"done": true}]',
    source=docs.ASYNC_DESTINATIONS,
    waits=True,
)
def on_success(lab: Laboratory) -> str:
    messages = _destination(lab, "OnSuccess", "hello")
    if not messages:
        return "nothing"
    told = json.loads(messages[0]["Body"])
    context = told["requestContext"]
    return json.dumps([context["condition"], told["requestPayload"], told["responsePayload"]])


@AREA.row(
    "OnFailure: condition, request and error type",
    aws='["RetriesExhausted", "raise", "ValueError"]',
    source=docs.ASYNC_DESTINATIONS,
    waits=True,
)
def on_failure(lab: Laboratory) -> str:
    messages = _destination(lab, "OnFailure", "raise")
    if not messages:
        return "nothing"
    told = json.loads(messages[0]["Body"])
    condition = told["requestContext"]["condition"]
    return json.dumps([condition, told["requestPayload"], told["responsePayload"]["errorType"]])


@AREA.row(
    "A dead-letter queue gets the event as it was, with attributes",
    aws='"raise" with ErrorCode, ErrorMessage, RequestID',
    source=docs.DEAD_LETTERS,
    waits=True,
)
def dead_letter(lab: Laboratory) -> str:
    url, arn = queue(lab)
    function = lab.function(RECORDER, DeadLetterConfig={"TargetArn": arn})
    lab.functions.put_function_event_invoke_config(FunctionName=function, MaximumRetryAttempts=0)
    invoked(lab, function, "raise", InvocationType="Event")
    messages = received(lab, url)
    if not messages:
        return "nothing"
    return f"{messages[0]['Body']} with {', '.join(sorted(messages[0]['MessageAttributes']))}"


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
    seen = recorded(lab, arn, 3, seconds=15)
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

    rest = awaited(left, lambda count: count == 0, seconds=5)
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
    messages = received(lab, dead_url, seconds=15)
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
    messages = received(lab, url, seconds=15)
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

    done = awaited(delivered, seconds=15)
    return f"good ones delivered without the bad one: {str(done).lower()}"


@AREA.row("SNS reaches a subscribed function", aws="hello", source=docs.SNS_SOURCE, waits=True)
def from_topic(lab: Laboratory) -> str:
    sns, arn = lab.client("sns"), lab.function(RECORDER)
    topic = sns.create_topic(Name=lab.name())["TopicArn"]
    permit(lab, arn, "sns", topic)
    sns.subscribe(TopicArn=topic, Protocol="lambda", Endpoint=arn)
    sns.publish(TopicArn=topic, Message="hello")
    events = recorded(lab, arn)
    return str(events[0]["Records"][0]["Sns"]["Message"]) if events else "nothing"


@AREA.row(
    "SNS does not reach a function that did not permit it",
    aws="nothing",
    source=docs.SNS_SOURCE,
    waits=True,
)
def from_topic_unpermitted(lab: Laboratory) -> str:
    sns, arn = lab.client("sns"), lab.function(RECORDER)
    topic = sns.create_topic(Name=lab.name())["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="lambda", Endpoint=arn)
    sns.publish(TopicArn=topic, Message="hello")
    return "a message" if recorded(lab, arn, seconds=3) else "nothing"


@AREA.row(
    "An EventBridge rule reaches the function", aws="paid", source=docs.EVENTBRIDGE, waits=True
)
def from_rule(lab: Laboratory) -> str:
    events, arn, name = lab.client("events"), lab.function(RECORDER), lab.name()
    rule = events.put_rule(Name=name, EventPattern=json.dumps({"source": [name]}))["RuleArn"]
    permit(lab, arn, "events", rule)
    events.put_targets(Rule=name, Targets=[{"Id": "1", "Arn": arn}])
    events.put_events(Entries=[{"Source": name, "DetailType": "paid", "Detail": "{}"}])
    found = recorded(lab, arn)
    return str(found[0]["detail-type"]) if found else "nothing"


@AREA.row(
    "EventBridge Scheduler reaches the function", aws="now", source=docs.SCHEDULER, waits=True
)
def from_schedule(lab: Laboratory) -> str:
    arn = lab.function(RECORDER)
    lab.client("scheduler").create_schedule(
        Name=lab.name(),
        ScheduleExpression=f"at({datetime.now(UTC) + timedelta(seconds=1):%Y-%m-%dT%H:%M:%S})",
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={"Arn": arn, "RoleArn": lab.role, "Input": '"now"'},
    )
    found = recorded(lab, arn, seconds=30)
    return str(found[0]) if found else "nothing"


@AREA.row("An S3 notification reaches the function", aws="a.txt", source=docs.S3_SOURCE, waits=True)
def from_bucket(lab: Laboratory) -> str:
    s3, arn, bucket = lab.client("s3"), lab.function(RECORDER), lab.name()
    s3.create_bucket(Bucket=bucket)
    permit(lab, arn, "s3", f"arn:aws:s3:::{bucket}")
    notify = {"LambdaFunctionArn": arn, "Events": ["s3:ObjectCreated:*"]}
    s3.put_bucket_notification_configuration(
        Bucket=bucket, NotificationConfiguration={"LambdaFunctionConfigurations": [notify]}
    )
    s3.put_object(Bucket=bucket, Key="a.txt", Body=b"x")

    def keys() -> list[str]:
        records = (r for event in recorded(lab, arn, 0) for r in event.get("Records", ()))
        return [record["s3"]["object"]["key"] for record in records]

    return ", ".join(awaited(keys)) or "nothing"


@AREA.row(
    "A Step Functions task gets the function's result",
    aws='SUCCEEDED {"done": true}',
    source=docs.STEP_FUNCTIONS,
    waits=True,
)
def from_state_machine(lab: Laboratory) -> str:
    states, arn = lab.client("stepfunctions"), lab.function(RECORDER)
    task = {"Type": "Task", "Resource": arn, "End": True}
    machine = states.create_state_machine(
        name=lab.name(),
        definition=json.dumps({"StartAt": "T", "States": {"T": task}}),
        roleArn=lab.role,
    )["stateMachineArn"]
    run = states.start_execution(stateMachineArn=machine, input="{}")["executionArn"]
    ended = awaited(
        lambda: states.describe_execution(executionArn=run),
        lambda told: told["status"] != "RUNNING",
    )
    output = ended.get("output")
    return f"{ended['status']} {json.dumps(json.loads(output)) if output else 'nothing'}"

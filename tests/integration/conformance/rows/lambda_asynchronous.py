"""Asynchronous invocation: retries, destinations, dead letters."""

from __future__ import annotations

import json
import time
from typing import Any

from tests.integration.conformance import documentation as docs
from tests.integration.conformance.laboratory import Laboratory
from tests.integration.conformance.observing import awaited
from tests.integration.conformance.row import Area
from tests.integration.conformance.rows.lambda_results import invoked

AREA = Area("Lambda: asynchronous invocation")

# Prints what it is sent, and raises when the event says so.
RECORDER = """
import json
def handler(event, context):
    print("EVENT " + json.dumps(event))
    if "raise" in json.dumps(event):
        raise ValueError("told to")
    return {"done": True}
"""


def recorded(lab: Laboratory, arn: str, count: int = 1, seconds: float = 20) -> list[Any]:
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


def received(lab: Laboratory, url: str, seconds: float = 20) -> list[dict[str, Any]]:
    """What a queue gives, with its attributes; nothing at the end of the time."""
    sqs = lab.client("sqs")
    return awaited(
        lambda: sqs.receive_message(
            QueueUrl=url, WaitTimeSeconds=1, MessageAttributeNames=["All"]
        ).get("Messages", []),
        seconds=seconds,
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

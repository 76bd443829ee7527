"""Functions of a client's own, made by boto3, run as Lambda documents it."""

from __future__ import annotations

import base64
import json
import re
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from tests.rest_api_workshop import RestApiWorkshop, eventually, workshop_on
from tests.running_stack import RunningStack

# What the emulator is made of; none of it is in a function's reach.
EMULATOR = ("localtender", "ministack", "uvicorn", "httpx", "typer", "pytest")

TALKATIVE = """
import json, logging, sys

logger = logging.getLogger()
logger.setLevel("INFO")
print("while loading")

def handler(event, context):
    print("printed")
    logger.info("logged %s", event["n"])
    sys.stderr.write("to stderr\\n")
    print("without an end", end="")
    if event.get("fail"):
        raise KeyError("what is wrong")
    return event["n"]
"""

SELF_DESCRIBING = """
import importlib.util, json, os, sys

def handler(event, context):
    names = event["modules"]
    return {
        "environment": dict(os.environ),
        "path": sys.path,
        "found": [name for name in names if importlib.util.find_spec(name)],
        "context": {
            name: getattr(context, name)
            for name in (
                "function_name", "function_version", "invoked_function_arn",
                "memory_limit_in_mb", "aws_request_id", "log_group_name", "log_stream_name",
            )
        },
        "remaining": context.get_remaining_time_in_millis(),
    }
"""


@pytest.fixture(scope="module")
def workshop(stack: RunningStack) -> Iterator[RestApiWorkshop]:
    yield from workshop_on(stack)


def invoke(workshop: RestApiWorkshop, arn: str, event: Any, **more: Any) -> tuple[Any, Any]:
    """The function's answer and what Invoke said besides."""
    answer = workshop.functions.invoke(FunctionName=arn, Payload=json.dumps(event).encode(), **more)
    text = answer["Payload"].read()
    return (json.loads(text) if text else None), answer


def test_a_log_stream_tells_of_every_invocation_as_lambda_does(workshop: RestApiWorkshop) -> None:
    arn = workshop.function(TALKATIVE, MemorySize=128)
    _, first = invoke(workshop, arn, {"n": 1}, LogType="Tail")
    _, second = invoke(workshop, arn, {"n": 2}, LogType="Tail")
    identifiers = [a["ResponseMetadata"]["RequestId"] for a in (first, second)]
    messages = eventually(
        lambda: workshop.log_messages(arn),
        lambda lines: sum(line.startswith("REPORT") for line in lines) == 2,
    )
    assert messages[0].startswith("INIT_START Runtime Version: python:3.12")
    assert messages[1] == "while loading\n"
    begin = messages.index(f"START RequestId: {identifiers[0]} Version: $LATEST\n")
    end = messages.index(f"END RequestId: {identifiers[0]}\n")
    said = messages[begin + 1 : end]
    assert (said[0], said[2], said[3]) == ("printed\n", "to stderr\n", "without an end")
    assert re.fullmatch(rf"\[INFO\]\t\S+Z\t{identifiers[0]}\tlogged 1\n", said[1])
    assert re.fullmatch(
        rf"REPORT RequestId: {identifiers[0]}\tDuration: [\d.]+ ms\tBilled Duration: \d+ ms\t"
        r"Memory Size: 128 MB\tMax Memory Used: \d+ MB\tInit Duration: [\d.]+ ms\t\n",
        messages[end + 1],
    )
    assert "Init Duration" not in messages[-1]
    assert identifiers[1] in messages[-1]
    tail = base64.b64decode(second["LogResult"]).decode()
    assert tail.startswith(f"START RequestId: {identifiers[1]}")
    assert "logged 2" in tail


def test_an_exception_is_reported_with_its_type_and_trace(workshop: RestApiWorkshop) -> None:
    arn = workshop.function(TALKATIVE)
    error, answer = invoke(workshop, arn, {"n": 1, "fail": True})
    assert (answer["StatusCode"], answer["FunctionError"]) == (200, "Unhandled")
    assert (error["errorType"], error["errorMessage"]) == ("KeyError", "'what is wrong'")
    assert 'raise KeyError("what is wrong")' in error["stackTrace"][-1]
    assert error["requestId"] == answer["ResponseMetadata"]["RequestId"]
    eventually(lambda: any("[ERROR] KeyError" in line for line in workshop.log_messages(arn)))


def test_a_crash_is_reported_and_the_next_call_is_served(workshop: RestApiWorkshop) -> None:
    arn = workshop.function(
        """
        import os
        def handler(event, context):
            if event.get("exit") is not None:
                os._exit(event["exit"])
            return os.getpid()
        """
    )
    before, _ = invoke(workshop, arn, {})
    for status in (0, 7):
        error, answer = invoke(workshop, arn, {"exit": status})
        assert answer["FunctionError"] == "Unhandled"
        assert error["errorType"] == "Runtime.ExitError"
        assert answer["ResponseMetadata"]["RequestId"] in error["errorMessage"]
    after, answer = invoke(workshop, arn, {})
    assert after != before
    assert "FunctionError" not in answer


def test_the_timeout_ends_a_function_and_says_after_how_long(workshop: RestApiWorkshop) -> None:
    arn = workshop.function("import time\ndef handler(e, c): time.sleep(e)", Timeout=1)
    error, answer = invoke(workshop, arn, 30)
    request = answer["ResponseMetadata"]["RequestId"]
    assert answer["FunctionError"] == "Unhandled"
    assert re.fullmatch(
        rf"\S+Z {request} Task timed out after 1\.\d\d seconds|"
        rf"RequestId: {request} Error: Task timed out after 1\.\d\d seconds",
        error["errorMessage"],
    )
    assert invoke(workshop, arn, 0)[0] is None


def test_a_function_has_only_its_own_environment(workshop: RestApiWorkshop) -> None:
    arn = workshop.function(
        SELF_DESCRIBING,
        MemorySize=256,
        Timeout=7,
        Environment={"Variables": {"OWN": "mine", "TZ": "Europe/Berlin"}},
    )
    told, answer = invoke(workshop, arn, {"modules": [*EMULATOR, "boto3", "awslambdaric"]})
    name = arn.rsplit(":", 1)[1]
    environment = told["environment"]
    allowed = re.compile(
        r"AWS_(LAMBDA_(FUNCTION_(NAME|VERSION|MEMORY_SIZE)|INITIALIZATION_TYPE|"
        r"LOG_(GROUP|STREAM)_NAME|RUNTIME_API)|REGION|DEFAULT_REGION|EXECUTION_ENV|ENDPOINT_URL|"
        r"ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN|XRAY_CONTEXT_MISSING|XRAY_DAEMON_ADDRESS)|"
        r"_HANDLER|_X_AMZN_TRACE_ID|LAMBDA_(TASK_ROOT|RUNTIME_DIR)|LANG|PATH|LD_LIBRARY_PATH|"
        r"PYTHONPATH|TZ|TMPDIR|OWN|_AWS_XRAY_DAEMON_(ADDRESS|PORT)"
    )
    assert [variable for variable in environment if not allowed.fullmatch(variable)] == []
    assert (environment["OWN"], environment["TZ"]) == ("mine", "Europe/Berlin")
    assert environment["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"] == "256"
    assert environment["AWS_EXECUTION_ENV"] == "AWS_Lambda_python3.12"
    assert told["found"] == ["boto3", "awslambdaric"]
    assert told["context"] == {
        "function_name": name,
        "function_version": "$LATEST",
        "invoked_function_arn": arn,
        "memory_limit_in_mb": "256",
        "aws_request_id": answer["ResponseMetadata"]["RequestId"],
        "log_group_name": f"/aws/lambda/{name}",
        "log_stream_name": environment["AWS_LAMBDA_LOG_STREAM_NAME"],
    }
    assert 0 < told["remaining"] <= 7000


def test_a_function_calls_aws_as_its_role(workshop: RestApiWorkshop) -> None:
    arn = workshop.function(
        """
        import boto3
        def handler(event, context):
            return boto3.client("sts").get_caller_identity()["Arn"]
        """,
        MemorySize=256,
    )
    identity, answer = invoke(workshop, arn, {})
    assert "FunctionError" not in answer, identity
    role, name = workshop.role.rsplit("/", 1)[1], arn.rsplit(":", 1)[1]
    assert identity == f"arn:aws:sts::000000000000:assumed-role/{role}/{name}"


def test_a_burst_loses_nothing(workshop: RestApiWorkshop) -> None:
    api = workshop.rest_api(
        {
            "GET /": workshop.proxy_of(
                """
                import time
                def handler(event, context):
                    time.sleep(0.01)
                    return {"statusCode": 200, "body": event["queryStringParameters"]["n"]}
                """
            )
        }
    )

    def call(number: int) -> str:
        return requests.get(f"{api.url}/?n={number}", timeout=60).text

    with ThreadPoolExecutor(32) as clients:
        assert list(clients.map(call, range(200))) == [str(number) for number in range(200)]


def test_reserved_concurrency_refuses_what_is_too_much(workshop: RestApiWorkshop) -> None:
    arn = workshop.function("import time\ndef handler(e, c): time.sleep(e)")
    workshop.functions.put_function_concurrency(FunctionName=arn, ReservedConcurrentExecutions=1)
    with ThreadPoolExecutor(1) as other:
        running = other.submit(invoke, workshop, arn, 1.5)
        eventually(lambda: any(line.startswith("START") for line in workshop.log_messages(arn)))
        with pytest.raises(workshop.functions.exceptions.TooManyRequestsException) as refused:
            invoke(workshop, arn, 0)
        assert refused.value.response["Reason"] == (
            "ReservedFunctionConcurrentInvocationLimitExceeded"
        )
        running.result()
    assert invoke(workshop, arn, 0)[0] is None


def test_only_the_failed_messages_of_a_batch_come_again(workshop: RestApiWorkshop) -> None:
    queues = workshop.client("sqs")
    name = f"edge-{uuid.uuid4().hex[:12]}"
    url = queues.create_queue(
        QueueName=name, Attributes={"VisibilityTimeout": "1", "ReceiveMessageWaitTimeSeconds": "1"}
    )["QueueUrl"]
    arn = workshop.function(
        """
        def handler(event, context):
            failures = []
            for record in event["Records"]:
                times = int(record["attributes"]["ApproximateReceiveCount"])
                print(f"saw {record['body']} time {times} of {record['eventSourceARN']}")
                if record["body"] == "bad" and times < 2:
                    failures.append({"itemIdentifier": record["messageId"]})
            return {"batchItemFailures": failures}
        """,
        Timeout=1,
    )
    workshop.functions.create_event_source_mapping(
        EventSourceArn=f"arn:aws:sqs:us-east-1:000000000000:{name}",
        FunctionName=arn,
        FunctionResponseTypes=["ReportBatchItemFailures"],
    )
    for body in ("good", "bad", "fine"):
        queues.send_message(QueueUrl=url, MessageBody=body)

    def seen() -> list[str]:
        lines = workshop.log_messages(arn)
        return sorted(line.split(" of ")[0] for line in lines if line.startswith("saw"))

    expected = ["saw bad time 1", "saw bad time 2", "saw fine time 1", "saw good time 1"]
    assert eventually(seen, lambda lines: len(lines) >= len(expected)) == expected

    def left() -> bool:
        counts = queues.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        waiting = "ApproximateNumberOfMessages"
        return int(counts[waiting]) + int(counts[f"{waiting}NotVisible"]) == 0

    assert eventually(left)
    assert seen() == expected


def test_the_function_goes_on_when_its_client_has_left(
    workshop: RestApiWorkshop, tmp_path: Any
) -> None:
    effect = tmp_path / "effect"
    api = workshop.rest_api(
        {
            "POST /": workshop.proxy_of(
                """
                import time
                def handler(event, context):
                    time.sleep(2)
                    with open(event["body"], "w") as file:
                        file.write("done")
                    return {"statusCode": 200}
                """
            )
        }
    )
    with pytest.raises(requests.ReadTimeout):
        requests.post(f"{api.url}/", data=str(effect), timeout=0.3)
    assert not effect.exists()
    eventually(effect.exists)


def test_an_asynchronous_invocation_is_accepted_without_its_result(
    workshop: RestApiWorkshop,
) -> None:
    arn = workshop.function("def handler(e, c):\n    print(e)\n    return e")
    payload, answer = invoke(workshop, arn, "later", InvocationType="Event")
    assert (answer["StatusCode"], payload) == (202, None)
    eventually(lambda: "later\n" in workshop.log_messages(arn))

"""Functions that start cold, crash and are throttled, whoever invokes them."""

from __future__ import annotations

import base64
import json
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import requests
from botocore.exceptions import ClientError

from tests.faulty_edge import FaultyEdge
from tests.rest_api_workshop import RestApiWorkshop
from tests.running_edge import Recorder, running_edge, until

# Records each event with the environment that it ran in, after a while if it is told to.
REMEMBERING = """
import json, os, time, uuid

ENVIRONMENT = uuid.uuid4().hex

def handler(event, context):
    with open(os.environ["EVENTS"], "a") as file:
        file.write(json.dumps({"event": event, "arn": ENVIRONMENT}) + "\\n")
    if isinstance(event, dict) and event.get("sleep"):
        time.sleep(event["sleep"])
        open(os.environ["EVENTS"] + ".slept", "a").close()
    body = json.dumps({"environment": ENVIRONMENT})
    return {"statusCode": 200, "body": body}
"""


@dataclass(frozen=True)
class Answer:
    """What Invoke answered."""

    payload: Any
    error: str | None
    log: str

    @property
    def environment(self) -> str:
        return str(json.loads(self.payload["body"])["environment"])


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FaultyEdge]:
    with running_edge(tmp_path_factory.mktemp("function-faults")) as edge:
        yield FaultyEdge(edge)


@pytest.fixture
def faulty(running: FaultyEdge) -> Iterator[FaultyEdge]:
    yield running
    running.clear()


@pytest.fixture
def name() -> str:
    return f"f-{uuid.uuid4().hex[:8]}"


@pytest.fixture
def function(faulty: FaultyEdge, name: str) -> Recorder:
    recorder = faulty.edge.recorder(name, code=REMEMBERING, Timeout=60)
    faulty.client("lambda").get_waiter("function_active_v2").wait(FunctionName=name)
    return recorder


def invoke(faulty: FaultyEdge, name: str, event: Any = None, **keywords: Any) -> Answer:
    answer = faulty.client("lambda").invoke(
        FunctionName=name, Payload=json.dumps(event or {}), LogType="Tail", **keywords
    )
    payload = answer["Payload"].read()
    return Answer(
        json.loads(payload) if payload else None,
        answer.get("FunctionError"),
        base64.b64decode(answer.get("LogResult", "")).decode(),
    )


def test_a_cold_start_takes_another_environment(
    faulty: FaultyEdge, function: Recorder, name: str
) -> None:
    warm = [invoke(faulty, name).environment for _ in range(2)]
    faulty.add("cold-start", resource=name, times=1)
    cold = invoke(faulty, name)
    after = invoke(faulty, name)

    assert warm[0] == warm[1] != cold.environment
    assert "Init Duration" in cold.log
    assert after.environment == cold.environment


def test_an_init_phase_takes_so_much_longer(
    faulty: FaultyEdge, function: Recorder, name: str
) -> None:
    faulty.add("cold-start", resource=function.arn, milliseconds=1500)

    found = re.search(r"Init Duration: ([\d.]+) ms", invoke(faulty, name).log)

    assert found is not None
    assert float(found[1]) >= 1500


def test_a_crash_ends_the_handler_in_the_middle_of_its_work(
    faulty: FaultyEdge, function: Recorder, name: str
) -> None:
    first = invoke(faulty, name).environment
    faulty.add("crash", resource=name, milliseconds=300, times=1)

    crashed = invoke(faulty, name, {"sleep": 20})

    assert crashed.error == "Unhandled"
    assert crashed.payload["errorType"] == "Runtime.ExitError"
    assert "signal: killed" in crashed.payload["errorMessage"]
    assert function.events()[-1] == {"sleep": 20}
    assert not function.path.with_name(function.path.name + ".slept").exists()
    assert invoke(faulty, name).environment != first


def test_a_crash_after_the_answer_loses_it_but_not_the_work(
    faulty: FaultyEdge, function: Recorder, name: str
) -> None:
    faulty.add("crash", resource=name, when="after", times=1)

    crashed = invoke(faulty, name, {"sleep": 0.01})

    assert (crashed.error, crashed.payload["errorType"]) == ("Unhandled", "Runtime.ExitError")
    assert function.path.with_name(function.path.name + ".slept").exists()
    assert invoke(faulty, name).error is None
    assert any(fault.startswith("crash") for fault in faulty.struck("lambda"))


def test_an_invocation_is_throttled(faulty: FaultyEdge, function: Recorder, name: str) -> None:
    faulty.add("throttle", service="lambda", operation="Invoke", resource=name, times=1)

    with pytest.raises(ClientError) as refused:
        invoke(faulty, name)

    error: Any = refused.value.response
    assert error["Error"]["Code"] == "TooManyRequestsException"
    assert error["Reason"] == "ConcurrentInvocationLimitExceeded"
    assert error["ResponseMetadata"]["HTTPStatusCode"] == 429
    assert function.calls() == []
    assert invoke(faulty, name).error is None


def test_an_event_is_tried_again_after_a_throttle(
    faulty: FaultyEdge, function: Recorder, name: str
) -> None:
    rule = faulty.add("throttle", resource=name, service="lambda", times=2)

    invoke(faulty, name, {"number": 1}, InvocationType="Event")

    assert function.wait() == [{"number": 1}]
    assert faulty.fired(rule) == 2


def test_gateway_answers_502_for_a_crash_though_the_work_was_done(
    faulty: FaultyEdge, function: Recorder, name: str
) -> None:
    with RestApiWorkshop(faulty.edge) as workshop:
        api = workshop.rest_api({"ANY /pay": workshop.proxy(function.arn)})
        faulty.add("crash", resource=name, when="after", times=1)
        crashed, repeated = api.post("/pay"), api.post("/pay")

    assert (crashed.status_code, crashed.json()) == (502, {"message": "Internal server error"})
    assert repeated.status_code == 200
    assert len(function.calls()) == 2


def a_queue(faulty: FaultyEdge, function: str) -> str:
    """A queue that a function reads, its messages invisible for a second."""
    sqs = faulty.client("sqs")
    url = str(
        sqs.create_queue(QueueName=f"to-{function}", Attributes={"VisibilityTimeout": "60"})[
            "QueueUrl"
        ]
    )
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    faulty.client("lambda").create_event_source_mapping(
        FunctionName=function, EventSourceArn=arn["Attributes"]["QueueArn"], BatchSize=10
    )
    return url


def message_ids(function: Recorder) -> list[str]:
    return [record["messageId"] for event in function.events() for record in event["Records"]]


def test_a_poller_receives_messages_twice(
    faulty: FaultyEdge, function: Recorder, name: str
) -> None:
    rule = faulty.add("duplicate-delivery", resource=f"to-{name}", times=1)
    url = a_queue(faulty, name)

    sent = faulty.client("sqs").send_message(QueueUrl=url, MessageBody="once")["MessageId"]

    until(lambda: len(message_ids(function)) >= 2)
    assert message_ids(function) == [sent, sent]
    assert faulty.fired(rule) == 1


def test_a_poller_goes_on_after_the_queue_has_throttled_it(
    faulty: FaultyEdge, function: Recorder, name: str
) -> None:
    rule = faulty.add(
        "throttle", service="sqs", operation="ReceiveMessage", resource=f"to-{name}", times=1
    )
    url = a_queue(faulty, name)

    sent = faulty.client("sqs").send_message(QueueUrl=url, MessageBody="late")["MessageId"]

    until(lambda: message_ids(function) == [sent])
    assert faulty.fired(rule) == 1
    assert f"throttle ({rule})" in faulty.struck("sqs")


@pytest.mark.parametrize("kind", ["latency", "error", "reset"])
def test_an_api_misbehaves_by_the_name_of_its_resource(
    faulty: FaultyEdge, function: Recorder, kind: str
) -> None:
    parameters: dict[str, dict[str, Any]] = {
        "latency": {"milliseconds": 300},
        "error": {"code": "ServiceUnavailableException"},
        "reset": {"when": "after"},
    }
    with RestApiWorkshop(faulty.edge) as workshop:
        proxy = workshop.proxy(function.arn)
        api = workshop.rest_api({"GET /orders/{id}": proxy, "GET /other": proxy})
        rule = faulty.add(
            kind,
            service="execute-api",
            operation="GET /orders/{id}",
            resource=f"{api.id}/{api.stage}",
            **parameters[kind],
        )
        assert api.get("/other").status_code == 200
        assert faulty.fired(rule) == 0
        match kind:
            case "latency":
                assert api.get("/orders/1").elapsed.total_seconds() >= 0.3
            case "error":
                failed = api.get("/orders/1")
                assert (failed.status_code, failed.json()) == (
                    503,
                    {"message": "Service Unavailable"},
                )
            case "reset":
                calls = len(function.calls())
                with pytest.raises(requests.ConnectionError):
                    requests.get(f"{api.url}/orders/1", timeout=30)
                assert len(function.calls()) == calls + 1
    assert faulty.fired(rule) == 1


def test_a_function_url_misbehaves(faulty: FaultyEdge, function: Recorder, name: str) -> None:
    functions = faulty.client("lambda")
    url = functions.create_function_url_config(FunctionName=name, AuthType="NONE")["FunctionUrl"]
    for action in ("lambda:InvokeFunctionUrl", "lambda:InvokeFunction"):
        conditions = {"FunctionUrlAuthType": "NONE"} if action.endswith("Url") else {}
        functions.add_permission(
            FunctionName=name,
            StatementId=action.rpartition(":")[2],
            Action=action,
            Principal="*",
            **conditions,
        )
    host = re.match(r"http://([a-z0-9]+)\.", url)
    assert host is not None
    address = f"{faulty.edge.endpoint_url}/_aws/lambda-url/{host[1]}/path"
    assert requests.get(address, timeout=60).status_code == 200
    faulty.add("throttle", service="lambda-url", operation="GET /path", resource=name, nth=1)

    throttled, spared = requests.get(address, timeout=60), requests.get(address, timeout=60)

    assert (throttled.status_code, spared.status_code) == (429, 200)
    assert throttled.headers["x-amzn-ErrorType"] == "TooManyRequestsException"

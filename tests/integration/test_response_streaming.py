"""Responses that come piece by piece, as "Response streaming for Lambda functions" describes."""

from __future__ import annotations

import base64
import io
import json
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.lambda_workbench import RUNTIME
from tests.running_edge import ROLE, RunningEdge, running_edge

# AWS's runtime client for Python does not stream. A function brings a runtime of its own by
# AWS_LAMBDA_EXEC_WRAPPER; this one streams what the event says, as "Building a custom runtime" has
# it: `[content type, [pieces], pause between them, how it ends]`.
STREAMING_RUNTIME = r"""
import base64, http.client, json, os, sys, time

host, _, port = os.environ["AWS_LAMBDA_RUNTIME_API"].partition(":")

def call(method, path, body=b"", headers={}):
    connection = http.client.HTTPConnection(host, int(port))
    connection.request(method, "/2018-06-01/runtime/" + path, body, headers)
    answer = connection.getresponse()
    return answer, answer.read()

while True:
    answer, event = call("GET", "invocation/next")
    request_id = answer.getheader("Lambda-Runtime-Aws-Request-Id")
    event = json.loads(event)
    if "rawQueryString" in event:
        event = json.loads(base64.b64decode(event["queryStringParameters"]["plan"]))
    content_type, pieces, pause, ending = event
    connection = http.client.HTTPConnection(host, int(port))
    connection.putrequest("POST", f"/2018-06-01/runtime/invocation/{request_id}/response")
    for name, value in {
        "Content-Type": content_type,
        "Lambda-Runtime-Function-Response-Mode": "streaming",
        "Transfer-Encoding": "chunked",
        "Trailer": "Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body",
    }.items():
        connection.putheader(name, value)
    connection.endheaders()
    for piece in pieces:
        data = piece.encode("latin-1")
        connection.send(b"%x\r\n%s\r\n" % (len(data), data))
        time.sleep(pause)
    if ending == "exit":
        sys.exit(3)
    connection.send(b"0\r\n")
    if ending == "error":
        error = json.dumps({"errorType": "Broken", "errorMessage": "half way"}).encode()
        connection.send(b"Lambda-Runtime-Function-Error-Type: Broken\r\n"
                        b"Lambda-Runtime-Function-Error-Body: " + base64.b64encode(error) + b"\r\n")
    connection.send(b"\r\n")
    connection.getresponse().read()
"""
WRAPPER = '#!/bin/sh\nexec "$1" "$LAMBDA_TASK_ROOT/streaming_runtime.py"\n'
PRELUDE = "application/vnd.awslambda.http-integration-response"


@pytest.fixture(scope="module")
def edge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningEdge]:
    directory: Path = tmp_path_factory.mktemp("edge")
    with running_edge(directory) as running:
        yield running


@pytest.fixture(scope="module")
def streaming(edge: RunningEdge) -> str:
    """A function whose own runtime streams."""
    archive = _archive({"streaming_runtime.py": STREAMING_RUNTIME, "wrapper": WRAPPER})
    edge.client("lambda").create_function(
        FunctionName="streaming",
        Runtime=RUNTIME,
        Handler="unused.handler",
        Role=ROLE,
        Code={"ZipFile": archive},
        Timeout=10,
        Environment={"Variables": {"AWS_LAMBDA_EXEC_WRAPPER": "/var/task/wrapper"}},
    )
    return "streaming"


def _archive(files: dict[str, str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as opened:
        for name, text in files.items():
            entry = zipfile.ZipInfo(name)
            entry.external_attr = 0o755 << 16
            opened.writestr(entry, text)
    return buffer.getvalue()


def streamed(edge: RunningEdge, name: str, event: Any, **more: Any) -> tuple[list[bytes], Any]:
    """The pieces and the completion of InvokeWithResponseStream."""
    answer = edge.client("lambda").invoke_with_response_stream(
        FunctionName=name, Payload=json.dumps(event), **more
    )
    events = list(answer["EventStream"])
    pieces = [event["PayloadChunk"]["Payload"] for event in events if "PayloadChunk" in event]
    return pieces, events[-1]["InvokeComplete"]


def url_of(edge: RunningEdge, name: str, mode: str = "RESPONSE_STREAM") -> str:
    functions = edge.client("lambda")
    made = functions.create_function_url_config(FunctionName=name, AuthType="NONE", InvokeMode=mode)
    assert made["InvokeMode"] == mode
    for action, extra in (
        ("lambda:InvokeFunctionUrl", {"FunctionUrlAuthType": "NONE"}),
        ("lambda:InvokeFunction", {"InvokedViaFunctionUrl": True}),
    ):
        functions.add_permission(
            FunctionName=name,
            StatementId=action.partition(":")[2],
            Action=action,
            Principal="*",
            **extra,
        )
    identifier = made["FunctionUrl"].partition("//")[2].partition(".")[0]
    return f"{edge.endpoint_url}/_aws/lambda-url/{identifier}/"


@pytest.fixture(scope="module")
def url(edge: RunningEdge, streaming: str) -> str:
    return url_of(edge, streaming)


def get(url: str, *plan: Any) -> requests.Response:
    encoded = base64.b64encode(json.dumps(plan).encode()).decode()
    return requests.get(url, params={"plan": encoded}, timeout=20)


def test_a_handler_that_does_not_stream_is_answered_down_the_stream(edge: RunningEdge) -> None:
    edge.recorder("buffered")
    answer = edge.client("lambda").invoke_with_response_stream(
        FunctionName="buffered", Payload='{"a": 1}', LogType="Tail"
    )
    assert (answer["StatusCode"], answer["ExecutedVersion"]) == (200, "$LATEST")
    assert answer["ResponseStreamContentType"] == "application/vnd.amazon.eventstream"
    chunk, complete = list(answer["EventStream"])
    assert json.loads(chunk["PayloadChunk"]["Payload"]) == {"a": 1}
    log = base64.b64decode(complete["InvokeComplete"]["LogResult"]).decode()
    assert "REPORT RequestId" in log


def test_a_handlers_exception_ends_the_stream(edge: RunningEdge) -> None:
    edge.recorder("raising", variables={"ANSWER": "raise"})
    pieces, complete = streamed(edge, "raising", {})
    assert pieces == []
    assert complete["ErrorCode"] == "Unhandled"
    assert json.loads(complete["ErrorDetails"])["errorMessage"] == "told to"


def test_a_refusal_comes_before_the_stream(edge: RunningEdge) -> None:
    functions = edge.client("lambda")
    with pytest.raises(functions.exceptions.ResourceNotFoundException):
        functions.invoke_with_response_stream(FunctionName="no-such-function")


def test_pieces_arrive_while_the_function_runs(edge: RunningEdge, streaming: str) -> None:
    answer = edge.client("lambda").invoke_with_response_stream(
        FunctionName=streaming, Payload=json.dumps(["text/plain", ["one", "two"], 1.0, "end"])
    )
    events = iter(answer["EventStream"])
    assert next(events)["PayloadChunk"]["Payload"] == b"one"
    first = time.monotonic()
    assert next(events)["PayloadChunk"]["Payload"] == b"two"
    assert list(events) == [{"InvokeComplete": {}}]
    assert time.monotonic() - first > 0.5


def test_an_error_half_way_comes_after_the_pieces(edge: RunningEdge, streaming: str) -> None:
    pieces, complete = streamed(edge, streaming, ["text/plain", ["one"], 0, "error"])
    assert b"".join(pieces) == b"one"
    assert json.loads(complete["ErrorDetails"]) == {
        "errorType": "Broken",
        "errorMessage": "half way",
    }


def test_a_runtime_that_ends_half_way_is_reported(edge: RunningEdge, streaming: str) -> None:
    pieces, complete = streamed(edge, streaming, ["text/plain", ["one"], 0, "exit"])
    assert b"".join(pieces) == b"one"
    assert json.loads(complete["ErrorDetails"])["errorType"] == "Runtime.ExitError"


def test_invoke_collects_what_is_streamed(edge: RunningEdge, streaming: str) -> None:
    answer = edge.client("lambda").invoke(
        FunctionName=streaming,
        Payload=json.dumps(["application/json", ['{"a":', " 1}"], 0, "end"]),
    )
    assert json.loads(answer["Payload"].read()) == {"a": 1}


def test_a_stream_may_be_larger_than_a_buffered_response(edge: RunningEdge, streaming: str) -> None:
    pieces, complete = streamed(edge, streaming, ["text/plain", ["x" * 500_000] * 11, 0, "end"])
    assert (sum(map(len, pieces)), complete) == (5_500_000, {})


def test_a_url_streams_with_the_content_type_of_the_runtime(url: str) -> None:
    answer = get(url, "text/event-stream", ["one", "two"], 0, "end")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/event-stream"
    assert answer.headers["Transfer-Encoding"] == "chunked"
    assert answer.text == "onetwo"


def test_a_prelude_sets_status_headers_and_cookies(url: str) -> None:
    headers = {"Content-Type": "text/html", "X-By": "f"}
    prelude = json.dumps({"statusCode": 201, "headers": headers, "cookies": ["a=1"]})
    pieces = [prelude[:10], prelude[10:] + "\0" * 3, "\0" * 5 + "bo", "dy"]
    answer = get(url, PRELUDE, pieces, 0, "end")
    assert (answer.status_code, answer.text) == (201, "body")
    assert answer.headers["Content-Type"] == "text/html"
    assert answer.headers["X-By"] == "f"
    assert answer.cookies["a"] == "1"


def test_a_prelude_that_never_ends_is_a_bad_gateway(url: str) -> None:
    answer = get(url, PRELUDE, ['{"statusCode": 200}'], 0, "end")
    assert (answer.status_code, answer.text) == (502, "Internal Server Error")


def test_a_body_that_breaks_off_is_seen_by_the_client(url: str) -> None:
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        get(url, "text/plain", ["one"], 0, "error")


def test_a_proxy_result_is_not_interpreted_in_a_stream(edge: RunningEdge) -> None:
    result = {"statusCode": 418, "body": "tea"}
    edge.recorder("url-buffered", variables={"ANSWER": json.dumps(result)})
    answer = requests.get(url_of(edge, "url-buffered"), timeout=20)
    assert (answer.status_code, answer.json()) == (200, result)
    edge.client("lambda").update_function_url_config(
        FunctionName="url-buffered", InvokeMode="BUFFERED"
    )
    assert requests.get(answer.url, timeout=20).status_code == 418


def test_an_exception_before_the_stream_is_a_bad_gateway(edge: RunningEdge) -> None:
    edge.recorder("url-raising", variables={"ANSWER": "raise"})
    answer = requests.get(url_of(edge, "url-raising"), timeout=20)
    assert (answer.status_code, answer.text) == (502, "Internal Server Error")


def test_a_wrapper_that_is_missing_ends_the_runtime(edge: RunningEdge) -> None:
    edge.recorder("no-wrapper", variables={"AWS_LAMBDA_EXEC_WRAPPER": "/opt/absent"})
    answer = edge.client("lambda").invoke(FunctionName="no-wrapper", Payload="{}")
    error = json.loads(answer["Payload"].read())
    assert error["errorType"] == "Runtime.ExitError"
    assert error["errorMessage"].endswith("Error: Runtime exited with error: exit status 127")

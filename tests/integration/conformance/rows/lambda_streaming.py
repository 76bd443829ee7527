"""Responses that are read while they are made."""

from __future__ import annotations

import base64
import json
from typing import Any

from tests.integration.conformance import documentation as docs
from tests.integration.conformance.laboratory import Laboratory
from tests.integration.conformance.observing import outcome
from tests.integration.conformance.row import Area

AREA = Area("Lambda: streamed responses")

ECHO = """
def handler(event, context):
    if event.get("raise"):
        raise ValueError(event["raise"])
    return event
"""


def streamed(lab: Laboratory, event: Any, **more: Any) -> list[dict[str, Any]]:
    """The events of the stream that a shared function answers with."""
    arn = lab.stack.keep("echo", lambda: lab.shared.function(ECHO))
    answer = lab.functions.invoke_with_response_stream(
        FunctionName=arn, Payload=json.dumps(event), **more
    )
    return list(answer["EventStream"])


@AREA.row(
    "A handler that does not stream answers down the stream",
    aws='PayloadChunk {"a": 1}, InvokeComplete {}',
    source=docs.STREAMING,
)
def buffered(lab: Laboratory) -> str:
    chunk, complete = streamed(lab, {"a": 1})
    payload = json.dumps(json.loads(chunk["PayloadChunk"]["Payload"]))
    return f"PayloadChunk {payload}, InvokeComplete {complete['InvokeComplete']}"


@AREA.row(
    "A handler's exception completes the stream",
    aws="Unhandled: ValueError: no",
    source=docs.STREAMING,
)
def exception(lab: Laboratory) -> str:
    complete = streamed(lab, {"raise": "no"})[-1]["InvokeComplete"]
    if "ErrorCode" not in complete:
        return "no error"
    error = json.loads(complete["ErrorDetails"])
    return f"{complete['ErrorCode']}: {error['errorType']}: {error['errorMessage']}"


@AREA.row(
    "The end of the log comes with the stream's end",
    aws="START, END, REPORT",
    source=docs.STREAMING,
)
def log_tail(lab: Laboratory) -> str:
    complete = streamed(lab, {}, LogType="Tail")[-1]["InvokeComplete"]
    log = base64.b64decode(complete.get("LogResult", "")).decode() or "no log"
    return (
        ", ".join(word for word in ("START", "END", "REPORT") if f"{word} RequestId" in log) or log
    )


@AREA.row(
    "A function URL may stream",
    aws="RESPONSE_STREAM",
    source=docs.STREAMING,
)
def streaming_url(lab: Laboratory) -> str:
    made: dict[str, Any] = {}

    def create() -> None:
        made.update(
            lab.functions.create_function_url_config(
                FunctionName=lab.function(ECHO), AuthType="NONE", InvokeMode="RESPONSE_STREAM"
            )
        )

    refused = outcome(create)
    return str(made.get("InvokeMode", refused))

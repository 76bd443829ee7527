"""The Invoke and InvokeWithResponseStream operations, and the older InvokeAsync.

https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html,
https://docs.aws.amazon.com/lambda/latest/api/API_InvokeWithResponseStream.html
"""

from __future__ import annotations

import base64
import binascii
import json
from contextvars import ContextVar
from typing import TYPE_CHECKING

from localtender.edge.functions import errors
from localtender.edge.functions.names import LATEST
from localtender.edge.functions.response_stream import ResponseStream
from localtender.edge.invocation import Invocation
from localtender.edge.protocol.errors import ServiceError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from localtender.edge.functions.function import FunctionRegistry
    from localtender.edge.invocation import FunctionInvoker, InvocationType
    from localtender.edge.protocol.messages import Caller, HttpRequest
    from localtender.edge.protocol.service import Operation, Parameters

_STATUS = {"RequestResponse": 200, "Event": 202, "DryRun": 204}

current_request: ContextVar[HttpRequest | None] = ContextVar("current_request", default=None)
"""The HTTP request an operation answers: Invoke passes on its id and its trace header."""


class InvokeOperations:
    """Invoke, InvokeAsync, InvokeWithResponseStream."""

    def __init__(self, registry: FunctionRegistry, invoker: FunctionInvoker) -> None:
        self._registry = registry
        self._invoker = invoker

    def operations(self) -> dict[str, Operation]:
        """The operations by their API names."""
        return {
            "Invoke": self.invoke,
            "InvokeAsync": self.invoke_async,
            "InvokeWithResponseStream": self.invoke_with_response_stream,
        }

    async def invoke(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Invoke."""
        invocation = self._invocation(caller, parameters)
        result = await self._invoker.invoke(invocation)
        answer: Parameters = {"StatusCode": _STATUS[invocation.invocation_type]}
        if invocation.invocation_type != "RequestResponse":
            return answer
        answer["Payload"] = result.payload
        answer["ExecutedVersion"] = result.executed_version
        answer["FunctionError"] = result.function_error
        if parameters.get("LogType") == "Tail":
            answer["LogResult"] = base64.b64encode(result.log_tail).decode()
        return answer

    async def invoke_async(self, caller: Caller, parameters: Parameters) -> Parameters:
        """InvokeAsync, which AWS keeps for old clients: an Invoke of the type Event."""
        event = {"InvocationType": "Event", "Payload": parameters["InvokeArgs"]}
        answer = await self.invoke(caller, {**event, "FunctionName": parameters["FunctionName"]})
        return {"Status": answer["StatusCode"]}

    async def invoke_with_response_stream(
        self, caller: Caller, parameters: Parameters
    ) -> Parameters:
        """InvokeWithResponseStream; its error comes as an event when the stream has begun."""
        invocation = self._invocation(caller, parameters)
        if invocation.invocation_type != "RequestResponse":
            await self._invoker.invoke(invocation)
            return {"StatusCode": _STATUS[invocation.invocation_type]}
        stream = ResponseStream(self._invoker, invocation)
        await stream.begun()
        return {
            "StatusCode": 200,
            "ExecutedVersion": stream.executed_version,
            "EventStream": _events(stream, with_log=parameters.get("LogType") == "Tail"),
        }

    def _invocation(self, caller: Caller, parameters: Parameters) -> Invocation:
        reference = self._registry.reference(
            caller, parameters["FunctionName"], parameters.get("Qualifier")
        )
        payload: bytes = parameters.get("Payload") or b"{}"
        kind: InvocationType = parameters.get("InvocationType") or "RequestResponse"
        errors.check_payload_size(len(payload), kind)
        try:
            json.loads(payload)
        except (ValueError, RecursionError) as error:
            raise errors.invalid_payload(f"Could not parse payload into json: {error}") from error
        # A missing function is named with the version that was meant, as AWS has done since
        # 2025: LocalStack's ``test_lambda.snapshot.json`` (test_invoke_exceptions).
        meant = reference.qualified(reference.qualifier or LATEST)
        self._registry.get(reference, named=meant.arn)
        request = current_request.get()
        return Invocation(
            function_arn=reference.arn,
            payload=payload,
            invocation_type=kind,
            client_context=_client_context(parameters.get("ClientContext")),
            trace_id=request.header("X-Amzn-Trace-Id") if request else None,
            request_id=request.request_id if request else None,
        )


async def _events(stream: ResponseStream, *, with_log: bool) -> AsyncIterator[Parameters]:
    async for chunk in stream.chunks():
        yield {"PayloadChunk": {"Payload": chunk}}
    complete: Parameters = {}
    try:
        result = await stream.result()
    except ServiceError as error:
        complete = {"ErrorCode": error.code, "ErrorDetails": error.message}
    else:
        if result.function_error is not None:
            complete["ErrorCode"] = result.function_error
            complete["ErrorDetails"] = result.payload.decode("utf-8", "replace")
        if with_log:
            complete["LogResult"] = base64.b64encode(result.log_tail).decode()
    yield {"InvokeComplete": complete}


def _client_context(header: str | None) -> str | None:
    if header is None:
        return None
    try:
        text = base64.b64decode(header, validate=True).decode()
        json.loads(text)
    except (binascii.Error, ValueError, RecursionError) as error:
        raise errors.invalid_payload(
            "Client context must be a valid Base64-encoded JSON object"
        ) from error
    return text

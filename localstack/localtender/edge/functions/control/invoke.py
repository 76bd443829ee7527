"""The Invoke operation, and the older InvokeAsync.

https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
"""

from __future__ import annotations

import base64
import binascii
import json
from contextvars import ContextVar
from typing import TYPE_CHECKING

from localtender.edge.functions import errors
from localtender.edge.invocation import Invocation

if TYPE_CHECKING:
    from localtender.edge.functions.function import FunctionRegistry
    from localtender.edge.invocation import FunctionInvoker, InvocationType
    from localtender.edge.protocol.messages import Caller, HttpRequest
    from localtender.edge.protocol.service import Operation, Parameters

_STATUS = {"RequestResponse": 200, "Event": 202, "DryRun": 204}

current_request: ContextVar[HttpRequest | None] = ContextVar("current_request", default=None)
"""The HTTP request an operation answers: Invoke passes on its id and its trace header."""


class InvokeOperations:
    """Invoke and InvokeAsync."""

    def __init__(self, registry: FunctionRegistry, invoker: FunctionInvoker) -> None:
        self._registry = registry
        self._invoker = invoker

    def operations(self) -> dict[str, Operation]:
        """The operations by their API names."""
        return {"Invoke": self.invoke, "InvokeAsync": self.invoke_async}

    async def invoke(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Invoke."""
        reference = self._registry.reference(
            caller, parameters["FunctionName"], parameters.get("Qualifier")
        )
        payload: bytes = parameters.get("Payload") or b"{}"
        kind: InvocationType = parameters.get("InvocationType") or "RequestResponse"
        errors.check_payload_size(len(payload), kind)
        _check_json(payload)
        request = current_request.get()
        result = await self._invoker.invoke(
            Invocation(
                function_arn=reference.arn,
                payload=payload,
                invocation_type=kind,
                client_context=_client_context(parameters.get("ClientContext")),
                trace_id=request.header("X-Amzn-Trace-Id") if request else None,
                request_id=request.request_id if request else None,
            )
        )
        answer: Parameters = {"StatusCode": _STATUS[kind]}
        if kind != "RequestResponse":
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


def _check_json(payload: bytes) -> None:
    try:
        json.loads(payload)
    except (ValueError, RecursionError) as error:
        raise errors.invalid_payload(f"Could not parse payload into json: {error}") from error


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

"""AWS integrations with Lambda functions: mapping templates on both sides.

After "Lambda custom integrations" ("Set up Lambda custom integrations in API Gateway") and "Handle
Lambda errors in API Gateway" of the developer guide: the request template makes the event, and the
function's error message, where there is one, chooses the integration response.
"""

from __future__ import annotations

import json

from localtender.edge.gateway.data_plane.errors import InternalServerError
from localtender.edge.gateway.data_plane.exchange import Exchange
from localtender.edge.gateway.data_plane.integrations.lambda_target import (
    LambdaTarget,
    invoke_function,
    method_source_arn,
    note_function_call,
)
from localtender.edge.gateway.data_plane.integrations.transformation import (
    select_response,
    transformed_request,
    transformed_response,
)
from localtender.edge.gateway.data_plane.parameter_mapping import request_mappings
from localtender.edge.gateway.state import Integration
from localtender.edge.invocation import FunctionInvoker, InvocationType
from localtender.edge.protocol.messages import HttpResponse


class LambdaCustomIntegration:
    """Calls a function with an event of the API's own making."""

    def __init__(self, functions: FunctionInvoker) -> None:
        self._functions = functions

    async def call(self, exchange: Exchange, integration: Integration) -> HttpResponse:
        """The function's answer through the integration response."""
        target = LambdaTarget.of_uri(integration.uri, exchange, credentials=integration.credentials)
        request = transformed_request(exchange, integration)
        headers = request_mappings(exchange, integration.request_parameters)["header"]
        wanted = {name.lower(): value for name, value in headers.items()}
        asynchronous = wanted.get("x-amz-invocation-type") == "Event"
        invocation_type: InvocationType = "Event" if asynchronous else "RequestResponse"
        event = _payload(request.body)
        note_function_call(exchange, target, event, None)
        result = await invoke_function(
            self._functions,
            target,
            exchange,
            event,
            source_arn=method_source_arn(exchange),
            invocation_type=invocation_type,
        )
        exchange.integration_status = 202 if asynchronous else 200
        note_function_call(exchange, target, event, result)
        outcome = str(exchange.integration_status)
        if result.function_error is not None:
            outcome = _error_message(result.payload)
        return transformed_response(
            exchange, select_response(integration, outcome), {}, result.payload
        )


def _payload(body: bytes) -> bytes:
    # Lambda's Invoke refuses what is no JSON, and API Gateway answers that as an error of its own.
    try:
        json.loads(body or b"{}")
    except (ValueError, RecursionError) as error:
        raise InternalServerError(
            reason=f"Execution failed due to configuration error: Could not parse request body "
            f"into json: {error}: {body[:200]!r}"
        ) from error
    return body or b"{}"


def _error_message(payload: bytes) -> str:
    try:
        return str(json.loads(payload).get("errorMessage", ""))
    except (ValueError, AttributeError):
        return ""

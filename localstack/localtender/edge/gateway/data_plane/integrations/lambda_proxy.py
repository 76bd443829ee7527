"""AWS_PROXY integrations with Lambda functions.

After "Lambda proxy integrations in API Gateway" of the developer guide.
"""

from __future__ import annotations

from localtender.edge.gateway.data_plane.errors import BadGatewayError, IntegrationConnectionError
from localtender.edge.gateway.data_plane.exchange import Exchange
from localtender.edge.gateway.data_plane.integrations.lambda_target import (
    LambdaTarget,
    invoke_function,
    method_source_arn,
    note_function_call,
)
from localtender.edge.gateway.data_plane.media_types import is_binary
from localtender.edge.gateway.data_plane.proxy_event import proxy_event
from localtender.edge.gateway.data_plane.proxy_result import parse_proxy_result
from localtender.edge.gateway.state import Integration
from localtender.edge.invocation import FunctionInvoker
from localtender.edge.protocol.messages import HttpResponse

_LARGEST_RESULT = 6 * 1024 * 1024
_JSON = "application/json"


class LambdaProxyIntegration:
    """Hands the whole request to a function and its whole answer to the client."""

    def __init__(self, functions: FunctionInvoker) -> None:
        self._functions = functions

    async def call(self, exchange: Exchange, integration: Integration) -> HttpResponse:
        """The function's answer.

        Raises BadGatewayError for a function's error and a malformed or oversized result.
        """
        if integration.http_method != "POST":
            raise IntegrationConnectionError(
                "Internal server error",
                reason="Lambda functions are invoked by POST, the integration's method is "
                f"{integration.http_method}",
            )
        target = LambdaTarget.of_uri(integration.uri, exchange, credentials=integration.credentials)
        event = proxy_event(exchange)
        note_function_call(exchange, target, event, None)
        result = await invoke_function(
            self._functions, target, exchange, event, source_arn=method_source_arn(exchange)
        )
        exchange.integration_status = 200
        note_function_call(exchange, target, event, result)
        if result.function_error is not None:
            raise BadGatewayError(
                reason="Lambda execution failed with status 200 due to customer function error. "
                f"Lambda request id: {result.request_id}"
            )
        if len(result.payload) > _LARGEST_RESULT:
            raise BadGatewayError(
                reason=f"The function's answer of {len(result.payload)} bytes exceeds 6 MB"
            )
        answer = parse_proxy_result(
            result.payload,
            decodes_binary=is_binary(
                exchange.header("Accept") or _JSON, exchange.endpoint.snapshot.binary_media_types
            ),
        )
        exchange.backend_status = answer.status
        return HttpResponse(answer.status, answer.headers, answer.body)

"""The Lambda function behind an integration or an authorizer, and calling it.

After "Integrate REST APIs with Lambda" of the developer guide and "Invoking a Lambda function
using an Amazon API Gateway endpoint" of the Lambda one: API Gateway needs a permission on the
function or credentials of its own, and treats a refused invocation as an internal error.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from localtender.edge.gateway.arns import execute_arn
from localtender.edge.gateway.data_plane.errors import (
    ApiConfigurationError,
    InternalServerError,
    RequestTooLargeError,
)
from localtender.edge.gateway.data_plane.exchange import EndpointCall, Exchange
from localtender.edge.gateway.data_plane.substitution import with_stage_variables
from localtender.edge.invocation import (
    FunctionInvoker,
    Invocation,
    InvocationResult,
    InvocationType,
)
from localtender.edge.protocol.errors import ServiceError

_URI = re.compile(
    r"arn:aws:apigateway:[a-z0-9-]+:lambda:path/+2015-03-31/functions/(?P<arn>.+)/invocations"
)
_VARIABLE = re.compile(r"\{[^}]+\}")
_TOO_LARGE = ("RequestTooLargeException", "RequestEntityTooLargeException")


@dataclass(frozen=True)
class LambdaTarget:
    """A function by its ARN and how API Gateway may call it."""

    function_arn: str
    has_credentials: bool = False

    @classmethod
    def of_uri(
        cls, uri: str | None, exchange: Exchange, *, credentials: str | None
    ) -> LambdaTarget:
        """Read an integration's or an authorizer's URI, stage variables replaced.

        Raises ApiConfigurationError where it is no function's.
        """
        text = with_stage_variables(uri or "", exchange.stage_variables)
        function_arn = _function_arn(text)
        if function_arn is None:
            raise ApiConfigurationError(reason=f"{text} is not the URI of a Lambda function")
        return cls(function_arn, has_credentials=bool(credentials))


@lru_cache(maxsize=1_024)
def _function_arn(uri: str) -> str | None:
    match = _URI.fullmatch(uri)
    return None if match is None else match["arn"]


def method_source_arn(exchange: Exchange) -> str:
    """The source ARN of a method, with `*` for its variables and for ANY."""
    endpoint = exchange.endpoint
    verb = exchange.method.http_method if exchange.method else exchange.request.method
    path = exchange.resource.path if exchange.resource else exchange.path
    return execute_arn(
        endpoint.region,
        endpoint.account_id,
        endpoint.api_id,
        endpoint.stage.name,
        "*" if verb == "ANY" else verb,
        _VARIABLE.sub("*", path),
    )


def note_function_call(
    exchange: Exchange, target: LambdaTarget, payload: bytes, result: InvocationResult | None
) -> None:
    """Remember the call of an integration's function for logs and `$context` variables."""
    api_id = exchange.endpoint.api_id
    region = target.function_arn.split(":", 4)[3]
    host = f"https://lambda.{region}.amazonaws.com"
    exchange.endpoint_call = EndpointCall(
        uri=f"{host}/2015-03-31/functions/{target.function_arn}/invocations",
        request_headers={
            "x-amzn-lambda-integration-tag": exchange.request.request_id,
            "x-amzn-apigateway-api-id": api_id,
            "Accept": "application/json",
            "User-Agent": f"AmazonAPIGateway_{api_id}",
            "X-Amzn-Trace-Id": exchange.function_trace_id,
        },
        request_body=payload,
        status=None if result is None else exchange.integration_status,
        response_headers={}
        if result is None
        else {
            "Content-Type": "application/json",
            "Content-Length": str(len(result.payload)),
            "x-amzn-RequestId": result.request_id,
            "X-Amz-Executed-Version": result.executed_version,
            "X-Amzn-Trace-Id": exchange.function_trace_id,
        },
        response_body=b"" if result is None else result.payload,
    )
    exchange.integration_request_id = None if result is None else result.request_id


async def invoke_function(
    functions: FunctionInvoker,
    target: LambdaTarget,
    exchange: Exchange,
    payload: bytes,
    *,
    source_arn: str,
    invocation_type: InvocationType = "RequestResponse",
) -> InvocationResult:
    """Call the function as API Gateway.

    Raises InternalServerError where the permission is missing or Lambda refuses.
    """
    permitted = target.has_credentials or functions.permits(
        target.function_arn,
        principal="apigateway.amazonaws.com",
        source_arn=source_arn,
        source_account=exchange.endpoint.account_id,
    )
    if not permitted:
        raise InternalServerError(
            reason=f"Invalid permissions on Lambda function {target.function_arn}: {source_arn} "
            "may not invoke it; add a permission for apigateway.amazonaws.com"
        )
    try:
        return await functions.invoke(
            Invocation(
                function_arn=target.function_arn,
                payload=payload,
                invocation_type=invocation_type,
                trace_id=exchange.function_trace_id,
            )
        )
    except ServiceError as error:
        if error.code in _TOO_LARGE:
            raise RequestTooLargeError(reason=error.message) from error
        raise InternalServerError(
            reason=f"Lambda refused to invoke {target.function_arn}: {error.code}: {error.message}"
        ) from error

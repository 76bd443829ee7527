"""The execution log of a stage, and the steps of a request that it tells.

After "Set up CloudWatch logging for REST APIs in API Gateway" of the developer guide and "How can I
use Amazon API Gateway logs for troubleshooting?" of AWS's knowledge centre; the steps with payloads
are as recorded on AWS in LocalStack's `test_apigateway_basic.snapshot.json`
(`test_apigw_test_invoke_method_api`). A stage logs where its method settings have the level INFO or
ERROR, payloads and headers with data tracing only.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Protocol

from localtender.edge.gateway.data_plane.errors import GatewayError
from localtender.edge.gateway.data_plane.exchange import Exchange
from localtender.edge.gateway.data_plane.java_values import java_text
from localtender.edge.gateway.data_plane.method_settings import settings_of_method
from localtender.edge.protocol.messages import HttpResponse

# "API Gateway currently limits log events to 1024 bytes."
_LARGEST_EVENT = 1_024
_TRUNCATED = " [TRUNCATED]"


class LogSink(Protocol):
    """What is needed of `localtender.telemetry.log_delivery.LogDelivery`."""

    def deliver(
        self,
        account_id: str,
        region: str,
        log_group: str,
        log_stream: str,
        message: str,
        timestamp_ms: int | None = None,
    ) -> None:
        """Take an event and return at once."""
        ...


class ExecutionLog:
    """Writes the steps of requests to `API-Gateway-Execution-Logs_{api}/{stage}`."""

    def __init__(self, logs: LogSink) -> None:
        self._logs = logs

    def write(self, exchange: Exchange, response: HttpResponse) -> None:
        """Log a finished exchange where its method's settings want that."""
        found = settings_of_method(exchange)
        if found is None or exchange.resource is None:
            return
        settings = found[1]
        if settings.logging_level == "INFO":
            steps = (
                *_preamble(exchange),
                *execution_steps(exchange, response, with_data=settings.data_trace_enabled),
                *_epilogue(exchange),
            )
        elif settings.logging_level == "ERROR" and exchange.error is not None:
            steps = (_failure(exchange.error),)
        else:
            return
        endpoint = exchange.endpoint
        group = f"API-Gateway-Execution-Logs_{endpoint.api_id}/{endpoint.stage.name}"
        if endpoint.stage.is_canary:
            group = f"{group}/Canary"
        for step in steps:
            self._logs.deliver(
                endpoint.account_id,
                endpoint.region,
                group,
                log_stream_name(exchange),
                _event(f"({exchange.request.request_id}) {step}"),
            )


def log_stream_name(exchange: Exchange) -> str:
    """The stream of a stage: AWS names them by hashes, one keeps the order of the requests."""
    name = f"{exchange.endpoint.api_id}/{exchange.endpoint.stage.name}"
    return hashlib.md5(name.encode(), usedforsecurity=False).hexdigest()


def execution_steps(
    exchange: Exchange,
    response: HttpResponse,
    *,
    with_data: bool,
    resource_path: str | None = None,
) -> Iterator[str]:
    """The steps from the validation of a request to its end; `with_data` tells payloads too."""
    request = exchange.request
    if resource_path is None:
        resource_path = exchange.resource.path if exchange.resource else exchange.path
    yield f"Starting execution for request: {request.request_id}"
    yield f"HTTP Method: {request.method}, Resource Path: {resource_path}"
    if with_data:
        query = {name: ",".join(values) for name, values in exchange.query.items()}
        yield f"Method request path: {java_text(exchange.path_parameters)}"
        yield f"Method request query string: {java_text(query)}"
        yield f"Method request headers: {java_text(dict(request.headers))}"
        yield f"Method request body before transformations: {_text(request.body)}"
        yield from _endpoint_steps(exchange)
    if exchange.error is not None:
        yield _failure(exchange.error)
    else:
        if with_data:
            yield f"Method response body after transformations: {_text(response.body)}"
            yield f"Method response headers: {java_text(dict(response.headers))}"
        yield "Successfully completed execution"
    yield f"Method completed with status: {response.status}"


def _preamble(exchange: Exchange) -> Iterator[str]:
    request_id, stage = exchange.request.request_id, exchange.endpoint.stage.name
    yield f"Extended Request Id: {exchange.extended_request_id}"
    method = exchange.method
    if method is not None and method.authorizer_id:
        yield f"Starting authorizer: {method.authorizer_id} for request: {request_id}"
        refused = exchange.authorizer_run is None or exchange.authorizer_run.status != 200
        if refused:
            yield f"Unauthorized request: {request_id}"
            return
        yield "Successfully completed authorizer execution"
    key = _masked(exchange.api_key.value) if exchange.api_key else ""
    where = f"API Stage {exchange.endpoint.api_id}/{stage}"
    yield (
        f"Verifying Usage Plan for request: {request_id}. API Key: {key} "
        f"{where.replace('Stage', 'Stage:')}"
    )
    if method is not None and not method.api_key_required:
        path = exchange.resource.path if exchange.resource else exchange.path
        yield (
            f"API Key {key} authorized because method '{method.http_method} {path}' does not "
            "require API Key. Request will not contribute to throttle or quota limits"
        )
    if exchange.error is None or exchange.error.response_type not in _OF_USAGE_PLANS:
        yield f"Usage Plan check succeeded for API Key {key} and {where}"


_OF_USAGE_PLANS = ("INVALID_API_KEY", "THROTTLED", "QUOTA_EXCEEDED")


def _epilogue(exchange: Exchange) -> Iterator[str]:
    if exchange.integration_request_id:
        yield f"AWS Integration Endpoint RequestId : {exchange.integration_request_id}"
    if exchange.endpoint.stage.tracing_enabled:
        yield f"X-ray Tracing ID : {exchange.trace_id.removeprefix('Root=').partition(';')[0]}"


def _endpoint_steps(exchange: Exchange) -> Iterator[str]:
    call = exchange.endpoint_call
    if call is None:
        return
    yield f"Endpoint request URI: {call.uri}"
    yield f"Endpoint request headers: {_headers(call.request_headers)}"
    yield f"Endpoint request body after transformations: {_text(call.request_body)}"
    yield f"Sending request to {call.uri}"
    if call.status is None:
        return
    yield (
        f"Received response. Status: {call.status}, Integration latency: "
        f"{exchange.integration_latency or 0} ms"
    )
    yield f"Endpoint response headers: {_headers(call.response_headers)}"
    yield f"Endpoint response body before transformations: {_text(call.response_body)}"


def _failure(error: GatewayError) -> str:
    reason = error.reason or error.message or error.response_type
    if reason.startswith(("Execution failed", "Lambda execution failed")):
        return reason
    cause = " due to configuration error" if error.status == 500 else ""
    return f"Execution failed{cause}: {reason}"


def _headers(headers: Mapping[str, str]) -> str:
    return java_text(
        {
            name: _masked(value) if name.lower() == "authorization" else value
            for name, value in headers.items()
        }
    )


def _masked(secret: str) -> str:
    return "*" * max(len(secret) - 6, 0) + secret[-6:]


def _text(body: bytes) -> str:
    return body.decode(errors="replace")


def _event(line: str) -> str:
    if len(line.encode()) <= _LARGEST_EVENT:
        return line
    kept = line.encode()[: _LARGEST_EVENT - len(_TRUNCATED)]
    return kept.decode(errors="ignore") + _TRUNCATED

"""Calling a method as it stands, without a deployment: what TestInvokeMethod does.

After "TestInvokeMethod" of the API Gateway API reference and "Test a REST API method using the API
Gateway console" of the developer guide: neither authorization nor API keys are asked for, requests
are validated, and a log tells the steps.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import parse_qsl

from localtender.edge.gateway.data_plane.backends import Backends
from localtender.edge.gateway.data_plane.error_responses import error_response
from localtender.edge.gateway.data_plane.errors import GatewayError
from localtender.edge.gateway.data_plane.exchange import Endpoint, Exchange
from localtender.edge.gateway.data_plane.execution_log import execution_steps
from localtender.edge.gateway.data_plane.routing import ResourceRouter
from localtender.edge.gateway.data_plane.tracing import trace_header
from localtender.edge.gateway.data_plane.validation import RequestChecks
from localtender.edge.gateway.state import Method, Resource, RestApi, Stage
from localtender.edge.protocol.messages import HttpRequest, HttpResponse

STAGE = "test-invoke-stage"
_SOURCE_IP = "test-invoke-source-ip"


@dataclass(frozen=True)
class TrialRequest:
    """A request to try a method with; `path_with_query` may be empty."""

    verb: str
    path_with_query: str
    headers: tuple[tuple[str, str], ...]
    body: str
    stage_variables: Mapping[str, str]
    request_id: str


@dataclass(frozen=True)
class TrialOutcome:
    """What came back; `latency` is milliseconds."""

    response: HttpResponse
    log: str
    latency: int


def trial_exchange(
    api: RestApi, request: TrialRequest, *, account_id: str, region: str
) -> Exchange:
    """The exchange of a test, whose stage exists for it only."""
    raw_path, _, query = request.path_with_query.partition("?")
    now = datetime.now(UTC)
    stage = Stage(STAGE, "", now, now, variables=dict(request.stage_variables) or None)
    return Exchange(
        request=HttpRequest(
            method=request.verb,
            raw_path=raw_path or "/",
            query=tuple(parse_qsl(query, keep_blank_values=True)),
            headers=request.headers,
            body=request.body.encode(),
            source_ip=_SOURCE_IP,
            http_version="1.1",
            scheme="https",
            request_id=request.request_id,
        ),
        endpoint=Endpoint(account_id, region, "testPrefix.testDomainName", stage, api),
        path=raw_path or "/",
        trace_id=trace_header(None),
    )


class MethodTrials:
    """Tries methods of APIs."""

    def __init__(self, backends: Backends) -> None:
        self._backends = backends

    async def invoke(self, exchange: Exchange, resource: Resource, method: Method) -> TrialOutcome:
        """Validate the request and call the integration."""
        began = time.perf_counter()
        exchange.resource, exchange.method = resource, method
        match = ResourceRouter([resource]).match(method.http_method, exchange.path)
        exchange.path_parameters = {} if match is None else match.path_parameters
        if match is None:
            exchange.path = resource.path
        try:
            RequestChecks(exchange.endpoint.snapshot, method).check(exchange)
            response = await self._backends.call(exchange)
        except GatewayError as error:
            exchange.error = error
            response = error_response(exchange, error)
        latency = int((time.perf_counter() - began) * 1000)
        return TrialOutcome(response, _log(exchange, response), latency)


def _log(exchange: Exchange, response: HttpResponse) -> str:
    steps = execution_steps(
        exchange, response, with_data=True, resource_path=exchange.request.raw_path
    )
    moment = datetime.now(UTC).strftime("%a %b %d %H:%M:%S UTC %Y")
    lines = "".join(f"{moment} : {step}\n" for step in steps)
    return f"Execution log for request {exchange.request.request_id}\n{lines}"

"""One request on its way through the gateway, and what was found out about it."""

from __future__ import annotations

import base64
import os
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from localtender.edge.authorize.identities import Identity
from localtender.edge.authorize.requests import Principal
from localtender.edge.gateway.data_plane.errors import GatewayError
from localtender.edge.gateway.data_plane.tracing import function_trace
from localtender.edge.gateway.state import ApiKey, Method, Resource, RestApi, Stage
from localtender.edge.protocol.messages import HttpRequest

_VPC_ENDPOINT = re.compile(r"[a-z0-9]+-(?P<id>vpce-[a-z0-9]+)\.execute-api\.")


@dataclass(frozen=True)
class Endpoint:
    """The deployed stage that a request is for; `snapshot` is what its deployment captured.

    `base_path` is what a custom domain has before the path, None for the API's own domain.
    """

    account_id: str
    region: str
    domain_name: str
    stage: Stage
    snapshot: RestApi
    base_path: str | None = None

    @property
    def api_id(self) -> str:
        """The API's id."""
        return self.snapshot.id


@dataclass
class TemplateOverrides:
    """What mapping templates set by `$context.requestOverride` and `$context.responseOverride`.

    A request's template and its response's see the same ones, as recorded on AWS in LocalStack's
    `test_apigateway_integrations.snapshot.json`
    (`test_integration_mock_with_request_overrides_in_response_template`).
    """

    request: Any
    response: Any


@dataclass(frozen=True)
class EndpointCall:
    """What an integration was sent and what it answered, as the execution log tells it."""

    uri: str
    request_headers: Mapping[str, str] = field(default_factory=dict)
    request_body: bytes = b""
    status: int | None = None
    response_headers: Mapping[str, str] = field(default_factory=dict)
    response_body: bytes = b""


@dataclass
class AuthorizerRun:
    """How an authorizer did: milliseconds, its own status and that of the function behind it."""

    latency: int = 0
    status: int | None = None
    integration_latency: int | None = None
    integration_status: int | None = None
    request_id: str | None = None
    error: str | None = None


@dataclass
class Exchange:
    """A request and what the gateway has found out about it so far.

    `path` is the resource path as sent, still percent-encoded; `began_at` is seconds since the
    epoch; the latencies are milliseconds. `authorizer` is what the event has as
    `requestContext.authorizer`, `identity` who signed the request where that was checked.
    `integration_status` is the status of the integration's service, `backend_status` what a
    function behind AWS_PROXY returned as its own.
    """

    request: HttpRequest
    endpoint: Endpoint
    path: str
    trace_id: str
    began_at: float = field(default_factory=time.time)
    resource: Resource | None = None
    method: Method | None = None
    path_parameters: Mapping[str, str] = field(default_factory=dict)
    authorizer: Mapping[str, Any] | None = None
    usage_identifier_key: str | None = None
    identity: Identity | None = None
    api_key: ApiKey | None = None
    error: GatewayError | None = None
    authorizer_run: AuthorizerRun | None = None
    template_overrides: TemplateOverrides | None = None
    integration_status: int | None = None
    backend_status: int | None = None
    integration_latency: int | None = None
    integration_error: str | None = None
    integration_request_id: str | None = None
    endpoint_call: EndpointCall | None = None
    cache_hit: bool | None = None
    status: int = 0
    response_length: int = 0
    response_latency: int = 0

    @property
    def caller(self) -> Principal | None:
        """Who signed the request, where that was checked."""
        return None if self.identity is None else self.identity.principal

    @cached_property
    def extended_request_id(self) -> str:
        """The id of the header `x-amz-apigw-id`."""
        return new_extended_request_id()

    @cached_property
    def query(self) -> dict[str, list[str]]:
        """Query parameters with all their values, in order."""
        return _grouped(self.request.query)

    @cached_property
    def headers(self) -> dict[str, list[str]]:
        """The client's headers with all their values, by lower-case name."""
        return _grouped(tuple((name.lower(), value) for name, value in self.request.headers))

    def header(self, name: str) -> str | None:
        """The last value of a header, as API Gateway takes it."""
        values = self.headers.get(name.lower())
        return values[-1] if values else None

    @cached_property
    def stage_variables(self) -> Mapping[str, str]:
        """The stage's variables, empty when it has none."""
        return self.endpoint.stage.variables or {}

    @property
    def client_path(self) -> str:
        """The path as an event shows it: with the base path of a custom domain.

        Slashes at the beginning are one, as recorded on AWS in LocalStack's
        `test_apigateway_lambda.snapshot.json`.
        """
        path = self.path
        if path.startswith("//"):
            path = f"/{path.lstrip('/')}"
        return f"{self.endpoint.base_path or ''}{path}"

    @cached_property
    def vpc_endpoint_id(self) -> str | None:
        """The VPC endpoint that a private API was called by: its host name has it."""
        found = _VPC_ENDPOINT.match(self.header("Host") or "")
        return found["id"] if found else None

    @cached_property
    def function_trace_id(self) -> str:
        """The trace header that a function called for this request gets."""
        return function_trace(self.trace_id, sampled=self.endpoint.stage.tracing_enabled)


def new_extended_request_id() -> str:
    """An id as `x-amz-apigw-id` has it."""
    return base64.b64encode(os.urandom(11)).decode()


def _grouped(pairs: tuple[tuple[str, str], ...]) -> dict[str, list[str]]:
    grouped: dict[str, list[str]] = {}
    for name, value in pairs:
        grouped.setdefault(name, []).append(value)
    return grouped

"""One request on its way through the gateway, and the `$context` variables it gives rise to.

The variables are those of "Variables for data transformations for API Gateway" and "Variables for
access logging for API Gateway" in the developer guide.
"""

from __future__ import annotations

import base64
import json
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from localtender.edge.authorize.requests import Principal
from localtender.edge.gateway.data_plane.errors import GatewayError
from localtender.edge.gateway.state import ApiKey, Method, Resource, RestApi, Stage
from localtender.edge.protocol.messages import HttpRequest

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


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
class Exchange:
    """A request and what the gateway has found out about it so far.

    `path` is the resource path as sent, still percent-encoded; `began_at` is seconds since the
    epoch; the latencies are milliseconds. `authorizer` is what the event has as
    `requestContext.authorizer`, `caller` who signed the request where that was checked.
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
    caller: Principal | None = None
    api_key: ApiKey | None = None
    error: GatewayError | None = None
    integration_status: int | None = None
    integration_latency: int | None = None
    integration_error: str | None = None
    status: int = 0
    response_length: int = 0
    response_latency: int = 0

    @cached_property
    def extended_request_id(self) -> str:
        """The id of the header `x-amz-apigw-id`."""
        return base64.b64encode(os.urandom(11)).decode()

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
        """The path as an event shows it: with the base path of a custom domain."""
        return f"{self.endpoint.base_path or ''}{self.path}"

    def request_context(self) -> dict[str, Any]:
        """The `requestContext` of a Lambda proxy event."""
        endpoint = self.endpoint
        context: dict[str, Any] = {
            "resourceId": self.resource.id if self.resource else None,
            "resourcePath": self.resource.path if self.resource else None,
            "httpMethod": self.request.method,
            "extendedRequestId": self.extended_request_id,
            "requestTime": _clf_time(self.began_at),
            "path": f"/{endpoint.stage.name}{self.path}"
            if endpoint.base_path is None
            else self.client_path,
            "accountId": endpoint.account_id,
            "protocol": f"HTTP/{self.request.http_version}",
            "stage": endpoint.stage.name,
            "domainPrefix": endpoint.domain_name.partition(".")[0],
            "requestTimeEpoch": int(self.began_at * 1000),
            "requestId": self.request.request_id,
            "identity": self._identity(),
            "domainName": endpoint.domain_name,
            "deploymentId": endpoint.stage.deployment_id,
            "apiId": endpoint.api_id,
        }
        if self.authorizer is not None:
            context["authorizer"] = dict(self.authorizer)
        if self.method is not None and self.method.operation_name:
            context["operationName"] = self.method.operation_name
        return context

    def variables(self) -> dict[str, Any]:
        """Everything that `$context` offers to templates, gateway responses and access logs."""
        context = self.request_context()
        context["xrayTraceId"] = self.trace_id.removeprefix("Root=").partition(";")[0]
        context["responseLatency"] = self.response_latency
        if self.endpoint.stage.is_canary is not None:
            context["isCanaryRequest"] = self.endpoint.stage.is_canary
        if self.status:
            context["status"] = str(self.status)
            context["responseLength"] = str(self.response_length)
        if self.integration_latency is not None:
            context["integrationLatency"] = self.integration_latency
            context["integrationStatus"] = self.integration_status
            context["integrationErrorMessage"] = self.integration_error
            context["integration"] = {
                "latency": self.integration_latency,
                "status": self.integration_status,
                "integrationStatus": self.integration_status,
                "error": self.integration_error,
                "requestId": self.request.request_id,
            }
        if self.error is not None:
            context["error"] = {
                "message": self.error.message,
                "messageString": json.dumps(self.error.message),
                "responseType": self.error.response_type,
                "validationErrorString": _escaped(self.error.validation_errors),
            }
        return context

    def _identity(self) -> dict[str, Any]:
        identity: dict[str, Any] = {
            "cognitoIdentityPoolId": None,
            "accountId": None,
            "cognitoIdentityId": None,
            "caller": None,
            "sourceIp": self.request.source_ip,
            "principalOrgId": None,
            "accessKey": None,
            "cognitoAuthenticationType": None,
            "cognitoAuthenticationProvider": None,
            "userArn": None,
            "userAgent": self.header("User-Agent"),
            "user": None,
        }
        if self.caller is not None:
            identity["accountId"] = self.caller.account_id
            identity["caller"] = self.caller.user_id
            identity["accessKey"] = self.caller.access_key_id
            identity["userArn"] = self.caller.arn
            identity["user"] = self.caller.user_id
        if self.api_key is not None:
            identity["apiKey"] = self.api_key.value
            identity["apiKeyId"] = self.api_key.id
        return identity


def _grouped(pairs: tuple[tuple[str, str], ...]) -> dict[str, list[str]]:
    grouped: dict[str, list[str]] = {}
    for name, value in pairs:
        grouped.setdefault(name, []).append(value)
    return grouped


def _escaped(text: str | None) -> str | None:
    # Templates put this text between quotes of their own.
    return None if text is None else json.dumps(text, ensure_ascii=False)[1:-1]


def _clf_time(seconds: float) -> str:
    # Common Log Format; strftime's month names would follow the locale.
    moment = datetime.fromtimestamp(seconds, tz=UTC)
    return f"{moment:%d}/{_MONTHS[moment.month - 1]}/{moment:%Y:%H:%M:%S} +0000"

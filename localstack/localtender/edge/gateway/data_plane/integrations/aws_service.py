"""AWS integrations with services other than Lambda.

After "Set up an API integration request using the API Gateway API" and the tutorials on Amazon SQS,
SNS, Kinesis, DynamoDB and Step Functions of the developer guide. The request goes to the engine as
API Gateway would send it to the service; the service's status code chooses the integration
response.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from urllib.parse import quote

import httpx

from localtender.edge.gateway.data_plane.errors import (
    ApiConfigurationError,
    IntegrationConnectionError,
)
from localtender.edge.gateway.data_plane.exchange import EndpointCall, Exchange
from localtender.edge.gateway.data_plane.integrations.execution_role import ExecutionRoles
from localtender.edge.gateway.data_plane.integrations.query_answers import as_json
from localtender.edge.gateway.data_plane.integrations.role_requests import (
    CallPermissions,
    RoleRequests,
)
from localtender.edge.gateway.data_plane.integrations.service_requests import (
    ServiceRequest,
    ServiceTarget,
    UnknownServiceError,
)
from localtender.edge.gateway.data_plane.integrations.transformation import (
    select_response,
    transformed_request,
    transformed_response,
)
from localtender.edge.gateway.data_plane.parameter_mapping import request_mappings
from localtender.edge.gateway.data_plane.substitution import with_stage_variables
from localtender.edge.gateway.state import Integration
from localtender.edge.protocol.messages import HttpResponse
from localtender.engines.client import EngineClient

_JSON = "application/json"


class AwsServiceIntegration:
    """Calls any AWS service by `arn:aws:apigateway:REGION:SERVICE:action|path/…`."""

    def __init__(
        self,
        engine: EngineClient,
        clock: Callable[[], float] = time.monotonic,
        permissions: CallPermissions | None = None,
    ) -> None:
        self._requests = RoleRequests(engine, permissions)
        self._roles = ExecutionRoles(engine, clock)

    async def call(self, exchange: Exchange, integration: Integration) -> HttpResponse:
        """The service's answer through the integration response.

        Raises ApiConfigurationError for a URI or a role that cannot be used.
        """
        uri = with_stage_variables(integration.uri or "", exchange.stage_variables)
        mapped = request_mappings(exchange, integration.request_parameters)
        transformed = transformed_request(exchange, integration)
        rendered = transformed.rendered
        try:
            target = ServiceTarget.of_uri(
                _with_path(uri, {**mapped["path"], **rendered.request_path})
            )
            request = target.request(
                method=_verb(exchange, integration),
                query={**mapped["querystring"], **rendered.request_query},
                headers={**_content_type(exchange), **mapped["header"], **rendered.request_headers},
                body=transformed.body,
            )
        except UnknownServiceError as error:
            raise ApiConfigurationError(reason=str(error)) from None
        account_id = await self._roles.account_of(exchange, integration.credentials)
        exchange.endpoint_call = EndpointCall(target.url(request), request.headers, request.body)
        role = with_stage_variables(integration.credentials or "", exchange.stage_variables)
        answer = await self._send(exchange, target, request, role, account_id)
        exchange.integration_status = answer.status_code
        exchange.integration_request_id = answer.headers.get("x-amzn-requestid")
        headers = dict(answer.headers)
        exchange.endpoint_call = replace(
            exchange.endpoint_call,
            status=answer.status_code,
            response_headers=headers,
            response_body=answer.content,
        )
        body = answer.content
        if target.answers_xml and request.wants_json:
            body = as_json(body)
            headers["content-type"] = _JSON
        if request.is_query_over_json and answer.is_success:
            body = target.as_query_answer(body, exchange.integration_request_id or "")
        response = select_response(integration, str(answer.status_code))
        if headers.get("content-type", "").startswith("application/x-amz-json"):
            # A client of the API sees no protocol of AWS's own.
            headers["content-type"] = _JSON
        return transformed_response(exchange, response, headers, body)

    async def _send(
        self,
        exchange: Exchange,
        target: ServiceTarget,
        request: ServiceRequest,
        role: str,
        account_id: str,
    ) -> httpx.Response:
        try:
            return await self._requests.send(
                exchange, target, request, role=role, account_id=account_id
            )
        except httpx.HTTPError as error:
            exchange.integration_error = str(error)
            raise IntegrationConnectionError(
                "Internal server error", reason=f"{target.service}: {type(error).__name__}: {error}"
            ) from error


def _verb(exchange: Exchange, integration: Integration) -> str:
    verb = integration.http_method or "POST"
    return exchange.request.method if verb == "ANY" else verb


def _content_type(exchange: Exchange) -> Mapping[str, str]:
    return {"Content-Type": exchange.header("Content-Type") or _JSON}


def _with_path(uri: str, values: Mapping[str, str]) -> str:
    for name, value in values.items():
        written = quote(value, safe="/%")
        uri = uri.replace(f"{{{name}}}", written).replace(f"{{{name}+}}", written)
    return uri

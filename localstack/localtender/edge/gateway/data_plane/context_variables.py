"""The `$context` variables of a request, and the `requestContext` of a function's event.

After "Variables for data transformations for API Gateway" and "Variables for access logging for API
Gateway" of the developer guide.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from localtender.edge.gateway.data_plane.exchange import Exchange

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def request_context(exchange: Exchange) -> dict[str, Any]:
    """The `requestContext` of a Lambda proxy event."""
    endpoint = exchange.endpoint
    context: dict[str, Any] = {
        "resourceId": exchange.resource.id if exchange.resource else None,
        "resourcePath": exchange.resource.path if exchange.resource else None,
        "httpMethod": exchange.request.method,
        "extendedRequestId": exchange.extended_request_id,
        "requestTime": _clf_time(exchange.began_at),
        "path": f"/{endpoint.stage.name}{exchange.path}"
        if endpoint.base_path is None
        else exchange.client_path,
        "accountId": endpoint.account_id,
        "protocol": f"HTTP/{exchange.request.http_version}",
        "stage": endpoint.stage.name,
        "domainPrefix": endpoint.domain_name.partition(".")[0],
        "requestTimeEpoch": int(exchange.began_at * 1000),
        "requestId": exchange.request.request_id,
        "identity": _identity(exchange),
        "domainName": endpoint.domain_name,
        "deploymentId": endpoint.stage.deployment_id,
        "apiId": endpoint.api_id,
    }
    if exchange.authorizer is not None:
        context["authorizer"] = dict(exchange.authorizer)
    if exchange.method is not None and exchange.method.operation_name:
        context["operationName"] = exchange.method.operation_name
    return context


def context_variables(exchange: Exchange) -> dict[str, Any]:
    """What `$context` offers to mapping templates, parameter mappings and gateway responses."""
    context = request_context(exchange)
    endpoint = exchange.endpoint
    context["xrayTraceId"] = exchange.trace_id.removeprefix("Root=").partition(";")[0]
    context["responseLatency"] = exchange.response_latency
    context["endpointType"] = ",".join(endpoint.snapshot.endpoint_configuration.types)
    if endpoint.base_path is not None:
        context["customDomain"] = {"basePathMatched": endpoint.base_path.strip("/") or "(none)"}
    if endpoint.stage.is_canary is not None:
        context["isCanaryRequest"] = endpoint.stage.is_canary
    if exchange.status:
        context["status"] = str(exchange.status)
        context["responseLength"] = str(exchange.response_length)
    if exchange.error is not None:
        context["error"] = {
            "message": exchange.error.message,
            "messageString": json.dumps(exchange.error.message),
            "responseType": exchange.error.response_type,
            "validationErrorString": _escaped(exchange.error.validation_errors),
        }
    overrides = exchange.template_overrides
    if overrides is not None:
        context["requestOverride"] = overrides.request
        context["responseOverride"] = overrides.response
    _add_integration(context, exchange)
    return context


def log_variables(exchange: Exchange) -> dict[str, Any]:
    """What `$context` offers to access logs: how the authorizer did as well."""
    context = context_variables(exchange)
    _add_authorization(context, exchange)
    return context


def _add_integration(context: dict[str, Any], exchange: Exchange) -> None:
    if exchange.integration_latency is None:
        return
    context["integrationLatency"] = exchange.integration_latency
    context["integrationStatus"] = exchange.integration_status
    context["integrationErrorMessage"] = exchange.integration_error
    context["awsEndpointRequestId"] = exchange.integration_request_id
    context["integration"] = {
        "latency": exchange.integration_latency,
        "status": exchange.backend_status or exchange.integration_status,
        "integrationStatus": exchange.integration_status,
        "error": exchange.integration_error,
        "requestId": exchange.integration_request_id,
    }


def _add_authorization(context: dict[str, Any], exchange: Exchange) -> None:
    run = exchange.authorizer_run
    if run is None:
        return
    told = {"latency": run.latency, "status": run.status, "error": run.error}
    if exchange.method is not None and exchange.method.authorization_type == "AWS_IAM":
        context["authorize"] = told
        context["authenticate"] = told
        return
    context["authorizer"] = {
        **told,
        "integrationLatency": run.integration_latency,
        "integrationStatus": run.integration_status,
        "requestId": run.request_id,
        **context.get("authorizer", {}),
    }


def _identity(exchange: Exchange) -> dict[str, Any]:
    identity: dict[str, Any] = {
        "cognitoIdentityPoolId": None,
        "accountId": None,
        "cognitoIdentityId": None,
        "caller": None,
        "sourceIp": exchange.request.source_ip,
        "principalOrgId": None,
        "accessKey": None,
        "cognitoAuthenticationType": None,
        "cognitoAuthenticationProvider": None,
        "userArn": None,
        "userAgent": exchange.header("User-Agent"),
        "user": None,
    }
    if exchange.caller is not None:
        identity["accountId"] = exchange.caller.account_id
        identity["caller"] = exchange.caller.user_id
        identity["accessKey"] = exchange.caller.access_key_id
        identity["userArn"] = exchange.caller.arn
        identity["user"] = exchange.caller.user_id
    if exchange.vpc_endpoint_id is not None:
        identity["vpceId"] = exchange.vpc_endpoint_id
    if exchange.api_key is not None:
        identity["apiKey"] = exchange.api_key.value
        identity["apiKeyId"] = exchange.api_key.id
    return identity


def _escaped(text: str | None) -> str | None:
    # Templates put this text between quotes of their own.
    return None if text is None else json.dumps(text, ensure_ascii=False)[1:-1]


def _clf_time(seconds: float) -> str:
    # Common Log Format; strftime's month names would follow the locale.
    moment = datetime.fromtimestamp(seconds, tz=UTC)
    return f"{moment:%d}/{_MONTHS[moment.month - 1]}/{moment:%Y:%H:%M:%S} +0000"

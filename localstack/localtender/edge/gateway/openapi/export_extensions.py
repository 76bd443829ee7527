"""The `x-amazon-apigateway-…` extensions of an exported definition.

After "Working with API Gateway extensions to OpenAPI" of the developer guide; a member that says
what is so anyway is left out, as recorded on AWS in LocalStack's
`test_apigateway_extended.snapshot.json`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from localtender.edge.gateway.control_plane.documentation_locations import described_location
from localtender.edge.gateway.control_plane.lookup import present
from localtender.edge.gateway.openapi.document import EXTENSION
from localtender.edge.gateway.state import (
    Authorizer,
    DocumentationVersion,
    Integration,
    IntegrationResponse,
    RestApi,
)

_DEFAULT_TIMEOUT = 29_000


def exported_integration(integration: Integration, resource_id: str) -> dict[str, Any]:
    """The value of `x-amazon-apigateway-integration`; a resource's own cache goes unsaid."""
    timeout = integration.timeout_in_millis
    verify = integration.insecure_skip_verification
    return present(
        type=integration.type.lower(),
        httpMethod=integration.http_method,
        uri=integration.uri,
        connectionType=None
        if integration.connection_type in (None, "INTERNET")
        else integration.connection_type,
        connectionId=integration.connection_id,
        credentials=integration.credentials,
        responses={
            response.selection_pattern or "default": _response(response)
            for response in integration.responses.values()
        }
        or None,
        requestParameters=dict(integration.request_parameters or {}) or None,
        requestTemplates=_templates(integration.request_templates),
        passthroughBehavior=integration.passthrough_behavior.lower(),
        contentHandling=integration.content_handling,
        timeoutInMillis=None if timeout == _DEFAULT_TIMEOUT else timeout,
        cacheNamespace=None
        if integration.cache_namespace == resource_id
        else integration.cache_namespace,
        cacheKeyParameters=list(integration.cache_key_parameters) or None,
        tlsConfig=None if verify is None else {"insecureSkipVerification": verify},
    )


def security_scheme(authorizer: Authorizer | None, *, with_extension: bool) -> dict[str, Any]:
    """The scheme of an authorizer, or of AWS signatures where there is none."""
    scheme = {"type": "apiKey", "name": "Authorization", "in": "header"}
    if authorizer is None:
        return {**scheme, f"{EXTENSION}authtype": "awsSigv4"}
    source = authorizer.identity_source or ""
    is_header = source.startswith("method.request.header.") and "," not in source
    scheme["name"] = source.rpartition(".")[2] if is_header else "Unused"
    if not with_extension:
        return scheme
    extension = present(
        type=authorizer.type.lower(),
        providerARNs=list(authorizer.provider_arns) or None,
        authorizerUri=authorizer.authorizer_uri,
        authorizerCredentials=authorizer.authorizer_credentials,
        identitySource=source if authorizer.type == "REQUEST" else None,
        identityValidationExpression=authorizer.identity_validation_expression,
        authorizerResultTtlInSeconds=authorizer.result_ttl_in_seconds
        if authorizer.shows_result_ttl
        else None,
    )
    return {
        **scheme,
        f"{EXTENSION}authtype": authorizer.auth_type or "custom",
        f"{EXTENSION}authorizer": extension,
    }


def endpoint_configuration(api: RestApi) -> dict[str, Any] | None:
    """The value of `x-amazon-apigateway-endpoint-configuration`, None where all is as usual."""
    endpoint = api.endpoint_configuration
    found = present(
        types=None if endpoint.types == ("EDGE",) else list(endpoint.types),
        ipAddressType=None if endpoint.ip_address_type == "ipv4" else endpoint.ip_address_type,
        vpcEndpointIds=list(endpoint.vpc_endpoint_ids) or None,
        disableExecuteApiEndpoint=api.disable_execute_api_endpoint or None,
    )
    return found or None


def api_extensions(
    api: RestApi, documentation: DocumentationVersion | None, wants: Callable[[str], bool]
) -> dict[str, Any]:
    """The extensions at the top of a definition that are wanted."""
    settings: dict[str, Any] = {
        "policy": None if api.policy is None else json.loads(api.policy),
        "api-key-source": None if api.api_key_source == "HEADER" else api.api_key_source,
        "binary-media-types": list(api.binary_media_types) or None,
        "minimum-compression-size": api.minimum_compression_size,
    }
    found = settings if wants("settings") else {}
    if wants("gatewayresponses"):
        found["gateway-responses"] = _gateway_responses(api)
    if wants("validators"):
        found["request-validators"] = _validators(api)
    if wants("documentation") and documentation is not None:
        found["documentation"] = _documentation(documentation)
    return {f"{EXTENSION}{name}": value for name, value in found.items() if value is not None}


def _gateway_responses(api: RestApi) -> dict[str, Any] | None:
    return {
        kind: present(
            statusCode=response.status_code,
            responseParameters=dict(response.response_parameters) or None,
            responseTemplates=dict(response.response_templates) or None,
        )
        for kind, response in api.gateway_responses.items()
    } or None


def _validators(api: RestApi) -> dict[str, Any] | None:
    return {
        validator.name: {
            "validateRequestParameters": validator.validate_request_parameters,
            "validateRequestBody": validator.validate_request_body,
        }
        for validator in api.request_validators.values()
    } or None


def _documentation(version: DocumentationVersion) -> dict[str, Any]:
    return present(
        version=version.version,
        createdDate=version.created_date.strftime("%Y-%m-%dT%H:%M:%SZ"),
        description=version.description,
        documentationParts=[
            {
                "location": described_location(part.location),
                "properties": json.loads(part.properties),
            }
            for part in version.parts.values()
        ],
    )


def _response(response: IntegrationResponse) -> dict[str, Any]:
    return present(
        statusCode=response.status_code,
        responseParameters=dict(response.response_parameters or {}) or None,
        responseTemplates=_templates(response.response_templates),
        contentHandling=response.content_handling,
    )


def _templates(templates: Any) -> dict[str, str] | None:
    return {media_type: text or "" for media_type, text in (templates or {}).items()} or None

"""Amazon API Gateway: integrations, the backends of methods, and their responses.

Arguments, defaults and replace rules follow the documentation of ``aws_api_gateway_integration``
and ``aws_api_gateway_integration_response``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from localtender.provider.call import Call
from localtender.provider.checks import between, matches, one_of
from localtender.provider.declaration import Change, Resource
from localtender.provider.errors import InvalidArgumentError
from localtender.provider.resources.api_gateway_methods import (
    imported_method,
    imported_response,
    method_identifier,
    method_key,
    response_key,
)
from localtender.provider.resources.api_gateway_names import NOT_FOUND, given, is_http_method
from localtender.provider.resources.api_gateway_patches import (
    argument_patches,
    entry_patches,
    listed_patches,
    replace,
)
from localtender.provider.values import Values

_PATHS: Final = {
    "cache_namespace": "/cacheNamespace",
    "connection_id": "/connectionId",
    "connection_type": "/connectionType",
    "content_handling": "/contentHandling",
    "integration_target": "/integrationTarget",
    "response_transfer_mode": "/responseTransferMode",
    "timeout_milliseconds": "/timeoutInMillis",
    "uri": "/uri",
}
_is_content_handling = one_of("CONVERT_TO_BINARY", "CONVERT_TO_TEXT")


def _same_tls(old: list[Values], new: list[Values]) -> bool:
    # A block that verifies certificates says the same as no block.
    return not any(block["insecure_skip_verification"] for block in [*old, *new])


class Integration(Resource):
    """``aws_api_gateway_integration``; its id is made of API, resource and verb."""

    type_name = "aws_api_gateway_integration"
    service = "apigateway"
    gone = NOT_FOUND
    replaces = (
        "rest_api_id",
        "resource_id",
        "http_method",
        "type",
        "integration_http_method",
        "credentials",
        "passthrough_behavior",
    )
    defaults = {"connection_type": "INTERNET", "timeout_milliseconds": 29000}
    equivalent = {"tls_config": _same_tls}
    checks = {
        "connection_type": one_of("INTERNET", "VPC_LINK"),
        "content_handling": _is_content_handling,
        "http_method": is_http_method,
        "integration_http_method": is_http_method,
        "passthrough_behavior": one_of("NEVER", "WHEN_NO_MATCH", "WHEN_NO_TEMPLATES"),
        "response_transfer_mode": one_of("BUFFERED", "STREAM"),
        "timeout_milliseconds": between(50, 900_000),
        "type": one_of("AWS", "AWS_PROXY", "HTTP", "HTTP_PROXY", "MOCK"),
    }

    def validate(self, config: Values) -> Iterable[InvalidArgumentError]:
        """Check that an integration with a backend says where that is and how to call it."""
        if config.get("type") not in ("AWS", "AWS_PROXY", "HTTP", "HTTP_PROXY"):
            return
        for argument in ("uri", "integration_http_method"):
            if config.get(argument) in (None, ""):
                yield InvalidArgumentError(argument, f"is required with type {config['type']}")

    def create(self, call: Call, planned: Values) -> Values:
        """Create the integration."""
        request = given(
            {
                "type": planned["type"],
                "cacheKeyParameters": planned["cache_key_parameters"],
                "cacheNamespace": planned["cache_namespace"],
                "connectionId": planned["connection_id"],
                "connectionType": planned["connection_type"],
                "contentHandling": planned["content_handling"],
                "credentials": planned["credentials"],
                "integrationHttpMethod": planned["integration_http_method"],
                "integrationTarget": planned["integration_target"],
                "passthroughBehavior": planned["passthrough_behavior"],
                "requestParameters": planned["request_parameters"],
                "requestTemplates": planned["request_templates"],
                "responseTransferMode": planned["response_transfer_mode"],
                "timeoutInMillis": planned["timeout_milliseconds"],
                "uri": planned["uri"],
            }
        )
        for block in planned["tls_config"]:
            skips = bool(block["insecure_skip_verification"])
            request["tlsConfig"] = {"insecureSkipVerification": skips}
        key = method_key(planned)
        call.client().put_integration(**key, **request)
        return {"id": method_identifier("agi", *key.values())}

    def read(self, call: Call, state: Values) -> Values | None:
        """Read the integration."""
        found = call.client().get_integration(**method_key(state))
        tls = found.get("tlsConfig")
        return {
            "cache_key_parameters": found.get("cacheKeyParameters"),
            "cache_namespace": found.get("cacheNamespace"),
            "connection_id": found.get("connectionId"),
            "connection_type": found.get("connectionType", "INTERNET"),
            "content_handling": found.get("contentHandling"),
            "credentials": found.get("credentials"),
            "integration_http_method": found.get("httpMethod"),
            "integration_target": found.get("integrationTarget"),
            "passthrough_behavior": found.get("passthroughBehavior"),
            "request_parameters": found.get("requestParameters"),
            "request_templates": template_state(found.get("requestTemplates")),
            "response_transfer_mode": found.get("responseTransferMode"),
            "timeout_milliseconds": found.get("timeoutInMillis"),
            "tls_config": []
            if tls is None
            else [{"insecure_skip_verification": tls.get("insecureSkipVerification", False)}],
            "type": found["type"],
            "uri": found.get("uri"),
        }

    def update(self, call: Call, change: Change) -> None:
        """Patch what changed."""
        prior, planned = change.prior, change.planned
        operations = [
            *entry_patches(
                "/requestTemplates", prior["request_templates"], planned["request_templates"]
            ),
            *entry_patches(
                "/requestParameters", prior["request_parameters"], planned["request_parameters"]
            ),
            *listed_patches(
                "/cacheKeyParameters",
                prior["cache_key_parameters"],
                planned["cache_key_parameters"],
            ),
            *argument_patches(change, _PATHS),
        ]
        if change.has("tls_config"):
            skips = any(block["insecure_skip_verification"] for block in planned["tls_config"])
            operations.append(replace("/tlsConfig/insecureSkipVerification", skips))
        call.client().update_integration(**method_key(prior), patchOperations=operations)

    def delete(self, call: Call, state: Values) -> None:
        """Delete the integration."""
        call.client().delete_integration(**method_key(state))

    def import_state(self, call: Call, identifier: str) -> Values:
        """Take ``REST-API-ID/RESOURCE-ID/HTTP-METHOD`` apart."""
        return imported_method("agi", identifier)


class IntegrationResponse(Resource):
    """``aws_api_gateway_integration_response``; its id ends in the status."""

    type_name = "aws_api_gateway_integration_response"
    service = "apigateway"
    gone = NOT_FOUND
    replaces = ("rest_api_id", "resource_id", "http_method", "status_code")
    checks = {
        "content_handling": _is_content_handling,
        "http_method": is_http_method,
        "status_code": matches(r"[1-5]\d\d", "expected a status of three digits"),
    }

    def create(self, call: Call, planned: Values) -> Values:
        """Create the response."""
        self._put(call, planned)
        return {"id": method_identifier("agir", *response_key(planned).values())}

    def read(self, call: Call, state: Values) -> Values | None:
        """Read the response."""
        found = call.client().get_integration_response(**response_key(state))
        return {
            "content_handling": found.get("contentHandling"),
            "response_parameters": found.get("responseParameters"),
            "response_templates": template_state(found.get("responseTemplates")),
            "selection_pattern": found.get("selectionPattern"),
        }

    def update(self, call: Call, change: Change) -> None:
        """Put the response anew, as the whole of it."""
        self._put(call, change.planned)

    def delete(self, call: Call, state: Values) -> None:
        """Delete the response."""
        call.client().delete_integration_response(**response_key(state))

    def import_state(self, call: Call, identifier: str) -> Values:
        """Take ``REST-API-ID/RESOURCE-ID/HTTP-METHOD/STATUS-CODE`` apart."""
        return imported_response("agir", identifier)

    def _put(self, call: Call, planned: Values) -> None:
        request = given(
            {
                "contentHandling": planned["content_handling"],
                "responseParameters": planned["response_parameters"],
                "responseTemplates": planned["response_templates"],
                "selectionPattern": planned["selection_pattern"],
            }
        )
        call.client().put_integration_response(**response_key(planned), **request)


def template_state(templates: dict[str, str | None] | None) -> dict[str, str] | None:
    """Return mapping templates as Terraform has them: the gateway answers null for empty ones."""
    if templates is None:
        return None
    return {content_type: text or "" for content_type, text in templates.items()}

"""Amazon API Gateway: methods and their responses.

Arguments, defaults and replace rules follow the documentation of ``aws_api_gateway_method`` and
``aws_api_gateway_method_response``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from localtender.provider.call import Call
from localtender.provider.checks import matches, one_of
from localtender.provider.declaration import Change, Resource
from localtender.provider.errors import InvalidArgumentError
from localtender.provider.resources.api_gateway_names import (
    NOT_FOUND,
    given,
    identifier_parts,
    is_http_method,
)
from localtender.provider.resources.api_gateway_patches import (
    argument_patches,
    entry_patches,
    member_patches,
)
from localtender.provider.values import Values

_PATHS: Final = {
    "authorization": "/authorizationType",
    "authorizer_id": "/authorizerId",
    "api_key_required": "/apiKeyRequired",
    "request_validator_id": "/requestValidatorId",
    "operation_name": "/operationName",
}


def method_key(values: Values) -> Values:
    """Return the parameters that name a method."""
    return {
        "restApiId": values["rest_api_id"],
        "resourceId": values["resource_id"],
        "httpMethod": values["http_method"],
    }


def method_identifier(prefix: str, *parts: str) -> str:
    """Return the id of a method or of something that belongs to it, as in ``agm-API-ID-GET``."""
    return "-".join((prefix, *parts))


class Method(Resource):
    """``aws_api_gateway_method``; its id is made of API, resource and verb."""

    type_name = "aws_api_gateway_method"
    service = "apigateway"
    gone = NOT_FOUND
    replaces = ("rest_api_id", "resource_id", "http_method")
    defaults = {"api_key_required": False}
    checks = {
        "authorization": one_of("AWS_IAM", "COGNITO_USER_POOLS", "CUSTOM", "NONE"),
        "http_method": is_http_method,
    }

    def validate(self, config: Values) -> Iterable[InvalidArgumentError]:
        """Check that an authorizer is named where one is needed."""
        needed = config.get("authorization") in ("COGNITO_USER_POOLS", "CUSTOM")
        if needed and config.get("authorizer_id") in (None, ""):
            yield InvalidArgumentError(
                "authorizer_id", f"is required with authorization {config['authorization']}"
            )

    def create(self, call: Call, planned: Values) -> Values:
        """Create the method."""
        request = given(
            {
                "authorizationType": planned["authorization"],
                "authorizerId": planned["authorizer_id"],
                "authorizationScopes": planned["authorization_scopes"],
                "apiKeyRequired": planned["api_key_required"],
                "operationName": planned["operation_name"],
                "requestModels": planned["request_models"],
                "requestParameters": planned["request_parameters"],
                "requestValidatorId": planned["request_validator_id"],
            }
        )
        call.client().put_method(**method_key(planned), **request)
        key = method_key(planned).values()
        return {"id": method_identifier("agm", *key)}

    def read(self, call: Call, state: Values) -> Values | None:
        """Read the method."""
        method = call.client().get_method(**method_key(state))
        return {
            "api_key_required": method.get("apiKeyRequired", False),
            "authorization": method["authorizationType"],
            "authorization_scopes": method.get("authorizationScopes"),
            "authorizer_id": method.get("authorizerId"),
            "operation_name": method.get("operationName"),
            "request_models": method.get("requestModels"),
            "request_parameters": method.get("requestParameters"),
            "request_validator_id": method.get("requestValidatorId"),
        }

    def update(self, call: Call, change: Change) -> None:
        """Patch what changed."""
        prior, planned = change.prior, change.planned
        operations = [
            *entry_patches("/requestModels", prior["request_models"], planned["request_models"]),
            *entry_patches(
                "/requestParameters", prior["request_parameters"], planned["request_parameters"]
            ),
            *argument_patches(change, _PATHS),
            *member_patches(
                "/authorizationScopes",
                prior["authorization_scopes"],
                planned["authorization_scopes"],
            ),
        ]
        call.client().update_method(**method_key(prior), patchOperations=operations)

    def delete(self, call: Call, state: Values) -> None:
        """Delete the method."""
        call.client().delete_method(**method_key(state))

    def import_state(self, call: Call, identifier: str) -> Values:
        """Take ``REST-API-ID/RESOURCE-ID/HTTP-METHOD`` apart."""
        return imported_method("agm", identifier)


class MethodResponse(Resource):
    """``aws_api_gateway_method_response``; its id ends in the status."""

    type_name = "aws_api_gateway_method_response"
    service = "apigateway"
    gone = NOT_FOUND
    replaces = ("rest_api_id", "resource_id", "http_method", "status_code")
    checks = {
        "http_method": is_http_method,
        "status_code": matches(r"[1-5]\d\d", "expected a status of three digits"),
    }

    def create(self, call: Call, planned: Values) -> Values:
        """Create the response."""
        request = given(
            {
                "responseModels": planned["response_models"],
                "responseParameters": planned["response_parameters"],
            }
        )
        key = response_key(planned)
        call.client().put_method_response(**key, **request)
        return {"id": method_identifier("agmr", *key.values())}

    def read(self, call: Call, state: Values) -> Values | None:
        """Read the response."""
        response = call.client().get_method_response(**response_key(state))
        return {
            "response_models": response.get("responseModels"),
            "response_parameters": response.get("responseParameters"),
        }

    def update(self, call: Call, change: Change) -> None:
        """Patch what changed."""
        prior, planned = change.prior, change.planned
        operations = [
            *entry_patches("/responseModels", prior["response_models"], planned["response_models"]),
            *entry_patches(
                "/responseParameters", prior["response_parameters"], planned["response_parameters"]
            ),
        ]
        call.client().update_method_response(**response_key(prior), patchOperations=operations)

    def delete(self, call: Call, state: Values) -> None:
        """Delete the response."""
        call.client().delete_method_response(**response_key(state))

    def import_state(self, call: Call, identifier: str) -> Values:
        """Take ``REST-API-ID/RESOURCE-ID/HTTP-METHOD/STATUS-CODE`` apart."""
        return imported_response("agmr", identifier)


def response_key(values: Values) -> Values:
    """Return the parameters that name a response of a method or of its integration."""
    return {**method_key(values), "statusCode": values["status_code"]}


def imported_method(prefix: str, identifier: str) -> Values:
    """Return what identifies a method, or its integration, from its import id."""
    parts = identifier_parts(identifier, "REST-API-ID/RESOURCE-ID/HTTP-METHOD")
    names = ("rest_api_id", "resource_id", "http_method")
    return {"id": method_identifier(prefix, *parts), **dict(zip(names, parts, strict=True))}


def imported_response(prefix: str, identifier: str) -> Values:
    """Return what identifies a response of a method or integration from its import id."""
    parts = identifier_parts(identifier, "REST-API-ID/RESOURCE-ID/HTTP-METHOD/STATUS-CODE")
    names = ("rest_api_id", "resource_id", "http_method", "status_code")
    return {"id": method_identifier(prefix, *parts), **dict(zip(names, parts, strict=True))}

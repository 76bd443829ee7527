"""Amazon API Gateway: authorizers.

Arguments, defaults and replace rules follow the documentation of ``aws_api_gateway_authorizer``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from localtender.provider.call import Call
from localtender.provider.checks import between, is_arn, one_of
from localtender.provider.declaration import Change, Resource
from localtender.provider.errors import InvalidArgumentError
from localtender.provider.resources.api_gateway_names import (
    NOT_FOUND,
    gateway_arn,
    given,
    identifier_parts,
)
from localtender.provider.resources.api_gateway_patches import argument_patches, member_patches
from localtender.provider.values import Values

_USER_POOLS: Final = "COGNITO_USER_POOLS"
_CACHE_SECONDS: Final = 300
_PATHS: Final = {
    "authorizer_credentials": "/authorizerCredentials",
    "authorizer_result_ttl_in_seconds": "/authorizerResultTtlInSeconds",
    "authorizer_uri": "/authorizerUri",
    "identity_source": "/identitySource",
    "identity_validation_expression": "/identityValidationExpression",
    "name": "/name",
    "type": "/type",
}


class Authorizer(Resource):
    """``aws_api_gateway_authorizer``; its id is the one that the gateway gives."""

    type_name = "aws_api_gateway_authorizer"
    service = "apigateway"
    gone = NOT_FOUND
    replaces = ("rest_api_id",)
    defaults = {
        "authorizer_result_ttl_in_seconds": _CACHE_SECONDS,
        "identity_source": "method.request.header.Authorization",
        "type": "TOKEN",
    }
    checks = {
        "authorizer_credentials": is_arn,
        "authorizer_result_ttl_in_seconds": between(0, 3600),
        "type": one_of(_USER_POOLS, "REQUEST", "TOKEN"),
    }

    def validate(self, config: Values) -> Iterable[InvalidArgumentError]:
        """Check that the authorizer says who decides."""
        kind = config.get("type") or "TOKEN" if isinstance(config.get("type"), str | None) else None
        if kind == _USER_POOLS and config.get("provider_arns") in (None, []):
            yield InvalidArgumentError("provider_arns", f"is required with type {_USER_POOLS}")
        if kind in ("REQUEST", "TOKEN") and config.get("authorizer_uri") in (None, ""):
            yield InvalidArgumentError("authorizer_uri", f"is required with type {kind}")

    def create(self, call: Call, planned: Values) -> Values:
        """Create the authorizer."""
        request = given(
            {
                "restApiId": planned["rest_api_id"],
                "name": planned["name"],
                "type": planned["type"],
                "authorizerCredentials": planned["authorizer_credentials"],
                "authorizerResultTtlInSeconds": planned["authorizer_result_ttl_in_seconds"],
                "authorizerUri": planned["authorizer_uri"],
                "identitySource": planned["identity_source"],
                "identityValidationExpression": planned["identity_validation_expression"],
                "providerARNs": planned["provider_arns"],
            }
        )
        return {"id": call.client().create_authorizer(**request)["id"]}

    def read(self, call: Call, state: Values) -> Values | None:
        """Read the authorizer."""
        api, identifier = state["rest_api_id"], state["id"]
        found = call.client().get_authorizer(restApiId=api, authorizerId=identifier)
        return authorizer_state(call, api, found)

    def update(self, call: Call, change: Change) -> None:
        """Patch what changed."""
        prior, planned = change.prior, change.planned
        operations = [
            *argument_patches(change, _PATHS),
            *member_patches("/providerARNs", prior["provider_arns"], planned["provider_arns"]),
        ]
        call.client().update_authorizer(
            restApiId=prior["rest_api_id"], authorizerId=prior["id"], patchOperations=operations
        )

    def delete(self, call: Call, state: Values) -> None:
        """Delete the authorizer."""
        call.client().delete_authorizer(restApiId=state["rest_api_id"], authorizerId=state["id"])

    def import_state(self, call: Call, identifier: str) -> Values:
        """Take ``REST-API-ID/AUTHORIZER-ID`` apart."""
        api, authorizer = identifier_parts(identifier, "REST-API-ID/AUTHORIZER-ID")
        return {"id": authorizer, "rest_api_id": api}


def authorizer_state(call: Call, rest_api_id: str, found: Values) -> Values:
    """Return the attributes of an authorizer from the gateway's answer."""
    return {
        "arn": gateway_arn(call, f"/restapis/{rest_api_id}/authorizers/{found['id']}"),
        "authorizer_credentials": found.get("authorizerCredentials"),
        "authorizer_result_ttl_in_seconds": found.get(
            "authorizerResultTtlInSeconds", _CACHE_SECONDS
        ),
        "authorizer_uri": found.get("authorizerUri"),
        "identity_source": found.get("identitySource"),
        "identity_validation_expression": found.get("identityValidationExpression"),
        "name": found["name"],
        "provider_arns": found.get("providerARNs"),
        "type": found["type"],
    }

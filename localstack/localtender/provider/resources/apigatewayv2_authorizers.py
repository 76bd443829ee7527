"""Amazon API Gateway V2: authorizers.

Arguments, defaults and replace rules follow the documentation of ``aws_apigatewayv2_authorizer``.
"""

from __future__ import annotations

from typing import Final

from localtender.provider.blocks import Structure
from localtender.provider.call import Call
from localtender.provider.checks import between, is_arn, length, one_of
from localtender.provider.resources.apigatewayv2_parts import Part
from localtender.provider.values import Values

# What the console sets, and the real provider with it.
_CACHE_SECONDS: Final = 300


class Authorizer(Part):
    """``aws_apigatewayv2_authorizer``; its id is the one that the gateway gives."""

    type_name = "aws_apigatewayv2_authorizer"
    replaces = ("api_id",)
    checks = {
        "authorizer_credentials_arn": is_arn,
        "authorizer_payload_format_version": one_of("1.0", "2.0"),
        "authorizer_result_ttl_in_seconds": between(0, 3600),
        "authorizer_type": one_of("JWT", "REQUEST"),
        "authorizer_uri": length(1, 2048),
        "name": length(1, 128),
    }
    noun = "authorizer"
    fields = {
        "authorizer_credentials_arn": "AuthorizerCredentialsArn",
        "authorizer_payload_format_version": "AuthorizerPayloadFormatVersion",
        "authorizer_result_ttl_in_seconds": "AuthorizerResultTtlInSeconds",
        "authorizer_type": "AuthorizerType",
        "authorizer_uri": "AuthorizerUri",
        "enable_simple_responses": "EnableSimpleResponses",
        "identity_sources": "IdentitySource",
        "jwt_configuration": Structure(
            "JwtConfiguration", {"audience": "Audience", "issuer": "Issuer"}
        ),
        "name": "Name",
    }

    def create(self, call: Call, planned: Values) -> Values:
        """Create the authorizer; one that has something to cache by caches for five minutes."""
        caches = planned["authorizer_type"] == "REQUEST" and planned["identity_sources"]
        if caches and planned["authorizer_result_ttl_in_seconds"] is None:
            api = call.client().get_api(ApiId=planned["api_id"])
            if api["ProtocolType"] == "HTTP":
                planned = {**planned, "authorizer_result_ttl_in_seconds": _CACHE_SECONDS}
        return super().create(call, planned)

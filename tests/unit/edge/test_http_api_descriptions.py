"""OpenAPI definitions of HTTP APIs, taken apart."""

from __future__ import annotations

import json

import pytest

from localtender.edge.http_api_control.descriptions import described_api
from localtender.edge.protocol.errors import ServiceError

DEFINITION = {
    "openapi": "3.0.1",
    "info": {"title": "payments", "version": "2"},
    "security": [{"keys": []}],
    "paths": {
        "/$default": {
            "x-amazon-apigateway-any-method": {
                "security": [],
                "x-amazon-apigateway-integration": {
                    "type": "http_proxy",
                    "httpMethod": "ANY",
                    "uri": "https://example.com",
                    "connectionType": "INTERNET",
                },
            }
        },
        "/payments": {
            "get": {"operationId": "list"},
            "post": {"x-amazon-apigateway-auth": {"type": "AWS_IAM"}, "security": []},
        },
    },
    "components": {
        "securitySchemes": {
            "keys": {
                "type": "apiKey",
                "x-amazon-apigateway-authorizer": {
                    "type": "request",
                    "identitySource": "$request.header.a, $request.header.b",
                    "authorizerUri": "arn:aws:lambda",
                    "enableSimpleResponses": True,
                },
            },
            "plain": {"type": "http"},
        }
    },
}


def test_routes_have_keys_integrations_and_callers() -> None:
    default, listing, posting = described_api(json.dumps(DEFINITION)).routes
    assert default.key == "$default"
    assert default.integration == {
        "IntegrationType": "HTTP_PROXY",
        "IntegrationMethod": "ANY",
        "IntegrationUri": "https://example.com",
        "ConnectionType": "INTERNET",
    }
    assert (default.authorizer, default.signed) == (None, False)
    assert (listing.key, listing.operation_name) == ("GET /payments", "list")
    assert (listing.authorizer, listing.integration) == ("keys", None)
    assert posting.signed


def test_authorizers_are_those_that_the_gateway_has_an_extension_for() -> None:
    assert described_api(json.dumps(DEFINITION)).authorizers == {
        "keys": {
            "Name": "keys",
            "AuthorizerType": "REQUEST",
            "IdentitySource": ["$request.header.a", "$request.header.b"],
            "AuthorizerUri": "arn:aws:lambda",
            "EnableSimpleResponses": True,
        }
    }


@pytest.mark.parametrize("body", ["", "[]", "{", '{"swagger": "2.0"}', "a: [", "openapi: 2"])
def test_what_is_no_definition_is_refused(body: str) -> None:
    with pytest.raises(ServiceError) as refused:
        described_api(body)
    assert refused.value.code == "BadRequestException"


def test_odd_parts_of_a_definition_are_passed_over() -> None:
    odd = {"openapi": "3.0.1", "info": None, "paths": {"/a": {"get": None}, "/b": 7}}
    described = described_api(json.dumps(odd))
    assert described.api == {"Name": "Untitled"}
    assert [route.key for route in described.routes] == ["GET /a"]

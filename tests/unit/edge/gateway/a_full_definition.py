"""A definition that has everything an import reads, and what an API made of one consists of."""

from __future__ import annotations

import json
from typing import Any

from tests.unit.edge.gateway.in_process import POOL_ARN, Gateway, integration_uri, shape

TEXT = {"type": "string"}
PET = {"$ref": "#/components/schemas/Pet"}
OPERATION = {
    "operationId": "getPet",
    "parameters": [
        {"name": "id", "in": "path", "required": True, "schema": TEXT},
        {"$ref": "#/components/parameters/Page"},
    ],
    "responses": {
        "200": {
            "description": "a pet",
            "headers": {"X-Next": {"schema": TEXT}},
            "content": {"application/json": {"schema": PET}, "application/xml": {"schema": PET}},
        },
        "404": {"description": "none"},
    },
    "security": [{"pool": ["pets/read"]}, {"api_key": []}],
    "x-amazon-apigateway-request-validator": "all",
    "x-amazon-apigateway-integration": {
        "type": "aws_proxy",
        "httpMethod": "POST",
        "uri": integration_uri(),
        "timeoutInMillis": 5000,
        "passthroughBehavior": "never",
        "contentHandling": "CONVERT_TO_TEXT",
        "cacheNamespace": "pets",
        "cacheKeyParameters": ["method.request.path.id"],
        "credentials": "arn:aws:iam::111122223333:role/invoker",
    },
}
CREATION = {
    "requestBody": {"content": {"application/json": {"schema": PET}}, "required": True},
    "responses": {"200": {"description": "made"}, "400": {"description": "bad"}},
    "security": [{"sigv4": []}],
    "x-amazon-apigateway-integration": {
        "type": "mock",
        "requestTemplates": {"application/json": '{"statusCode": 200}'},
        "responses": {
            "default": {"statusCode": "200", "responseTemplates": {"application/json": ""}},
            "4\\d{2}": {"statusCode": "400"},
        },
    },
}
ANYTHING = {
    "security": [{"token": []}],
    "x-amazon-apigateway-integration": {
        "type": "http",
        "httpMethod": "GET",
        "uri": "https://example.com/{id}",
        "requestParameters": {"integration.request.path.id": "method.request.path.id"},
        "tlsConfig": {"insecureSkipVerification": True},
        "responses": {"default": {"statusCode": "200"}},
    },
}
ELSEWHERE = {
    "security": [{"request": []}],
    "x-amazon-apigateway-integration": {
        "type": "http_proxy",
        "httpMethod": "ANY",
        "uri": "https://example.com/{proxy}",
        "connectionType": "VPC_LINK",
        "connectionId": "${stageVariables.link}",
    },
}


def scheme(kind: str, header: str = "Authorization", **authorizer: Any) -> dict[str, Any]:
    if kind != "cognito_user_pools":
        authorizer["authorizerUri"] = integration_uri()
    return {
        "type": "apiKey",
        "name": header,
        "in": "header",
        "x-amazon-apigateway-authtype": "oauth2" if kind == "token" else "custom",
        "x-amazon-apigateway-authorizer": {"type": kind, **authorizer},
    }


DEFINITION: dict[str, Any] = {
    "openapi": "3.0.1",
    "info": {"title": "pets", "version": "2", "description": "All of it"},
    "servers": [
        {
            "url": "https://example.com/{basePath}",
            "variables": {"basePath": {"default": "/v2"}},
            "x-amazon-apigateway-endpoint-configuration": {
                "vpcEndpointIds": ["vpce-1"],
                "disableExecuteApiEndpoint": True,
            },
        }
    ],
    "paths": {
        "/pets/{id}": {
            "parameters": [{"name": "X-Trace", "in": "header", "required": True, "schema": TEXT}],
            "get": OPERATION,
            "post": CREATION,
            "x-amazon-apigateway-any-method": ANYTHING,
        },
        "/{proxy+}": {"get": ELSEWHERE},
    },
    "components": {
        "parameters": {"Page": {"name": "page", "in": "query", "schema": {"type": "integer"}}},
        "schemas": {
            "Pet": {
                "type": "object",
                "description": "A pet",
                "properties": {
                    "mother": PET,
                    "tag": {"oneOf": [{"type": "string"}, {"type": "integer"}]},
                },
            }
        },
        "securitySchemes": {
            "api_key": {"type": "apiKey", "name": "x-api-key", "in": "header"},
            "sigv4": {
                "type": "apiKey",
                "name": "Authorization",
                "in": "header",
                "x-amazon-apigateway-authtype": "awsSigv4",
            },
            "pool": scheme("cognito_user_pools", providerARNs=[POOL_ARN]),
            "token": scheme(
                "token",
                "X-Token",
                authorizerCredentials="arn:aws:iam::111122223333:role/invoker",
                identityValidationExpression="^x",
                authorizerResultTtlInSeconds=60,
            ),
            "request": scheme(
                "request",
                "Unused",
                identitySource="method.request.header.A, method.request.querystring.b",
                authorizerResultTtlInSeconds=0,
            ),
            "spare": scheme("token", "X-Spare"),
        },
    },
    "x-amazon-apigateway-request-validators": {
        "all": {"validateRequestBody": True, "validateRequestParameters": True},
        "spare": {"validateRequestBody": False, "validateRequestParameters": True},
    },
    "x-amazon-apigateway-gateway-responses": {
        "DEFAULT_4XX": {
            "responseParameters": {"gatewayresponse.header.X": "'y'"},
            "responseTemplates": {"application/json": "{}"},
        },
        "THROTTLED": {"statusCode": 420},
    },
    "x-amazon-apigateway-binary-media-types": ["image/png", "application/pdf"],
    "x-amazon-apigateway-minimum-compression-size": 100,
    "x-amazon-apigateway-api-key-source": "AUTHORIZER",
    "x-amazon-apigateway-policy": {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": "*",
                "Action": "execute-api:Invoke",
                "Resource": "execute-api:/*",
            }
        ],
    },
    "x-amazon-apigateway-documentation": {
        "version": "v1",
        "documentationParts": [
            {"location": {"type": "API"}, "properties": {"info": {"description": "Pets"}}},
            {
                "location": {"type": "METHOD", "path": "/pets/{id}", "method": "GET"},
                "properties": {"summary": "One pet"},
            },
        ],
    },
}


def content(gateway: Gateway, api_id: str) -> Any:
    """Everything in an API but its ids and times."""
    client = gateway.client
    api = shape(client.get_rest_api(restApiId=api_id))
    names: dict[str, str] = {}
    found: dict[str, Any] = {
        "api": {name: api[name] for name in api if name not in ("id", "createdDate")},
        "gateway responses": client.get_gateway_responses(restApiId=api_id)["items"],
    }
    for listing in ("authorizers", "request_validators", "models", "documentation_parts"):
        items = getattr(client, f"get_{listing}")(restApiId=api_id, limit=500)["items"]
        names.update({item["id"]: item.get("name", item["id"]) for item in items})
        found[listing] = sorted(
            ({name: item[name] for name in item if name != "id"} for item in items), key=str
        )
    resources = client.get_resources(restApiId=api_id, limit=500, embed=["methods"])["items"]
    names.update({item["id"]: item["path"] for item in resources})
    found["resources"] = [
        (item["path"], dict(sorted(item.get("resourceMethods", {}).items()))) for item in resources
    ]
    text = json.dumps(found).replace(api_id, "api")
    for identifier, name in names.items():
        text = text.replace(f'"{identifier}"', json.dumps(name))
    return json.loads(text)

"""GetExport, by the rows of AWS's recorded answers."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.unit.edge.gateway.in_process import REGION, Api, Gateway, refusal

INTEGRATION = {
    "type": "http",
    "httpMethod": "POST",
    "uri": "http://example.com/payments",
    "responses": {
        "default": {"statusCode": "200"},
        "4\\d{2}": {"statusCode": "400", "responseTemplates": {"application/json": "{}"}},
    },
    "requestParameters": {"integration.request.path.id": "method.request.path.id"},
    "passthroughBehavior": "when_no_match",
}
DEFINITION: dict[str, Any] = {
    "openapi": "3.0.1",
    "info": {"title": "payments", "version": "1.2", "description": "Pay"},
    "paths": {
        "/payments/{id}": {
            "post": {
                "operationId": "pay",
                "parameters": [
                    {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}},
                    {"name": "dry", "in": "query", "schema": {"type": "string"}},
                ],
                "requestBody": {
                    "content": {
                        "application/json": {"schema": {"$ref": "#/components/schemas/Payment"}}
                    },
                    "required": True,
                },
                "responses": {
                    "200": {
                        "description": "200 response",
                        "headers": {"Location": {"schema": {"type": "string"}}},
                        "content": {
                            "application/json": {"schema": {"$ref": "#/components/schemas/Many"}}
                        },
                    },
                    "400": {"description": "400 response", "content": {}},
                },
                "security": [{"api_key": []}],
                "x-amazon-apigateway-integration": INTEGRATION,
            }
        }
    },
    "components": {
        "schemas": {
            "Payment": {"type": "object", "properties": {"amount": {"type": "number"}}},
            "Many": {"type": "array", "items": {"$ref": "#/components/schemas/Payment"}},
        },
        "securitySchemes": {"api_key": {"type": "apiKey", "name": "x-api-key", "in": "header"}},
    },
}


@pytest.fixture
def api(gateway: Gateway) -> Api:
    answer = gateway.client.import_rest_api(body=json.dumps(DEFINITION))
    imported = Api(gateway, answer["id"], answer["rootResourceId"])
    imported.deploy()
    return imported


def export(api: Api, kind: str, extensions: str = "", accepts: str = "application/json") -> Any:
    parameters = {"extensions": extensions} if extensions else {}
    return api.gateway.client.get_export(
        restApiId=api.id, stageName="dev", exportType=kind, parameters=parameters, accepts=accepts
    )


def test_an_export_is_a_download(api: Api) -> None:
    answer = export(api, "oas30")

    assert answer["contentType"] == "application/octet-stream"
    assert answer["contentDisposition"] == 'attachment; filename="oas30_1.2.json"'


def test_oas30_with_integrations_is_what_was_imported(api: Api) -> None:
    document = json.loads(export(api, "oas30", "integrations")["body"].read())

    host = f"{api.id}.execute-api.{REGION}.amazonaws.com"
    servers = [
        {"url": f"https://{host}/{{basePath}}", "variables": {"basePath": {"default": "dev"}}}
    ]
    assert document == {**DEFINITION, "servers": servers}


def test_oas30_without_extensions_has_no_integrations(api: Api) -> None:
    document = json.loads(export(api, "oas30")["body"].read())

    assert "x-amazon-apigateway-integration" not in document["paths"]["/payments/{id}"]["post"]


def test_swagger_says_what_is_consumed_and_produced(api: Api) -> None:
    document = json.loads(export(api, "swagger", "integrations")["body"].read())

    assert document["swagger"] == "2.0"
    assert document["host"] == f"{api.id}.execute-api.{REGION}.amazonaws.com"
    assert (document["basePath"], document["schemes"]) == ("/dev", ["https"])
    body = {
        "in": "body",
        "name": "Payment",
        "required": True,
        "schema": {"$ref": "#/definitions/Payment"},
    }
    assert document["paths"]["/payments/{id}"]["post"] == {
        "operationId": "pay",
        "consumes": ["application/json"],
        "produces": ["application/json"],
        "parameters": [
            {"name": "id", "in": "path", "required": True, "type": "string"},
            {"name": "dry", "in": "query", "required": False, "type": "string"},
            body,
        ],
        "responses": {
            "200": {
                "description": "200 response",
                "schema": {"$ref": "#/definitions/Many"},
                "headers": {"Location": {"type": "string"}},
            },
            "400": {"description": "400 response"},
        },
        "security": [{"api_key": []}],
        "x-amazon-apigateway-integration": INTEGRATION,
    }
    assert document["definitions"]["Many"]["items"] == {"$ref": "#/definitions/Payment"}


def test_yaml_where_it_is_accepted(api: Api) -> None:
    answer = export(api, "oas30", accepts="application/yaml")

    assert answer["contentDisposition"] == 'attachment; filename="oas30_1.2.yaml"'
    assert answer["body"].read().startswith(b"openapi: 3.0.1\n")


def test_what_is_exported_can_be_imported(api: Api) -> None:
    text = export(api, "swagger", "apigateway")["body"].read()
    again = api.gateway.client.import_rest_api(body=text, failOnWarnings=True)

    copy = Api(api.gateway, again["id"], again["rootResourceId"])
    copy.deploy()
    first = json.loads(export(api, "oas30", "apigateway")["body"].read())
    second = json.loads(export(copy, "oas30", "apigateway")["body"].read())
    assert first["paths"] == second["paths"]
    assert first["components"] == second["components"]


def test_an_unknown_kind_is_refused(api: Api) -> None:
    with pytest.raises(ClientError) as caught:
        export(api, "raml")

    assert refusal(caught)[0] == "BadRequestException"


def test_a_missing_stage_is_not_found(gateway: Gateway) -> None:
    with pytest.raises(ClientError) as caught:
        gateway.client.get_export(
            restApiId=gateway.rest_api().id, stageName="dev", exportType="oas30"
        )

    assert refusal(caught)[0] == "NotFoundException"

"""ImportRestApi and PutRestApi, by the rows of AWS's recorded answers."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.unit.edge.gateway.in_process import (
    ACCOUNT,
    POOL_ARN,
    REGION,
    Api,
    Gateway,
    integration_uri,
    refusal,
    shape,
)

MOCK = {
    "type": "mock",
    "requestTemplates": {"application/json": '{"statusCode": 200}'},
    "passthroughBehavior": "when_no_match",
    "responses": {
        "default": {
            "statusCode": 200,
            "responseParameters": {"method.response.header.X-Kind": "'mock'"},
            "responseTemplates": {"application/json": '{"ok": true}'},
        }
    },
}


def operation(**members: Any) -> dict[str, Any]:
    described = {
        "responses": {
            "200": {"description": "fine", "headers": {"X-Kind": {"schema": {"type": "string"}}}}
        },
        "x-amazon-apigateway-integration": MOCK,
    }
    return {**described, **members}


def openapi(paths: dict[str, Any], **members: Any) -> dict[str, Any]:
    info = {"title": "payments", "version": 1, "description": "Pay"}
    return {"openapi": "3.0.1", "info": info, "paths": paths, **members}


def swagger(paths: dict[str, Any], **members: Any) -> dict[str, Any]:
    return {"swagger": "2.0", "info": {"title": "payments"}, "paths": paths, **members}


def imported(gateway: Gateway, definition: Any, **options: Any) -> dict[str, Any]:
    body = definition if isinstance(definition, (bytes, str)) else json.dumps(definition)
    return shape(gateway.client.import_rest_api(body=body, **options))


def resources(gateway: Gateway, api_id: str) -> dict[str, dict[str, Any]]:
    found = gateway.client.get_resources(restApiId=api_id, embed=["methods"], limit=500)
    return {item["path"]: item for item in found["items"]}


def method(gateway: Gateway, api_id: str, path: str, verb: str) -> dict[str, Any]:
    found: dict[str, Any] = resources(gateway, api_id)[path]["resourceMethods"][verb]
    return found


def test_an_import_answers_the_api_without_tags(gateway: Gateway) -> None:
    answer = imported(gateway, openapi({"/a": {"get": operation()}}))

    assert answer.pop("id")
    assert answer.pop("createdDate")
    assert answer.pop("rootResourceId")
    assert answer == {
        "name": "payments",
        "description": "Pay",
        "version": "1",
        "apiKeySource": "HEADER",
        "disableExecuteApiEndpoint": False,
        "endpointConfiguration": {"types": ["EDGE"], "ipAddressType": "ipv4"},
    }


def test_an_imported_api_has_no_models_but_its_own(gateway: Gateway) -> None:
    api_id = imported(gateway, openapi({}))["id"]

    assert gateway.client.get_models(restApiId=api_id)["items"] == []


def test_paths_become_resources_with_everything_above_them(gateway: Gateway) -> None:
    api_id = imported(gateway, openapi({"/a/{b}/c": {"get": operation()}}))["id"]

    assert list(resources(gateway, api_id)) == ["/", "/a", "/a/{b}", "/a/{b}/c"]


def test_a_mock_integration_drops_its_verb_and_takes_defaults(gateway: Gateway) -> None:
    api_id = imported(gateway, openapi({"/a": {"get": operation()}}))["id"]

    resource = resources(gateway, api_id)["/a"]
    assert resource["resourceMethods"]["GET"] == {
        "httpMethod": "GET",
        "authorizationType": "NONE",
        "apiKeyRequired": False,
        "methodResponses": {
            "200": {
                "statusCode": "200",
                "responseParameters": {"method.response.header.X-Kind": False},
            }
        },
        "methodIntegration": {
            "type": "MOCK",
            "requestTemplates": {"application/json": '{"statusCode": 200}'},
            "passthroughBehavior": "WHEN_NO_MATCH",
            "timeoutInMillis": 29000,
            "cacheNamespace": resource["id"],
            "cacheKeyParameters": [],
            "integrationResponses": {
                "200": {
                    "statusCode": "200",
                    "responseParameters": {"method.response.header.X-Kind": "'mock'"},
                    "responseTemplates": {"application/json": '{"ok": true}'},
                }
            },
        },
    }


def test_http_integrations_reach_the_internet(gateway: Gateway) -> None:
    given = {"type": "http_proxy", "httpMethod": "get", "uri": "http://example.com/{id}"}
    definition = openapi({"/a": {"get": operation(**{"x-amazon-apigateway-integration": given})}})
    api_id = imported(gateway, definition)["id"]

    integration = method(gateway, api_id, "/a", "GET")["methodIntegration"]
    assert (integration["connectionType"], integration["httpMethod"]) == ("INTERNET", "GET")


def test_an_imported_api_serves_requests(gateway: Gateway) -> None:
    definition = openapi({"/a/{id}": {"x-amazon-apigateway-any-method": operation()}})
    api = Api(gateway, imported(gateway, definition)["id"], "")
    api.deploy()

    answer = api.call("/a/1", "DELETE")
    assert (answer.status, answer.document, answer.headers["x-kind"]) == (200, {"ok": True}, "mock")


def test_a_lambda_proxy_is_called(gateway: Gateway) -> None:
    given = {"type": "aws_proxy", "httpMethod": "POST", "uri": integration_uri()}
    definition = openapi({"/a": {"post": operation(**{"x-amazon-apigateway-integration": given})}})
    api = Api(gateway, imported(gateway, definition)["id"], "")
    api.deploy()

    assert api.call("/a", "POST").body == b"ok"


def test_parameters_are_required_as_described(gateway: Gateway) -> None:
    definition = swagger(
        {
            "/a/{id}": {
                "parameters": [{"in": "path", "name": "id", "required": True, "type": "string"}],
                "get": operation(
                    parameters=[
                        {"in": "query", "name": "page", "type": "string"},
                        {"in": "header", "name": "X-Who", "required": True, "type": "string"},
                        {"in": "cookie", "name": "c"},
                    ]
                ),
            }
        }
    )
    api_id = imported(gateway, definition)["id"]

    assert method(gateway, api_id, "/a/{id}", "GET")["requestParameters"] == {
        "method.request.path.id": True,
        "method.request.querystring.page": False,
        "method.request.header.X-Who": True,
    }


def test_parameters_are_found_by_reference(gateway: Gateway) -> None:
    shared = {"in": "query", "name": "page", "required": True, "schema": {"type": "string"}}
    definition = openapi(
        {"/a": {"get": operation(parameters=[{"$ref": "#/components/parameters/Page"}])}},
        components={"parameters": {"Page": shared}},
    )
    api_id = imported(gateway, definition)["id"]

    assert method(gateway, api_id, "/a", "GET")["requestParameters"] == {
        "method.request.querystring.page": True
    }


PAYMENT = {
    "type": "object",
    "description": "A payment",
    "required": ["amount"],
    "properties": {"amount": {"type": "number"}},
}


def with_body(schema: dict[str, Any], **members: Any) -> dict[str, Any]:
    body = {"content": {"application/json": {"schema": schema}}}
    return openapi(
        {
            "/a": {
                "post": operation(
                    requestBody=body,
                    **{"x-amazon-apigateway-request-validator": "body"},
                )
            }
        },
        components={"schemas": {"Payment": PAYMENT, "List": {"items": {"$ref": REFERENCE}}}},
        **{"x-amazon-apigateway-request-validators": {"body": {"validateRequestBody": True}}},
        **members,
    )


REFERENCE = "#/components/schemas/Payment"


def test_schemas_become_models_that_refer_to_each_other_by_url(gateway: Gateway) -> None:
    api_id = imported(gateway, with_body({"$ref": REFERENCE}))["id"]

    models = {item["name"]: item for item in gateway.client.get_models(restApiId=api_id)["items"]}
    assert models["Payment"]["description"] == "A payment"
    assert json.loads(models["Payment"]["schema"]) == PAYMENT
    assert json.loads(models["List"]["schema"]) == {
        "items": {"$ref": f"https://apigateway.amazonaws.com/restapis/{api_id}/models/Payment"}
    }
    assert method(gateway, api_id, "/a", "POST")["requestModels"] == {"application/json": "Payment"}


@pytest.mark.parametrize("schema", [{"$ref": REFERENCE}, PAYMENT], ids=["named", "inline"])
def test_imported_models_and_validators_refuse_bodies(
    gateway: Gateway, schema: dict[str, Any]
) -> None:
    api = Api(gateway, imported(gateway, with_body(schema))["id"], "")
    api.deploy()

    assert api.call("/a", "POST", body={"amount": 1}).status == 200
    refused = api.call("/a", "POST", body={})
    assert (refused.status, refused.document["message"]) == (400, "Invalid request body")


def test_a_swagger_body_has_a_model_for_each_type_consumed(gateway: Gateway) -> None:
    body = {"in": "body", "name": "b", "schema": {"$ref": "#/definitions/Payment"}}
    definition = swagger(
        {"/a": {"post": operation(parameters=[body], consumes=["application/json", "text/json"])}},
        definitions={"Payment": PAYMENT},
    )
    api_id = imported(gateway, definition)["id"]

    assert method(gateway, api_id, "/a", "POST")["requestModels"] == {
        "application/json": "Payment",
        "text/json": "Payment",
    }


KEY = {"type": "apiKey", "in": "header", "name": "x-api-key"}
SIGNED = {**KEY, "name": "Authorization", "x-amazon-apigateway-authtype": "awsSigv4"}
TOKEN = {
    "type": "apiKey",
    "in": "header",
    "name": "X-Token",
    "x-amazon-apigateway-authtype": "custom",
    "x-amazon-apigateway-authorizer": {"type": "token", "authorizerUri": integration_uri()},
}
COGNITO = {
    "type": "apiKey",
    "in": "header",
    "name": "Authorization",
    "x-amazon-apigateway-authtype": "cognito_user_pools",
    "x-amazon-apigateway-authorizer": {"type": "cognito_user_pools", "providerARNs": [POOL_ARN]},
}


def secured(security: list[Any] | None, **schemes: Any) -> dict[str, Any]:
    members = {} if security is None else {"security": security}
    definition = openapi({"/a": {"get": operation(**members)}})
    return {**definition, "components": {"securitySchemes": schemes}}


def test_an_api_key_scheme_demands_a_key(gateway: Gateway) -> None:
    api_id = imported(gateway, secured([{"key": []}], key=KEY))["id"]

    found = method(gateway, api_id, "/a", "GET")
    assert (found["apiKeyRequired"], found["authorizationType"]) == (True, "NONE")


def test_a_signature_scheme_is_aws_iam(gateway: Gateway) -> None:
    api_id = imported(gateway, secured([{"sigv4": []}], sigv4=SIGNED))["id"]

    assert method(gateway, api_id, "/a", "GET")["authorizationType"] == "AWS_IAM"


def test_a_token_authorizer_takes_the_header_of_its_scheme(gateway: Gateway) -> None:
    api_id = imported(gateway, secured([{"token": []}], token=TOKEN))["id"]

    (authorizer,) = gateway.client.get_authorizers(restApiId=api_id)["items"]
    assert authorizer == {
        "id": authorizer["id"],
        "name": "token",
        "type": "TOKEN",
        "authType": "custom",
        "authorizerUri": integration_uri(),
        "identitySource": "method.request.header.X-Token",
    }
    found = method(gateway, api_id, "/a", "GET")
    assert (found["authorizationType"], found["authorizerId"]) == ("CUSTOM", authorizer["id"])


def test_scopes_come_with_a_user_pool_authorizer(gateway: Gateway) -> None:
    api_id = imported(gateway, secured([{"pool": ["email", "openid"]}], pool=COGNITO))["id"]

    found = method(gateway, api_id, "/a", "GET")
    assert found["authorizationType"] == "COGNITO_USER_POOLS"
    assert found["authorizationScopes"] == ["email", "openid"]


def test_the_documents_security_holds_where_an_operation_says_nothing(gateway: Gateway) -> None:
    definition = {**secured(None, key=KEY), "security": [{"key": []}]}
    api_id = imported(gateway, definition)["id"]

    assert method(gateway, api_id, "/a", "GET")["apiKeyRequired"] is True


def test_an_empty_security_lifts_the_documents(gateway: Gateway) -> None:
    definition = {**secured([], key=KEY), "security": [{"key": []}]}
    api_id = imported(gateway, definition)["id"]

    assert method(gateway, api_id, "/a", "GET")["apiKeyRequired"] is False


def test_extensions_of_the_whole_api_are_taken_in(gateway: Gateway) -> None:
    statement = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "execute-api:Invoke",
        "Resource": "execute-api:/*",
    }
    definition = swagger(
        {},
        **{
            "x-amazon-apigateway-api-key-source": "AUTHORIZER",
            "x-amazon-apigateway-binary-media-types": ["image/png"],
            "x-amazon-apigateway-minimum-compression-size": 10,
            "x-amazon-apigateway-policy": {"Version": "2012-10-17", "Statement": [statement]},
            "x-amazon-apigateway-endpoint-configuration": {"disableExecuteApiEndpoint": True},
            "x-amazon-apigateway-gateway-responses": {
                "DEFAULT_4XX": {"statusCode": 418, "responseTemplates": {"text/plain": "no"}}
            },
        },
    )
    answer = imported(gateway, definition)

    assert answer["apiKeySource"] == "AUTHORIZER"
    assert answer["binaryMediaTypes"] == ["image/png"]
    assert answer["minimumCompressionSize"] == 10
    assert answer["disableExecuteApiEndpoint"] is True
    own = f"arn:aws:execute-api:{REGION}:{ACCOUNT}:{answer['id']}/*"
    assert own in answer["policy"]
    response = gateway.client.get_gateway_response(
        restApiId=answer["id"], responseType="DEFAULT_4XX"
    )
    assert (response["statusCode"], response["responseTemplates"]) == ("418", {"text/plain": "no"})


def test_the_endpoint_type_may_come_with_the_request(gateway: Gateway) -> None:
    answer = imported(gateway, openapi({}), parameters={"endpointConfigurationTypes": "REGIONAL"})

    assert answer["endpointConfiguration"]["types"] == ["REGIONAL"]


BASE_PATHS = [
    ("ignore", ["/", "/test"]),
    ("prepend", ["/", "/base", "/base/part", "/base/part/test"]),
    ("split", ["/", "/part", "/part/test"]),
]


@pytest.mark.parametrize(("mode", "paths"), BASE_PATHS)
def test_the_base_path_of_swagger_is_taken_as_asked(
    gateway: Gateway, mode: str, paths: list[str]
) -> None:
    definition = swagger({"/test": {"get": operation()}}, basePath="/base/part/")
    api_id = imported(gateway, definition, parameters={"basepath": mode})["id"]

    assert list(resources(gateway, api_id)) == paths


@pytest.mark.parametrize(("mode", "paths"), BASE_PATHS)
def test_the_base_path_of_a_server_is_taken_as_asked(
    gateway: Gateway, mode: str, paths: list[str]
) -> None:
    variables = {"basePath": {"default": "base/part"}}
    servers = [{"url": "https://example.com/{basePath}", "variables": variables}]
    definition = openapi({"/test": {"get": operation()}}, servers=servers)
    api_id = imported(gateway, definition, parameters={"basepath": mode})["id"]

    assert list(resources(gateway, api_id)) == paths


def test_yaml_is_read_with_numbers_for_status_codes(gateway: Gateway) -> None:
    text = """
openapi: 3.0.1
info: {title: payments, version: 2020-01-01}
paths:
  /a:
    get:
      responses:
        200: {description: fine}
      x-amazon-apigateway-integration:
        type: mock
        requestTemplates: {application/json: '{"statusCode": 200}'}
        responses: {default: {statusCode: 200}}
"""
    answer = imported(gateway, text)

    assert answer["version"] == "2020-01-01"
    assert list(method(gateway, answer["id"], "/a", "GET")["methodResponses"]) == ["200"]


@pytest.mark.parametrize("body", ["", "[]", "{", "swagger: '1.2'\ninfo: {title: a}", ": :\n- a"])
def test_what_is_no_definition_is_refused(gateway: Gateway, body: str) -> None:
    with pytest.raises(ClientError) as caught:
        imported(gateway, body or b" ")

    assert refusal(caught) == ("BadRequestException", "Invalid OpenAPI input.")


def test_an_error_discards_the_import_and_names_the_method(gateway: Gateway) -> None:
    given = {"type": "aws_proxy", "httpMethod": "POST", "uri": "arn:aws:lambda:x"}
    definition = openapi({"/a": {"get": operation(**{"x-amazon-apigateway-integration": given})}})
    with pytest.raises(ClientError) as caught:
        imported(gateway, definition)

    assert refusal(caught) == (
        "BadRequestException",
        "Errors found during import:\n\tUnable to put integration on 'GET' for resource at path "
        "'/a': Invalid ARN specified in the request",
    )
    assert gateway.client.get_rest_apis()["items"] == []


NOTHING = {**MOCK, "requestParameters": {"integration.request.header.nothing": True}}
WARNING = (
    "Invalid format for 'requestParameters'. Expected type string for property "
    "'integration.request.header.nothing' of resource '/test' and method 'GET' but got 'true'"
)


def test_a_warning_is_told_and_the_import_stands(gateway: Gateway) -> None:
    given = operation(**{"x-amazon-apigateway-integration": NOTHING})
    answer = imported(gateway, openapi({"/test": {"get": given}}))

    assert answer["warnings"] == [WARNING]


def test_a_warning_discards_the_import_where_asked(gateway: Gateway) -> None:
    given = operation(**{"x-amazon-apigateway-integration": NOTHING})
    with pytest.raises(ClientError) as caught:
        imported(gateway, openapi({"/test": {"get": given}}), failOnWarnings=True)

    assert refusal(caught) == (
        "BadRequestException",
        f"Warnings found during import:\n\t{WARNING}",
    )


def test_a_schema_that_is_missing_is_a_warning(gateway: Gateway) -> None:
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Gone"}}}
    given = operation(responses={"200": {"description": "fine", "content": content}})
    answer = imported(gateway, openapi({"/a": {"get": given}}))

    assert answer["warnings"] == [
        "Parse issue: attribute paths.'/a'(get).responses.200.content.schema."
        "#/components/schemas/Gone is missing"
    ]


def put(gateway: Gateway, api_id: str, definition: Any, mode: str) -> dict[str, Any]:
    body = json.dumps(definition)
    return shape(gateway.client.put_rest_api(restApiId=api_id, mode=mode, body=body))


@pytest.mark.parametrize(
    ("mode", "paths", "media_types"),
    [
        ("merge", ["/", "/a", "/b"], ["image/heif", "image/png"]),
        ("overwrite", ["/", "/b"], ["image/png"]),
    ],
)
def test_merge_keeps_what_overwrite_removes(
    gateway: Gateway, mode: str, paths: list[str], media_types: list[str]
) -> None:
    api = gateway.rest_api(binaryMediaTypes=["image/heif"], tags={"team": "pay"})
    api.method("/a")
    extension = {"x-amazon-apigateway-binary-media-types": ["image/png"]}
    answer = put(gateway, api.id, openapi({"/b": {"get": operation()}}, **extension), mode)

    assert answer["binaryMediaTypes"] == media_types
    assert answer["tags"] == {"team": "pay"}
    assert list(resources(gateway, api.id)) == paths


@pytest.mark.parametrize("mode", ["merge", "overwrite"])
def test_a_path_that_stays_keeps_its_id(gateway: Gateway, mode: str) -> None:
    api = gateway.rest_api()
    resource_id = api.method("/a")
    put(gateway, api.id, openapi({"/a": {"get": operation()}}), mode)

    found = resources(gateway, api.id)
    assert found["/a"]["id"] == resource_id
    assert found["/"]["id"] == api.root_id
    assert found["/a"]["resourceMethods"]["GET"]["methodIntegration"]["type"] == "MOCK"


def test_overwriting_does_not_touch_what_is_deployed(gateway: Gateway) -> None:
    api = gateway.rest_api()
    api.method("/a")
    api.deploy()
    put(gateway, api.id, openapi({"/b": {"get": operation()}}), "overwrite")

    assert api.call("/a").status == 200
    assert api.call("/b").status == 403


def test_putting_over_a_missing_api_is_not_found(gateway: Gateway) -> None:
    with pytest.raises(ClientError) as caught:
        put(gateway, "missing", openapi({}), "merge")

    assert refusal(caught)[0] == "NotFoundException"

from __future__ import annotations

import re
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.unit.edge.gateway.in_process import (
    FUNCTION_ARN,
    POOL_ARN,
    Api,
    Gateway,
    integration_uri,
    patch,
    refusal,
    shape,
)


@pytest.fixture
def api(gateway: Gateway) -> Api:
    return gateway.rest_api()


def test_resources_make_a_tree(gateway: Gateway, api: Api) -> None:
    pets = gateway.client.create_resource(restApiId=api.id, parentId=api.root_id, pathPart="pets")
    child = gateway.client.create_resource(
        restApiId=api.id, parentId=pets["id"], pathPart="{petId}"
    )

    assert re.fullmatch("[a-z0-9]{6}", pets["id"])
    assert shape(child) == {
        "id": child["id"],
        "parentId": pets["id"],
        "pathPart": "{petId}",
        "path": "/pets/{petId}",
    }
    gateway.client.delete_resource(restApiId=api.id, resourceId=pets["id"])
    assert [item["path"] for item in gateway.client.get_resources(restApiId=api.id)["items"]] == [
        "/"
    ]


@pytest.mark.parametrize(
    ("above", "part", "code", "message"),
    [
        (
            "/pets",
            "{id}",
            "ConflictException",
            "Another resource with the same parent already has this name: {id}",
        ),
        (
            "/pets",
            "{other}",
            "BadRequestException",
            "A sibling ({id}) of this resource already has a variable path part -- only one is "
            "allowed",
        ),
        (
            "/all/{proxy+}",
            "x",
            "BadRequestException",
            "Cannot create a child of a resource with a greedy path variable: {proxy+}",
        ),
    ],
)
def test_resources_that_cannot_stand_together_are_refused(
    gateway: Gateway, api: Api, above: str, part: str, code: str, message: str
) -> None:
    api.resource("/pets/{id}")
    parent = api.resource(above)
    with pytest.raises(ClientError) as caught:
        gateway.client.create_resource(restApiId=api.id, parentId=parent, pathPart=part)
    assert refusal(caught) == (code, message)


@pytest.mark.parametrize("part", ["", "a/b", "{a", "{a}b", "a b"])
def test_a_wrong_path_part_is_refused(gateway: Gateway, api: Api, part: str) -> None:
    with pytest.raises(ClientError, match="path part only allow"):
        gateway.client.create_resource(restApiId=api.id, parentId=api.root_id, pathPart=part)


def test_moving_a_resource_moves_what_is_below(gateway: Gateway, api: Api) -> None:
    api.resource("/a/b/c")
    new_parent = api.resource("/x")

    gateway.client.update_resource(
        restApiId=api.id,
        resourceId=api.resource("/a/b"),
        patchOperations=[
            patch("replace", "/parentId", new_parent),
            patch("replace", "/pathPart", "d"),
        ],
    )

    paths = {item["path"] for item in gateway.client.get_resources(restApiId=api.id)["items"]}
    assert paths == {"/", "/a", "/x", "/x/d", "/x/d/c"}


@pytest.mark.parametrize(
    ("operation", "message"),
    [
        (
            patch("replace", "/invalid", "x"),
            "Invalid patch path  '/invalid' specified for op 'replace'. Must be one of: "
            "[/parentId, /pathPart]",
        ),
        (
            patch("remove", "/pathPart"),
            "Invalid patch path  '/pathPart' specified for op 'remove'. Please choose supported "
            "operations",
        ),
    ],
)
def test_wrong_patches_of_a_resource_are_refused(
    gateway: Gateway, api: Api, operation: dict[str, str], message: str
) -> None:
    with pytest.raises(ClientError) as caught:
        gateway.client.update_resource(
            restApiId=api.id, resourceId=api.resource("/a"), patchOperations=[operation]
        )
    assert refusal(caught) == ("BadRequestException", message)


def test_a_resource_cannot_move_below_itself(gateway: Gateway, api: Api) -> None:
    below = api.resource("/a/b")
    with pytest.raises(ClientError, match="Resources cannot be cyclical"):
        gateway.client.update_resource(
            restApiId=api.id,
            resourceId=api.resource("/a"),
            patchOperations=[patch("replace", "/parentId", below)],
        )


def put_method(api: Api, **parameters: Any) -> dict[str, Any]:
    parameters = {
        "restApiId": api.id,
        "resourceId": api.root_id,
        "httpMethod": "ANY",
        "authorizationType": "NONE",
        **parameters,
    }
    return shape(api.gateway.client.put_method(**parameters))


def test_a_method_shows_only_what_it_has(api: Api) -> None:
    assert put_method(api) == {
        "httpMethod": "ANY",
        "authorizationType": "NONE",
        "apiKeyRequired": False,
    }


@pytest.mark.parametrize(
    ("parameters", "code", "message"),
    [
        (
            {"resourceId": "nothing"},
            "NotFoundException",
            "Invalid Resource identifier specified",
        ),
        (
            {"httpMethod": "TEST"},
            "BadRequestException",
            "Invalid HttpMethod specified. Valid options are "
            "GET,PUT,POST,DELETE,PATCH,OPTIONS,HEAD,ANY",
        ),
        (
            {"authorizationType": "COGNITO_USER_POOLS"},
            "BadRequestException",
            "Invalid authorizer ID specified. Setting the authorization type to CUSTOM or "
            "COGNITO_USER_POOLS requires a valid authorizer.",
        ),
        (
            {"requestValidatorId": "nothing"},
            "BadRequestException",
            "Invalid Request Validator identifier specified",
        ),
        (
            {"requestModels": {"application/json": "petModel"}},
            "BadRequestException",
            "Invalid model identifier specified: petModel",
        ),
        (
            {
                "requestParameters": {
                    "method.request.querystring.q": True,
                    "method.request.header.q": True,
                }
            },
            "BadRequestException",
            "Parameter names must be unique across querystring, header and path",
        ),
    ],
)
def test_wrong_methods_are_refused(
    api: Api, parameters: dict[str, Any], code: str, message: str
) -> None:
    with pytest.raises(ClientError) as caught:
        put_method(api, **parameters)
    assert refusal(caught) == (code, message)


def test_a_method_cannot_be_put_twice(api: Api) -> None:
    put_method(api)
    with pytest.raises(ClientError) as caught:
        put_method(api)
    assert refusal(caught) == ("ConflictException", "Method already exists for this resource")


def test_patches_change_a_method(gateway: Gateway, api: Api) -> None:
    place = {"restApiId": api.id, "resourceId": api.root_id, "httpMethod": "ANY"}
    put_method(api)
    authorizer = gateway.client.create_authorizer(
        restApiId=api.id, name="users", type="COGNITO_USER_POOLS", providerARNs=[POOL_ARN]
    )

    changed = gateway.client.update_method(
        **place,
        patchOperations=[
            patch("add", "/requestParameters/method.request.querystring.q", "true"),
            patch("add", "/requestModels/application~1json", "Empty"),
            patch("replace", "/apiKeyRequired", "true"),
            patch("replace", "/authorizerId", authorizer["id"]),
            patch("replace", "/authorizationType", "COGNITO_USER_POOLS"),
            patch("add", "/authorizationScopes", "openid"),
            patch("replace", "/operationName", "All"),
        ],
    )

    assert shape(changed) == {
        "httpMethod": "ANY",
        "apiKeyRequired": True,
        "authorizationType": "COGNITO_USER_POOLS",
        "authorizerId": authorizer["id"],
        "authorizationScopes": ["openid"],
        "operationName": "All",
        "requestModels": {"application/json": "Empty"},
        "requestParameters": {"method.request.querystring.q": True},
    }
    removed = gateway.client.update_method(
        **place,
        patchOperations=[
            patch("remove", "/requestParameters/method.request.querystring.q"),
            patch("remove", "/requestModels/application~1json"),
            patch("remove", "/authorizationScopes", "openid"),
        ],
    )
    assert removed.keys().isdisjoint({"requestParameters", "requestModels", "authorizationScopes"})


@pytest.mark.parametrize(
    ("operation", "message"),
    [
        (
            patch("add", "/authorizationType", "NONE"),
            "Invalid patch operation specified. Must be one of: [replace]",
        ),
        (
            patch("add", "/operationName", "pay"),
            "Invalid patch operation specified. Must be one of: [replace]",
        ),
        (
            patch("add", "/requestValidatorId", "abc123"),
            "Invalid patch operation specified. Must be one of: [replace]",
        ),
        (patch("replace", "/httpMethod", "GET"), "Invalid patch path /httpMethod"),
        (
            patch("add", "/requestModels/application/json", "Empty"),
            "Invalid patch path /requestModels/application/json",
        ),
    ],
)
def test_wrong_patches_of_a_method_are_refused(
    gateway: Gateway, api: Api, operation: dict[str, str], message: str
) -> None:
    put_method(api)
    with pytest.raises(ClientError) as caught:
        gateway.client.update_method(
            restApiId=api.id,
            resourceId=api.root_id,
            httpMethod="ANY",
            patchOperations=[operation],
        )
    assert refusal(caught) == ("BadRequestException", message)


def test_an_integration_has_the_defaults_of_aws(gateway: Gateway, api: Api) -> None:
    resource_id = api.method("/", "POST")

    found = gateway.client.get_integration(
        restApiId=api.id, resourceId=resource_id, httpMethod="POST"
    )

    assert shape(found) == {
        "type": "AWS_PROXY",
        "httpMethod": "POST",
        "uri": integration_uri(FUNCTION_ARN),
        "passthroughBehavior": "WHEN_NO_MATCH",
        "timeoutInMillis": 29000,
        "cacheNamespace": resource_id,
        "cacheKeyParameters": [],
    }
    assert found["ResponseMetadata"]["HTTPStatusCode"] == 200


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"integrationHttpMethod": ""}, "Enumeration value for HttpMethod must be non-empty"),
        ({"uri": "arn:aws:lambda:x"}, "Invalid ARN specified in the request"),
        (
            {"uri": "arn:aws:apigateway:eu-west-1:lambda:nothing"},
            "AWS ARN for integration must contain path or action",
        ),
        (
            {"uri": "arn:aws:apigateway:eu-west-1:sqs:path/x"},
            "Integrations of type 'AWS_PROXY' currently only supports Lambda function and Firehose "
            "stream invocations.",
        ),
        ({"timeoutInMillis": 49}, "Timeout should be between 50 ms and 29000 ms"),
        ({"timeoutInMillis": 29001}, "Timeout should be between 50 ms and 29000 ms"),
        (
            {"type": "HTTP_PROXY", "uri": "backend"},
            "Invalid HTTP endpoint specified for URI",
        ),
        (
            {"requestParameters": {"integration.request.path.testPath": "true"}},
            "Invalid mapping expression specified: Validation Result: warnings : [], errors : "
            "[Invalid mapping expression specified: true]",
        ),
    ],
)
def test_wrong_integrations_are_refused(
    gateway: Gateway, api: Api, parameters: dict[str, Any], message: str
) -> None:
    put_method(api)
    integration = {
        "type": "AWS_PROXY",
        "integrationHttpMethod": "POST",
        "uri": integration_uri(),
        **parameters,
    }
    with pytest.raises(ClientError) as caught:
        gateway.client.put_integration(
            restApiId=api.id, resourceId=api.root_id, httpMethod="ANY", **integration
        )
    assert refusal(caught) == ("BadRequestException", message)


def test_patches_change_an_integration(gateway: Gateway, api: Api) -> None:
    place = {"restApiId": api.id, "resourceId": api.method("/", "POST"), "httpMethod": "POST"}

    changed = gateway.client.update_integration(
        **place,
        patchOperations=[
            patch("replace", "/timeoutInMillis", "5000"),
            patch("add", "/requestTemplates/application~1json", "{}"),
            patch("add", "/requestTemplates/text~1plain", ""),
            patch("add", "/requestParameters/integration.request.header.X", "'y'"),
            patch("replace", "/passthroughBehavior", "NEVER"),
        ],
    )

    assert changed["timeoutInMillis"] == 5000
    assert changed["requestTemplates"] == {"application/json": "{}", "text/plain": None}
    assert changed["requestParameters"] == {"integration.request.header.X": "'y'"}
    assert changed["passthroughBehavior"] == "NEVER"


@pytest.mark.parametrize(
    ("resource", "verb", "message"),
    [
        ("nothing", "GET", "Invalid Resource identifier specified"),
        ("root", "PUT", "Invalid Method identifier specified"),
        ("root", "ANY", "Invalid Integration identifier specified"),
    ],
)
def test_a_missing_integration_says_what_is_missing(
    gateway: Gateway, api: Api, resource: str, verb: str, message: str
) -> None:
    put_method(api)
    resource_id = api.root_id if resource == "root" else resource
    with pytest.raises(ClientError) as caught:
        gateway.client.get_integration(restApiId=api.id, resourceId=resource_id, httpMethod=verb)
    assert refusal(caught) == ("NotFoundException", message)


def test_responses_of_methods_and_integrations_live_and_die(gateway: Gateway, api: Api) -> None:
    resource_id = api.method("/", "POST")
    place = {
        "restApiId": api.id,
        "resourceId": resource_id,
        "httpMethod": "POST",
        "statusCode": "200",
    }
    client = gateway.client
    header = "method.response.header.X"

    empty = client.put_method_response(**place, responseModels={}, responseParameters={})
    assert shape(empty) == {"statusCode": "200", "responseModels": {}, "responseParameters": {}}
    client.update_method_response(
        **place, patchOperations=[patch("add", f"/responseParameters/{header}", "false")]
    )
    put = client.put_integration_response(
        **place,
        selectionPattern="",
        responseParameters={header: "'1'"},
        responseTemplates={"application/json": ""},
    )
    assert shape(put) == {
        "statusCode": "200",
        "selectionPattern": "",
        "responseParameters": {header: "'1'"},
        "responseTemplates": {"application/json": None},
    }
    method = client.get_method(restApiId=api.id, resourceId=resource_id, httpMethod="POST")
    assert method["methodResponses"]["200"]["responseParameters"] == {header: False}
    assert method["methodIntegration"]["integrationResponses"]["200"] == shape(put)

    client.delete_integration_response(**place)
    client.delete_method_response(**place)
    for get in (client.get_integration_response, client.get_method_response):
        with pytest.raises(ClientError) as caught:
            get(**place)
        assert refusal(caught) == (
            "NotFoundException",
            "Invalid Response status code specified",
        )


def test_an_integration_response_maps_only_headers_that_the_method_has(
    gateway: Gateway, api: Api
) -> None:
    place = {
        "restApiId": api.id,
        "resourceId": api.method("/", "POST"),
        "httpMethod": "POST",
        "statusCode": "200",
    }
    with pytest.raises(ClientError, match=r"Invalid mapping expression parameter specified: .*X"):
        gateway.client.put_integration_response(
            **place, responseParameters={"method.response.header.X": "'1'"}
        )


def test_a_status_code_that_is_none_is_refused(gateway: Gateway, api: Api) -> None:
    with pytest.raises(ClientError) as caught:
        gateway.client.put_integration_response(
            restApiId=api.id,
            resourceId=api.method("/", "POST"),
            httpMethod="POST",
            statusCode="wrong",
        )
    assert refusal(caught) == (
        "ValidationException",
        "1 validation error detected: Value 'wrong' at 'statusCode' failed to satisfy constraint: "
        r"Member must satisfy regular expression pattern: [1-5]\d\d",
    )

"""TestInvokeMethod and TestInvokeAuthorizer."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from botocore.exceptions import ClientError

from tests.unit.edge.gateway.in_process import (
    FUNCTION_ARN,
    POOL_ARN,
    Gateway,
    integration_uri,
    refusal,
)

AUTHORIZER_ARN = FUNCTION_ARN.replace("payments", "authorizer")


def test_a_method_is_called_without_a_deployment_or_a_key(gateway: Gateway) -> None:
    api = gateway.rest_api()
    resource_id = api.method("/a/{id}", "POST", apiKeyRequired=True, authorizationType="AWS_IAM")
    answer = gateway.client.test_invoke_method(
        restApiId=api.id,
        resourceId=resource_id,
        httpMethod="POST",
        pathWithQueryString="/a/7?x=1",
        body="{}",
        headers={"X-Own": "y"},
        stageVariables={"v": "1"},
    )

    assert (answer["status"], answer["body"]) == (200, "ok")
    assert answer["headers"]["X-Amzn-Trace-Id"].startswith("Root=1-")
    assert answer["log"].startswith("Execution log for request ")
    assert "Method completed with status: 200" in answer["log"]
    (event,) = gateway.functions.events
    assert event["pathParameters"] == {"id": "7"}
    assert event["queryStringParameters"] == {"x": "1"}
    assert event["stageVariables"] == {"v": "1"}
    assert event["headers"]["X-Own"] == "y"
    assert event["requestContext"]["stage"] == "test-invoke-stage"
    assert gateway.functions.asked[0]["source_arn"].endswith("/test-invoke-stage/POST/a/*")


def test_a_failure_is_the_answer_and_stands_in_the_log(gateway: Gateway) -> None:
    gateway.functions.permits_everything = False
    api = gateway.rest_api()
    resource_id = api.method("/")
    answer = gateway.client.test_invoke_method(
        restApiId=api.id, resourceId=resource_id, httpMethod="GET"
    )

    assert (answer["status"], answer["body"]) == (500, '{"message": "Internal server error"}')
    assert answer["headers"] == {"x-amzn-ErrorType": "InternalServerErrorException"}
    assert (
        "Execution failed due to configuration error: Invalid permissions on Lambda function"
        in answer["log"]
    )


def test_trying_a_mock_tells_the_path_asked_for_and_no_trace(gateway: Gateway) -> None:
    # As recorded in LocalStack's `test_apigateway_api.snapshot.json` (TestApigatewayTestInvoke).
    api = gateway.rest_api()
    resource_id = api.resource("/pets/{petId}")
    method = {"restApiId": api.id, "resourceId": resource_id, "httpMethod": "GET"}
    gateway.client.put_method(**method, authorizationType="NONE")
    gateway.client.put_integration(
        **method, type="MOCK", requestTemplates={"application/json": '{"statusCode": 200}'}
    )
    gateway.client.put_method_response(**method, statusCode="200")
    gateway.client.put_integration_response(
        **method,
        statusCode="200",
        responseTemplates={"application/json": """{"petId": "$input.params('petId')"}"""},
    )
    answers = {
        path: gateway.client.test_invoke_method(**method, pathWithQueryString=path)
        for path in ("/pets/123?foo=bar", "/random/test", "")
    }

    assert {path: answer["body"] for path, answer in answers.items()} == {
        "/pets/123?foo=bar": '{"petId": "123"}',
        "/random/test": '{"petId": ""}',
        "": '{"petId": "{petId}"}',
    }
    found = answers["/pets/123?foo=bar"]
    assert found["headers"] == {"Content-Type": "application/json"}
    assert [line.partition(" : ")[2] for line in found["log"].splitlines()[2:5]] == [
        "HTTP Method: GET, Resource Path: /pets/123",
        "Method request path: {petId=123}",
        "Method request query string: {foo=bar}",
    ]
    assert "Resource Path: /random/test\n" in answers["/random/test"]["log"]


def test_a_method_that_is_missing_cannot_be_tried(gateway: Gateway) -> None:
    api = gateway.rest_api()
    with pytest.raises(ClientError) as caught:
        gateway.client.test_invoke_method(
            restApiId=api.id, resourceId=api.root_id, httpMethod="GET"
        )

    assert refusal(caught) == ("NotFoundException", "Invalid Method identifier specified")


def test_a_function_authorizers_policy_is_told(gateway: Gateway) -> None:
    policy = {"Version": "2012-10-17", "Statement": []}
    gateway.functions.handlers[AUTHORIZER_ARN] = lambda event: {
        "principalId": "ana",
        "policyDocument": policy,
    }
    api = gateway.rest_api()
    authorizer = gateway.client.create_authorizer(
        restApiId=api.id,
        name="own",
        type="TOKEN",
        authorizerUri=integration_uri(AUTHORIZER_ARN),
        identitySource="method.request.header.Authorization",
    )
    answer = gateway.client.test_invoke_authorizer(
        restApiId=api.id, authorizerId=authorizer["id"], headers={"Authorization": "t"}
    )

    assert (answer["clientStatus"], answer["principalId"]) == (0, "ana")
    assert json.loads(answer["policy"]) == policy


def test_a_user_pools_claims_are_told(gateway: Gateway, token: Callable[..., str]) -> None:
    api = gateway.rest_api()
    authorizer = gateway.client.create_authorizer(
        restApiId=api.id, name="pool", type="COGNITO_USER_POOLS", providerARNs=[POOL_ARN]
    )
    where = {"restApiId": api.id, "authorizerId": authorizer["id"]}

    good = gateway.client.test_invoke_authorizer(**where, headers={"Authorization": token()})
    assert (good["clientStatus"], good["claims"]["sub"]) == (0, "user-1")
    bad = gateway.client.test_invoke_authorizer(**where, headers={"Authorization": "x"})
    assert bad["clientStatus"] == 401

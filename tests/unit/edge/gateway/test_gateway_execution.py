from __future__ import annotations

import asyncio
import logging

import pytest

from tests.unit.edge.gateway.in_process import (
    ACCOUNT,
    FUNCTION_ARN,
    REGION,
    Gateway,
    integration_uri,
)


def test_a_literal_goes_before_a_variable_and_that_before_a_greedy_one(gateway: Gateway) -> None:
    api = gateway.rest_api()
    for path in ("/pets/dog", "/pets/{name}", "/{proxy+}"):
        api.method(path)
    api.deploy()

    for path in ("/pets/dog", "/pets/cat", "/pets/cat/tail", "/pets/dog/"):
        assert api.call(path).status == 200
    assert [event["resource"] for event in gateway.functions.events] == [
        "/pets/dog",
        "/pets/{name}",
        "/{proxy+}",
        "/pets/dog",
    ]


def test_a_verb_goes_before_any(gateway: Gateway) -> None:
    other = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:other"
    gateway.functions.handlers[other] = lambda event: {"body": "other"}
    api = gateway.rest_api()
    api.method("/x", "ANY")
    api.method("/x", "POST", function_arn=other)
    api.deploy()

    assert api.call("/x", "POST").body == b"other"
    assert api.call("/x", "DELETE").body == b"ok"


@pytest.mark.parametrize("verb", ["TRACE", "CONNECT", "PURGE"])
def test_any_is_one_of_the_seven_verbs_of_a_rest_api(gateway: Gateway, verb: str) -> None:
    api = gateway.rest_api()
    api.method("/x", "ANY")
    api.deploy()

    answer = api.call("/x", verb)

    assert (answer.status, answer.document) == (403, {"message": "Missing Authentication Token"})


@pytest.mark.parametrize(
    ("query", "header", "status"),
    [
        ("a" * 5_000, "b" * 5_000, 200),
        ("a" * 10_300, "", 414),
        ("", "b" * 10_300, 431),
        ("a" * 5_000, "b" * 5_300, 431),
    ],
)
def test_request_line_and_header_values_have_ten_kilobytes(
    gateway: Gateway, query: str, header: str, status: int
) -> None:
    api = gateway.rest_api()
    api.method("/x")
    api.deploy()

    assert api.call(f"/x?q={query}", headers={"X-Long": header}).status == status


def test_a_pipe_in_the_query_must_be_encoded(gateway: Gateway) -> None:
    # "Amazon API Gateway important notes for REST APIs" of the developer guide.
    api = gateway.rest_api()
    api.method("/x")
    api.deploy()

    assert api.call("/x?q=a|b").status == 400
    assert api.call("/x?q=a%7Cb").status == 200


def test_the_domain_is_in_the_region_of_the_api(gateway: Gateway) -> None:
    api = gateway.rest_api()
    api.method("/x")
    api.deploy()
    api.call("/x")

    context = gateway.functions.events[0]["requestContext"]
    assert context["domainName"] == f"{api.id}.execute-api.{REGION}.amazonaws.com"


@pytest.mark.parametrize(("path", "verb"), [("/nowhere", "GET"), ("/x", "PUT"), ("/", "GET")])
def test_an_unknown_path_or_verb_is_a_missing_token(gateway: Gateway, path: str, verb: str) -> None:
    api = gateway.rest_api()
    api.method("/x", "GET")
    api.deploy()

    answer = api.call(path, verb)

    assert (answer.status, answer.body) == (403, b'{"message":"Missing Authentication Token"}')
    assert answer.headers["x-amzn-errortype"] == "MissingAuthenticationTokenException"
    assert answer.headers["x-amzn-requestid"] == answer.request.request_id
    assert "x-amzn-trace-id" not in answer.headers


def test_an_unknown_api_or_stage_is_forbidden(gateway: Gateway) -> None:
    api = gateway.rest_api()
    api.method("/")
    api.deploy("dev")

    for answer in (api.call("/", stage="prod"), gateway.call("abcdefghij", "/")):
        assert (answer.status, answer.body) == (403, b'{"message":"Forbidden"}')
        assert answer.headers["x-amzn-errortype"] == "ForbiddenException"
        assert answer.headers["x-amz-apigw-id"]


def test_a_change_is_not_live_before_a_deployment(gateway: Gateway) -> None:
    api = gateway.rest_api()
    api.method("/old")
    api.deploy()
    api.method("/new")

    assert api.call("/new").status == 403
    api.deploy()
    assert api.call("/new").status == 200


def test_a_stage_goes_back_to_an_earlier_deployment(gateway: Gateway) -> None:
    api = gateway.rest_api()
    api.method("/old")
    first = api.deploy()
    api.method("/new")
    api.deploy()

    gateway.client.update_stage(
        restApiId=api.id,
        stageName="dev",
        patchOperations=[{"op": "replace", "path": "/deploymentId", "value": first}],
    )

    assert api.call("/new").status == 403
    assert api.call("/old").status == 200


def test_a_slow_function_times_out_and_runs_on(gateway: Gateway) -> None:
    gateway.functions.delay_seconds = 0.5
    api = gateway.rest_api()
    api.method("/", timeout=50)
    api.deploy()

    answer = api.call("/")

    assert (answer.status, answer.body) == (504, b'{"message": "Endpoint request timed out"}')
    assert answer.headers["x-amzn-errortype"] == "InternalServerErrorException"
    assert gateway.functions.finished == []
    for _ in range(100):
        if gateway.functions.finished:
            break
        gateway.run(asyncio.sleep(0.1))
    assert gateway.functions.finished == [FUNCTION_ARN]


def test_without_the_functions_permission_nothing_is_invoked(
    gateway: Gateway, caplog: pytest.LogCaptureFixture
) -> None:
    gateway.functions.permits_everything = False
    api = gateway.rest_api()
    api.method("/users/{id}/cards", "POST")
    api.deploy()

    with caplog.at_level(logging.ERROR):
        answer = api.call("/users/7/cards", "POST")

    assert (answer.status, answer.body) == (500, b'{"message": "Internal server error"}')
    assert answer.headers["x-amzn-errortype"] == "InternalServerErrorException"
    assert gateway.functions.invocations == []
    assert gateway.functions.asked == [
        {
            "function": FUNCTION_ARN,
            "principal": "apigateway.amazonaws.com",
            "source_arn": f"arn:aws:execute-api:{REGION}:{ACCOUNT}:{api.id}/dev/POST/users/*/cards",
        }
    ]
    assert "Invalid permissions on Lambda function" in caplog.text


def test_a_refused_invocation_is_an_internal_error(gateway: Gateway) -> None:
    api = gateway.rest_api()
    api.method("/", function_arn=f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:gone")
    api.deploy()

    assert api.call("/").status == 500


def test_stage_variables_name_the_function(gateway: Gateway) -> None:
    api = gateway.rest_api()
    api.method(
        "/", function_arn=f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:${{stageVariables.f}}"
    )
    api.deploy(variables={"f": "payments"})

    assert api.call("/").status == 200
    assert gateway.functions.invocations[0].function_arn == FUNCTION_ARN


def test_more_than_ten_megabytes_are_too_long(gateway: Gateway) -> None:
    api = gateway.rest_api()
    api.method("/", "POST")
    api.deploy()

    answer = api.call("/", "POST", body=b"x" * (10 * 1024 * 1024 + 1))

    assert (answer.status, answer.body) == (413, b'{"message":"Request Too Long"}')
    assert answer.headers["x-amzn-errortype"] == "RequestTooLargeException"
    assert api.call("/", "POST", body=b"x" * (10 * 1024 * 1024)).status == 200


def test_an_integration_that_is_not_supported_says_so_in_the_log_only(
    gateway: Gateway, caplog: pytest.LogCaptureFixture
) -> None:
    api = gateway.rest_api()
    resource_id = api.method("/")
    gateway.client.put_integration(
        restApiId=api.id,
        resourceId=resource_id,
        httpMethod="GET",
        type="AWS_PROXY",
        integrationHttpMethod="POST",
        uri=f"arn:aws:apigateway:{REGION}:firehose:action/PutRecord",
        credentials=f"arn:aws:iam::{ACCOUNT}:role/gateway",
    )
    api.deploy()

    with caplog.at_level(logging.ERROR):
        answer = api.call("/")

    assert (answer.status, answer.body) == (500, b'{"message": "Internal server error"}')
    assert "firehose:action" in caplog.text
    assert "not supported" in caplog.text


def test_a_lambda_proxy_with_another_verb_than_post_fails(gateway: Gateway) -> None:
    api = gateway.rest_api()
    resource_id = api.method("/")
    gateway.client.put_integration(
        restApiId=api.id,
        resourceId=resource_id,
        httpMethod="GET",
        type="AWS_PROXY",
        integrationHttpMethod="GET",
        uri=integration_uri(),
    )
    api.deploy()

    assert api.call("/").document == {"message": "Internal server error"}
    assert gateway.functions.invocations == []

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.unit.edge.gateway.in_process import ACCOUNT, REGION, Gateway

if TYPE_CHECKING:
    from collections.abc import Mapping


def event_of(gateway: Gateway, path: str, verb: str = "GET", **options: Any) -> dict[str, Any]:
    api = gateway.rest_api()
    api.method("/v1/{proxy+}", "ANY")
    api.deploy(variables=options.pop("variables", {}))
    answer = api.call(path, verb, **options)
    assert answer.status == 200
    return gateway.functions.events[0]


def test_the_event_has_the_documented_members(gateway: Gateway) -> None:
    event = event_of(gateway, "/v1/payments/7?a=1&a=2&b=x%20y", "POST", body='{"amount": 5}')

    assert event["resource"] == "/v1/{proxy+}"
    assert event["path"] == "/v1/payments/7"
    assert event["httpMethod"] == "POST"
    assert event["pathParameters"] == {"proxy": "payments/7"}
    assert event["queryStringParameters"] == {"a": "2", "b": "x y"}
    assert event["multiValueQueryStringParameters"] == {"a": ["1", "2"], "b": ["x y"]}
    assert event["body"] == '{"amount": 5}'
    assert event["isBase64Encoded"] is False
    assert event["stageVariables"] is None


def test_what_is_empty_is_null(gateway: Gateway) -> None:
    api = gateway.rest_api()
    api.method("/")
    api.deploy()
    api.call("/")
    event = gateway.functions.events[0]

    for member in (
        "body",
        "pathParameters",
        "queryStringParameters",
        "multiValueQueryStringParameters",
        "stageVariables",
    ):
        assert event[member] is None


def test_the_request_context_is_whole(gateway: Gateway) -> None:
    api = gateway.rest_api()
    resource_id = api.method("/v1/{id}", "ANY")
    deployment_id = api.deploy()
    answer = api.call("/v1/7", "PUT", headers={"User-Agent": "curl/8"})
    context = gateway.functions.events[0]["requestContext"]

    assert context["identity"]["sourceIp"] == "203.0.113.7"
    assert context["identity"]["userAgent"] == "curl/8"
    assert context["identity"].keys() == {
        "accessKey",
        "accountId",
        "caller",
        "cognitoAuthenticationProvider",
        "cognitoAuthenticationType",
        "cognitoIdentityId",
        "cognitoIdentityPoolId",
        "principalOrgId",
        "sourceIp",
        "user",
        "userAgent",
        "userArn",
    }
    assert re.fullmatch(r"\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d \+0000", context["requestTime"])
    assert isinstance(context["requestTimeEpoch"], int)
    expected = {
        "accountId": ACCOUNT,
        "apiId": api.id,
        "deploymentId": deployment_id,
        "domainName": f"{api.id}.execute-api.{REGION}.amazonaws.com",
        "domainPrefix": api.id,
        "extendedRequestId": answer.headers["x-amz-apigw-id"],
        "httpMethod": "PUT",
        "path": "/dev/v1/7",
        "protocol": "HTTP/1.1",
        "requestId": answer.headers["x-amzn-requestid"],
        "resourceId": resource_id,
        "resourcePath": "/v1/{id}",
        "stage": "dev",
    }
    assert expected.items() <= context.items()
    assert "authorizer" not in context


def test_headers_keep_their_case_and_the_last_value_wins(gateway: Gateway) -> None:
    event = event_of(
        gateway,
        "/v1/x",
        headers=(("tEsT-HEADeR", "one"), ("test-header", "two"), ("Accept", "*/*")),
    )

    assert event["headers"]["tEsT-HEADeR"] == "two"
    assert event["multiValueHeaders"]["tEsT-HEADeR"] == ["one", "two"]
    assert event["headers"]["Accept"] == "*/*"


def test_the_gateway_writes_its_own_headers_over_the_clients(gateway: Gateway) -> None:
    sent = {
        "Host": "localhost:4566",
        "X-Forwarded-For": "10.0.0.1",
        "X-Forwarded-Proto": "http",
        "Connection": "keep-alive",
        "Content-Length": "0",
        "Transfer-Encoding": "chunked",
    }
    event = event_of(gateway, "/v1/x", headers=sent)
    headers: Mapping[str, str] = event["headers"]

    assert headers["Host"] == event["requestContext"]["domainName"]
    assert headers["X-Forwarded-For"] == "10.0.0.1, 203.0.113.7"
    assert headers["X-Forwarded-Proto"] == "https"
    assert headers["X-Forwarded-Port"] == "443"
    assert re.fullmatch(r"Root=1-[0-9a-f]{8}-[0-9a-f]{24}", headers["X-Amzn-Trace-Id"])
    assert not {"connection", "content-length", "transfer-encoding"} & {
        name.lower() for name in headers
    }
    assert event["requestContext"]["identity"]["sourceIp"] == "203.0.113.7"


def test_a_path_stays_as_it_was_encoded(gateway: Gateway) -> None:
    event = event_of(gateway, "/v1/a%2Bb@example.com/c+d/")

    assert event["path"] == "/v1/a%2Bb@example.com/c+d/"
    assert event["pathParameters"] == {"proxy": "a%2Bb@example.com/c+d"}
    assert event["requestContext"]["path"] == "/dev/v1/a%2Bb@example.com/c+d/"


def test_stage_variables_are_in_the_event(gateway: Gateway) -> None:
    assert event_of(gateway, "/v1/x", variables={"level": "debug"})["stageVariables"] == {
        "level": "debug"
    }


def test_a_body_of_a_binary_media_type_comes_in_base64(gateway: Gateway) -> None:
    api = gateway.rest_api(binaryMediaTypes=["image/png"])
    api.method("/", "POST")
    api.deploy()
    api.call("/", "POST", body=b"\x89PNG", headers={"Content-Type": "image/png; q=1"})
    api.call("/", "POST", body=b"plain", headers={"Content-Type": "text/plain"})
    binary, text = gateway.functions.events

    assert (base64.b64decode(binary["body"]), binary["isBase64Encoded"]) == (b"\x89PNG", True)
    assert (text["body"], text["isBase64Encoded"]) == ("plain", False)


@pytest.mark.parametrize(
    ("sent", "path", "whole"),
    [
        ("/v1/x/", "/v1/x/", "/dev/v1/x/"),
        ("//v1/x", "/v1/x", "/dev//v1/x"),
    ],
)
def test_slashes_at_the_beginning_of_the_path_are_one(
    gateway: Gateway, sent: str, path: str, whole: str
) -> None:
    # As recorded in LocalStack's test_apigateway_lambda.snapshot.json.
    event = event_of(gateway, sent)

    assert (event["path"], event["requestContext"]["path"]) == (path, whole)


def test_a_semicolon_splits_the_query(gateway: Gateway) -> None:
    # "Amazon API Gateway important notes for REST APIs" of the developer guide.
    event = event_of(gateway, "/v1/x?a=1;b=2&a=3%3B4")

    assert event["multiValueQueryStringParameters"] == {"a": ["1", "3;4"], "b": ["2"]}


def test_a_trace_that_the_client_began_goes_on(gateway: Gateway) -> None:
    sent = "Root=1-5759e988-bd862e3fe1be46a994272793"
    event = event_of(gateway, "/v1/x", headers={"X-Amzn-Trace-Id": sent})

    assert event["headers"]["X-Amzn-Trace-Id"] == sent
    assert (gateway.functions.invocations[0].trace_id or "").startswith(f"{sent};Parent=")

"""Function URLs: their operations, and requests to them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from localtender.edge.functions.urls.cors import preflight_headers, with_cors
from localtender.edge.functions.urls.result import MalformedResultError, url_response
from localtender.edge.protocol.messages import Caller, HttpRequest, HttpResponse
from localtender.edge.routes import Target, route_request
from tests.lambda_workbench import CALLER, LambdaWorkbench, function_arn

pytestmark = pytest.mark.anyio

HANDLER = """
def handler(event, context):
    if event["rawPath"] == "/raise":
        raise ValueError("no")
    return event
"""


async def make_url(bench: LambdaWorkbench, auth: str = "NONE", **more: Any) -> str:
    made = await bench.call("CreateFunctionUrlConfig", FunctionName="worker", AuthType=auth, **more)
    host: str = made["FunctionUrl"].removeprefix("http://")
    return host.partition(".")[0]


async def open_to_all(bench: LambdaWorkbench) -> None:
    await bench.call(
        "AddPermission",
        FunctionName="worker",
        StatementId="url",
        Action="lambda:InvokeFunctionUrl",
        Principal="*",
        FunctionUrlAuthType="NONE",
    )
    await bench.call(
        "AddPermission",
        FunctionName="worker",
        StatementId="invoke",
        Action="lambda:InvokeFunction",
        Principal="*",
        InvokedViaFunctionUrl=True,
    )


async def request(
    bench: LambdaWorkbench,
    identifier: str,
    path: str = "/",
    *,
    method: str = "GET",
    headers: tuple[tuple[str, str], ...] = (),
    body: bytes = b"",
    query: tuple[tuple[str, str], ...] = (),
    caller: Caller | None = None,
) -> HttpResponse:
    sent = HttpRequest(
        method=method,
        raw_path=path,
        query=query,
        headers=(("Host", "x"), *headers),
        body=body,
        source_ip="127.0.0.1",
        http_version="1.1",
        scheme="http",
        request_id="the-id",
        raw_query="&".join(f"{name}={value}" for name, value in query),
    )
    return await bench.service.serve_url(sent, identifier=identifier, path=path, caller=caller)


async def test_a_url_is_made_changed_and_removed(bench: LambdaWorkbench) -> None:
    await bench.create()
    name = {"FunctionName": "worker"}
    made = await bench.call(
        "CreateFunctionUrlConfig", **name, AuthType="NONE", Cors={"AllowOrigins": ["*"]}
    )
    assert made["ResponseMetadata"]["HTTPStatusCode"] == 201
    assert made["FunctionArn"] == function_arn("worker")
    assert ".lambda-url.us-east-1." in made["FunctionUrl"]
    assert made["Cors"] == {"AllowOrigins": ["*"]}
    again = await bench.call("CreateFunctionUrlConfig", **name, AuthType="NONE")
    assert again["Error"]["Code"] == "ResourceConflictException"
    changed = await bench.call("UpdateFunctionUrlConfig", **name, AuthType="AWS_IAM", Cors={})
    assert (changed["AuthType"], "Cors" in changed) == ("AWS_IAM", False)
    assert changed["FunctionUrl"] == made["FunctionUrl"]
    listed = await bench.call("ListFunctionUrlConfigs", **name)
    assert [url["AuthType"] for url in listed["FunctionUrlConfigs"]] == ["AWS_IAM"]
    await bench.call("DeleteFunctionUrlConfig", **name)
    gone = await bench.call("GetFunctionUrlConfig", **name)
    assert gone["Error"]["Message"] == "The resource you requested does not exist."


async def test_a_url_of_an_alias_needs_the_alias(bench: LambdaWorkbench) -> None:
    await bench.create(Publish=True)
    wanted = {"FunctionName": "worker", "Qualifier": "live", "AuthType": "NONE"}
    refused = await bench.call("CreateFunctionUrlConfig", **wanted)
    assert refused["Error"]["Message"] == "Function does not exist"
    await bench.call("CreateAlias", FunctionName="worker", Name="live", FunctionVersion="1")
    made = await bench.call("CreateFunctionUrlConfig", **wanted)
    assert made["FunctionArn"] == function_arn("worker:live")
    numbered = await bench.call("CreateFunctionUrlConfig", **{**wanted, "Qualifier": "1"})
    assert numbered["Error"]["Code"] == "ValidationException"


async def test_the_event_is_of_payload_format_2(running: LambdaWorkbench) -> None:
    await running.create(code=HANDLER)
    identifier = await make_url(running)
    await open_to_all(running)
    answer = await request(
        running,
        identifier,
        "/a%20b/c",
        method="POST",
        headers=(
            ("Content-Type", "application/json"),
            ("Cookie", "a=1; b=2"),
            ("X-Two", "1"),
            ("x-two", "2"),
            ("User-Agent", "test"),
        ),
        body=b'{"amount": 1}',
        query=(("q", "1"), ("q", "2")),
    )
    assert answer.status == 200
    assert ("Content-Type", "application/json") in answer.headers
    event = json.loads(answer.body)
    assert event["version"] == "2.0"
    assert event["rawPath"] == "/a%20b/c"
    assert event["rawQueryString"] == "q=1&q=2"
    assert event["queryStringParameters"] == {"q": "1,2"}
    assert event["cookies"] == ["a=1", "b=2"]
    assert event["headers"]["x-two"] == "1,2"
    assert "cookie" not in event["headers"]
    assert (event["body"], event["isBase64Encoded"]) == ('{"amount": 1}', False)
    context = event["requestContext"]
    assert context["accountId"] == "anonymous"
    assert context["apiId"] == context["domainPrefix"] == identifier
    assert context["http"] == {
        "method": "POST",
        "path": "/a%20b/c",
        "protocol": "HTTP/1.1",
        "sourceIp": "127.0.0.1",
        "userAgent": "test",
    }
    assert context["requestId"] == "the-id"
    binary = await request(running, identifier, method="POST", body=b"\xff")
    assert json.loads(binary.body)["body"] == "/w=="


async def test_a_function_that_raises_is_a_502(running: LambdaWorkbench) -> None:
    await running.create(code=HANDLER)
    identifier = await make_url(running)
    await open_to_all(running)
    answer = await request(running, identifier, "/raise")
    assert (answer.status, answer.body) == (502, b"Internal Server Error")


async def test_a_public_url_needs_both_public_permissions(running: LambdaWorkbench) -> None:
    await running.create(code=HANDLER)
    identifier = await make_url(running)
    assert (await request(running, identifier)).status == 403
    await open_to_all(running)
    assert (await request(running, identifier)).status == 200
    await running.call("RemovePermission", FunctionName="worker", StatementId="invoke")
    refused = await request(running, identifier)
    assert refused.status == 403
    assert ("x-amzn-ErrorType", "AccessDeniedException") in refused.headers


async def test_a_url_with_iam_needs_a_signed_request(running: LambdaWorkbench) -> None:
    await running.create(code=HANDLER)
    identifier = await make_url(running, auth="AWS_IAM")
    assert (await request(running, identifier)).status == 403
    stranger = Caller("999999999999", "us-east-1", "999999999999")
    assert (await request(running, identifier, caller=stranger)).status == 403
    answer = await request(running, identifier, caller=CALLER)
    context = json.loads(answer.body)["requestContext"]
    assert context["authorizer"]["iam"]["accountId"] == CALLER.account_id


async def test_an_unknown_url_is_forbidden(bench: LambdaWorkbench) -> None:
    answer = await request(bench, "0123456789abcdefghijklmnopqrstuv")
    assert (answer.status, answer.body) == (403, b'{"Message":null}')


async def test_a_preflight_is_answered_without_the_function(bench: LambdaWorkbench) -> None:
    await bench.create()
    cors = {"AllowOrigins": ["https://a.example"], "AllowMethods": ["PUT"], "MaxAge": 60}
    identifier = await make_url(bench, Cors=cors)
    answer = await request(
        bench,
        identifier,
        method="OPTIONS",
        headers=(("Origin", "https://a.example"), ("Access-Control-Request-Method", "PUT")),
    )
    headers = dict(answer.headers)
    assert answer.status == 200
    assert headers["Access-Control-Allow-Origin"] == "https://a.example"
    assert headers["Access-Control-Allow-Methods"] == "PUT"
    assert headers["Access-Control-Max-Age"] == "60"


def test_an_origin_that_is_not_allowed_gets_no_cors_headers() -> None:
    cors = {"AllowOrigins": ["https://*.example"], "AllowMethods": ["*"]}
    assert preflight_headers(cors, "https://evil.test", "GET", None) == []
    assert ("Access-Control-Allow-Origin", "https://a.example") in preflight_headers(
        cors, "https://a.example", "GET", None
    )


def test_the_configuration_takes_the_place_of_the_functions_own_headers() -> None:
    cors = {"AllowOrigins": ["*"], "ExposeHeaders": ["X-Id"]}
    own = [("access-control-allow-origin", "own"), ("X-Id", "1")]
    assert with_cors(cors, "https://a.example", own) == [
        ("X-Id", "1"),
        ("Access-Control-Allow-Origin", "*"),
        ("Vary", "Origin"),
        ("Access-Control-Expose-Headers", "X-Id"),
    ]


JSON = ("Content-Type", "application/json")


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        (b'{"a": 1}', (200, [JSON], b'{"a": 1}')),
        (b'"Hello"', (200, [JSON], b"Hello")),
        (b"null", (200, [JSON], b"null")),
        (b"[1]", (200, [JSON], b"[1]")),
        (b'{"statusCode": 204}', (204, [JSON], b"")),
        (b'{"statusCode": "201", "body": {"a": 1}}', (201, [JSON], b'{"a": 1}')),
        (
            b'{"statusCode": 200, "headers": {"content-type": "text/html"}, "body": "<p>"}',
            (200, [("content-type", "text/html")], b"<p>"),
        ),
        (
            b'{"statusCode": 200, "body": "/w==", "isBase64Encoded": true, "cookies": ["a=1"]}',
            (200, [JSON, ("Set-Cookie", "a=1")], b"\xff"),
        ),
    ],
)
def test_a_response_is_inferred(payload: bytes, expected: tuple[Any, ...]) -> None:
    assert url_response(payload) == expected


@pytest.mark.parametrize("payload", [b'{"statusCode": "x"}', b'{"statusCode": 200, "headers": 1}'])
def test_a_malformed_response_is_refused(payload: bytes) -> None:
    with pytest.raises(MalformedResultError):
        url_response(payload)


def test_both_forms_of_a_url_are_routed() -> None:
    by_host = route_request("/a/b", "abc123.lambda-url.us-east-1.localhost:4566", None)
    by_path = route_request("/_aws/lambda-url/abc123/a/b", "127.0.0.1:4566", "lambda")
    assert by_host == by_path
    assert (by_host.target, by_host.api_id, by_host.path) == (
        Target.FUNCTION_URL,
        "abc123",
        "/a/b",
    )

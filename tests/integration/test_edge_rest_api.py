"""REST APIs of a client's own, made by boto3, answer as API Gateway documents it."""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from tests.rest_api_workshop import (
    DeployedRestApi,
    RestApiWorkshop,
    eventually,
    workshop_on,
)
from tests.running_stack import RunningStack

INTERNAL_ERROR = {"message": "Internal server error"}

# Answers what the request's body says, or the event itself.
OBEDIENT = """
import base64, json, os, time

def handler(event, context):
    order = json.loads(event["body"] or "{}")
    if "sleep" in order:
        time.sleep(order["sleep"])
    if "touch" in order:
        with open(order["touch"], "w") as file:
            file.write("done")
    if "result" in order:
        return order["result"]
    if "size" in order:
        return {"statusCode": 200, "body": "x" * order["size"]}
    if "raise" in order:
        raise ValueError("a secret of the handler")
    if "exit" in order:
        os._exit(order["exit"])
    return {"statusCode": 200, "body": json.dumps(event)}
"""


@pytest.fixture(scope="module")
def workshop(stack: RunningStack) -> Iterator[RestApiWorkshop]:
    yield from workshop_on(stack)


@pytest.fixture(scope="module")
def obedient(workshop: RestApiWorkshop) -> dict[str, Any]:
    """An integration with a function that does what it is told."""
    return workshop.proxy_of(OBEDIENT)


@pytest.fixture(scope="module")
def api(workshop: RestApiWorkshop, obedient: dict[str, Any]) -> DeployedRestApi:
    """Every path and method reaches the function."""
    return workshop.rest_api(
        {
            "ANY /": obedient,
            "ANY /pets/{pet}/{rest+}": obedient,
            "POST /quick": {**obedient, "timeoutInMillis": 50},
        }
    )


def event_of(answer: requests.Response) -> dict[str, Any]:
    assert answer.status_code == 200, answer.text
    event: dict[str, Any] = answer.json()
    return event


def test_the_proxy_event_has_every_member_of_the_documented_one(api: DeployedRestApi) -> None:
    began = time.time()
    answer = api.post(
        "/pets/p%20q/toys/1?a=1&b=2&a=3&empty=&text=%C3%BC%20%2B",
        data='{"x": "ü"}'.encode(),
        headers={"X-Pet": "cat", "x-lower": "y", "Content-Type": "application/json"},
    )
    event = event_of(answer)
    context = event["requestContext"]
    assert set(event) == {
        "resource",
        "path",
        "httpMethod",
        "headers",
        "multiValueHeaders",
        "queryStringParameters",
        "multiValueQueryStringParameters",
        "pathParameters",
        "stageVariables",
        "requestContext",
        "body",
        "isBase64Encoded",
    }
    assert event["resource"] == "/pets/{pet}/{rest+}"
    assert event["path"] == "/pets/p%20q/toys/1"
    assert event["httpMethod"] == "POST"
    assert event["pathParameters"] == {"pet": "p%20q", "rest": "toys/1"}
    assert event["queryStringParameters"] == {"a": "3", "b": "2", "empty": "", "text": "ü +"}
    assert event["multiValueQueryStringParameters"]["a"] == ["1", "3"]
    assert event["stageVariables"] is None
    assert (event["body"], event["isBase64Encoded"]) == ('{"x": "ü"}', False)
    domain = f"{api.id}.execute-api.us-east-1.amazonaws.com"
    headers = event["headers"]
    assert (headers["X-Pet"], headers["x-lower"]) == ("cat", "y")
    assert headers["Host"] == domain
    assert headers["X-Forwarded-For"] == "127.0.0.1"
    assert (headers["X-Forwarded-Port"], headers["X-Forwarded-Proto"]) == ("443", "https")
    assert re.fullmatch(r"Root=1-[0-9a-f]{8}-[0-9a-f]{24}", headers["X-Amzn-Trace-Id"])
    assert event["multiValueHeaders"] == {name: [value] for name, value in headers.items()}
    assert {name: context[name] for name in ("stage", "apiId", "accountId", "protocol")} == {
        "stage": "live",
        "apiId": api.id,
        "accountId": "000000000000",
        "protocol": "HTTP/1.1",
    }
    assert context["path"] == "/live/pets/p%20q/toys/1"
    assert (context["resourcePath"], context["httpMethod"]) == ("/pets/{pet}/{rest+}", "POST")
    assert (context["domainName"], context["domainPrefix"]) == (domain, api.id)
    assert context["requestId"] == answer.headers["x-amzn-RequestId"]
    assert context["extendedRequestId"] == answer.headers["x-amz-apigw-id"]
    assert began - 1 <= context["requestTimeEpoch"] / 1000 <= time.time()
    assert re.fullmatch(r"\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d \+0000", context["requestTime"])
    assert context["identity"]["sourceIp"] == "127.0.0.1"
    assert context["identity"]["userAgent"] == headers["User-Agent"]
    assert {"resourceId", "deploymentId"} <= set(context)


def test_nobody_can_forge_the_address_a_request_comes_from(api: DeployedRestApi) -> None:
    event = event_of(
        api.get("/", headers={"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "ftp"})
    )
    assert event["requestContext"]["identity"]["sourceIp"] == "127.0.0.1"
    assert event["headers"]["X-Forwarded-For"] == "203.0.113.9, 127.0.0.1"
    assert event["headers"]["X-Forwarded-Proto"] == "https"


def test_all_forms_of_address_lead_to_the_same_method(
    api: DeployedRestApi, stack: RunningStack
) -> None:
    below = "/pets/1/a?x=1"
    forms = [
        (api.url + below, {}),
        (f"{stack.endpoint_url}/restapis/{api.id}/live/_user_request_{below}", {}),
        (
            f"{stack.endpoint_url}/live{below}",
            {"Host": f"{api.id}.execute-api.us-east-1.amazonaws.com"},
        ),
        (
            f"{stack.endpoint_url}/live{below}",
            {"Host": f"{api.id}.execute-api.localhost.localstack.cloud:4566"},
        ),
    ]
    for url, headers in forms:
        event = event_of(requests.get(url, headers=headers, timeout=30))
        assert (event["path"], event["requestContext"]["path"]) == (
            "/pets/1/a",
            "/live/pets/1/a",
        )
        assert event["queryStringParameters"] == {"x": "1"}


@pytest.mark.parametrize(
    ("path", "status", "message"),
    [
        ("/_aws/execute-api/{api}/none/pets", 403, "Forbidden"),
        ("/_aws/execute-api/{api}", 403, "Forbidden"),
        ("/_aws/execute-api/{api}/", 403, "Forbidden"),
        ("/_aws/execute-api/nosuchapi1/live/", 403, "Forbidden"),
        ("/restapis/nosuchapi1/live/_user_request_/", 403, "Forbidden"),
        ("/_aws/execute-api/{api}/live/nowhere", 403, "Missing Authentication Token"),
    ],
)
def test_what_is_not_deployed_is_refused_as_api_gateway_refuses_it(
    api: DeployedRestApi, stack: RunningStack, path: str, status: int, message: str
) -> None:
    answer = requests.get(stack.endpoint_url + path.format(api=api.id), timeout=30)
    assert (answer.status_code, answer.json()) == (status, {"message": message})
    assert answer.headers["x-amzn-RequestId"]
    assert answer.headers["x-amzn-ErrorType"]


@pytest.mark.parametrize(
    "result",
    [
        None,
        "text",
        ["list"],
        {"statusCode": "abc"},
        {"statusCode": 100},
        {"statusCode": 600},
        {"statusCode": 200, "body": {"not": "text"}},
        {"statusCode": 200, "surplus": 1},
        {"statusCode": 200, "headers": ["X"]},
        {"statusCode": 200, "headers": {"X-Split": "a\r\nSet-Cookie: b"}},
        {"statusCode": 200, "headers": {"X-Null": "a\u0000"}},
        {"statusCode": 200, "headers": {"not a name": "a"}},
        {"statusCode": 200, "multiValueHeaders": {"X": "no list"}},
    ],
)
def test_a_malformed_result_is_a_bad_gateway(api: DeployedRestApi, result: Any) -> None:
    answer = api.post("/", json={"result": result})
    assert (answer.status_code, answer.json()) == (502, INTERNAL_ERROR)
    assert answer.headers["x-amzn-ErrorType"] == "InternalServerErrorException"
    event_of(api.post("/", json={}))


@pytest.mark.parametrize("status", [204, 304])
def test_a_status_without_body_leaves_the_connection_clean(
    api: DeployedRestApi, status: int
) -> None:
    answer = api.post("/", json={"result": {"statusCode": status, "body": "surplus"}})
    assert (answer.status_code, answer.content) == (status, b"")
    assert "Content-Length" not in answer.headers
    event_of(api.post("/", json={}))


@pytest.mark.parametrize("order", [{"raise": True}, {"exit": 0}, {"exit": 7}, {"size": 6_400_000}])
def test_a_failing_function_is_a_bad_gateway_and_tells_nothing(
    api: DeployedRestApi, order: dict[str, Any]
) -> None:
    answer = api.post("/", json=order)
    assert (answer.status_code, answer.json()) == (502, INTERNAL_ERROR)
    assert "secret" not in answer.text + str(answer.headers)
    event_of(api.post("/", json={}))


def test_the_integration_times_out_while_the_function_goes_on(
    api: DeployedRestApi, tmp_path: Any
) -> None:
    effect = tmp_path / "effect"
    event_of(api.post("/quick", json={}))
    answer = api.post("/quick", json={"sleep": 0.5, "touch": str(effect)})
    assert (answer.status_code, answer.json()) == (504, {"message": "Endpoint request timed out"})
    assert not effect.exists()
    assert eventually(effect.exists)


def test_a_function_that_did_not_permit_it_is_not_called(workshop: RestApiWorkshop) -> None:
    arn = workshop.function(OBEDIENT)
    uri = f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{arn}/invocations"
    api = workshop.rest_api(
        {"GET /": {"type": "AWS_PROXY", "integrationHttpMethod": "POST", "uri": uri}}
    )
    answer = api.get("/")
    assert (answer.status_code, answer.json()) == (500, INTERNAL_ERROR)
    assert workshop.log_messages(arn) == []
    workshop.permit_gateway(arn)
    assert api.get("/").status_code == 200


def test_the_access_log_has_a_line_for_each_request(
    workshop: RestApiWorkshop, obedient: dict[str, Any]
) -> None:
    api = workshop.rest_api({"GET /": obedient})
    group = f"access-{api.id}"
    logs = workshop.client("logs")
    logs.create_log_group(logGroupName=group)
    api.change_stage(
        accessLogSettings__destinationArn=f"arn:aws:logs:us-east-1:000000000000:log-group:{group}",
        accessLogSettings__format="$context.requestId $context.status $context.error.message",
    )
    told = [api.get("/"), api.get("/nowhere")]
    lines = eventually(
        lambda: logs.filter_log_events(logGroupName=group)["events"],
        lambda events: len(events) == len(told),
    )
    assert [line["message"] for line in lines] == [
        f"{told[0].headers['x-amzn-RequestId']} 200 -",
        f"{told[1].headers['x-amzn-RequestId']} 403 Missing Authentication Token",
    ]


def test_an_api_of_another_account_and_region_says_so(stack: RunningStack) -> None:
    with RestApiWorkshop(stack, "210987654321", "eu-west-1") as workshop:
        api = workshop.rest_api({"GET /": workshop.proxy_of(OBEDIENT)})
        context = event_of(api.get("/"))["requestContext"]
        assert context["accountId"] == "210987654321"
        assert context["domainName"] == f"{api.id}.execute-api.eu-west-1.amazonaws.com"
        assert api.id not in [found["id"] for found in _rest_apis(stack)]


def _rest_apis(stack: RunningStack) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = stack.client("apigateway").get_rest_apis(limit=500)["items"]
    return found


def test_http_apis_of_the_engine_are_called_through_the_edge(
    stack: RunningStack, workshop: RestApiWorkshop
) -> None:
    apis = workshop.client("apigatewayv2")
    made = apis.create_api(Name=f"h-{uuid.uuid4().hex}", ProtocolType="HTTP")
    identifier = made["ApiId"]
    url = f"{stack.endpoint_url}/_aws/execute-api/{identifier}/$default/health"
    try:
        # Without a route the engine says so itself; the answer of a REST API would be 403.
        assert requests.get(url, timeout=30).status_code == 404
        backend = apis.create_integration(
            ApiId=identifier,
            IntegrationType="HTTP_PROXY",
            IntegrationMethod="GET",
            IntegrationUri=f"{stack.endpoint_url}/_localtender",
            PayloadFormatVersion="1.0",
        )
        apis.create_route(
            ApiId=identifier,
            RouteKey="GET /health",
            Target=f"integrations/{backend['IntegrationId']}",
        )
        apis.create_stage(ApiId=identifier, StageName="$default", AutoDeploy=True)
        assert requests.get(url, timeout=30).json()["healthy"]
        for domain in ("us-east-1.amazonaws.com", stack.endpoint_url.removeprefix("http://")):
            by_host = requests.get(
                f"{stack.endpoint_url}/health",
                headers={"Host": f"{identifier}.execute-api.{domain}"},
                timeout=30,
            )
            assert by_host.json()["healthy"]
    finally:
        apis.delete_api(ApiId=identifier)
    answer = requests.get(url, timeout=30)
    assert (answer.status_code, answer.json()) == (403, {"message": "Forbidden"})

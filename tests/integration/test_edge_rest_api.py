"""REST APIs of a client's own, made by boto3, answer as API Gateway documents it."""

from __future__ import annotations

import base64
import gzip
import json
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

MOCK = {"type": "MOCK", "requestTemplates": {"application/json": '{"statusCode": 200}'}}


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


@pytest.mark.parametrize("milliseconds", [49, 29_001])
def test_a_timeout_outside_of_the_quota_is_refused(
    api: DeployedRestApi, workshop: RestApiWorkshop, milliseconds: int
) -> None:
    with pytest.raises(workshop.gateway.exceptions.BadRequestException, match=r"50.*29000"):
        workshop.gateway.put_integration(
            restApiId=api.id,
            resourceId=api.resource("/quick"),
            httpMethod="POST",
            timeoutInMillis=milliseconds,
            type="MOCK",
        )


def test_ten_megabytes_pass_the_gateway_and_one_byte_more_does_not(
    workshop: RestApiWorkshop,
) -> None:
    mock = workshop.rest_api({})
    mock.method("POST /", MOCK)
    _answers(mock, "/", "POST", "200", {})
    mock.deploy()
    limit = 10 * 1024 * 1024
    headers = {"Content-Type": "application/json"}
    assert mock.post("/", data=b" " * limit, headers=headers).status_code == 200
    answer = mock.post("/", data=b" " * (limit + 1), headers=headers)
    assert (answer.status_code, answer.json()) == (413, {"message": "Request Too Long"})


def test_a_body_too_large_for_the_function_is_refused(api: DeployedRestApi) -> None:
    answer = api.post("/", data=b"x" * (7 * 1024 * 1024))
    assert (answer.status_code, answer.json()) == (413, {"message": "Request Too Long"})


def test_models_and_required_parameters_are_checked_before_the_function(
    workshop: RestApiWorkshop, obedient: dict[str, Any]
) -> None:
    api = workshop.rest_api({})
    gateway = workshop.gateway
    part = {"type": "integer", "minimum": 1}
    whole = {
        "$schema": "http://json-schema.org/draft-04/schema#",
        "type": "object",
        "required": ["count"],
        "properties": {
            "count": {
                "$ref": f"https://apigateway.amazonaws.com/restapis/{api.id}/models/Count",
            }
        },
    }
    for name, schema in (("Count", part), ("Order", whole)):
        gateway.create_model(
            restApiId=api.id, name=name, contentType="application/json", schema=json.dumps(schema)
        )
    checks = gateway.create_request_validator(
        restApiId=api.id, name="all", validateRequestBody=True, validateRequestParameters=True
    )
    api.method(
        "POST /",
        obedient,
        requestValidatorId=checks["id"],
        requestModels={"application/json": "Order"},
        requestParameters={
            "method.request.header.X-Tenant": True,
            "method.request.querystring.page": True,
        },
    )
    api.deploy()
    tenant = {"X-Tenant": "t"}
    assert api.post("/?page=1", json={"count": 1}, headers=tenant).status_code == 200
    wrong: list[Any] = [{"count": 0}, {}, [], "x"]
    for body in wrong:
        answer = api.post("/?page=1", json=body, headers=tenant)
        assert (answer.status_code, answer.json()) == (400, {"message": "Invalid request body"})
    answer = api.post("/?page=1", data="{", headers={**tenant, "Content-Type": "application/json"})
    assert (answer.status_code, answer.json()) == (400, {"message": "Invalid request body"})
    answer = api.post("/", json={"count": 1})
    assert answer.status_code == 400
    assert answer.json()["message"].startswith("Missing required request parameters: [")
    assert {"page", "X-Tenant"} == set(re.findall(r"[\w-]+", answer.json()["message"])[4:])


def _keyed_api(
    workshop: RestApiWorkshop, integration: dict[str, Any], **plan: Any
) -> tuple[DeployedRestApi, str]:
    api = workshop.rest_api({})
    api.method("GET /", integration, apiKeyRequired=True)
    api.deploy()
    key = workshop.gateway.create_api_key(name=f"k-{uuid.uuid4().hex}", enabled=True)
    made = workshop.gateway.create_usage_plan(
        name=f"p-{uuid.uuid4().hex}", apiStages=[{"apiId": api.id, "stage": "live"}], **plan
    )
    workshop.gateway.create_usage_plan_key(
        usagePlanId=made["id"], keyId=key["id"], keyType="API_KEY"
    )
    return api, key["value"]


def test_an_api_key_is_needed_and_shows_in_the_event(
    workshop: RestApiWorkshop, obedient: dict[str, Any]
) -> None:
    api, key = _keyed_api(workshop, obedient)
    for headers in ({}, {"x-api-key": "wrong"}):
        answer = api.get("/", headers=headers)
        assert (answer.status_code, answer.json()) == (403, {"message": "Forbidden"})
    identity = event_of(api.get("/", headers={"x-api-key": key}))["requestContext"]["identity"]
    assert identity["apiKey"] == key
    assert identity["apiKeyId"]


def test_a_usage_plan_throttles_and_counts(
    workshop: RestApiWorkshop, obedient: dict[str, Any]
) -> None:
    throttled, key = _keyed_api(workshop, obedient, throttle={"rateLimit": 0.001, "burstLimit": 2})
    answers = [throttled.get("/", headers={"x-api-key": key}) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 429, 429]
    assert answers[2].json() == {"message": "Too Many Requests"}
    counted, key = _keyed_api(workshop, obedient, quota={"limit": 3, "period": "DAY"})
    answers = [counted.get("/", headers={"x-api-key": key}) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]
    assert answers[3].json() == {"message": "Limit Exceeded"}


def test_a_change_is_live_only_after_a_deployment(
    workshop: RestApiWorkshop, obedient: dict[str, Any]
) -> None:
    api = workshop.rest_api({"GET /": obedient})
    api.method("GET /new", obedient)
    workshop.gateway.delete_method(restApiId=api.id, resourceId=api.resource("/"), httpMethod="GET")
    assert api.get("/new").status_code == 403
    assert api.get("/").status_code == 200
    api.deploy()
    assert api.get("/new").status_code == 200
    assert api.get("/").json() == {"message": "Missing Authentication Token"}


def test_stage_variables_are_live_at_once_and_choose_the_function(
    workshop: RestApiWorkshop,
) -> None:
    names = [
        workshop.function(
            "def handler(event, context):\n"
            "    return {'statusCode': 200, 'body': event['stageVariables']['which'] + "
            f"' by {colour}'}}"
        )
        for colour in ("red", "blue")
    ]
    for arn in names:
        workshop.permit_gateway(arn)
    red, blue = (arn.rsplit(":", 1)[1] for arn in names)
    uri = names[0].removesuffix(red) + "${stageVariables.which}"
    api = workshop.rest_api({})
    api.method(
        "GET /",
        {
            "type": "AWS_PROXY",
            "integrationHttpMethod": "POST",
            "uri": "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/"
            f"{uri}/invocations",
        },
    )
    api.deploy()
    for name, colour in ((red, "red"), (blue, "blue")):
        api.change_stage(variables__which=name)
        assert api.get("/").text == f"{name} by {colour}"


def _answers(
    api: DeployedRestApi, path: str, verb: str, status: str, headers: dict[str, str]
) -> None:
    place = {"restApiId": api.id, "resourceId": api.resource(path), "httpMethod": verb}
    names = {f"method.response.header.{name}": value for name, value in headers.items()}
    api.workshop.gateway.put_method_response(
        **place, statusCode=status, responseParameters=dict.fromkeys(names, False)
    )
    api.workshop.gateway.put_integration_response(
        **place, statusCode=status, responseParameters=names
    )


def test_a_browser_may_ask_a_mock_before_it_calls(workshop: RestApiWorkshop) -> None:
    api = workshop.rest_api({})
    api.method("OPTIONS /pay", MOCK)
    allowed = {
        "Access-Control-Allow-Origin": "'https://shop.example'",
        "Access-Control-Allow-Methods": "'GET,POST,OPTIONS'",
        "Access-Control-Allow-Headers": "'Authorization,x-api-key'",
    }
    _answers(api, "/pay", "OPTIONS", "200", allowed)
    api.deploy()
    answer = api.call(
        "OPTIONS",
        "/pay",
        headers={"Origin": "https://shop.example", "Access-Control-Request-Method": "POST"},
    )
    assert (answer.status_code, answer.content) == (200, b"")
    for name, value in allowed.items():
        assert answer.headers[name] == value.strip("'")


def test_binary_bodies_travel_as_base64_both_ways(
    workshop: RestApiWorkshop, obedient: dict[str, Any]
) -> None:
    api = workshop.rest_api({"POST /": obedient}, binaryMediaTypes=["image/png", "text/json"])
    picture = bytes(range(256))
    returned = {
        "result": {
            "statusCode": 200,
            "headers": {"Content-Type": "image/png"},
            "isBase64Encoded": True,
            "body": base64.b64encode(picture).decode(),
        }
    }
    answer = api.post("/", json=returned, headers={"Accept": "image/png"})
    assert answer.content == picture
    assert api.post("/", json=returned).text == returned["result"]["body"]
    echo = workshop.rest_api(
        {
            "POST /": workshop.proxy_of(
                """
                import json
                def handler(event, context):
                    told = {name: event[name] for name in ("body", "isBase64Encoded")}
                    return {"statusCode": 200, "body": json.dumps(told)}
                """
            )
        },
        binaryMediaTypes=["image/*"],
    )
    sent = echo.post("/", data=picture, headers={"Content-Type": "image/webp"}).json()
    assert (base64.b64decode(sent["body"]), sent["isBase64Encoded"]) == (picture, True)


def test_a_large_answer_is_compressed_where_the_api_says_so(
    workshop: RestApiWorkshop, obedient: dict[str, Any]
) -> None:
    api = workshop.rest_api({"POST /": obedient}, minimumCompressionSize=100)
    answer = api.post("/", json={"size": 1000}, stream=True)
    raw = answer.raw.read(decode_content=False)
    assert answer.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(raw) == b"x" * 1000
    assert "Content-Encoding" not in api.post("/", json={"size": 10}).headers


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

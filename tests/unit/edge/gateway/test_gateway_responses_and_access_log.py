from __future__ import annotations

import json
import re
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.unit.edge.gateway.in_process import ACCOUNT, FUNCTION_ARN, REGION, Api, Gateway

LOG_GROUP_ARN = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/gateway/payments"
ROLE_ARN = f"arn:aws:iam::{ACCOUNT}:role/gateway-logs"


@pytest.fixture
def api(gateway: Gateway) -> Api:
    api = gateway.rest_api()
    api.method("/x", "GET")
    return api


def test_a_gateway_response_sets_status_headers_and_body(gateway: Gateway, api: Api) -> None:
    gateway.client.put_gateway_response(
        restApiId=api.id,
        responseType="MISSING_AUTHENTICATION_TOKEN",
        statusCode="404",
        responseParameters={
            "gatewayresponse.header.Access-Control-Allow-Origin": "'*'",
            "gatewayresponse.header.X-Agent": "method.request.header.User-Agent",
            "gatewayresponse.header.X-Stage": "context.stage",
            "gatewayresponse.header.X-Absent": "method.request.header.Nothing",
        },
        responseTemplates={
            "application/json": '{"error": $context.error.messageString, '
            '"type": "$context.error.responseType", "level": "$stageVariables.level", '
            '"path": "$context.path", "none": "$context.nothing"}'
        },
    )
    api.deploy(variables={"level": "debug"})

    answer = api.call("/nowhere", headers={"User-Agent": "curl"})

    assert answer.status == 404
    assert answer.document == {
        "error": "Missing Authentication Token",
        "type": "MISSING_AUTHENTICATION_TOKEN",
        "level": "debug",
        "path": "/dev/nowhere",
        "none": "",
    }
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["x-agent"] == "curl"
    assert answer.headers["x-stage"] == "dev"
    assert "x-absent" not in answer.headers
    assert answer.headers["x-amzn-errortype"] == "MissingAuthenticationTokenException"


def test_a_default_response_stands_for_its_whole_family(gateway: Gateway, api: Api) -> None:
    gateway.client.put_gateway_response(
        restApiId=api.id,
        responseType="DEFAULT_4XX",
        responseParameters={"gatewayresponse.header.X-Family": "'4xx'"},
    )
    gateway.functions.permits_everything = False
    api.deploy()

    missing, failed = api.call("/nowhere"), api.call("/x")

    assert (missing.status, missing.headers["x-family"]) == (403, "4xx")
    assert missing.body == b'{"message":"Missing Authentication Token"}'
    assert (failed.status, "x-family" in failed.headers) == (500, False)


def test_the_status_of_a_default_response_goes_before_the_errors_own(
    gateway: Gateway, api: Api
) -> None:
    gateway.client.put_gateway_response(
        restApiId=api.id, responseType="DEFAULT_5XX", statusCode="599"
    )
    gateway.functions.permits_everything = False
    api.deploy()

    assert api.call("/x").status == 599


def test_another_accepted_type_has_its_own_template(gateway: Gateway, api: Api) -> None:
    gateway.client.put_gateway_response(
        restApiId=api.id,
        responseType="DEFAULT_4XX",
        responseTemplates={"application/xml": "<m>$context.error.message</m>"},
    )
    api.deploy()

    answer = api.call("/nowhere", headers={"Accept": "application/xml"})

    assert answer.headers["content-type"] == "application/xml"
    assert answer.body == b"<m>Missing Authentication Token</m>"


def log_to_group(
    gateway: Gateway, api: Api, line: str, destination: str = f"{LOG_GROUP_ARN}:*"
) -> None:
    gateway.client.update_stage(
        restApiId=api.id,
        stageName="dev",
        patchOperations=[
            {
                "op": "replace",
                "path": "/accessLogSettings/destinationArn",
                "value": destination,
            },
            {"op": "replace", "path": "/accessLogSettings/format", "value": line},
        ],
    )


def allow_logging(gateway: Gateway) -> None:
    gateway.engine.roles.add("gateway-logs")
    gateway.client.update_account(
        patchOperations=[{"op": "replace", "path": "/cloudwatchRoleArn", "value": ROLE_ARN}]
    )


def test_every_request_leaves_a_line_in_the_stages_format(gateway: Gateway, api: Api) -> None:
    allow_logging(gateway)
    api.deploy()
    log_to_group(
        gateway,
        api,
        '{"id":"$context.requestId","ip":"$context.identity.sourceIp","verb":"$context.httpMethod",'
        '"path":"$context.resourcePath","status":$context.status,"length":$context.responseLength,'
        '"error":"$context.error.message","integration":"$context.integration.status",'
        '"sub":"$context.authorizer.claims.sub","latency":$context.responseLatency}',
    )

    good, bad = api.call("/x"), api.call("/nowhere")

    [(group, first), (_, second)] = gateway.logs.lines
    assert group == "/gateway/payments"
    line = json.loads(first)
    assert line.pop("latency") >= 0
    assert line == {
        "id": good.request.request_id,
        "ip": "203.0.113.7",
        "verb": "GET",
        "path": "/x",
        "status": 200,
        "length": 2,
        "error": "-",
        "integration": "200",
        "sub": "-",
    }
    assert json.loads(second)["id"] == bad.request.request_id
    assert json.loads(second)["error"] == "Missing Authentication Token"
    assert re.search(r'"status":403', second)


def test_the_status_of_a_function_is_not_that_of_lambda(gateway: Gateway, api: Api) -> None:
    # "$context.integration.status" and "integrationStatus" of the variables for access logging.
    allow_logging(gateway)
    api.deploy()
    names = ("integration.status", "integration.integrationStatus", "integrationStatus", "status")
    variables = " ".join(f"$context.{name}" for name in names)
    log_to_group(gateway, api, f"$context.requestId {variables} $context.awsEndpointRequestId")
    gateway.functions.handlers[FUNCTION_ARN] = lambda event: {"statusCode": 418}

    api.call("/x")

    [(_, line)] = gateway.logs.lines
    _, *statuses, endpoint_request_id = line.split(" ")
    assert statuses == ["418", "200", "200", "418"]
    assert endpoint_request_id != "-"


def test_an_access_log_may_go_to_a_stream(gateway: Gateway, api: Api) -> None:
    # "Log API calls to Amazon Data Firehose in API Gateway" of the developer guide.
    allow_logging(gateway)
    api.deploy()
    records: list[Any] = []

    def put(record: Any) -> dict[str, Any]:
        records.append(record)
        return {}

    gateway.engine.calls["firehose.PutRecord"] = put
    arn = f"arn:aws:firehose:{REGION}:{ACCOUNT}:deliverystream/amazon-apigateway-calls"
    log_to_group(gateway, api, "$context.requestId $context.status", arn)

    answer = api.call("/x")
    gateway.run(gateway.service.close())

    line = f"{answer.request.request_id} 200\n".encode()
    assert records == [{"DeliveryStreamName": "amazon-apigateway-calls", "Record": {"Data": line}}]
    assert gateway.logs.lines == []


def test_a_streams_name_tells_that_it_is_for_an_api(gateway: Gateway, api: Api) -> None:
    allow_logging(gateway)
    api.deploy()
    arn = f"arn:aws:firehose:{REGION}:{ACCOUNT}:deliverystream/calls"

    with pytest.raises(ClientError, match="Invalid ARN specified"):
        log_to_group(gateway, api, "$context.requestId", arn)


def test_logging_needs_the_accounts_role(gateway: Gateway, api: Api) -> None:
    api.deploy()

    with pytest.raises(ClientError, match="CloudWatch Logs role ARN must be set"):
        log_to_group(gateway, api, "$context.requestId")


def test_the_accounts_role_must_exist(gateway: Gateway) -> None:
    with pytest.raises(ClientError, match="does not have required permissions configured"):
        gateway.client.update_account(
            patchOperations=[{"op": "replace", "path": "/cloudwatchRoleArn", "value": ROLE_ARN}]
        )


@pytest.mark.parametrize("line", ["$context.stage", "$context.requestId\n$context.stage"])
def test_a_format_is_one_line_with_the_request_id(gateway: Gateway, api: Api, line: str) -> None:
    allow_logging(gateway)
    api.deploy()

    with pytest.raises(ClientError, match="Access Log format must"):
        log_to_group(gateway, api, line)

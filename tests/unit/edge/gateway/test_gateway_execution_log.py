"""Execution logs, after "Set up CloudWatch logging for REST APIs in API Gateway"."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.edge.gateway.in_process import FUNCTION_ARN, Answer, Api, FunctionFailure, Gateway
from tests.unit.edge.gateway.test_gateway_responses_and_access_log import allow_logging


def logging_api(gateway: Gateway, level: str, *, traces_data: bool = False) -> Api:
    allow_logging(gateway)
    api = gateway.rest_api()
    api.method("/pay/{id}", "POST")
    api.deploy()
    values = {"logging/loglevel": level, "logging/dataTrace": str(traces_data).lower()}
    gateway.client.update_stage(
        restApiId=api.id,
        stageName="dev",
        patchOperations=[
            {"op": "replace", "path": f"/*/*/{name}", "value": value}
            for name, value in values.items()
        ],
    )
    return api


def logged(gateway: Gateway, api: Api, answer: Answer) -> list[str]:
    """The lines of a request, without the request's id before each."""
    prefix = f"({answer.request.request_id}) "
    assert all(
        group == f"API-Gateway-Execution-Logs_{api.id}/dev" and line.startswith(prefix)
        for group, line in gateway.logs.lines
    )
    return [line.removeprefix(prefix) for _, line in gateway.logs.lines]


def test_the_level_info_tells_the_steps_of_a_request(gateway: Gateway) -> None:
    api = logging_api(gateway, "INFO")
    answer = api.call("/pay/7", "POST", body='{"secret": 1}')

    request_id = answer.request.request_id
    *lines, last = logged(gateway, api, answer)
    assert lines == [
        f"Extended Request Id: {answer.headers['x-amz-apigw-id']}",
        f"Verifying Usage Plan for request: {request_id}. API Key:  API Stage: {api.id}/dev",
        "API Key  authorized because method 'POST /pay/{id}' does not require API Key. Request "
        "will not contribute to throttle or quota limits",
        f"Usage Plan check succeeded for API Key  and API Stage {api.id}/dev",
        f"Starting execution for request: {request_id}",
        "HTTP Method: POST, Resource Path: /pay/{id}",
        "Successfully completed execution",
        "Method completed with status: 200",
    ]
    assert last.startswith("AWS Integration Endpoint RequestId : ")


def test_data_tracing_tells_payloads_and_headers(gateway: Gateway) -> None:
    api = logging_api(gateway, "INFO", traces_data=True)
    answer = api.call("/pay/7?a=1&a=2", "POST", body='{"x": 1}', headers={"X-One": "1"})

    lines = logged(gateway, api, answer)
    url = f"https://lambda.eu-west-1.amazonaws.com/2015-03-31/functions/{FUNCTION_ARN}/invocations"
    begin = lines.index("Method request path: {id=7}")
    assert lines[begin + 1 : begin + 5] == [
        "Method request query string: {a=1,2}",
        "Method request headers: {X-One=1}",
        'Method request body before transformations: {"x": 1}',
        f"Endpoint request URI: {url}",
    ]
    assert f"Sending request to {url}" in lines
    told = [line.partition(":")[0] for line in lines]
    for step in (
        "Endpoint request headers",
        "Endpoint request body after transformations",
        "Received response. Status",
        "Endpoint response headers",
        "Endpoint response body before transformations",
        "Method response body after transformations",
        "Method response headers",
    ):
        assert step in told


@pytest.mark.parametrize(
    ("result", "line"),
    [
        (
            "no proxy result",
            "Execution failed due to configuration error: Malformed Lambda proxy response: "
            '"no proxy result"',
        ),
        (
            FunctionFailure("boom"),
            "Lambda execution failed with status 200 due to customer function error. Lambda "
            "request id: ",
        ),
    ],
)
def test_the_level_error_tells_failures_only(gateway: Gateway, result: Any, line: str) -> None:
    api = logging_api(gateway, "ERROR")
    assert api.call("/pay/7", "POST").status == 200
    assert gateway.logs.lines == []
    gateway.functions.handlers[FUNCTION_ARN] = lambda event: result

    [told] = logged(gateway, api, api.call("/pay/7", "POST"))
    assert told.startswith(line)


def test_an_event_has_at_most_a_kilobyte(gateway: Gateway) -> None:
    api = logging_api(gateway, "INFO", traces_data=True)
    api.call("/pay/7", "POST", body="x" * 5_000)

    lengths = [len(line) for _, line in gateway.logs.lines]
    assert max(lengths) == 1_024
    assert any(line.endswith(" [TRUNCATED]") for _, line in gateway.logs.lines)


def test_what_has_no_method_and_what_is_off_is_not_logged(gateway: Gateway) -> None:
    api = logging_api(gateway, "INFO")
    assert api.call("/nowhere").status == 403
    off = logging_api(gateway, "OFF")
    assert off.call("/pay/7", "POST").status == 200

    assert gateway.logs.lines == []

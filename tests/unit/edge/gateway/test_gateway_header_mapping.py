"""Header mapping as recorded in LocalStack's `test_apigateway_integrations.snapshot.json`."""

from __future__ import annotations

import pytest

from tests.unit.edge.gateway.in_process import FUNCTION_ARN, Api, Gateway, integration_uri
from tests.unit.edge.gateway.test_gateway_mock_and_templates import put_mock, put_response

REMAPPED = (
    "Authorization",
    "Connection",
    "Content-Length",
    "Content-MD5",
    "Date",
    "Expect",
    "Host",
    "Max-Forwards",
    "Proxy-Authenticate",
    "Server",
    "Trailer",
    "Upgrade",
    "User-Agent",
    "WWW-Authenticate",
)
PASSED = ("Accept", "Age", "Pragma", "Range", "Referer", "TE", "Via", "Warn")


@pytest.mark.parametrize("name", REMAPPED)
def test_a_mapped_header_of_the_gateways_own_is_renamed(gateway: Gateway, name: str) -> None:
    api = gateway.rest_api()
    put_response(api, put_mock(api), headers={name: "'mapped'"})
    api.deploy()

    answer = api.call("/", "OPTIONS")

    assert answer.headers[f"x-amzn-remapped-{name.lower()}"] == "mapped"
    assert name.lower() not in answer.headers


@pytest.mark.parametrize("name", REMAPPED)
def test_a_functions_header_of_the_gateways_own_is_renamed(gateway: Gateway, name: str) -> None:
    gateway.functions.handlers[FUNCTION_ARN] = lambda event: {"headers": {name: "own"}}
    api = gateway.rest_api()
    api.method("/")
    api.deploy()

    answer = api.call("/")

    assert answer.headers[f"x-amzn-remapped-{name.lower()}"] == "own"
    assert name.lower() not in answer.headers


def test_other_headers_pass_and_transfer_encoding_is_dropped(gateway: Gateway) -> None:
    api = gateway.rest_api()
    mapped = {name: f"'{name}'" for name in (*PASSED, "Transfer-Encoding")}
    put_response(api, put_mock(api), headers=mapped)
    api.deploy()

    headers = api.call("/", "OPTIONS").headers

    assert {name: headers[name.lower()] for name in PASSED} == {name: name for name in PASSED}
    assert "transfer-encoding" not in headers


def _with_mapped_header(gateway: Gateway, kind: str, name: str) -> Api:
    api = gateway.rest_api()
    place = {"restApiId": api.id, "resourceId": api.root_id, "httpMethod": "GET"}
    gateway.client.put_method(**place, authorizationType="NONE")
    gateway.client.put_integration(
        **place,
        type=kind,
        integrationHttpMethod="POST",
        uri="https://backend.example/" if kind.startswith("HTTP") else integration_uri(),
        requestParameters={f"integration.request.header.{name}": "'mapped'"},
    )
    api.deploy()
    return api


@pytest.mark.parametrize("kind", ["HTTP", "HTTP_PROXY", "AWS", "AWS_PROXY"])
@pytest.mark.parametrize("name", ["Content-Length", "transfer-encoding"])
def test_a_mapping_must_not_set_the_messages_framing(
    gateway: Gateway, kind: str, name: str
) -> None:
    answer = _with_mapped_header(gateway, kind, name).call("/")

    assert (answer.status, answer.body) == (500, b'{"message": "Internal server error"}')
    assert answer.headers["x-amzn-errortype"] == "InternalServerErrorException"


@pytest.mark.parametrize("kind", ["AWS", "AWS_PROXY"])
@pytest.mark.parametrize(
    "name", ["Authorization", "Connection", "Expect", "Proxy-Authenticate", "TE"]
)
def test_an_aws_integration_must_not_be_given_more(gateway: Gateway, kind: str, name: str) -> None:
    assert _with_mapped_header(gateway, kind, name).call("/").status == 500
    assert gateway.functions.invocations == []


def test_a_proxy_function_gets_the_request_as_it_was_whatever_is_mapped(gateway: Gateway) -> None:
    # As recorded by test_lambda_aws_proxy_integration_request_data_mapping.
    answer = _with_mapped_header(gateway, "AWS_PROXY", "X-Mapped").call("/")

    assert answer.status == 200
    assert "X-Mapped" not in gateway.functions.events[0]["headers"]


def test_a_mock_has_no_trace_and_a_function_a_whole_one(gateway: Gateway) -> None:
    # As recorded by test_invocation_trace_id and test_apigw_test_invoke_method_api.
    api = gateway.rest_api()
    put_response(api, put_mock(api))
    api.method("/")
    api.deploy()

    assert "x-amzn-trace-id" not in api.call("/", "OPTIONS").headers
    trace = api.call("/").headers["x-amzn-trace-id"]
    parts = [part.partition("=")[0] for part in trace.split(";")]
    assert parts == ["Root", "Parent", "Sampled", "Lineage"]
    assert trace == gateway.functions.invocations[0].trace_id
    sent = "Root=1-3152b799-8954dae64eda91bc9a23a7e8;Parent=10713633173203262661;Sampled=1"
    trace = api.call("/", headers={"X-Amzn-Trace-Id": sent}).headers["x-amzn-trace-id"]
    assert trace.startswith(f"{sent};Lineage=")

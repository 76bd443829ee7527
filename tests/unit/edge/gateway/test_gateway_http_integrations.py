from __future__ import annotations

import asyncio
import gzip
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from localtender.edge.gateway.service import GatewayService
from tests.unit.edge.gateway.in_process import Api, Gateway

Backend = Callable[[httpx.Request], httpx.Response]


@pytest.fixture
def backend(gateway: Gateway) -> Iterator[list[httpx.Request]]:
    """The requests that an HTTP backend got; it answers 201 with what it was told."""
    seen: list[httpx.Request] = []

    async def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        if request.url.path == "/slow":
            await asyncio.sleep(30)
        if request.url.host == "down.example":
            raise httpx.ConnectError("refused")
        headers = {"X-Backend": "yes", "Server": "backend", "X-Amzn-RequestId": "of-the-backend"}
        body = request.content
        if request.url.path == "/packed":
            headers["Content-Encoding"] = "gzip"
            body = gzip.compress(b'{"packed": true}', mtime=0)
        if request.url.path == "/elsewhere":
            return httpx.Response(302, headers={"Location": "/there"}, stream=httpx.ByteStream(b""))
        return httpx.Response(201, headers=headers, stream=httpx.ByteStream(body))

    before = gateway.service
    gateway.service = GatewayService(
        engine=gateway.engine,  # type: ignore[arg-type]
        functions=gateway.functions,
        logs=gateway.logs,
        endpoint_url="http://127.0.0.1:4566",
        http_transport=httpx.MockTransport(answer),
    )
    yield seen
    gateway.run(gateway.service.close())
    gateway.service = before


def http_api(gateway: Gateway, uri: str, kind: str = "HTTP_PROXY", **integration: Any) -> Api:
    api = gateway.rest_api()
    resource_id = api.resource("/{proxy+}")
    place = {"restApiId": api.id, "resourceId": resource_id, "httpMethod": "ANY"}
    gateway.client.put_method(
        **place,
        authorizationType="NONE",
        requestParameters={"method.request.path.proxy": True},
    )
    integration.setdefault("integrationHttpMethod", "ANY")
    gateway.client.put_integration(**place, type=kind, uri=uri, **integration)
    if kind == "HTTP":
        gateway.client.put_method_response(**place, statusCode="200")
        gateway.client.put_integration_response(
            **place, statusCode="200", selectionPattern="201", responseTemplates={}
        )
    api.deploy()
    return api


def test_a_proxy_passes_request_and_answer_through(
    gateway: Gateway, backend: list[httpx.Request]
) -> None:
    api = http_api(
        gateway,
        "https://backend.example/base/{proxy}",
        requestParameters={
            "integration.request.path.proxy": "method.request.path.proxy",
            "integration.request.header.X-Static": "'fixed'",
            "integration.request.querystring.stage": "context.stage",
        },
    )

    answer = api.call("/a/b%20c?q=1", "POST", body="data", headers={"X-One": "1"})

    assert (answer.status, answer.body) == (201, b"data")
    assert answer.headers["x-backend"] == "yes"
    assert answer.headers["x-amzn-remapped-server"] == "backend"
    [request] = backend
    assert str(request.url) == "https://backend.example/base/a/b%20c?stage=dev&q=1"
    assert request.method == "POST"
    assert request.headers["x-one"] == "1"
    assert request.headers["x-static"] == "fixed"
    assert request.headers["x-forwarded-for"] == "203.0.113.7"


def test_a_custom_integration_maps_request_and_answer(
    gateway: Gateway, backend: list[httpx.Request]
) -> None:
    api = http_api(
        gateway,
        "https://backend.example/x",
        "HTTP",
        integrationHttpMethod="POST",
        requestTemplates={"application/json": '{"id": "$input.params("proxy")"}'},
    )

    answer = api.call("/7", "POST", body="{}")

    assert (answer.status, answer.document) == (200, {"id": "7"})
    assert backend[0].url == "https://backend.example/x"


def test_a_custom_integrations_backend_gets_the_gateways_headers_only(
    gateway: Gateway, backend: list[httpx.Request]
) -> None:
    # As recorded in LocalStack's test_apigateway_integrations.snapshot.json.
    api = http_api(gateway, "https://backend.example/x", "HTTP", integrationHttpMethod="POST")

    answer = api.call("/7", "POST", headers={"X-One": "1", "Accept": "text/html"})

    assert dict(backend[0].headers) == {
        "host": "backend.example",
        "accept": "application/json",
        "user-agent": f"AmazonAPIGateway_{api.id}",
        "x-amzn-apigateway-api-id": api.id,
        "x-amzn-trace-id": answer.headers["x-amzn-trace-id"],
        "content-length": "0",
    }
    assert answer.headers["content-type"] == "application/json"


def test_a_proxys_backend_gets_the_clients_headers(
    gateway: Gateway, backend: list[httpx.Request]
) -> None:
    # As recorded in LocalStack's test_apigateway_integrations.snapshot.json.
    api = http_api(
        gateway,
        "https://backend.example/x",
        requestParameters={
            "integration.request.header.TE": "'trailers'",
            "integration.request.header.Max-Forwards": "'2'",
        },
    )
    sent = {
        "Accept-Encoding": "br",
        "Content-Encoding": "deflate",
        "Expect": "100-continue",
        "User-Agent": "client/1",
        "Via": "1.1 somebody",
    }

    answer = api.call("/7", "POST", headers=sent)

    got = backend[0].headers
    assert (got["accept-encoding"], got["user-agent"]) == ("br", "client/1")
    assert (got["max-forwards"], got["x-amzn-apigateway-api-id"]) == ("2", api.id)
    assert not {"content-encoding", "expect", "te", "via"} & set(got)
    assert answer.headers["x-amzn-remapped-x-amzn-requestid"] == "of-the-backend"
    assert answer.headers["x-amzn-requestid"] == answer.request.request_id
    assert "x-amzn-trace-id" not in answer.headers


def test_a_mapped_query_parameter_joins_the_clients_and_the_uris(
    gateway: Gateway, backend: list[httpx.Request]
) -> None:
    # As recorded in LocalStack's test_apigateway_http.snapshot.json.
    api = http_api(
        gateway,
        "https://backend.example/x?fixed=1",
        requestParameters={"integration.request.querystring.a": "'mapped'"},
    )

    api.call("/7?a=sent&b=%2F")

    assert list(backend[0].url.params.multi_items()) == [
        ("fixed", "1"),
        ("a", "mapped"),
        ("a", "sent"),
        ("b", "/"),
    ]


def test_a_packed_answer_goes_through_a_proxy_packed(
    gateway: Gateway, backend: list[httpx.Request]
) -> None:
    answer = http_api(gateway, "https://backend.example/packed").call("/7")

    assert answer.headers["content-encoding"] == "gzip"
    assert gzip.decompress(answer.body) == b'{"packed": true}'
    custom = http_api(gateway, "https://backend.example/packed", "HTTP").call("/7")
    assert custom.document == {"packed": True}


def test_a_redirect_is_the_clients_to_follow(
    gateway: Gateway, backend: list[httpx.Request]
) -> None:
    answer = http_api(gateway, "https://backend.example/elsewhere").call("/7")

    assert (answer.status, answer.headers["location"]) == (302, "/there")
    assert len(backend) == 1


def test_a_backend_behind_a_vpc_link_is_called_by_its_uri(
    gateway: Gateway, backend: list[httpx.Request]
) -> None:
    link = gateway.client.create_vpc_link(
        name="link", targetArns=["arn:aws:elasticloadbalancing:eu-west-1:1:loadbalancer/net/n/1"]
    )
    api = http_api(
        gateway,
        "https://backend.example/x",
        connectionType="VPC_LINK",
        connectionId=link["id"],
    )

    assert api.call("/7").status == 201
    assert backend[0].url == "https://backend.example/x"


def test_a_backend_that_is_down_is_a_gateway_error(
    gateway: Gateway, backend: list[httpx.Request]
) -> None:
    answer = http_api(gateway, "http://down.example/").call("/x")

    assert (answer.status, answer.body) == (504, b'{"message": "Internal server error"}')


def test_closing_stops_what_still_runs(gateway: Gateway, backend: list[httpx.Request]) -> None:
    api = http_api(gateway, "https://backend.example/slow", timeoutInMillis=50)
    assert api.call("/x").status == 504
    assert len(asyncio.all_tasks(gateway.runner.get_loop())) == 1

    gateway.run(gateway.service.close())

    assert len(asyncio.all_tasks(gateway.runner.get_loop())) == 0
    assert len(backend) == 1

from __future__ import annotations

import asyncio
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

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        if request.url.host == "down.example":
            raise httpx.ConnectError("refused")
        return httpx.Response(
            201, content=request.content, headers={"X-Backend": "yes", "Server": "backend"}
        )

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
    assert str(request.url) == "https://backend.example/base/a/b%20c?q=1&stage=dev"
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


def test_a_backend_that_is_down_is_a_gateway_error(
    gateway: Gateway, backend: list[httpx.Request]
) -> None:
    answer = http_api(gateway, "http://down.example/").call("/x")

    assert (answer.status, answer.body) == (504, b'{"message": "Internal server error"}')


def test_closing_stops_what_still_runs(gateway: Gateway) -> None:
    gateway.functions.delay_seconds = 30
    api = gateway.rest_api()
    api.method("/", timeout=50)
    api.deploy()
    assert api.call("/").status == 504

    gateway.run(gateway.service.close())

    assert len(asyncio.all_tasks(gateway.runner.get_loop())) == 0
    assert gateway.functions.finished == []

"""The tables of "Content type conversions in API Gateway for REST APIs" of the developer guide."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from localtender.edge.gateway.data_plane.content_conversion import (
    converted_request,
    converted_response,
)
from localtender.edge.gateway.data_plane.errors import InternalServerError
from tests.unit.edge.gateway.in_process import Answer, Gateway
from tests.unit.edge.gateway.test_gateway_mock_and_templates import (
    custom_lambda,
    put_mock,
    put_response,
)

RAW = bytes(range(256))
ENCODED = base64.b64encode(RAW)


@pytest.mark.parametrize(
    ("body", "is_binary", "handling", "expected"),
    [
        (ENCODED, False, None, ENCODED),
        (ENCODED, False, "CONVERT_TO_BINARY", RAW),
        (ENCODED, False, "CONVERT_TO_TEXT", ENCODED),
        (RAW, True, None, RAW),
        (RAW, True, "CONVERT_TO_BINARY", RAW),
        (RAW, True, "CONVERT_TO_TEXT", ENCODED),
    ],
)
def test_a_request_is_converted(
    body: bytes, is_binary: bool, handling: str | None, expected: bytes
) -> None:
    assert converted_request(body, handling, is_binary=is_binary) == expected


@pytest.mark.parametrize(
    ("body", "is_binary", "wants_binary", "handling", "expected"),
    [
        (ENCODED, False, False, None, ENCODED),
        (ENCODED, False, False, "CONVERT_TO_BINARY", RAW),
        (ENCODED, False, False, "CONVERT_TO_TEXT", ENCODED),
        (ENCODED, False, True, None, RAW),
        (ENCODED, False, True, "CONVERT_TO_BINARY", RAW),
        (ENCODED, False, True, "CONVERT_TO_TEXT", ENCODED),
        (RAW, True, False, None, ENCODED),
        (RAW, True, False, "CONVERT_TO_BINARY", RAW),
        (RAW, True, False, "CONVERT_TO_TEXT", ENCODED),
        (RAW, True, True, None, RAW),
        (RAW, True, True, "CONVERT_TO_BINARY", RAW),
        (RAW, True, True, "CONVERT_TO_TEXT", ENCODED),
    ],
)
def test_a_response_is_converted(
    body: bytes, is_binary: bool, wants_binary: bool, handling: str | None, expected: bytes
) -> None:
    found = converted_response(body, handling, is_binary=is_binary, wants_binary=wants_binary)
    assert found == expected


def test_what_is_no_base64_cannot_become_binary() -> None:
    with pytest.raises(InternalServerError):
        converted_request(b"{}", "CONVERT_TO_BINARY", is_binary=False)


def _custom(gateway: Gateway, **integration: Any) -> Answer:
    api, resource_id = custom_lambda(gateway, **integration)
    gateway.client.update_rest_api(
        restApiId=api.id,
        patchOperations=[{"op": "add", "path": "/binaryMediaTypes/image~1png"}],
    )
    put_response(api, resource_id, verb="POST")
    api.deploy()
    return api.call("/pay", "POST", body=RAW, headers={"Content-Type": "image/png"})


def test_a_binary_body_reaches_a_template_as_base64_where_it_is_converted(
    gateway: Gateway,
) -> None:
    template = {"image/png": '{"picture": "$input.body"}'}

    answer = _custom(gateway, requestTemplates=template, contentHandling="CONVERT_TO_TEXT")

    assert answer.status == 200, answer.body
    assert gateway.functions.events == [{"picture": ENCODED.decode()}]


def test_a_binary_body_does_not_go_through_a_template_as_it_is(gateway: Gateway) -> None:
    answer = _custom(gateway, requestTemplates={"image/png": "{}"})

    assert (answer.status, gateway.functions.events) == (500, [])


def test_a_preflight_mock_of_an_api_with_all_types_binary_has_to_convert(
    gateway: Gateway,
) -> None:
    statuses = []
    for handling in ({}, {"contentHandling": "CONVERT_TO_TEXT"}):
        api = gateway.rest_api(binaryMediaTypes=["*/*"])
        resource_id = put_mock(api, **handling)
        put_response(api, resource_id, headers={"Access-Control-Allow-Origin": "'*'"})
        api.deploy()
        statuses.append(api.call("/", "OPTIONS").status)

    assert statuses == [500, 200]

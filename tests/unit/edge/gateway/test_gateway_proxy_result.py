from __future__ import annotations

import base64
from typing import Any

import pytest

from tests.unit.edge.gateway.in_process import FUNCTION_ARN, Answer, FunctionFailure, Gateway

INTERNAL_ERROR = b'{"message": "Internal server error"}'


def answer_to(gateway: Gateway, result: Any, **options: Any) -> Answer:
    gateway.functions.handlers[FUNCTION_ARN] = lambda event: result
    api = gateway.rest_api(binaryMediaTypes=options.pop("binary", []))
    api.method("/")
    api.deploy()
    return api.call("/", **options)


def test_status_headers_and_body_come_from_the_function(gateway: Gateway) -> None:
    answer = answer_to(
        gateway,
        {
            "statusCode": 201,
            "headers": {"Content-Type": "text/plain", "Location": "/x", "X-Flag": True},
            "multiValueHeaders": {"Set-Cookie": ["a=1", "b=2"], "location": ["/y"]},
            "body": "made",
        },
    )

    assert (answer.status, answer.body) == (201, b"made")
    assert answer.headers["content-type"] == "text/plain"
    assert answer.headers["x-flag"] == "true"
    assert answer.values("set-cookie") == ["a=1", "b=2"]
    assert answer.values("location") == ["/x", "/y"]


def test_json_is_the_default_content_type_and_200_the_default_status(gateway: Gateway) -> None:
    answer = answer_to(gateway, {"body": "{}"})

    assert answer.status == 200
    assert answer.headers["content-type"] == "application/json"


def test_every_answer_has_the_gateways_headers(gateway: Gateway) -> None:
    answer = answer_to(gateway, {"statusCode": 200, "headers": {"x-amzn-requestid": "forged"}})

    assert answer.values("x-amzn-requestid") == [answer.request.request_id]
    assert answer.headers["x-amz-apigw-id"]
    assert answer.headers["x-amzn-trace-id"].startswith("Root=1-")
    assert "x-amzn-errortype" not in answer.headers


@pytest.mark.parametrize(
    "result",
    [
        None,
        "text",
        ["list"],
        {"hello": "world"},
        {"statusCode": 200, "body": {"not": "text"}},
        {"statusCode": 200, "body": 5},
        {"statusCode": "abc"},
        {"statusCode": 42},
        {"statusCode": True},
        {"statusCode": 200, "headers": ["a"]},
        {"statusCode": 200, "headers": {"a": 5}},
        {"statusCode": 200, "headers": {"a": "b\r\nc: d"}},
        {"statusCode": 200, "headers": {"a": "b\x00"}},
        {"statusCode": 200, "headers": {"no name": "b"}},
        {"statusCode": 200, "headers": {"": "b"}},
        {"statusCode": 200, "multiValueHeaders": {"a:b": ["c"]}},
        {"statusCode": 100},
        {"statusCode": 199},
        {"statusCode": float("inf")},
        {"statusCode": 200, "multiValueHeaders": {"a": "b"}},
        {"statusCode": 200, "body": "", "isBase64Encoded": "yes"},
    ],
)
def test_a_malformed_result_is_a_bad_gateway(gateway: Gateway, result: Any) -> None:
    answer = answer_to(gateway, result)

    assert (answer.status, answer.body) == (502, INTERNAL_ERROR)
    assert answer.headers["x-amzn-errortype"] == "InternalServerErrorException"


def test_a_functions_error_is_a_bad_gateway_that_leaks_nothing(gateway: Gateway) -> None:
    answer = answer_to(gateway, FunctionFailure("the password is swordfish"))

    assert (answer.status, answer.body) == (502, INTERNAL_ERROR)
    assert b"swordfish" not in answer.body


def test_an_answer_over_six_megabytes_is_a_bad_gateway(gateway: Gateway) -> None:
    assert answer_to(gateway, {"body": "x" * (6 * 1024 * 1024)}).status == 502


def test_a_status_may_be_a_text(gateway: Gateway) -> None:
    assert answer_to(gateway, {"statusCode": "404"}).status == 404


def test_hop_headers_of_a_function_are_renamed(gateway: Gateway) -> None:
    answer = answer_to(gateway, {"headers": {"Date": "today", "Server": "mine"}})

    assert answer.headers["x-amzn-remapped-date"] == "today"
    assert answer.headers["x-amzn-remapped-server"] == "mine"
    assert "date" not in answer.headers


def test_base64_is_decoded_for_a_client_that_accepts_the_type(gateway: Gateway) -> None:
    encoded = base64.b64encode(b"\x00\x01").decode()
    result = {"body": encoded, "isBase64Encoded": True}

    decoded = answer_to(gateway, result, binary=["image/png"], headers={"Accept": "image/png,*/*"})
    untouched = answer_to(gateway, result, binary=["image/png"], headers={"Accept": "text/html"})

    assert decoded.body == b"\x00\x01"
    assert untouched.body == encoded.encode()


def test_a_body_that_is_not_base64_is_an_internal_error(gateway: Gateway) -> None:
    answer = answer_to(gateway, {"body": "?", "isBase64Encoded": True}, binary=["*/*"])

    assert (answer.status, answer.body) == (500, INTERNAL_ERROR)

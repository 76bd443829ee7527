from __future__ import annotations

import json
from typing import Any

import pytest

from tests.unit.edge.gateway.in_process import Api, Gateway

PAYMENT = {
    "$schema": "http://json-schema.org/draft-04/schema#",
    "type": "object",
    "required": ["amount", "currency"],
    "additionalProperties": False,
    "properties": {
        "amount": {"type": "number", "minimum": 0, "exclusiveMinimum": True, "multipleOf": 0.01},
        "currency": {"type": "string", "pattern": "^[A-Z]{3}$"},
    },
}


def validated_api(
    gateway: Gateway, *, body: bool = True, parameters: bool = True, **method: Any
) -> Api:
    api = gateway.rest_api()
    gateway.client.create_model(
        restApiId=api.id, name="Payment", contentType="application/json", schema=json.dumps(PAYMENT)
    )
    validator_id = gateway.client.create_request_validator(
        restApiId=api.id,
        name="all",
        validateRequestBody=body,
        validateRequestParameters=parameters,
    )["id"]
    method.setdefault("requestModels", {"application/json": "Payment"})
    api.method("/{id}", "POST", requestValidatorId=validator_id, **method)
    api.deploy()
    return api


@pytest.mark.parametrize("amount", [1, 19.99, 0.01, 1234567.89])
def test_a_body_that_fits_the_model_passes(gateway: Gateway, amount: float) -> None:
    api = validated_api(gateway)

    assert api.call("/7", "POST", body={"amount": amount, "currency": "EUR"}).status == 200


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{",
        "[]",
        "null",
        '"text"',
        '{"amount": 5}',
        '{"amount": "5", "currency": "EUR"}',
        '{"amount": 0, "currency": "EUR"}',
        '{"amount": 1.001, "currency": "EUR"}',
        '{"amount": NaN, "currency": "EUR"}',
        '{"amount": 1e400, "currency": "EUR"}',
        "[" * 100_000,
        '{"amount": 5, "currency": "eur"}',
        '{"amount": 5, "currency": "EUR", "more": 1}',
    ],
)
def test_a_body_that_does_not_is_a_bad_request(gateway: Gateway, body: str) -> None:
    answer = validated_api(gateway).call("/7", "POST", body=body)

    assert (answer.status, answer.body) == (400, b'{"message": "Invalid request body"}')
    assert answer.headers["x-amzn-errortype"] == "BadRequestException"
    assert gateway.functions.invocations == []


def test_the_model_is_chosen_by_content_type(gateway: Gateway) -> None:
    api = validated_api(gateway)
    wrong = "not json"

    def status(content_type: str) -> int:
        return api.call("/7", "POST", body=wrong, headers={"Content-Type": content_type}).status

    assert status("application/json; charset=utf-8") == 400
    assert status("text/plain") == 200


def test_a_default_model_stands_for_every_content_type(gateway: Gateway) -> None:
    api = validated_api(gateway, requestModels={"$default": "Payment"})

    answer = api.call("/7", "POST", body="x", headers={"Content-Type": "text/plain"})

    assert answer.status == 400


def test_models_refer_to_each_other(gateway: Gateway) -> None:
    api = gateway.rest_api()
    base = f"https://apigateway.amazonaws.com/restapis/{api.id}/models"
    amount = {"type": "number", "minimum": 1}
    outer = {"type": "object", "properties": {"amount": {"$ref": f"{base}/Amount"}}}
    for name, schema in (("Amount", amount), ("Outer", outer)):
        gateway.client.create_model(
            restApiId=api.id, name=name, contentType="application/json", schema=json.dumps(schema)
        )
    validator_id = gateway.client.create_request_validator(
        restApiId=api.id, name="body", validateRequestBody=True
    )["id"]
    api.method(
        "/",
        "POST",
        requestValidatorId=validator_id,
        requestModels={"application/json": "Outer"},
    )
    api.deploy()

    assert api.call("/", "POST", body={"amount": 1}).status == 200
    assert api.call("/", "POST", body={"amount": 0}).status == 400


def test_missing_and_blank_required_parameters_are_named(gateway: Gateway) -> None:
    api = validated_api(
        gateway,
        body=False,
        requestParameters={
            "method.request.header.X-Who": True,
            "method.request.querystring.page": True,
            "method.request.querystring.size": False,
            "method.request.path.id": True,
        },
    )

    assert api.call("/7?page=1", "POST", headers={"x-who": "me"}).status == 200
    answer = api.call("/7?page=%20", "POST")
    assert answer.body == b'{"message": "Missing required request parameters: [X-Who, page]"}'
    assert answer.status == 400


def test_without_a_validator_nothing_is_checked(gateway: Gateway) -> None:
    api = gateway.rest_api()
    api.method("/", "POST", requestParameters={"method.request.header.X": True})
    api.deploy()

    assert api.call("/", "POST", body="{").status == 200


def test_a_validator_checks_only_what_it_is_for(gateway: Gateway) -> None:
    required = {"method.request.header.X": True}
    body_only = validated_api(gateway, parameters=False, requestParameters=required)
    parameters_only = validated_api(gateway, body=False, requestParameters=required)

    assert body_only.call("/7", "POST", body={"amount": 5, "currency": "EUR"}).status == 200
    assert parameters_only.call("/7", "POST", body="{", headers={"X": "1"}).status == 200


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("{}", 'object has missing required properties (["amount","currency"])'),
        (
            '{"amount": "5", "currency": "EUR"}',
            "instance type (string) does not match any allowed primitive type "
            '(allowed: ["integer","number"])',
        ),
        (
            '{"amount": 0, "currency": "EUR"}',
            "numeric instance is not strictly greater than the required minimum 0",
        ),
        (
            '{"amount": 5, "currency": "EUR", "b": 1, "a": 2}',
            'object instance has properties which are not allowed by the schema: ["a","b"]',
        ),
        (
            '{"amount": 5, "currency": "eur"}',
            'ECMA 262 regex "^[A-Z]{3}$" does not match input string "eur"',
        ),
        (
            '{"amount": 5.005, "currency": "EUR"}',
            "numeric instance is not a multiple of 0.01 (remainder: 0.005)",
        ),
        ("{", "Unknown error parsing request body"),
    ],
)
def test_a_gateway_response_may_tell_what_is_wrong(
    gateway: Gateway, body: str, sentence: str
) -> None:
    api = validated_api(gateway)
    gateway.client.put_gateway_response(
        restApiId=api.id,
        responseType="BAD_REQUEST_BODY",
        responseTemplates={
            "application/json": '{"message": "Wrong: $context.error.validationErrorString"}'
        },
    )
    api.deploy()

    assert api.call("/7", "POST", body=body).document == {"message": f"Wrong: [{sentence}]"}

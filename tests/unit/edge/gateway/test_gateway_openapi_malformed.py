"""Definitions with parts in a form that no import can read."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.edge.gateway.a_full_definition import DEFINITION
from tests.unit.edge.gateway.in_process import Gateway, refusal


def definition(paths: Any = None, **members: Any) -> str:
    info = {"title": "pets", "version": "1"}
    return json.dumps({"openapi": "3.0.1", "info": info, "paths": paths or {}, **members})


@pytest.mark.parametrize(
    ("body", "warning"),
    [
        (
            definition({"/a": {"get": {"responses": "none"}}}),
            "Parse issue: attribute paths.'/a'(get).responses is not of type `object`",
        ),
        (
            definition({"/a": {"get": {"parameters": [{"$ref": "#/info/title"}]}}}),
            "Parse issue: attribute paths.'/a'(get).parameters is not of type `object`",
        ),
        (
            definition(servers=[{"url": "https://a.example"}, 7]),
            "Parse issue: attribute servers.1 is not of type `object`",
        ),
        (
            definition(**{"x-amazon-apigateway-minimum-compression-size": "large"}),
            "Parse issue: attribute x-amazon-apigateway-minimum-compression-size is not of type "
            "`integer`",
        ),
        (
            definition(**{"x-amazon-apigateway-gateway-responses": {"DEFAULT_4XX": ["x"]}}),
            "Parse issue: attribute x-amazon-apigateway-gateway-responses.DEFAULT_4XX is not of "
            "type `object`",
        ),
    ],
)
def test_an_attribute_of_another_type_is_left_out_and_told(
    gateway: Gateway, body: str, warning: str
) -> None:
    assert gateway.client.import_rest_api(body=body)["warnings"] == [warning]


def test_a_null_is_an_absent_attribute(gateway: Gateway) -> None:
    body = definition(
        {"/a": {"get": {"parameters": None, "responses": None}}}, components=None, security=None
    )

    assert "warnings" not in gateway.client.import_rest_api(body=body)


def test_a_malformed_integration_ends_the_import(gateway: Gateway) -> None:
    # The wording is the one reported for AWS in swagger-api/swagger-codegen#10450.
    integration = {"type": "aws", "uri": {"Fn::Sub": "arn"}, "httpMethod": "POST"}
    body = definition({"/a/b": {"get": {"x-amazon-apigateway-integration": integration}}})
    with pytest.raises(ClientError) as caught:
        gateway.client.import_rest_api(body=body)

    assert refusal(caught) == (
        "BadRequestException",
        "Unable to parse API definition because of a malformed integration at path /a/b",
    )
    assert gateway.client.get_rest_apis()["items"] == []


def test_a_model_that_cannot_be_is_told_where_it_is_used(gateway: Gateway) -> None:
    # As reported for AWS in awslabs/aws-api-gateway-developer-portal#571.
    model = {"type": "object", "properties": {"q": {"type": "string", "example": "dog"}}}
    body = {"in": "body", "name": "q", "schema": {"$ref": "#/definitions/SearchQuery"}}
    swagger = {
        "swagger": "2.0",
        "info": {"title": "search", "version": "1"},
        "paths": {"/search": {"post": {"parameters": [body], "responses": {}}}},
        "definitions": {"SearchQuery": model},
    }
    with pytest.raises(ClientError) as caught:
        gateway.client.import_rest_api(body=json.dumps(swagger))

    assert refusal(caught)[1] == (
        "Errors found during import:\n"
        "\tUnable to create model for 'SearchQuery': Invalid model specified: Validation Result: "
        "warnings : [], errors : [Invalid model schema specified. Unsupported keyword(s): "
        '["example"]]\n'
        "\tUnable to put method 'POST' on resource at path '/search': Invalid model identifier "
        "specified: null\n"
        "Additionally, these warnings were found:\n"
        "\tReference to model 'SearchQuery' not found. Ignoring."
    )


def test_openapi_3_loses_what_draft_4_has_not(gateway: Gateway) -> None:
    pet = {
        "type": "object",
        "nullable": True,
        "discriminator": {"propertyName": "kind"},
        "properties": {
            "example": {"type": "string", "example": "a", "readOnly": True},
            "kind": {"anyOf": [{"type": "string", "deprecated": True}, {"type": "null"}]},
        },
        "additionalProperties": {"type": "integer", "xml": {"name": "x"}},
    }
    api_id = gateway.client.import_rest_api(body=definition(components={"schemas": {"Pet": pet}}))
    found = gateway.client.get_model(restApiId=api_id["id"], modelName="Pet")

    assert json.loads(found["schema"]) == {
        "type": "object",
        "properties": {
            "example": {"type": "string"},
            "kind": {"anyOf": [{"type": "string"}, {"type": "null"}]},
        },
        "additionalProperties": {"type": "integer"},
    }


@pytest.mark.parametrize(
    "body",
    [
        # Nine lines that stand for a billion texts, and an anchor within itself.
        "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 9))
        + "openapi: 3.0.1\ninfo: {title: pets}\npaths: {}\n",
        "openapi: 3.0.1\ninfo: &info {title: pets, info: *info}\npaths: {}\n",
        "[" * 100_000,
        '{"a":' * 100_000,
    ],
)
def test_a_definition_without_end_is_refused(gateway: Gateway, body: str) -> None:
    with pytest.raises(ClientError) as caught:
        gateway.client.import_rest_api(body=body)

    assert refusal(caught) == ("BadRequestException", "Invalid OpenAPI input.")


def places(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if path:
        yield path
    if isinstance(node, dict):
        for name, item in node.items():
            yield from places(item, (*path, name))
    elif isinstance(node, list):
        for number, item in enumerate(node):
            yield from places(item, (*path, number))


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=4,
)


def outcome(gateway: Gateway, body: str) -> str | None:
    """The error of an import; what it makes is removed again."""
    try:
        api_id = gateway.client.import_rest_api(body=body)["id"]
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    gateway.client.delete_rest_api(restApiId=api_id)
    return None


@settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(place=st.sampled_from(list(places(DEFINITION))), junk=JUNK)
def test_nothing_in_a_definition_breaks_the_import(
    gateway: Gateway, place: tuple[Any, ...], junk: Any
) -> None:
    document = copy.deepcopy(DEFINITION)
    node: Any = document
    for step in place[:-1]:
        node = node[step]
    node[place[-1]] = junk

    assert outcome(gateway, json.dumps(document)) in (None, "BadRequestException")

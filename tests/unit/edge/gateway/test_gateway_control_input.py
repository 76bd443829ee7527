"""What the front end refuses before an operation begins.

The answers are those recorded on AWS in LocalStack's `test_apigateway_api.snapshot.json`.
"""

from __future__ import annotations

import json
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from tests.unit.edge.gateway.in_process import Api, Gateway, refusal, sender, shape

OPS = "Member must satisfy enum value set: [add, remove, move, test, replace, copy]"
TYPES = (
    "Value '[wrong]' at 'createRestApiInput.endpointConfiguration.types' failed to satisfy "
    "constraint: Member must satisfy constraint: [Member must satisfy enum value set: "
    "[PRIVATE, EDGE, REGIONAL]]"
)
ADDRESSES = (
    "Value 'wrong' at 'createRestApiInput.endpointConfiguration.ipAddressType' failed to satisfy "
    "constraint: Member must satisfy enum value set: [ipv4, dualstack]"
)


@pytest.fixture
def client(gateway: Gateway, aws_session: boto3.Session) -> Any:
    """A client that sends whatever it is told to."""
    unchecked = aws_session.client(
        "apigateway",
        endpoint_url="http://127.0.0.1:4566",
        config=Config(retries={"max_attempts": 0}, parameter_validation=False),
    )
    unchecked.meta.events.register("before-send.apigateway", sender(gateway))
    return unchecked


@pytest.fixture
def mock(gateway: Gateway) -> tuple[Api, dict[str, str]]:
    """An API with a method, and the members by which requests name the method."""
    api = gateway.rest_api()
    method = {"restApiId": api.id, "resourceId": api.root_id, "httpMethod": "GET"}
    gateway.client.put_method(**method, authorizationType="NONE")
    gateway.client.put_integration(**method, type="MOCK")
    gateway.client.put_method_response(**method, statusCode="200")
    return api, method


@pytest.mark.parametrize(
    ("endpoint", "message"),
    [
        ({"types": ["wrong"]}, f"1 validation error detected: {TYPES}"),
        ({"ipAddressType": "wrong"}, f"1 validation error detected: {ADDRESSES}"),
        (
            {"ipAddressType": "wrong", "types": ["wrong"]},
            f"2 validation errors detected: {TYPES}; {ADDRESSES}",
        ),
    ],
)
def test_every_value_outside_its_enumeration_is_told(
    client: Any, endpoint: dict[str, Any], message: str
) -> None:
    with pytest.raises(ClientError) as caught:
        client.create_rest_api(name="payments", description="", endpointConfiguration=endpoint)

    assert refusal(caught) == ("ValidationException", message)


def test_the_members_of_the_body_are_told_before_those_of_the_address(
    client: Any, mock: tuple[Api, dict[str, str]]
) -> None:
    with pytest.raises(ClientError) as caught:
        client.update_method_response(
            **mock[1],
            statusCode="wrong",
            patchOperations=[{"op": "add", "path": "/a"}, {"op": "wrong_op", "path": "/b"}],
        )

    assert refusal(caught) == (
        "ValidationException",
        "2 validation errors detected: Value 'wrong_op' at "
        "'updateMethodResponseInput.patchOperations.2.member.op' failed to satisfy constraint: "
        f"{OPS}; Value 'wrong' at 'statusCode' failed to satisfy constraint: "
        r"Member must satisfy regular expression pattern: [1-5]\d\d",
    )


def test_a_required_member_that_is_missing_is_told(client: Any) -> None:
    with pytest.raises(ClientError) as caught:
        client.create_rest_api(description="no name")

    assert refusal(caught) == (
        "ValidationException",
        "1 validation error detected: Value null at 'createRestApiInput.name' failed to satisfy "
        "constraint: Member must not be null",
    )


def test_a_value_in_the_query_is_named_without_the_input(gateway: Gateway, client: Any) -> None:
    with pytest.raises(ClientError) as caught:
        client.put_rest_api(restApiId=gateway.rest_api().id, mode="replace", body=b"{}")

    assert refusal(caught) == (
        "ValidationException",
        "1 validation error detected: Value 'replace' at 'mode' failed to satisfy constraint: "
        "Member must satisfy enum value set: [overwrite, merge]",
    )


@pytest.mark.parametrize(
    ("template", "kind"),
    [
        (True, "java.lang.Boolean"),
        (123, "com.amazon.coral.value.json.numbers.TruncatingBigNumber"),
    ],
)
def test_a_value_of_another_type_is_no_text(
    client: Any, mock: tuple[Api, dict[str, str]], template: Any, kind: str
) -> None:
    with pytest.raises(ClientError) as caught:
        client.put_integration_response(
            **mock[1], statusCode="200", responseTemplates={"application/json": template}
        )

    assert refusal(caught) == (
        "SerializationException",
        f"class {kind} can not be converted to an String",
    )


@pytest.mark.parametrize("template", [None, ""])
def test_a_template_without_a_text_is_null(
    client: Any, mock: tuple[Api, dict[str, str]], template: str | None
) -> None:
    answer = client.put_integration_response(
        **mock[1],
        statusCode="200",
        selectionPattern="",
        responseTemplates={"application/json": template},
    )

    assert shape(answer) == {
        "statusCode": "200",
        "selectionPattern": "",
        "responseTemplates": {"application/json": None},
    }


@pytest.mark.parametrize("body", [b": bad: yaml: [", b'{"bad": "json"', b"[]", b"\xff"])
def test_documentation_parts_come_out_of_definitions_only(gateway: Gateway, body: bytes) -> None:
    with pytest.raises(ClientError) as caught:
        gateway.client.import_documentation_parts(restApiId=gateway.rest_api().id, body=body)

    assert refusal(caught) == (
        "BadRequestException",
        "Unable to build importer with provided input.",
    )


def test_deleting_a_documentation_part_tells_a_missing_api(gateway: Gateway) -> None:
    api = gateway.rest_api()
    part = gateway.client.create_documentation_part(
        restApiId=api.id, location={"type": "API"}, properties=json.dumps({"description": "a"})
    )
    with pytest.raises(ClientError) as deleted:
        gateway.client.delete_documentation_part(
            restApiId="missing", documentationPartId=part["id"]
        )
    with pytest.raises(ClientError) as read:
        gateway.client.get_documentation_part(restApiId="missing", documentationPartId=part["id"])

    assert refusal(deleted)[1].startswith("Invalid API identifier specified ")
    assert refusal(read)[1] == "Invalid Documentation part identifier specified"

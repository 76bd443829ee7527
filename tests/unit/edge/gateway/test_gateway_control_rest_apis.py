from __future__ import annotations

import json
import re
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.unit.edge.gateway.in_process import (
    ACCOUNT,
    REGION,
    Gateway,
    patch,
    refusal,
    shape,
)


def test_a_new_api_has_the_defaults_of_aws(gateway: Gateway) -> None:
    created = gateway.client.create_rest_api(name="payments")
    answer = shape(created)

    assert created["ResponseMetadata"]["HTTPStatusCode"] == 201
    assert re.fullmatch("[a-z0-9]{10}", answer.pop("id"))
    assert re.fullmatch("[a-z0-9]{10}", answer.pop("rootResourceId"))
    assert answer.pop("createdDate").tzinfo is not None
    assert answer == {
        "name": "payments",
        "apiKeySource": "HEADER",
        "endpointConfiguration": {"types": ["EDGE"], "ipAddressType": "ipv4"},
        "disableExecuteApiEndpoint": False,
    }


def test_a_new_api_has_a_root_and_two_models(gateway: Gateway) -> None:
    api = gateway.rest_api()

    assert gateway.client.get_resources(restApiId=api.id)["items"] == [
        {"id": api.root_id, "path": "/"}
    ]
    models = gateway.client.get_models(restApiId=api.id)["items"]
    assert [model["name"] for model in models] == ["Empty", "Error"]


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"description": ""}, "Description cannot be an empty string"),
        (
            {"minimumCompressionSize": -1},
            "Invalid minimum compression size, must be between 0 and 10485760",
        ),
        (
            {"endpointConfiguration": {"types": []}},
            "REGIONAL Configuration and EDGE Configuration cannot be both DISABLED.",
        ),
        (
            {"endpointConfiguration": {"types": ["EDGE", "REGIONAL"]}},
            "Cannot create an api with multiple Endpoint Types.",
        ),
        (
            {"endpointConfiguration": {"types": ["PRIVATE"], "ipAddressType": "ipv4"}},
            "Only dualstack ipAddressType is supported for Private APIs.",
        ),
        ({"policy": "nonsense"}, "Invalid policy document. Please check the policy syntax."),
    ],
)
def test_what_aws_refuses_on_creation_is_refused(
    gateway: Gateway, parameters: dict[str, Any], message: str
) -> None:
    with pytest.raises(ClientError) as caught:
        gateway.client.create_rest_api(name="x", **parameters)
    assert refusal(caught) == ("BadRequestException", message)


def test_an_unknown_api_is_not_found_with_the_account(gateway: Gateway) -> None:
    with pytest.raises(ClientError) as caught:
        gateway.client.get_rest_api(restApiId="abc")
    assert refusal(caught) == (
        "NotFoundException",
        f"Invalid API identifier specified {ACCOUNT}:abc",
    )
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 404


def test_patches_change_an_api(gateway: Gateway) -> None:
    api = gateway.rest_api(description="old", binaryMediaTypes=["image/png"])

    changed = gateway.client.update_rest_api(
        restApiId=api.id,
        patchOperations=[
            patch("replace", "/name", "new"),
            patch("remove", "/description"),
            patch("add", "/binaryMediaTypes/image~1jpeg"),
            patch("remove", "/binaryMediaTypes/image~1png"),
            patch("replace", "/minimumCompressionSize", "10"),
            patch("replace", "/endpointConfiguration/types/EDGE", "REGIONAL"),
            patch("replace", "/apiKeySource", "AUTHORIZER"),
            patch("replace", "/disableExecuteApiEndpoint", "true"),
        ],
    )

    assert changed["name"] == "new"
    assert "description" not in changed
    assert changed["binaryMediaTypes"] == ["image/jpeg"]
    assert changed["minimumCompressionSize"] == 10
    assert changed["endpointConfiguration"]["types"] == ["REGIONAL"]
    assert changed["apiKeySource"] == "AUTHORIZER"
    assert changed["disableExecuteApiEndpoint"] is True
    assert changed["tags"] == {}
    assert shape(gateway.client.get_rest_api(restApiId=api.id)) == shape(changed)


@pytest.mark.parametrize(
    ("operation", "message"),
    [
        (patch("replace", "/binaryMediaTypes", "x"), "Invalid patch path /binaryMediaTypes"),
        (patch("replace", "/nothing", "x"), "Invalid patch path /nothing"),
        (
            patch("remove", "/minimumCompressionSize"),
            "Invalid patch operation specified. Must be one of: [replace]",
        ),
        (
            patch("replace", "/minimumCompressionSize", "many"),
            "Invalid minimum compression size, must be between 0 and 10485760",
        ),
        (
            patch("replace", "/endpointConfiguration/ipAddressType", "wrong"),
            "ipAddressType must be either ipv4 or dualstack.",
        ),
    ],
)
def test_wrong_patches_are_refused_and_change_nothing(
    gateway: Gateway, operation: dict[str, str], message: str
) -> None:
    api = gateway.rest_api()
    with pytest.raises(ClientError) as caught:
        gateway.client.update_rest_api(
            restApiId=api.id, patchOperations=[patch("replace", "/name", "other"), operation]
        )
    assert refusal(caught) == ("BadRequestException", message)
    assert gateway.client.get_rest_api(restApiId=api.id)["name"] == "payments"


def test_a_policy_comes_back_escaped_with_its_arns_whole(gateway: Gateway) -> None:
    document = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": "*",
                "Action": "execute-api:Invoke",
                "Resource": "execute-api:/*",
            }
        ],
    }
    api = gateway.rest_api(policy=json.dumps(document))

    policy = gateway.client.get_rest_api(restApiId=api.id)["policy"]

    unescaped = json.loads(json.loads(f'"{policy}"'))
    assert unescaped["Statement"][0]["Resource"] == (
        f"arn:aws:execute-api:{REGION}:{ACCOUNT}:{api.id}/*"
    )


def test_deleting_an_api_takes_everything_along(gateway: Gateway) -> None:
    api = gateway.rest_api()
    api.method("/")
    api.deploy()
    plan = gateway.client.create_usage_plan(
        name="plan", apiStages=[{"apiId": api.id, "stage": "dev"}]
    )
    assert gateway.service.owns(api.id)

    answer = gateway.client.delete_rest_api(restApiId=api.id)

    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 202
    assert not gateway.service.owns(api.id)
    assert api.call("/").status == 403
    assert gateway.client.get_usage_plan(usagePlanId=plan["id"])["apiStages"] == []


def test_lists_come_in_pages(gateway: Gateway) -> None:
    made = [gateway.rest_api().id for _ in range(5)]

    first = gateway.client.get_rest_apis(limit=2)
    pages = gateway.client.get_paginator("get_rest_apis").paginate(PaginationConfig={"PageSize": 2})

    assert [item["id"] for item in first["items"]] == made[:2]
    assert [item["id"] for page in pages for item in page["items"]] == made
    with pytest.raises(ClientError, match="Invalid position"):
        gateway.client.get_rest_apis(position="?")


def test_tags_are_kept_by_arn(gateway: Gateway) -> None:
    api = gateway.rest_api(tags={"a": "1"})
    api.method("/")
    api.deploy()
    key = gateway.client.create_api_key(name="k")
    plan = gateway.client.create_usage_plan(name="p")
    prefix = f"arn:aws:apigateway:{REGION}::"

    for path in (
        f"/restapis/{api.id}",
        f"/restapis/{api.id}/stages/dev",
        f"/apikeys/{key['id']}",
        f"/usageplans/{plan['id']}",
    ):
        arn = f"{prefix}{path}"
        gateway.client.tag_resource(resourceArn=arn, tags={"b": "2", "c": "3"})
        gateway.client.untag_resource(resourceArn=arn, tagKeys=["c", "a"])
        assert gateway.client.get_tags(resourceArn=arn)["tags"] == {"b": "2"}
    assert gateway.client.get_rest_api(restApiId=api.id)["tags"] == {"b": "2"}
    with pytest.raises(ClientError, match="NotFoundException"):
        gateway.client.get_tags(resourceArn=f"{prefix}/restapis/nothing")


def test_accounts_do_not_see_each_others_apis(gateway: Gateway) -> None:
    api = gateway.rest_api()
    store = gateway.service._store

    assert store.state("444455556666", REGION).rest_apis == {}
    assert store.state(ACCOUNT, "us-west-2").rest_apis == {}
    assert list(store.state(ACCOUNT, REGION).rest_apis) == [api.id]


def test_an_operation_that_is_not_there_names_itself(gateway: Gateway) -> None:
    with pytest.raises(ClientError, match="GetSdkTypes of apigateway is not implemented"):
        gateway.client.get_sdk_types()


def test_an_operation_that_is_none_is_refused_by_its_place(gateway: Gateway) -> None:
    api = gateway.rest_api()
    operations = [patch("replace", "/name", "a"), patch("change", "/name", "b")]
    with pytest.raises(ClientError) as caught:
        gateway.client.update_rest_api(restApiId=api.id, patchOperations=operations)

    assert refusal(caught) == (
        "ValidationException",
        "1 validation error detected: Value 'change' at "
        "'updateRestApiInput.patchOperations.2.member.op' failed to satisfy constraint: Member "
        "must satisfy enum value set: [add, remove, move, test, replace, copy]",
    )


def test_what_replaces_a_binary_media_type_stands_at_the_end(gateway: Gateway) -> None:
    # As recorded in LocalStack's `test_apigateway_api.snapshot.json`.
    api = gateway.rest_api(binaryMediaTypes=["image/png", "image/jpeg"])
    changed = gateway.client.update_rest_api(
        restApiId=api.id,
        patchOperations=[patch("replace", "/binaryMediaTypes/image~1png", "image/gif")],
    )

    assert changed["binaryMediaTypes"] == ["image/jpeg", "image/gif"]


def test_a_position_that_is_none_is_refused(gateway: Gateway) -> None:
    with pytest.raises(ClientError) as caught:
        gateway.client.get_rest_apis(position="\u00e9")

    assert refusal(caught) == ("BadRequestException", "Invalid position specified")

from __future__ import annotations

import re
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.unit.edge.gateway.in_process import (
    POOL_ARN,
    Api,
    Gateway,
    integration_uri,
    patch,
    refusal,
    shape,
)


@pytest.fixture
def api(gateway: Gateway) -> Api:
    return gateway.rest_api()


def test_a_cognito_authorizer_has_the_defaults_of_aws(gateway: Gateway, api: Api) -> None:
    made = gateway.client.create_authorizer(
        restApiId=api.id, name="users", type="COGNITO_USER_POOLS", providerARNs=[POOL_ARN]
    )

    assert re.fullmatch("[a-z0-9]{6}", made["id"])
    assert shape(made) == {
        "id": made["id"],
        "name": "users",
        "type": "COGNITO_USER_POOLS",
        "providerARNs": [POOL_ARN],
        "authType": "cognito_user_pools",
        "identitySource": "method.request.header.Authorization",
        "authorizerResultTtlInSeconds": 300,
    }


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"type": "COGNITO_USER_POOLS"}, "at least one Cognito user pool ARN"),
        ({"type": "COGNITO_USER_POOLS", "providerARNs": ["x"]}, "Invalid Cognito User Pool ARN: x"),
        ({"type": "TOKEN", "authorizerUri": "x"}, "Invalid Authorizer URI"),
        (
            {"type": "REQUEST", "authorizerUri": integration_uri()},
            "Identity source is required when caching is enabled",
        ),
        (
            {
                "type": "TOKEN",
                "authorizerUri": integration_uri(),
                "authorizerResultTtlInSeconds": 3601,
            },
            "TTL must be between 0 and 3600",
        ),
    ],
)
def test_wrong_authorizers_are_refused(
    gateway: Gateway, api: Api, parameters: dict[str, Any], message: str
) -> None:
    with pytest.raises(ClientError, match=message):
        gateway.client.create_authorizer(restApiId=api.id, name="a", **parameters)


def test_an_authorizer_in_use_stays(gateway: Gateway, api: Api) -> None:
    made = gateway.client.create_authorizer(
        restApiId=api.id, name="users", type="COGNITO_USER_POOLS", providerARNs=[POOL_ARN]
    )
    api.method("/x", "GET", authorizationType="COGNITO_USER_POOLS", authorizerId=made["id"])

    with pytest.raises(ClientError, match=r"ConflictException.*/x/GET"):
        gateway.client.delete_authorizer(restApiId=api.id, authorizerId=made["id"])


def test_patches_change_an_authorizer(gateway: Gateway, api: Api) -> None:
    made = gateway.client.create_authorizer(
        restApiId=api.id, name="users", type="COGNITO_USER_POOLS", providerARNs=[POOL_ARN]
    )
    other = POOL_ARN.replace("pool1", "pool2")

    changed = gateway.client.update_authorizer(
        restApiId=api.id,
        authorizerId=made["id"],
        patchOperations=[
            patch("add", "/providerARNs", other),
            patch("remove", "/providerARNs", POOL_ARN),
            patch("replace", "/name", "people"),
            patch("replace", "/authorizerResultTtlInSeconds", "60"),
        ],
    )

    assert changed["providerARNs"] == [other]
    assert (changed["name"], changed["authorizerResultTtlInSeconds"]) == ("people", 60)


@pytest.mark.parametrize(
    ("uri", "refused"),
    [
        ("not-an-arn", ("BadRequestException", "Invalid Authorizer URI: not-an-arn")),
        (
            integration_uri(),
            (
                "ConflictException",
                "Unable to complete operation due to concurrent modification. "
                "Please try again later.",
            ),
        ),
    ],
)
def test_the_uri_is_looked_at_before_the_api(
    gateway: Gateway, uri: str, refused: tuple[str, str]
) -> None:
    # As LocalStack's `test_apigateway_api.py` notes of AWS.
    with pytest.raises(ClientError) as caught:
        gateway.client.create_authorizer(
            restApiId="missing", name="token", type="TOKEN", authorizerUri=uri
        )

    assert refusal(caught) == refused

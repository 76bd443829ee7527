from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from tests.unit.edge.gateway.in_process import (
    ACCOUNT,
    Api,
    Gateway,
    patch,
    refusal,
    shape,
)


@pytest.fixture
def api(gateway: Gateway) -> Api:
    return gateway.rest_api()


def test_gateway_responses_have_aws_defaults_until_they_are_set(gateway: Gateway, api: Api) -> None:
    client = gateway.client
    place = {"restApiId": api.id, "responseType": "MISSING_AUTHENTICATION_TOKEN"}
    default = {
        "responseType": "MISSING_AUTHENTICATION_TOKEN",
        "statusCode": "403",
        "responseParameters": {},
        "responseTemplates": {"application/json": '{"message":$context.error.messageString}'},
        "defaultResponse": True,
    }

    assert shape(client.get_gateway_response(**place)) == default
    assert len(client.get_gateway_responses(restApiId=api.id)["items"]) == 21
    put = client.put_gateway_response(**place, statusCode="404")
    assert shape(put) == {**default, "statusCode": "404", "defaultResponse": False}
    client.delete_gateway_response(**place)
    assert shape(client.get_gateway_response(**place)) == default
    with pytest.raises(ClientError, match="Gateway response type not defined on api"):
        client.delete_gateway_response(**place)


def test_responses_take_after_the_default_of_their_family(gateway: Gateway, api: Api) -> None:
    client = gateway.client
    client.put_gateway_response(
        restApiId=api.id,
        responseType="DEFAULT_5XX",
        statusCode="599",
        responseParameters={"gatewayresponse.header.x": "'y'"},
    )

    found = client.get_gateway_response(restApiId=api.id, responseType="INTEGRATION_TIMEOUT")

    assert found["statusCode"] == "599"
    assert found["responseParameters"] == {"gatewayresponse.header.x": "'y'"}
    assert found["defaultResponse"] is True


@pytest.mark.parametrize(
    ("operation", "code", "message"),
    [
        (patch("add", "/statusCode", "4"), "BadRequestException", "Invalid patch path /statusCode"),
        (patch("replace", "/x", "4"), "BadRequestException", "Invalid patch path /x"),
        (
            patch("replace", "/responseTemplates/text~1plain", "x"),
            "NotFoundException",
            "Invalid parameter name specified",
        ),
        (
            patch("replace", "/responseTemplates/application~1json"),
            "BadRequestException",
            "Invalid null or empty value in responseTemplates",
        ),
    ],
)
def test_wrong_patches_of_a_gateway_response_are_refused(
    gateway: Gateway, api: Api, operation: dict[str, str], code: str, message: str
) -> None:
    with pytest.raises(ClientError) as caught:
        gateway.client.update_gateway_response(
            restApiId=api.id, responseType="DEFAULT_4XX", patchOperations=[operation]
        )
    assert refusal(caught) == (code, message)


def test_the_account_has_its_settings(gateway: Gateway) -> None:
    role = f"arn:aws:iam::{ACCOUNT}:role/gateway-logs"
    gateway.engine.roles.add("gateway-logs")
    expected = {
        "throttleSettings": {"burstLimit": 5000, "rateLimit": 10000.0},
        "features": ["UsagePlans"],
        "apiKeyVersion": "4",
    }

    assert shape(gateway.client.get_account()) == expected
    changed = gateway.client.update_account(
        patchOperations=[patch("replace", "/cloudwatchRoleArn", role)]
    )
    assert shape(changed) == {**expected, "cloudwatchRoleArn": role}
    cleared = gateway.client.update_account(
        patchOperations=[patch("replace", "/cloudwatchRoleArn", "")]
    )
    assert shape(cleared) == expected

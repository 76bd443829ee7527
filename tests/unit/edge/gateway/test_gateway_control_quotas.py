"""How much of a thing there may be.

The numbers are those of "Quotas for configuring and running a REST API in API Gateway", the wording
is the one reported for AWS in boto/boto3#1296.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.unit.edge.gateway.in_process import POOL_ARN, Gateway, patch, refusal


def message(name: str) -> tuple[str, str]:
    return (
        "LimitExceededException",
        f"Maximum number of {name} for this API has been reached.  "
        f"Please contact AWS if you need additional {name}.",
    )


def definition(paths: int = 0, authorizers: int = 0) -> bytes:
    schemes = {
        f"pool{number}": {
            "type": "apiKey",
            "name": "Authorization",
            "in": "header",
            "x-amazon-apigateway-authorizer": {
                "type": "cognito_user_pools",
                "providerARNs": [POOL_ARN],
            },
        }
        for number in range(authorizers)
    }
    document = {
        "openapi": "3.0.1",
        "info": {"title": "many", "version": "1"},
        "paths": {f"/p{number}": {} for number in range(paths)},
        "components": {"securitySchemes": schemes},
    }
    return json.dumps(document).encode()


def test_an_api_has_ten_stages(gateway: Gateway) -> None:
    api = gateway.rest_api()
    api.method()
    deployment = api.deploy("s0")
    for number in range(1, 10):
        gateway.client.create_stage(
            restApiId=api.id, stageName=f"s{number}", deploymentId=deployment
        )
    for create in (
        lambda: gateway.client.create_stage(
            restApiId=api.id, stageName="s10", deploymentId=deployment
        ),
        lambda: api.deploy("s10"),
    ):
        with pytest.raises(ClientError) as caught:
            create()
        assert refusal(caught) == message("Stages")
        assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 429

    api.deploy("s9")
    assert len(gateway.client.get_deployments(restApiId=api.id)["items"]) == 2


def test_an_api_has_ten_authorizers(gateway: Gateway) -> None:
    api = gateway.rest_api()

    def create(number: int) -> Any:
        return gateway.client.create_authorizer(
            restApiId=api.id,
            name=f"pool{number}",
            type="COGNITO_USER_POOLS",
            providerARNs=[POOL_ARN],
        )

    for number in range(10):
        create(number)
    with pytest.raises(ClientError) as caught:
        create(10)

    assert refusal(caught) == message("Authorizers")


@pytest.mark.parametrize(
    ("body", "name"),
    [(definition(paths=300), "Resources"), (definition(authorizers=11), "Authorizers")],
)
def test_an_import_ends_where_a_quota_is_reached(gateway: Gateway, body: bytes, name: str) -> None:
    with pytest.raises(ClientError) as caught:
        gateway.client.import_rest_api(body=body)

    assert refusal(caught) == message(name)
    assert gateway.client.get_rest_apis()["items"] == []


def test_as_many_as_the_quota_can_be_imported_again_and_again(gateway: Gateway) -> None:
    body = definition(paths=299, authorizers=10)
    api_id = gateway.client.import_rest_api(body=body)["id"]
    for mode in ("merge", "overwrite"):
        gateway.client.put_rest_api(restApiId=api_id, mode=mode, body=body)

    assert len(gateway.client.get_resources(restApiId=api_id, limit=500)["items"]) == 300


def test_a_key_is_in_ten_usage_plans(gateway: Gateway) -> None:
    client = gateway.client
    key = client.create_api_key(name="key")["id"]
    plans = [client.create_usage_plan(name=f"plan{number}")["id"] for number in range(11)]
    for plan in plans[:10]:
        client.create_usage_plan_key(usagePlanId=plan, keyId=key, keyType="API_KEY")
    with pytest.raises(ClientError) as caught:
        client.create_usage_plan_key(usagePlanId=plans[10], keyId=key, keyType="API_KEY")

    assert refusal(caught)[0] == "LimitExceededException"


def test_models_templates_and_policies_have_a_largest_size(gateway: Gateway) -> None:
    api = gateway.rest_api()
    method = {"restApiId": api.id, "resourceId": api.root_id, "httpMethod": "GET"}
    gateway.client.put_method(**method, authorizationType="NONE")
    schema = json.dumps({"type": "object", "description": "x" * 400 * 1024})
    policy = json.dumps({"Version": "2012-10-17", "Statement": [], "Id": "x" * 8192})
    too_large: tuple[Callable[[], Any], ...] = (
        lambda: gateway.client.create_model(
            restApiId=api.id, name="Large", contentType="application/json", schema=schema
        ),
        lambda: gateway.client.put_integration(
            **method, type="MOCK", requestTemplates={"application/json": "x" * 300 * 1025}
        ),
        lambda: gateway.client.update_rest_api(
            restApiId=api.id, patchOperations=[patch("replace", "/policy", policy)]
        ),
        lambda: gateway.client.import_rest_api(body=b" " * 6 * 1024 * 1025),
    )
    for call in too_large:
        with pytest.raises(ClientError) as caught:
            call()
        assert refusal(caught)[0] == "BadRequestException"
        assert "exceeds the limit of" in refusal(caught)[1]


def test_stage_variables_are_limited(gateway: Gateway) -> None:
    api = gateway.rest_api()
    api.method()
    api.deploy("dev")
    for variables in (
        {"x" * 65: "1"},
        {"x": "1" * 513},
        {f"x{number}": "1" for number in range(101)},
    ):
        with pytest.raises(ClientError) as caught:
            api.deploy("other", variables=variables)
        assert refusal(caught)[0] == "BadRequestException"

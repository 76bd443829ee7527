from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.unit.edge.gateway.in_process import (
    Api,
    Gateway,
    patch,
    refusal,
    shape,
)


@pytest.fixture
def api(gateway: Gateway) -> Api:
    return gateway.rest_api()


def test_an_api_without_methods_or_integrations_is_not_deployed(gateway: Gateway, api: Api) -> None:
    with pytest.raises(ClientError, match="The REST API doesn't contain any methods"):
        api.deploy()
    gateway.client.put_method(
        restApiId=api.id, resourceId=api.root_id, httpMethod="GET", authorizationType="NONE"
    )
    with pytest.raises(ClientError, match="No integration defined for method"):
        api.deploy()


def test_a_deployment_that_a_stage_serves_stays(gateway: Gateway, api: Api) -> None:
    api.method("/")
    deployment_id = api.deploy()

    with pytest.raises(ClientError) as caught:
        gateway.client.delete_deployment(restApiId=api.id, deploymentId=deployment_id)

    assert refusal(caught) == (
        "BadRequestException",
        "Active stages pointing to this deployment must be moved or deleted",
    )
    gateway.client.delete_stage(restApiId=api.id, stageName="dev")
    gateway.client.delete_deployment(restApiId=api.id, deploymentId=deployment_id)
    assert gateway.client.get_deployments(restApiId=api.id)["items"] == []


def test_a_deployment_tells_its_methods_when_asked(gateway: Gateway, api: Api) -> None:
    api.method("/x", "POST", apiKeyRequired=True)
    deployment_id = api.deploy()

    found = gateway.client.get_deployment(
        restApiId=api.id, deploymentId=deployment_id, embed=["apisummary"]
    )

    assert found["apiSummary"] == {
        "/x": {"POST": {"authorizationType": "NONE", "apiKeyRequired": True}}
    }


def test_a_stage_has_the_defaults_of_aws(gateway: Gateway, api: Api) -> None:
    api.method("/")
    deployment_id = api.deploy("other")
    place = {"restApiId": api.id, "stageName": "s1"}
    made = shape(gateway.client.create_stage(**place, deploymentId=deployment_id))

    assert made.pop("createdDate") == made.pop("lastUpdatedDate")
    assert made == {
        "stageName": "s1",
        "deploymentId": deployment_id,
        "cacheClusterEnabled": False,
        "cacheClusterStatus": "NOT_AVAILABLE",
        "methodSettings": {},
        "tracingEnabled": False,
    }
    with pytest.raises(ClientError) as caught:
        gateway.client.create_stage(**place, deploymentId=deployment_id)
    assert refusal(caught) == ("ConflictException", "Stage already exists")


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"deploymentId": "nothing"}, "Deployment id does not exist"),
        ({"stageName": "a b"}, "Stage name only allows a-zA-Z0-9_-"),
        ({"variables": {"a-b": "x"}}, "Invalid stage variable name"),
        ({"variables": {"a": "x y"}}, "Invalid stage variable value"),
        ({"canarySettings": {"deploymentId": "nothing"}}, "Deployment id does not exist"),
    ],
)
def test_wrong_stages_are_refused(
    gateway: Gateway, api: Api, parameters: dict[str, Any], message: str
) -> None:
    api.method("/")
    stage = {"stageName": "s1", "deploymentId": api.deploy("other"), **parameters}
    with pytest.raises(ClientError, match=message):
        gateway.client.create_stage(restApiId=api.id, **stage)


def test_patches_change_a_stage(gateway: Gateway, api: Api) -> None:
    api.method("/")
    api.deploy()

    changed = gateway.client.update_stage(
        restApiId=api.id,
        stageName="dev",
        patchOperations=[
            patch("replace", "/description", "stage new"),
            patch("replace", "/variables/var1", "test"),
            patch("replace", "/tracingEnabled", "true"),
            patch("replace", "/*/*/throttling/burstLimit", "123"),
            patch("replace", "/*/*/caching/enabled", "true"),
        ],
    )

    assert changed["methodSettings"] == {
        "*/*": {
            "cacheDataEncrypted": False,
            "cacheTtlInSeconds": 300,
            "cachingEnabled": True,
            "dataTraceEnabled": False,
            "metricsEnabled": False,
            "requireAuthorizationForCacheControl": True,
            "throttlingBurstLimit": 123,
            "throttlingRateLimit": 10000.0,
            "unauthorizedCacheControlHeaderStrategy": "SUCCEED_WITH_RESPONSE_HEADER",
        }
    }
    assert changed["variables"] == {"var1": "test"}
    assert changed["tracingEnabled"] is True
    removed = gateway.client.update_stage(
        restApiId=api.id,
        stageName="dev",
        patchOperations=[patch("remove", "/*/*"), patch("remove", "/variables/var1")],
    )
    assert removed["methodSettings"] == {}
    assert "variables" not in removed


def test_a_wrong_patch_of_a_stage_lists_the_right_ones(gateway: Gateway, api: Api) -> None:
    api.method("/")
    api.deploy()
    with pytest.raises(ClientError) as caught:
        gateway.client.update_stage(
            restApiId=api.id,
            stageName="dev",
            patchOperations=[patch("replace", "/tags/tag1", "value")],
        )
    code, message = refusal(caught)
    assert code == "BadRequestException"
    assert message.startswith(
        "Invalid method setting path: /tags/tag1. Must be one of: [/deploymentId, /description, "
    )


def test_stages_are_listed_by_deployment(gateway: Gateway, api: Api) -> None:
    api.method("/")
    first, second = api.deploy("one"), api.deploy("two")

    def names(**query: str) -> list[str]:
        found = gateway.client.get_stages(restApiId=api.id, **query)["item"]
        return [stage["stageName"] for stage in found]

    assert names() == ["one", "two"]
    assert (names(deploymentId=first), names(deploymentId=second)) == (["one"], ["two"])

"""Canary releases of stages, by the rows of AWS's recorded answers."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.unit.edge.gateway.in_process import Api, Gateway, patch, refusal, shape

CANARY = {"percentTraffic": 50, "stageVariableOverrides": {"testVar": "canary"}}


@pytest.fixture
def api(gateway: Gateway) -> Api:
    made = gateway.rest_api()
    made.method("/")
    made.deploy("dev", variables={"testVar": "default"})
    return made


def stage(api: Api) -> dict[str, Any]:
    return shape(api.gateway.client.get_stage(restApiId=api.id, stageName="dev"))


def update(api: Api, *operations: dict[str, str]) -> dict[str, Any]:
    return shape(
        api.gateway.client.update_stage(
            restApiId=api.id, stageName="dev", patchOperations=list(operations)
        )
    )


def test_a_canary_deployment_leaves_the_stage_as_it_was(api: Api) -> None:
    before = stage(api)
    deployment_id = api.deploy("dev", canarySettings=CANARY)

    after = stage(api)
    assert after.pop("canarySettings") == {
        "deploymentId": deployment_id,
        "percentTraffic": 50.0,
        "stageVariableOverrides": {"testVar": "canary"},
        "useStageCache": False,
    }
    assert after == before


@pytest.mark.parametrize(
    ("stage_name", "message"),
    [
        (
            None,
            "Non null and non empty stageName must be provided for canary deployment. "
            "Provided value is null",
        ),
        (
            "missing",
            "Stage missing must already be created before making a canary release deployment",
        ),
    ],
)
def test_a_canary_deployment_needs_a_stage(api: Api, stage_name: str | None, message: str) -> None:
    named = {} if stage_name is None else {"stageName": stage_name}
    with pytest.raises(ClientError) as caught:
        api.gateway.client.create_deployment(restApiId=api.id, canarySettings=CANARY, **named)

    assert refusal(caught) == (
        "BadRequestException",
        f"Invalid deployment content specified.{message}",
    )


def test_a_patch_makes_a_canary_that_nothing_goes_to(api: Api) -> None:
    second = api.gateway.client.create_deployment(restApiId=api.id)["id"]
    answer = update(api, patch("replace", "/canarySettings/deploymentId", second))

    assert answer["canarySettings"] == {
        "deploymentId": second,
        "percentTraffic": 0.0,
        "useStageCache": False,
    }


def test_a_canary_without_a_deployment_takes_the_stages(api: Api) -> None:
    answer = update(api, patch("replace", "/canarySettings/percentTraffic", "50"))

    assert answer["canarySettings"]["deploymentId"] == answer["deploymentId"]


def test_a_canarys_variables_are_patched_by_name(api: Api) -> None:
    api.deploy("dev", canarySettings=CANARY)
    path = "/canarySettings/stageVariableOverrides/testVar"
    answer = update(api, patch("replace", path, "updated"))

    assert answer["canarySettings"]["stageVariableOverrides"] == {"testVar": "updated"}


def test_a_canary_can_be_removed(api: Api) -> None:
    api.deploy("dev", canarySettings=CANARY)

    assert "canarySettings" not in update(api, patch("remove", "/canarySettings"))


def test_a_canarys_deployment_is_replaced_not_added(api: Api) -> None:
    # As recorded in LocalStack's `test_apigateway_canary.snapshot.json`.
    second = api.gateway.client.create_deployment(restApiId=api.id)["id"]
    with pytest.raises(ClientError) as caught:
        update(api, patch("add", "/canarySettings/deploymentId", second))

    assert refusal(caught) == (
        "BadRequestException",
        "Invalid add operation with path: /canarySettings/deploymentId",
    )


@pytest.mark.parametrize("name", ["stageVariableOverrides", "badPath"])
def test_parts_of_a_canary_cannot_be_removed(api: Api, name: str) -> None:
    api.deploy("dev", canarySettings=CANARY)
    with pytest.raises(ClientError) as caught:
        update(api, patch("remove", f"/canarySettings/{name}"))

    assert refusal(caught) == (
        "BadRequestException",
        f"Cannot remove method setting canarySettings/{name} because there is no method setting "
        "for this method ",
    )


@pytest.mark.parametrize("path", ["/canarySettings", "/canarySettings/badPath"])
def test_a_path_that_a_canary_does_not_have_is_refused(api: Api, path: str) -> None:
    api.deploy("dev", canarySettings=CANARY)
    with pytest.raises(ClientError) as caught:
        update(api, patch("replace", path, "x"))

    code, message = refusal(caught)
    assert code == "BadRequestException"
    assert message.startswith(f"Invalid method setting path: {path}. Must be one of: [")


def test_a_canary_is_promoted_by_copies(api: Api) -> None:
    second = api.deploy("dev", canarySettings=CANARY)
    answer = update(
        api,
        {"op": "copy", "from": "/canarySettings/deploymentId", "path": "/deploymentId"},
        {"op": "copy", "from": "/canarySettings/stageVariableOverrides", "path": "/variables"},
        patch("remove", "/canarySettings"),
    )

    assert (answer["deploymentId"], answer["variables"]) == (second, {"testVar": "canary"})


@pytest.mark.parametrize(("percent", "serves"), [(0, "default"), (100, "canary")])
def test_requests_go_to_the_canary_by_its_share(api: Api, percent: int, serves: str) -> None:
    second = api.deploy("dev", canarySettings={**CANARY, "percentTraffic": percent})
    first = stage(api)["deploymentId"]
    for _ in range(5):
        assert api.call("/").status == 200

    events = api.gateway.functions.events
    assert {event["stageVariables"]["testVar"] for event in events} == {serves}
    deployments = {event["requestContext"]["deploymentId"] for event in events}
    assert deployments == {second if serves == "canary" else first}


def test_a_deployment_of_a_canary_stays(api: Api) -> None:
    second = api.deploy("dev", canarySettings=CANARY)
    with pytest.raises(ClientError) as caught:
        api.gateway.client.delete_deployment(restApiId=api.id, deploymentId=second)

    assert refusal(caught)[0] == "BadRequestException"

from __future__ import annotations

import re
from collections.abc import Callable
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


def test_a_keys_value_is_told_where_it_is_asked_for(gateway: Gateway) -> None:
    made = gateway.client.create_api_key(name="client", enabled=True)

    assert re.fullmatch("[a-z0-9]{10}", made["id"])
    assert re.fullmatch("[A-Za-z0-9]{40}", made["value"])
    assert made["stageKeys"] == []
    assert "tags" not in made
    assert "value" not in gateway.client.get_api_key(apiKey=made["id"])
    shown = gateway.client.get_api_key(apiKey=made["id"], includeValue=True)
    assert (shown["value"], shown["tags"]) == (made["value"], {})
    listed = gateway.client.get_api_keys(nameQuery="cli", includeValues=True)["items"]
    assert [key["value"] for key in listed] == [made["value"]]
    assert gateway.client.get_api_keys(nameQuery="x")["items"] == []


def test_a_keys_value_is_long_enough_and_its_own(gateway: Gateway) -> None:
    gateway.client.create_api_key(value="v" * 20)
    for value, message in (("v" * 20, "API Key already exists"), ("short", "at least 20")):
        with pytest.raises(ClientError, match=message):
            gateway.client.create_api_key(value=value)


def test_a_usage_plan_shows_what_it_has(gateway: Gateway, api: Api) -> None:
    api.method("/")
    api.deploy()
    made = gateway.client.create_usage_plan(
        name="basic",
        apiStages=[{"apiId": api.id, "stage": "dev"}],
        throttle={"burstLimit": 1, "rateLimit": 2.0},
        quota={"limit": 10, "period": "DAY"},
    )

    assert shape(made) == {
        "id": made["id"],
        "name": "basic",
        "apiStages": [{"apiId": api.id, "stage": "dev"}],
        "throttle": {"burstLimit": 1, "rateLimit": 2.0},
        "quota": {"limit": 10, "offset": 0, "period": "DAY"},
    }
    assert gateway.client.get_usage_plan(usagePlanId=made["id"])["tags"] == {}


def test_patches_change_a_usage_plan(gateway: Gateway, api: Api) -> None:
    api.method("/")
    api.deploy()
    plan_id = gateway.client.create_usage_plan(name="basic")["id"]
    changed = gateway.client.update_usage_plan(
        usagePlanId=plan_id,
        patchOperations=[
            patch("add", "/apiStages", f"{api.id}:dev"),
            patch("replace", f"/apiStages/{api.id}:dev/throttle/~1pets/GET/rateLimit", "3"),
            patch("replace", f"/apiStages/{api.id}:dev/throttle//pets/GET/burstLimit", "4"),
            patch("replace", "/throttle/burstLimit", "100"),
            patch("replace", "/throttle/rateLimit", "200"),
            patch("add", "/quota/limit", "9"),
            patch("add", "/quota/period", "WEEK"),
        ],
    )

    assert changed["apiStages"] == [
        {
            "apiId": api.id,
            "stage": "dev",
            "throttle": {"/pets/GET": {"burstLimit": 4, "rateLimit": 3.0}},
        }
    ]
    assert changed["throttle"] == {"burstLimit": 100, "rateLimit": 200.0}
    assert changed["quota"] == {"limit": 9, "offset": 0, "period": "WEEK"}
    bare = gateway.client.update_usage_plan(
        usagePlanId=plan_id,
        patchOperations=[
            patch("remove", "/throttle"),
            patch("remove", "/quota"),
            patch("remove", "/apiStages", f"{api.id}:dev"),
        ],
    )
    assert shape(bare) == {"id": plan_id, "name": "basic", "apiStages": [], "tags": {}}


def test_a_plan_covers_only_stages_that_exist(gateway: Gateway) -> None:
    with pytest.raises(ClientError, match="API Stage not found: abc:dev"):
        gateway.client.create_usage_plan(name="p", apiStages=[{"apiId": "abc", "stage": "dev"}])


def test_a_plan_that_covers_a_stage_stays(gateway: Gateway, api: Api) -> None:
    api.method("/")
    api.deploy()
    plan_id = gateway.client.create_usage_plan(
        name="p", apiStages=[{"apiId": api.id, "stage": "dev"}]
    )["id"]

    with pytest.raises(ClientError, match="contains API Stages"):
        gateway.client.delete_usage_plan(usagePlanId=plan_id)


def test_keys_join_and_leave_a_plan(gateway: Gateway) -> None:
    client = gateway.client
    plan_id = client.create_usage_plan(name="p")["id"]
    key = client.create_api_key(name="client")
    place = {"usagePlanId": plan_id, "keyId": key["id"]}

    joined = client.create_usage_plan_key(**place, keyType="API_KEY")
    assert shape(joined) == {
        "id": key["id"],
        "type": "API_KEY",
        "value": key["value"],
        "name": "client",
    }
    assert shape(client.get_usage_plan_key(**place)) == shape(joined)
    assert len(client.get_usage_plan_keys(usagePlanId=plan_id)["items"]) == 1
    client.delete_usage_plan_key(**place)
    with pytest.raises(ClientError, match="NotFoundException"):
        client.get_usage_plan_key(**place)


def test_a_key_with_a_name_that_is_too_long_is_refused(gateway: Gateway) -> None:
    client = gateway.client
    key = client.create_api_key(name="k" * 1_024)["id"]
    refused: tuple[Callable[[], Any], ...] = (
        lambda: client.create_api_key(name="k" * 1_025),
        lambda: client.update_api_key(
            apiKey=key, patchOperations=[patch("replace", "/name", "k" * 1_025)]
        ),
    )
    for call in refused:
        with pytest.raises(ClientError) as caught:
            call()
        assert refusal(caught) == (
            "BadRequestException",
            "API Key name exceeds maximum size of 1024 characters",
        )


def test_a_key_for_a_stage_that_is_missing_is_refused(gateway: Gateway) -> None:
    api = gateway.rest_api()
    api.method()
    api.deploy()
    made = gateway.client.create_api_key(stageKeys=[{"restApiId": api.id, "stageName": "dev"}])
    with pytest.raises(ClientError) as caught:
        gateway.client.create_api_key(stageKeys=[{"restApiId": api.id}])

    assert made["stageKeys"] == [f"{api.id}/dev"]
    assert refusal(caught) == ("NotFoundException", "Invalid stage identifier specified")

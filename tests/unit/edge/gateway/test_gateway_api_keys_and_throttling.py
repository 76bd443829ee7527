from __future__ import annotations

from typing import Any

import pytest

from localtender.edge.gateway.data_plane import admission
from tests.unit.edge.gateway.in_process import Api, Gateway

KEY = "k" * 40


def keyed_api(gateway: Gateway, *, key: str = KEY, enabled: bool = True, **plan: Any) -> Api:
    api = gateway.rest_api()
    api.method("/", apiKeyRequired=True)
    api.method("/other", apiKeyRequired=True)
    api.method("/open")
    api.deploy()
    plan.setdefault("apiStages", [{"apiId": api.id, "stage": "dev"}])
    plan_id = gateway.client.create_usage_plan(name="basic", **plan)["id"]
    key_id = gateway.client.create_api_key(name="client", value=key, enabled=enabled)["id"]
    gateway.client.create_usage_plan_key(usagePlanId=plan_id, keyId=key_id, keyType="API_KEY")
    return api


def statuses(api: Api, times: int, path: str = "/") -> list[int]:
    return [api.call(path, headers={"x-api-key": KEY}).status for _ in range(times)]


def test_a_key_of_a_plan_that_covers_the_stage_passes(gateway: Gateway) -> None:
    api = keyed_api(gateway)

    assert api.call("/", headers={"X-API-Key": KEY}).status == 200
    identity = gateway.functions.events[0]["requestContext"]["identity"]
    assert identity["apiKey"] == KEY
    assert identity["apiKeyId"] == gateway.client.get_api_keys()["items"][0]["id"]


def test_without_a_known_key_it_is_forbidden(gateway: Gateway) -> None:
    api = keyed_api(gateway)

    for headers in ({}, {"x-api-key": "unknown"}, {"x-api-key": ""}):
        answer = api.call("/", headers=headers)
        assert (answer.status, answer.body) == (403, b'{"message":"Forbidden"}')
        assert answer.headers["x-amzn-errortype"] == "ForbiddenException"
    assert api.call("/open").status == 200


def test_a_disabled_key_is_forbidden_at_once(gateway: Gateway) -> None:
    api = keyed_api(gateway)
    key_id = gateway.client.get_api_keys()["items"][0]["id"]
    assert statuses(api, 1) == [200]

    gateway.client.update_api_key(
        apiKey=key_id, patchOperations=[{"op": "replace", "path": "/enabled", "value": "false"}]
    )

    assert statuses(api, 1) == [403]


def test_a_key_whose_plan_does_not_cover_the_stage_is_forbidden(gateway: Gateway) -> None:
    assert statuses(keyed_api(gateway, apiStages=[]), 1) == [403]


def test_a_plan_throttles_each_key_by_a_token_bucket(gateway: Gateway) -> None:
    api = keyed_api(gateway, throttle={"burstLimit": 2, "rateLimit": 1.0})

    assert statuses(api, 3) == [200, 200, 429]
    gateway.clock.seconds += 1.5
    assert statuses(api, 2) == [200, 429]
    answer = api.call("/", headers={"x-api-key": KEY})
    assert answer.body == b'{"message":"Too Many Requests"}'
    assert answer.headers["x-amzn-errortype"] == "TooManyRequestsException"


def test_a_plan_throttles_single_methods(gateway: Gateway) -> None:
    api = keyed_api(gateway)
    plan_id = gateway.client.get_usage_plans()["items"][0]["id"]
    path = f"/apiStages/{api.id}:dev/throttle/~1other/GET"
    gateway.client.update_usage_plan(
        usagePlanId=plan_id,
        patchOperations=[
            {"op": "replace", "path": f"{path}/burstLimit", "value": "1"},
            {"op": "replace", "path": f"{path}/rateLimit", "value": "1"},
        ],
    )

    assert statuses(api, 2, "/other") == [200, 429]
    assert statuses(api, 2) == [200, 200]


def test_a_quota_ends_with_its_period(gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    api = keyed_api(gateway, quota={"limit": 3, "offset": 1, "period": "DAY"})
    admitted: admission.Admission = gateway.service._execution._admission
    day = admitted.today()

    assert statuses(api, 3) == [200, 200, 429]
    answer = api.call("/", headers={"x-api-key": KEY})
    assert answer.body == b'{"message":"Limit Exceeded"}'
    assert answer.headers["x-amzn-errortype"] == "LimitExceededException"
    monkeypatch.setattr(admitted, "today", lambda: day.replace(year=day.year + 1))
    assert statuses(api, 4) == [200, 200, 200, 429]


@pytest.mark.parametrize("method_path", ["*/*", "~1open/GET", "open/GET"])
def test_a_stage_throttles_its_methods(gateway: Gateway, method_path: str) -> None:
    api = keyed_api(gateway)
    gateway.client.update_stage(
        restApiId=api.id,
        stageName="dev",
        patchOperations=[
            {"op": "replace", "path": f"/{method_path}/throttling/{name}", "value": "1"}
            for name in ("burstLimit", "rateLimit")
        ],
    )

    assert [api.call("/open").status for _ in range(2)] == [200, 429]

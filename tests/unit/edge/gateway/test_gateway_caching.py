"""A stage's cache, after "Cache settings for REST APIs in API Gateway" of the developer guide."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from tests.unit.edge.gateway.in_process import FUNCTION_ARN, Api, Gateway, integration_uri

MAX_AGE_0 = {"Cache-Control": "max-age=0"}


def cached_api(
    gateway: Gateway,
    verb: str = "GET",
    settings: dict[str, str] | None = None,
    prefix: str = "/*/*",
    **integration: Any,
) -> Api:
    """An API whose every answer is another number; settings are patches below `prefix`."""
    numbers = itertools.count(1)
    gateway.functions.handlers[FUNCTION_ARN] = lambda event: {"body": str(next(numbers))}
    api = gateway.rest_api()
    api.method("/pets/{id}", verb)
    gateway.client.put_integration(
        restApiId=api.id,
        resourceId=api.resource("/pets/{id}"),
        httpMethod=verb,
        type="AWS_PROXY",
        integrationHttpMethod="POST",
        uri=integration_uri(),
        **integration,
    )
    api.deploy(cacheClusterEnabled=True, cacheClusterSize="0.5")
    patch_stage(api, {f"{prefix}/caching/enabled": "true"})
    patch_stage(api, {f"{prefix}/{name}": value for name, value in (settings or {}).items()})
    return api


def patch_stage(api: Api, values: dict[str, str]) -> None:
    api.gateway.client.update_stage(
        restApiId=api.id,
        stageName="dev",
        patchOperations=[
            {"op": "replace", "path": path, "value": value} for path, value in values.items()
        ],
    )


def bodies(api: Api, *paths: str, **options: Any) -> list[str]:
    return [api.call(path, **options).body.decode() for path in paths]


def test_a_get_is_answered_from_the_cache_until_it_expires(gateway: Gateway) -> None:
    api = cached_api(gateway, settings={"caching/ttlInSeconds": "60"})

    assert bodies(api, "/pets/1", "/pets/1") == ["1", "1"]
    gateway.clock.seconds += 59
    assert bodies(api, "/pets/1") == ["1"]
    gateway.clock.seconds += 1
    assert bodies(api, "/pets/1") == ["2"]


def test_a_cached_response_has_the_requests_own_ids(gateway: Gateway) -> None:
    api = cached_api(gateway)
    first, second = api.call("/pets/1"), api.call("/pets/1")

    assert first.body == second.body
    assert second.headers["x-amzn-requestid"] == second.request.request_id
    assert first.headers["x-amz-apigw-id"] != second.headers["x-amz-apigw-id"]


def test_without_key_parameters_a_resource_has_one_entry(gateway: Gateway) -> None:
    assert bodies(cached_api(gateway), "/pets/1", "/pets/2?page=3") == ["1", "1"]


def test_key_parameters_tell_entries_apart(gateway: Gateway) -> None:
    api = cached_api(
        gateway,
        cacheKeyParameters=["method.request.path.id", "method.request.querystring.page"],
    )

    paths = ("/pets/1", "/pets/2", "/pets/1?page=1", "/pets/1", "/pets/1?page=1&other=2")
    assert bodies(api, *paths) == ["1", "2", "3", "1", "3"]


def test_other_verbs_are_cached_where_their_method_says_so_only(gateway: Gateway) -> None:
    by_default = cached_api(gateway, "POST")
    assert bodies(by_default, "/pets/1", "/pets/1", method="POST") == ["1", "2"]
    overridden = cached_api(gateway, "POST", prefix="/~1pets~1{id}/POST")
    assert bodies(overridden, "/pets/1", "/pets/1", method="POST") == ["1", "1"]


def test_a_methods_own_settings_go_before_the_stages(gateway: Gateway) -> None:
    api = cached_api(gateway)
    patch_stage(api, {"/~1pets~1{id}/GET/caching/enabled": "false"})

    assert bodies(api, "/pets/1", "/pets/1") == ["1", "2"]


@pytest.mark.parametrize(
    "values",
    [{"/cacheClusterEnabled": "false"}, {"/*/*/caching/ttlInSeconds": "0"}],
)
def test_a_cache_can_be_switched_off(gateway: Gateway, values: dict[str, str]) -> None:
    api = cached_api(gateway)
    patch_stage(api, values)

    assert bodies(api, "/pets/1", "/pets/1") == ["1", "2"]


def test_flushing_empties_the_cache(gateway: Gateway) -> None:
    api = cached_api(gateway)
    assert bodies(api, "/pets/1") == ["1"]
    gateway.client.flush_stage_cache(restApiId=api.id, stageName="dev")

    assert bodies(api, "/pets/1") == ["2"]


def test_another_size_of_the_cluster_empties_the_cache(gateway: Gateway) -> None:
    api = cached_api(gateway)
    assert bodies(api, "/pets/1") == ["1"]
    patch_stage(api, {"/cacheClusterSize": "1.6"})

    assert bodies(api, "/pets/1") == ["2"]


def test_an_error_of_the_integrations_own_is_kept(gateway: Gateway) -> None:
    api = cached_api(gateway)
    answers = [{"statusCode": 404, "body": "none"}, {"body": "there"}]
    gateway.functions.handlers[FUNCTION_ARN] = lambda event: answers.pop(0)

    assert [api.call("/pets/1").status for _ in range(2)] == [404, 404]


def test_failures_of_the_gateway_and_large_answers_are_not_kept(gateway: Gateway) -> None:
    api = cached_api(gateway)
    answers: list[Any] = ["malformed", {"body": "x" * 1_048_577}, {"body": "kept"}, {"body": "no"}]
    gateway.functions.handlers[FUNCTION_ARN] = lambda event: answers.pop(0)

    found = [api.call("/pets/1") for _ in range(4)]
    assert [answer.status for answer in found] == [502, 200, 200, 200]
    assert [answer.body for answer in found[2:]] == [b"kept", b"kept"]


def test_anybody_may_ask_for_a_new_response_where_no_authorization_is_needed(
    gateway: Gateway,
) -> None:
    api = cached_api(gateway, settings={"caching/requireAuthorizationForCacheControl": "false"})

    assert bodies(api, "/pets/1") == ["1"]
    assert bodies(api, "/pets/1", headers=MAX_AGE_0) == ["2"]
    assert bodies(api, "/pets/1") == ["2"]


@pytest.mark.parametrize(
    ("strategy", "status", "warns"),
    [
        ("FAIL_WITH_403", 403, False),
        ("SUCCEED_WITH_RESPONSE_HEADER", 200, True),
        ("SUCCEED_WITHOUT_RESPONSE_HEADER", 200, False),
    ],
)
def test_who_is_not_authorized_does_not_get_a_new_response(
    gateway: Gateway, strategy: str, status: int, warns: bool
) -> None:
    setting = {"caching/unauthorizedCacheControlHeaderStrategy": strategy}
    api = cached_api(gateway, settings=setting)
    assert bodies(api, "/pets/1") == ["1"]

    answer = api.call("/pets/1", headers=MAX_AGE_0)

    assert answer.status == status
    assert ("warning" in answer.headers) is warns
    assert bodies(api, "/pets/1") == ["1"]


def test_a_canary_has_a_cache_of_its_own_unless_it_uses_the_stages(gateway: Gateway) -> None:
    api = cached_api(gateway)
    assert bodies(api, "/pets/1") == ["1"]
    gateway.client.create_deployment(
        restApiId=api.id, stageName="dev", canarySettings={"percentTraffic": 100.0}
    )
    assert bodies(api, "/pets/1", "/pets/1") == ["2", "2"]
    patch_stage(api, {"/canarySettings/useStageCache": "true"})
    assert bodies(api, "/pets/1") == ["1"]

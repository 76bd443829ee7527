"""A stage's response cache."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.integration.conformance import documentation as docs
from tests.integration.conformance.laboratory import Laboratory
from tests.integration.conformance.row import Area
from tests.rest_api_workshop import DeployedRestApi

AREA = Area("API Gateway: caching")

COUNTING = """
calls = 0

def handler(event, context):
    global calls
    calls += 1
    return {"statusCode": 200, "body": str(calls)}
"""


def _counting_api(
    lab: Laboratory, route: str = "GET /{id}", settings: Mapping[str, str] | None = None, **key: Any
) -> DeployedRestApi:
    """An API whose function says how often it was called, with a cache on its stage."""
    api = lab.rest_api({})
    api.method(route, {**lab.proxy_of(COUNTING), **key})
    api.deploy()
    patches = {"/cacheClusterEnabled": "true", "/cacheClusterSize": "0.5"}
    for name, value in {"caching/enabled": "true", **(settings or {})}.items():
        patches[f"/*/*/{name}"] = value
    for path, value in patches.items():
        lab.gateway.update_stage(
            restApiId=api.id,
            stageName=api.stage,
            patchOperations=[{"op": "replace", "path": path, "value": value}],
        )
    return api


def _told(api: DeployedRestApi, *paths: str, **options: Any) -> str:
    return ", ".join(api.get(path, **options).text for path in paths)


@AREA.row("The same request again", aws="1, 1", source=docs.CACHING)
def again(lab: Laboratory) -> str:
    return _told(_counting_api(lab), "/a", "/a")


@AREA.row(
    "Another path and another query, without cache key parameters",
    aws="1, 1, 1",
    source=docs.CACHING,
)
def without_key(lab: Laboratory) -> str:
    return _told(_counting_api(lab), "/a", "/b", "/a?page=2")


@AREA.row("A cache key parameter tells requests apart", aws="1, 2, 1", source=docs.CACHING)
def with_key(lab: Laboratory) -> str:
    api = _counting_api(lab, cacheKeyParameters=["method.request.path.id"])
    return _told(api, "/a", "/b", "/a")


@AREA.row("POST is not cached by the settings of all methods", aws="1, 2", source=docs.CACHING)
def post(lab: Laboratory) -> str:
    api = _counting_api(lab, "POST /{id}")
    return ", ".join(api.post("/a").text for _ in range(2))


@AREA.row("A time to live of 0 seconds", aws="1, 2", source=docs.CACHING)
def no_time(lab: Laboratory) -> str:
    return _told(_counting_api(lab, settings={"caching/ttlInSeconds": "0"}), "/a", "/a")


@AREA.row("FlushStageCache", aws="1, then 2", source=docs.CACHING)
def flushed(lab: Laboratory) -> str:
    api = _counting_api(lab)
    before = _told(api, "/a")
    lab.gateway.flush_stage_cache(restApiId=api.id, stageName=api.stage)
    return f"{before}, then {_told(api, '/a')}"


@AREA.row(
    "`Cache-Control: max-age=0` where no authorization is required",
    aws="1, 2, 2",
    source=docs.CACHING,
)
def invalidated(lab: Laboratory) -> str:
    api = _counting_api(lab, settings={"caching/requireAuthorizationForCacheControl": "false"})
    return f"{_told(api, '/a')}, {_told(api, '/a', headers=_FRESH)}, {_told(api, '/a')}"


_FRESH = {"Cache-Control": "max-age=0"}


def _unauthorized(strategy: str, expected: str) -> None:
    def probe(lab: Laboratory) -> str:
        setting = {"caching/unauthorizedCacheControlHeaderStrategy": strategy}
        api = _counting_api(lab, settings=setting)
        api.get("/a")
        answer = api.get("/a", headers=_FRESH)
        warned = "a warning" if "Warning" in answer.headers else "no warning"
        return f"{answer.status_code}, {warned}, then {_told(api, '/a')}"

    probe.__name__ = strategy.lower()
    AREA.row(
        f"`Cache-Control: max-age=0` of somebody unauthorized, `{strategy}`",
        aws=expected,
        source=docs.CACHING,
    )(probe)


_unauthorized("FAIL_WITH_403", "403, no warning, then 1")
_unauthorized("SUCCEED_WITH_RESPONSE_HEADER", "200, a warning, then 1")
_unauthorized("SUCCEED_WITHOUT_RESPONSE_HEADER", "200, no warning, then 1")

"""API keys, usage plans and throttling."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable
from typing import Any

import requests

from tests.integration.conformance import documentation as docs
from tests.integration.conformance.laboratory import MOCK, Laboratory
from tests.integration.conformance.observing import said
from tests.integration.conformance.row import Area
from tests.rest_api_workshop import DeployedRestApi

AREA = Area("API Gateway: API keys, usage plans, throttling")

FORBIDDEN = '403 {"message": "Forbidden"}'
# A bucket that is not filled again while the row is observed.
NO_RATE = 0.001


def keyed_api(lab: Laboratory, **api: Any) -> DeployedRestApi:
    """An API whose `GET /` needs a key."""
    made = lab.rest_api({}, **api)
    made.method("GET /", lab.obedient(), apiKeyRequired=True)
    made.deploy()
    return made


def plan_for(lab: Laboratory, api: DeployedRestApi, **plan: Any) -> tuple[str, str]:
    """A usage plan for the API's stage: its id, and the value of a key that belongs to it."""
    key = lab.gateway.create_api_key(name=lab.name(), enabled=plan.pop("enabled", True))
    stages = plan.pop("apiStages", [{"apiId": api.id, "stage": "live"}])
    made = lab.gateway.create_usage_plan(name=lab.name(), apiStages=stages, **plan)
    lab.gateway.create_usage_plan_key(usagePlanId=made["id"], keyId=key["id"], keyType="API_KEY")
    return made["id"], key["value"]


def _with_key(api: DeployedRestApi, key: str, path: str = "/") -> requests.Response:
    return api.get(path, headers={"x-api-key": key})


def _statuses(answers: Iterable[requests.Response]) -> str:
    counted = Counter(answer.status_code for answer in answers)
    return ", ".join(f"{count} times {status}" for status, count in sorted(counted.items()))


@AREA.row("No API key", aws=FORBIDDEN, source=docs.API_KEYS)
def no_key(lab: Laboratory) -> str:
    return said(keyed_api(lab).get("/"))


@AREA.row("An API key that there is not", aws=FORBIDDEN, source=docs.API_KEYS)
def unknown_key(lab: Laboratory) -> str:
    return said(_with_key(keyed_api(lab), "x" * 40))


@AREA.row("A disabled API key", aws=FORBIDDEN, source=docs.API_KEYS)
def disabled_key(lab: Laboratory) -> str:
    api = keyed_api(lab)
    return said(_with_key(api, plan_for(lab, api, enabled=False)[1]))


@AREA.row("An API key of a plan for another API", aws=FORBIDDEN, source=docs.USAGE_PLANS)
def key_of_another_plan(lab: Laboratory) -> str:
    return said(_with_key(keyed_api(lab), plan_for(lab, keyed_api(lab))[1]))


@AREA.row("An API key of the stage's plan", aws="200", source=docs.USAGE_PLANS)
def good_key(lab: Laboratory) -> str:
    api = keyed_api(lab)
    return str(_with_key(api, plan_for(lab, api)[1]).status_code)


@AREA.row(
    "The key in the event: `identity.apiKey` and `apiKeyId`",
    aws="the value and an id",
    source=docs.PROXY_EVENT,
)
def key_in_event(lab: Laboratory) -> str:
    api = keyed_api(lab)
    key = plan_for(lab, api)[1]
    identity = _with_key(api, key).json()["requestContext"]["identity"]
    value = "the value" if identity.get("apiKey") == key else "no value"
    return f"{value} and {'an id' if identity.get('apiKeyId') else 'no id'}"


@AREA.row(
    "The key comes from the authorizer where the API's key source says so",
    aws="200 with the authorizer's key, 403 with the header's",
    source=docs.API_KEY_SOURCE,
)
def key_from_authorizer(lab: Laboratory) -> str:
    api = lab.rest_api({}, apiKeySource="AUTHORIZER")
    authorizer = lab.gateway.create_authorizer(
        restApiId=api.id,
        name="guard",
        type="TOKEN",
        authorizerUri=lab.authorizing_function()["uri"],
        identitySource="method.request.header.Authorization",
    )
    guarded = {"authorizationType": "CUSTOM", "authorizerId": authorizer["id"]}
    api.method("GET /", lab.obedient(), apiKeyRequired=True, **guarded)
    api.deploy()
    key = plan_for(lab, api)[1]
    by_authorizer = api.get("/", headers={"Authorization": f"key {key}"}).status_code
    by_header = api.get("/", headers={"Authorization": "allow", "x-api-key": key}).status_code
    return f"{by_authorizer} with the authorizer's key, {by_header} with the header's"


@AREA.row(
    "A plan's throttle with a burst of 2, called four times",
    aws="2 times 200, 2 times 429",
    source=docs.THROTTLING,
)
def plan_throttle(lab: Laboratory) -> str:
    api = keyed_api(lab)
    key = plan_for(lab, api, throttle={"rateLimit": NO_RATE, "burstLimit": 2})[1]
    return _statuses(_with_key(api, key) for _ in range(4))


@AREA.row(
    "The answer to a throttled call",
    aws='429 {"message": "Too Many Requests"} TooManyRequestsException',
    source=docs.GATEWAY_RESPONSE_TYPES,
)
def throttled_answer(lab: Laboratory) -> str:
    api = keyed_api(lab)
    key = plan_for(lab, api, throttle={"rateLimit": NO_RATE, "burstLimit": 1})[1]
    answer = [_with_key(api, key) for _ in range(2)][-1]
    return _refused(answer)


def _refused(answer: requests.Response) -> str:
    if answer.status_code == 200:
        return "200"
    return f"{said(answer)} {answer.headers.get('x-amzn-ErrorType', 'without an error type')}"


@AREA.row(
    "A throttle for one method of a plan's stage",
    aws="GET / once, GET /other twice",
    source=docs.THROTTLING,
)
def method_throttle_of_plan(lab: Laboratory) -> str:
    api = keyed_api(lab)
    api.method("GET /other", lab.obedient(), apiKeyRequired=True)
    api.deploy()
    limits = {"//GET": {"rateLimit": NO_RATE, "burstLimit": 1}}
    stages = [{"apiId": api.id, "stage": "live", "throttle": limits}]
    key = plan_for(lab, api, apiStages=stages)[1]
    words = {0: "never", 1: "once", 2: "twice"}
    told = []
    for path in ("/", "/other"):
        good = sum(_with_key(api, key, path).status_code == 200 for _ in range(2))
        told.append(f"GET {path} {words[good]}")
    return ", ".join(told)


@AREA.row(
    "A plan's quota of 3, called five times",
    aws="3 times 200, 2 times 429",
    source=docs.USAGE_PLANS,
)
def quota(lab: Laboratory) -> str:
    api = keyed_api(lab)
    key = plan_for(lab, api, quota={"limit": 3, "period": "DAY"})[1]
    return _statuses(_with_key(api, key) for _ in range(5))


@AREA.row(
    "The answer to a call beyond the quota",
    aws='429 {"message": "Limit Exceeded"} LimitExceededException',
    source=docs.GATEWAY_RESPONSE_TYPES,
)
def quota_answer(lab: Laboratory) -> str:
    api = keyed_api(lab)
    key = plan_for(lab, api, quota={"limit": 1, "period": "DAY"})[1]
    return _refused([_with_key(api, key) for _ in range(2)][-1])


@AREA.row(
    "GetUsage after two calls of a quota of 5: used and remaining",
    aws="[[2, 3]]",
    source=docs.USAGE_PLANS,
)
def usage(lab: Laboratory) -> str:
    api = keyed_api(lab)
    plan, key = plan_for(lab, api, quota={"limit": 5, "period": "DAY"})
    for _ in range(2):
        _with_key(api, key)
    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    told = lab.gateway.get_usage(usagePlanId=plan, startDate=today, endDate=today)
    return str(next(iter(told["items"].values()), "no usage"))


@AREA.row("A key that is taken out of its plan", aws="200, then 403", source=docs.USAGE_PLANS)
def key_taken_out(lab: Laboratory) -> str:
    api = keyed_api(lab)
    plan, key = plan_for(lab, api)
    before = _with_key(api, key).status_code
    keys = lab.gateway.get_usage_plan_keys(usagePlanId=plan)["items"]
    lab.gateway.delete_usage_plan_key(usagePlanId=plan, keyId=keys[0]["id"])
    return f"{before}, then {_with_key(api, key).status_code}"


@AREA.row(
    "The stage's throttle for all methods with a burst of 2, called four times",
    aws="2 times 200, 2 times 429",
    source=docs.THROTTLING,
)
def stage_throttle(lab: Laboratory) -> str:
    api = lab.mock_api()
    api.change_stage(**{"*__*__throttling__rateLimit": "0.001"})
    api.change_stage(**{"*__*__throttling__burstLimit": "2"})
    return _statuses(api.get("/") for _ in range(4))


@AREA.row(
    "The stage's throttle for one method leaves the others",
    aws="GET: 1 times 200, 1 times 429; POST: 2 times 200",
    source=docs.THROTTLING,
)
def stage_method_throttle(lab: Laboratory) -> str:
    api = lab.rest_api({})
    for verb in ("GET", "POST"):
        api.method(f"{verb} /a", MOCK)
        lab.answers(api, f"{verb} /a", "200")
    api.deploy()
    lab.gateway.update_stage(
        restApiId=api.id,
        stageName="live",
        patchOperations=[
            {"op": "replace", "path": f"/~1a/GET/throttling/{name}", "value": value}
            for name, value in (("rateLimit", "0.001"), ("burstLimit", "1"))
        ],
    )
    get, post = ([api.call(verb, "/a") for _ in range(2)] for verb in ("GET", "POST"))
    return f"GET: {_statuses(get)}; POST: {_statuses(post)}"

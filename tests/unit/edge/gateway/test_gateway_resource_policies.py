"""Resource policies of APIs, alone and with each kind of authorizer, by AWS's tables."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.unit.edge.gateway.in_process import (
    ACCOUNT,
    FUNCTION_ARN,
    POOL_ARN,
    REGION,
    Api,
    Gateway,
    integration_uri,
)

ANYBODY = {"Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/*"}
ALLOW = {"Effect": "Allow", **ANYBODY}
DENY = {"Effect": "Deny", **ANYBODY}
AUTHORIZER_ARN = FUNCTION_ARN.replace("payments", "authorizer")


def policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def denial(api: Api, path: str, *, explicit: bool) -> dict[str, str]:
    resource = f"arn:aws:execute-api:{REGION}:********{ACCOUNT[-4:]}:{api.id}/dev/GET{path}"
    message = (
        f"User: anonymous is not authorized to perform: execute-api:Invoke on resource: {resource}"
    )
    return {"Message": message + (" with an explicit deny" if explicit else "")}


def deployed(gateway: Gateway, *statements: dict[str, Any], **method: Any) -> Api:
    api = gateway.rest_api(policy=policy(*statements))
    api.method("/a", **method)
    api.deploy()
    return api


def test_a_policy_that_allows_lets_in(gateway: Gateway) -> None:
    assert deployed(gateway, ALLOW).call("/a").status == 200


def test_a_policy_that_says_nothing_denies(gateway: Gateway) -> None:
    api = deployed(gateway)
    answer = api.call("/a")

    assert (answer.status, answer.document) == (403, denial(api, "/a", explicit=False))
    assert answer.headers["x-amzn-errortype"] == "AccessDeniedException"


def test_a_denial_says_that_it_is_explicit(gateway: Gateway) -> None:
    api = deployed(gateway, ALLOW, DENY)

    assert api.call("/a").document == denial(api, "/a", explicit=True)


def test_a_policy_goes_by_the_address_of_the_client(gateway: Gateway) -> None:
    outside = {"NotIpAddress": {"aws:SourceIp": ["192.0.2.0/24"]}}
    api = deployed(gateway, ALLOW, {**DENY, "Condition": outside})

    assert api.call("/a", source_ip="192.0.2.1").status == 200
    assert api.call("/a", source_ip="198.51.100.1").status == 403
    forwarded = {"X-Forwarded-For": "192.0.2.1"}
    assert api.call("/a", source_ip="198.51.100.1", headers=forwarded).status == 403


def test_a_policy_goes_by_the_vpc_endpoint_that_the_host_names(gateway: Gateway) -> None:
    # "Example: Allow private API traffic based on source VPC or VPC endpoint" and "Invoke a private
    # API" of the developer guide.
    elsewhere = {"StringNotEquals": {"aws:SourceVpce": "vpce-1"}}
    api = deployed(gateway, ALLOW, {**DENY, "Condition": elsewhere})

    def through(endpoint: str) -> int:
        host = f"{api.id}-{endpoint}.execute-api.{REGION}.amazonaws.com"
        return api.call("/a", headers={"Host": host}).status

    assert (through("vpce-1"), through("vpce-2"), api.call("/a").status) == (200, 403, 403)
    identity = gateway.functions.events[0]["requestContext"]["identity"]
    assert identity["vpceId"] == "vpce-1"


def test_a_policy_goes_by_stage_verb_and_path(gateway: Gateway) -> None:
    api = gateway.rest_api(policy=policy({**ALLOW, "Resource": "execute-api:/dev/GET/a/*"}))
    for path, verb in (("/a/{id}", "GET"), ("/a/{id}", "POST"), ("/b", "GET")):
        api.method(path, verb)
    api.deploy()
    api.deploy("other")

    assert api.call("/a/1").status == 200
    assert api.call("/a/1", "POST").status == 403
    assert api.call("/b").status == 403
    assert api.call("/a/1", stage="other").status == 403


def test_a_policy_holds_from_the_next_deployment_on(gateway: Gateway) -> None:
    api = deployed(gateway, ALLOW)
    operation = {"op": "replace", "path": "/policy", "value": policy(DENY)}
    gateway.client.update_rest_api(restApiId=api.id, patchOperations=[operation])

    assert api.call("/a").status == 200
    api.deploy()
    assert api.call("/a").status == 403


def test_a_policy_that_names_a_user_denies_who_is_not_signed(gateway: Gateway) -> None:
    named = {**ALLOW, "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:user/ana"}}

    assert deployed(gateway, named).call("/a").status == 403


@pytest.fixture
def with_authorizer(gateway: Gateway) -> Callable[..., Api]:
    """An API with a policy and a Lambda authorizer whose own policy has these effects."""

    def make(statements: list[dict[str, Any]], effects: list[str]) -> Api:
        gateway.functions.handlers[AUTHORIZER_ARN] = lambda event: {
            "principalId": "ana",
            "policyDocument": {
                "Statement": [
                    {"Effect": effect, "Action": "execute-api:Invoke", "Resource": "*"}
                    for effect in effects
                ]
            },
        }
        api = gateway.rest_api(policy=policy(*statements))
        authorizer = gateway.client.create_authorizer(
            restApiId=api.id,
            name="own",
            type="TOKEN",
            authorizerUri=integration_uri(AUTHORIZER_ARN),
            identitySource="method.request.header.Authorization",
        )
        api.method("/a", authorizationType="CUSTOM", authorizerId=authorizer["id"])
        api.deploy()
        return api

    return make


@pytest.mark.parametrize(
    ("effects", "statements", "status"),
    [
        (["Allow"], [ALLOW], 200),
        (["Allow"], [], 200),
        (["Allow"], [DENY], 403),
        ([], [ALLOW], 200),
        ([], [], 403),
        ([], [DENY], 403),
        (["Deny"], [ALLOW], 403),
        (["Deny"], [], 403),
    ],
)
def test_a_function_authorizer_and_a_policy_combine_by_table_a(
    with_authorizer: Callable[..., Api],
    effects: list[str],
    statements: list[dict[str, Any]],
    status: int,
) -> None:
    api = with_authorizer(statements, effects)

    assert api.call("/a", headers={"Authorization": "t"}).status == status


def test_a_denial_comes_before_the_function_is_asked(
    gateway: Gateway, with_authorizer: Callable[..., Api]
) -> None:
    with_authorizer([DENY], ["Allow"]).call("/a", headers={"Authorization": "t"})

    assert gateway.functions.invocations == []


@pytest.mark.parametrize(("statements", "status"), [([ALLOW], 200), ([], 403), ([DENY], 403)])
def test_a_user_pool_and_a_policy_combine_by_table_c(
    gateway: Gateway,
    token: Callable[..., str],
    statements: list[dict[str, Any]],
    status: int,
) -> None:
    api = gateway.rest_api(policy=policy(*statements))
    authorizer = gateway.client.create_authorizer(
        restApiId=api.id, name="pool", type="COGNITO_USER_POOLS", providerARNs=[POOL_ARN]
    )
    api.method("/a", authorizationType="COGNITO_USER_POOLS", authorizerId=authorizer["id"])
    api.deploy()

    assert api.call("/a", headers={"Authorization": token()}).status == status


def test_conditions_hold_in_a_function_authorizers_policy(
    gateway: Gateway, with_authorizer: Callable[..., Api]
) -> None:
    api = with_authorizer([ALLOW], [])
    condition = {"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}
    gateway.functions.handlers[AUTHORIZER_ARN] = lambda event: {
        "principalId": "ana",
        "policyDocument": {
            "Statement": [{"Effect": "Deny", **ANYBODY, "Resource": "*", "Condition": condition}]
        },
    }

    assert api.call("/a", headers={"Authorization": "t"}, source_ip="192.0.2.1").status == 403
    assert api.call("/a", headers={"Authorization": "t"}, source_ip="203.0.113.1").status == 200

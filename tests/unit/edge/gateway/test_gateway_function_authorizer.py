from __future__ import annotations

from typing import Any

import pytest

from tests.unit.edge.gateway.in_process import (
    ACCOUNT,
    REGION,
    Api,
    FunctionFailure,
    Gateway,
    integration_uri,
)
from tests.unit.edge.gateway.test_gateway_responses_and_access_log import (
    allow_logging,
    log_to_group,
)

AUTHORIZER_ARN = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:authorizer"


def policy(effect: str = "Allow", resource: str = "*") -> dict[str, Any]:
    statement = {"Action": "execute-api:Invoke", "Effect": effect, "Resource": resource}
    return {"Version": "2012-10-17", "Statement": [statement]}


def guarded_api(gateway: Gateway, kind: str = "TOKEN", **parameters: Any) -> Api:
    api = gateway.rest_api()
    parameters.setdefault("identitySource", "method.request.header.Authorization")
    authorizer_id = gateway.client.create_authorizer(
        restApiId=api.id,
        name="custom",
        type=kind,
        authorizerUri=integration_uri(AUTHORIZER_ARN),
        **parameters,
    )["id"]
    for path in ("/", "/a/{id}"):
        api.method(path, "GET", authorizationType="CUSTOM", authorizerId=authorizer_id)
    api.deploy()
    return api


def answers(gateway: Gateway, answer: Any) -> None:
    gateway.functions.handlers[AUTHORIZER_ARN] = lambda event: answer


def asked(gateway: Gateway) -> list[dict[str, Any]]:
    return [
        event
        for event, invocation in zip(
            gateway.functions.events, gateway.functions.invocations, strict=True
        )
        if invocation.function_arn == AUTHORIZER_ARN
    ]


def test_an_allowing_policy_lets_pass_with_its_context(gateway: Gateway) -> None:
    answers(
        gateway,
        {"principalId": "me", "policyDocument": policy(), "context": {"n": 1, "b": True, "t": "x"}},
    )
    api = guarded_api(gateway)

    assert api.call("/", headers={"Authorization": "secret"}).status == 200
    assert asked(gateway) == [
        {
            "type": "TOKEN",
            "methodArn": f"arn:aws:execute-api:{REGION}:{ACCOUNT}:{api.id}/dev/GET/",
            "authorizationToken": "secret",
        }
    ]
    authorizer = gateway.functions.events[1]["requestContext"]["authorizer"]
    assert authorizer.pop("integrationLatency") >= 0
    assert authorizer == {"principalId": "me", "n": "1", "b": "true", "t": "x"}


def test_a_denying_policy_is_told_so(gateway: Gateway) -> None:
    answers(gateway, {"principalId": "me", "policyDocument": policy("Deny")})

    answer = guarded_api(gateway).call("/", headers={"Authorization": "secret"})

    assert answer.status == 403
    assert answer.document == {
        "Message": "User is not authorized to access this resource with an explicit deny"
    }
    assert answer.headers["x-amzn-errortype"] == "AccessDeniedException"


def test_a_policy_for_another_method_denies(gateway: Gateway) -> None:
    answers(
        gateway,
        {
            "principalId": "me",
            "policyDocument": policy(resource="arn:aws:execute-api:*:*:*/GET/a/*"),
        },
    )
    api = guarded_api(gateway)
    headers = {"Authorization": "secret"}

    assert api.call("/a/7", headers=headers).status == 200
    assert api.call("/", headers=headers).document == {
        "Message": "User is not authorized to access this resource"
    }
    assert len(asked(gateway)) == 1


def test_a_result_is_kept_by_token_unless_the_ttl_is_zero(gateway: Gateway) -> None:
    answers(gateway, {"principalId": "me", "policyDocument": policy()})
    kept, fresh = guarded_api(gateway), guarded_api(gateway, authorizerResultTtlInSeconds=0)

    for api, times in ((kept, 2), (fresh, 3)):
        gateway.functions.invocations.clear()
        for sent in ("one", "two", "one"):
            assert api.call("/", headers={"Authorization": sent}).status == 200
        assert len(asked(gateway)) == times


def test_no_token_or_one_of_the_wrong_form_is_refused_unasked(gateway: Gateway) -> None:
    api = guarded_api(gateway, identityValidationExpression="Bearer [a-z]+")

    assert api.call("/").status == 401
    assert api.call("/", headers={"Authorization": "Bearer 42"}).status == 401
    assert asked(gateway) == []


def test_a_function_that_says_unauthorized_is_believed(gateway: Gateway) -> None:
    answers(gateway, FunctionFailure("Unauthorized"))

    answer = guarded_api(gateway).call("/", headers={"Authorization": "x"})

    assert (answer.status, answer.document) == (401, {"message": "Unauthorized"})


@pytest.mark.parametrize(
    "answer",
    [
        FunctionFailure("boom"),
        None,
        {},
        {"principalId": "me"},
        {"principalId": "me", "policyDocument": "allow"},
        {"principalId": "me", "policyDocument": {"Statement": [{"Effect": "Allow"}]}},
        {"principalId": "me", "policyDocument": policy(), "context": {"nested": {}}},
    ],
)
def test_an_authorizer_that_fails_lets_nobody_pass(gateway: Gateway, answer: Any) -> None:
    answers(gateway, answer)

    response = guarded_api(gateway).call("/", headers={"Authorization": "x"})

    assert (response.status, response.document) == (500, {"message": None})


def test_a_request_authorizer_sees_the_whole_request(gateway: Gateway) -> None:
    answers(gateway, {"principalId": "me", "policyDocument": policy()})
    source = "method.request.header.X-One, method.request.querystring.two"
    api = guarded_api(gateway, "REQUEST", identitySource=source)

    assert api.call("/a/7?two=2", headers={"X-One": "1"}).status == 200
    assert api.call("/a/7", headers={"X-One": "1"}).status == 401
    [event] = asked(gateway)
    assert event["type"] == "REQUEST"
    assert event["methodArn"].endswith("/dev/GET/a/7")
    assert event["resource"] == "/a/{id}"
    assert event["pathParameters"] == {"id": "7"}
    assert event["queryStringParameters"] == {"two": "2"}
    assert event["headers"]["X-One"] == "1"
    assert event["requestContext"]["stage"] == "dev"


def test_an_authorizers_function_needs_a_permission_too(gateway: Gateway) -> None:
    answers(gateway, {"principalId": "me", "policyDocument": policy()})
    gateway.functions.permits_everything = False
    api = guarded_api(gateway)

    assert api.call("/", headers={"Authorization": "x"}).status == 500
    assert f"{api.id}/authorizers/" in gateway.functions.asked[0]["source_arn"]
    assert gateway.functions.invocations == []


def test_the_access_log_tells_how_the_authorizer_did(gateway: Gateway) -> None:
    # "Variables for access logging for API Gateway" of the developer guide.
    allow_logging(gateway)
    answers(gateway, {"principalId": "me", "policyDocument": policy(), "context": {"tier": "gold"}})
    api = guarded_api(gateway)
    names = ("status", "integrationStatus", "principalId", "tier", "error")
    variables = " ".join(f"$context.authorizer.{name}" for name in names)
    log_to_group(gateway, api, f"$context.requestId {variables}")

    api.call("/", headers={"Authorization": "t"})
    answers(gateway, {"principalId": "me", "policyDocument": policy("Deny")})
    api.call("/", headers={"Authorization": "u"})
    api.call("/")

    lines = [line.partition(" ")[2] for _, line in gateway.logs.lines]
    assert lines[0] == "200 200 me gold -"
    assert lines[1].startswith("403 200 - - User is not authorized")
    assert lines[2] == "401 - - - Unauthorized"

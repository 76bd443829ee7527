"""Methods with AWS_IAM: signatures, identities and their policies."""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping
from typing import Any

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from localtender.edge.authorize.credentials import KnownSecrets
from localtender.edge.gateway.service import GatewayService
from localtender.edge.protocol.models import ServiceModels
from tests.unit.edge.gateway.in_process import ACCOUNT, FUNCTION_ARN, REGION, Answer, Api, Gateway

KEY, SECRET = "AKIAEXAMPLE000000000", "wJalrXUtnFEMI"
USER_ARN = f"arn:aws:iam::{ACCOUNT}:user/ana"


def document(*statements: Mapping[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def invoke(effect: str, **members: Any) -> dict[str, Any]:
    return {"Effect": effect, "Action": "execute-api:Invoke", "Resource": "*", **members}


@pytest.fixture
def secrets() -> KnownSecrets:
    known = KnownSecrets()
    known.add(KEY, SECRET)
    return known


@pytest.fixture
def gateway(gateway: Gateway, secrets: KnownSecrets, service_models: ServiceModels) -> Gateway:
    gateway.service = GatewayService(
        engine=gateway.engine,  # type: ignore[arg-type]
        functions=gateway.functions,
        logs=gateway.logs,
        endpoint_url="http://127.0.0.1:4566",
        models=service_models,
        secrets=secrets,
    )
    gateway.engine.calls["sts.GetCallerIdentity"] = lambda _: {
        "Arn": USER_ARN,
        "Account": ACCOUNT,
        "UserId": "AIDAANA",
    }
    grant(gateway)
    return gateway


def grant(gateway: Gateway, *statements: Mapping[str, Any]) -> None:
    """Give the user one inline policy with these statements."""
    calls = gateway.engine.calls
    calls["iam.ListUserPolicies"] = lambda _: {"PolicyNames": ["own"]}
    calls["iam.GetUserPolicy"] = lambda _: {"PolicyDocument": document(*statements)}
    calls["iam.ListAttachedUserPolicies"] = lambda _: {"AttachedPolicies": []}
    calls["iam.ListGroupsForUser"] = lambda _: {"Groups": []}


def deployed(gateway: Gateway, **parameters: Any) -> Api:
    api = gateway.rest_api(**parameters)
    api.method("/a/{id}", "POST", authorizationType="AWS_IAM")
    api.deploy()
    return api


def signed(
    api: Api,
    *,
    key: str = KEY,
    secret: str = SECRET,
    service: str = "execute-api",
    region: str = REGION,
    tampered: bytes | None = None,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    url = f"http://127.0.0.1:4566/_aws/execute-api/{api.id}/dev/a/1?x=y"
    request = AWSRequest(method="POST", url=url, data=b"{}", headers={"Host": "127.0.0.1:4566"})
    SigV4Auth(Credentials(key, secret), service, region).add_auth(request)
    return api.call(
        "/a/1?x=y",
        "POST",
        headers={**dict(request.headers.items()), **(headers or {})},
        body=b"{}" if tampered is None else tampered,
    )


def test_who_is_allowed_gets_in_and_is_named_in_the_event(gateway: Gateway) -> None:
    grant(gateway, invoke("Allow"))

    assert signed(deployed(gateway)).status == 200
    identity = gateway.functions.events[0]["requestContext"]["identity"]
    assert identity["accountId"] == ACCOUNT
    assert identity["accessKey"] == KEY
    assert identity["userArn"] == USER_ARN
    assert (identity["caller"], identity["user"]) == ("AIDAANA", "AIDAANA")


def test_a_request_without_a_signature_misses_its_token(gateway: Gateway) -> None:
    answer = deployed(gateway).call("/a/1", "POST")

    assert (answer.status, answer.document) == (403, {"message": "Missing Authentication Token"})
    assert answer.headers["x-amzn-errortype"] == "MissingAuthenticationTokenException"


def test_a_bearer_token_is_no_signature(gateway: Gateway) -> None:
    answer = deployed(gateway).call("/a/1", "POST", headers={"Authorization": "Bearer abc"})

    assert answer.status == 403
    assert answer.document == {
        "message": "'abc' not a valid key=value pair (missing equal-sign) in Authorization header: "
        "'Bearer abc'."
    }
    assert answer.headers["x-amzn-errortype"] == "IncompleteSignatureException"


@pytest.mark.parametrize("wrong", [{"secret": "other"}, {"tampered": b"{1}"}])
def test_a_signature_that_does_not_match_is_refused(
    gateway: Gateway, wrong: dict[str, Any]
) -> None:
    grant(gateway, invoke("Allow"))
    answer = signed(deployed(gateway), **wrong)

    assert answer.status == 403
    assert answer.document["message"].startswith("The request signature we calculated")
    assert answer.headers["x-amzn-errortype"] == "InvalidSignatureException"


@pytest.mark.parametrize("wrong", [{"service": "sqs"}, {"region": "us-west-2"}])
def test_a_signature_for_something_else_is_refused(gateway: Gateway, wrong: dict[str, Any]) -> None:
    grant(gateway, invoke("Allow"))

    assert signed(deployed(gateway), **wrong).status == 403


def test_an_access_key_that_nobody_has_is_refused(gateway: Gateway) -> None:
    gateway.engine.calls["sts.GetCallerIdentity"] = lambda _: {
        "Arn": f"arn:aws:iam::{ACCOUNT}:root",
        "Account": ACCOUNT,
        "UserId": ACCOUNT,
    }
    answer = signed(deployed(gateway))

    assert (answer.status, answer.document) == (
        403,
        {"message": "The security token included in the request is invalid."},
    )
    assert answer.headers["x-amzn-errortype"] == "UnrecognizedClientException"


def test_a_local_accounts_key_is_its_root(gateway: Gateway) -> None:
    gateway.engine.calls["sts.GetCallerIdentity"] = lambda _: {
        "Arn": f"arn:aws:iam::{ACCOUNT}:root",
        "Account": ACCOUNT,
        "UserId": ACCOUNT,
    }

    assert signed(deployed(gateway), key=ACCOUNT, secret="anything").status == 200


def test_a_denial_names_the_user_and_hides_the_account(gateway: Gateway) -> None:
    api = deployed(gateway)
    answer = signed(api)

    resource = f"arn:aws:execute-api:{REGION}:********{ACCOUNT[-4:]}:{api.id}/dev/POST/a/1"
    assert (answer.status, answer.document) == (
        403,
        {
            "Message": f"User: {USER_ARN} is not authorized to perform: execute-api:Invoke on "
            f"resource: {resource}"
        },
    )


def test_a_policy_of_the_user_goes_by_path(gateway: Gateway) -> None:
    api = deployed(gateway)
    prefix = f"arn:aws:execute-api:{REGION}:{ACCOUNT}:{api.id}/dev"
    grant(gateway, invoke("Allow", Resource=f"{prefix}/POST/a/*"))

    assert signed(api).status == 200


ALLOWED = {"Principal": "*", "Resource": "execute-api:/*"}


@pytest.mark.parametrize(
    ("own", "resource", "status"),
    [
        (["Allow"], ["Allow"], 200),
        (["Allow"], [], 200),
        (["Allow"], ["Deny"], 403),
        ([], ["Allow"], 200),
        ([], [], 403),
        (["Deny"], ["Allow"], 403),
    ],
)
def test_user_and_resource_combine_by_table_a(
    gateway: Gateway, own: list[str], resource: list[str], status: int
) -> None:
    grant(gateway, *(invoke(effect) for effect in own))
    policy = document(*(invoke(effect, **ALLOWED) for effect in resource))

    assert signed(deployed(gateway, policy=json.dumps(policy))).status == status


@pytest.mark.parametrize(
    ("own", "resource", "status"),
    [(["Allow"], ["Allow"], 200), (["Allow"], [], 403), ([], ["Allow"], 403)],
)
def test_users_of_another_account_need_both_by_table_b(
    gateway: Gateway, own: list[str], resource: list[str], status: int
) -> None:
    gateway.engine.calls["sts.GetCallerIdentity"] = lambda _: {
        "Arn": "arn:aws:iam::999988887777:user/bob",
        "Account": "999988887777",
        "UserId": "AIDABOB",
    }
    grant(gateway, *(invoke(effect) for effect in own))
    policy = document(*(invoke(effect, **ALLOWED) for effect in resource))

    assert signed(deployed(gateway, policy=json.dumps(policy))).status == status


def test_a_roles_attached_policies_hold_for_its_sessions(gateway: Gateway) -> None:
    calls = gateway.engine.calls
    calls["sts.GetCallerIdentity"] = lambda _: {
        "Arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/pay/session",
        "Account": ACCOUNT,
        "UserId": "AROAPAY:session",
    }
    calls["iam.ListRolePolicies"] = lambda _: {"PolicyNames": []}
    arn = f"arn:aws:iam::{ACCOUNT}:policy/pay"
    calls["iam.ListAttachedRolePolicies"] = lambda asked: {
        "AttachedPolicies": [{"PolicyArn": arn}] if asked["RoleName"] == "pay" else []
    }
    calls["iam.GetPolicy"] = lambda _: {"Policy": {"DefaultVersionId": "v2"}}
    calls["iam.GetPolicyVersion"] = lambda asked: {
        "PolicyVersion": {"Document": document(invoke("Allow"))}
        if asked["VersionId"] == "v2"
        else {}
    }

    assert signed(deployed(gateway)).status == 200
    identity = gateway.functions.events[0]["requestContext"]["identity"]
    assert identity["caller"] == "AROAPAY:session"


@pytest.mark.parametrize(("actions", "expected"), [(["*"], [b"1", b"2", b"2"]), ([], [b"1"] * 3)])
def test_who_may_invalidate_the_cache_gets_a_new_response(
    gateway: Gateway, actions: list[str], expected: list[bytes]
) -> None:
    # "Grant permission to invalidate the cache" in "Cache settings for REST APIs in API Gateway".
    numbers = itertools.count(1)
    gateway.functions.handlers[FUNCTION_ARN] = lambda event: {"body": str(next(numbers))}
    grant(
        gateway,
        invoke("Allow"),
        *(
            {"Effect": "Allow", "Action": "execute-api:InvalidateCache", "Resource": name}
            for name in actions
        ),
    )
    api = deployed(gateway)
    for path in ("/cacheClusterEnabled", "/~1a~1{id}/POST/caching/enabled"):
        gateway.client.update_stage(
            restApiId=api.id,
            stageName="dev",
            patchOperations=[{"op": "replace", "path": path, "value": "true"}],
        )

    fresh = {"Cache-Control": "max-age=0"}
    answers = [signed(api), signed(api, headers=fresh), signed(api)]
    assert [answer.body for answer in answers] == expected

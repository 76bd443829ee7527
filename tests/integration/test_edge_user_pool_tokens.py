"""A Cognito authorizer lets in whom its user pool vouches for, and nobody else."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from tests.rest_api_workshop import DeployedRestApi, RestApiWorkshop, workshop_on
from tests.running_stack import RunningStack
from tests.user_pool import UserPool, user_pool


@pytest.fixture(scope="module")
def workshop(stack: RunningStack) -> Iterator[RestApiWorkshop]:
    yield from workshop_on(stack)


@pytest.fixture(scope="module")
def pool(workshop: RestApiWorkshop) -> UserPool:
    return user_pool(workshop)


@pytest.fixture(scope="module")
def api(workshop: RestApiWorkshop, pool: UserPool) -> DeployedRestApi:
    """`GET /` needs an id token, `GET /scoped` an access token with a scope."""
    echo = workshop.proxy_of(
        """
        import json
        def handler(event, context):
            return {"statusCode": 200, "body": json.dumps(event["requestContext"]["authorizer"])}
        """
    )
    api = workshop.rest_api({})
    authorizer = workshop.gateway.create_authorizer(
        restApiId=api.id,
        name="pool",
        type="COGNITO_USER_POOLS",
        providerARNs=[pool.arn],
        identitySource="method.request.header.Authorization",
    )
    guarded = {"authorizationType": "COGNITO_USER_POOLS", "authorizerId": authorizer["id"]}
    api.method("GET /", echo, **guarded)
    api.method(
        "GET /scoped", echo, **guarded, authorizationScopes=["aws.cognito.signin.user.admin"]
    )
    api.deploy()
    return api


def refused(answer: requests.Response) -> bool:
    assert answer.headers["x-amzn-ErrorType"] == "UnauthorizedException"
    return answer.status_code == 401 and answer.json() == {"message": "Unauthorized"}


def encoded(part: Any) -> str:
    data = part if isinstance(part, bytes) else json.dumps(part).encode()
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def decoded(part: str) -> Any:
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def test_a_good_token_opens_and_its_claims_reach_the_function(
    api: DeployedRestApi, pool: UserPool
) -> None:
    token = pool.tokens()["IdToken"]
    for header in (token, f"Bearer {token}"):
        answer = api.get("/", headers={"Authorization": header})
        assert answer.status_code == 200, answer.text
        claims = answer.json()["claims"]
        assert (claims["email"], claims["token_use"]) == ("ada@example.com", "id")
        assert claims["aud"] == pool.client_id


def test_a_method_with_scopes_wants_the_access_token(api: DeployedRestApi, pool: UserPool) -> None:
    tokens = pool.tokens()
    scoped, plain = tokens["AccessToken"], tokens["IdToken"]
    assert api.get("/scoped", headers={"Authorization": scoped}).status_code == 200
    assert refused(api.get("/scoped", headers={"Authorization": plain}))
    assert refused(api.get("/", headers={"Authorization": scoped}))


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer ", "nonsense", "a.b.c", "ü", "..."])
def test_without_a_token_nobody_gets_in(api: DeployedRestApi, header: str | None) -> None:
    headers = {} if header is None else {"Authorization": header.encode()}
    assert refused(api.get("/", headers=headers))


def test_forged_tokens_do_not_open(api: DeployedRestApi, pool: UserPool) -> None:
    token = pool.tokens()["IdToken"]
    assert api.get("/", headers={"Authorization": token}).status_code == 200
    head, body, signature = token.split(".")
    claims = {**decoded(body), "email": "eve@example.com"}
    symmetric = f"{encoded({**decoded(head), 'alg': 'HS256'})}.{encoded(claims)}"
    mac = hmac.new(signature.encode(), symmetric.encode(), hashlib.sha256).digest()
    forged = {
        "other claims": f"{head}.{encoded(claims)}.{signature}",
        "no algorithm": f"{encoded({**decoded(head), 'alg': 'none'})}.{body}.",
        "no algorithm, signed": f"{encoded({**decoded(head), 'alg': 'none'})}.{body}.{signature}",
        "symmetric algorithm": f"{symmetric}.{encoded(mac)}",
        "unknown key": f"{encoded({**decoded(head), 'kid': 'mine'})}.{body}.{signature}",
        "key of the token's own": f"{encoded({**decoded(head), 'jwk': {'kty': 'oct', 'k': 'AA'}})}"
        f".{encoded(claims)}.{signature}",
        "no signature": f"{head}.{body}.",
        "cut signature": token[:-8],
    }
    opened = [
        name
        for name, bad in forged.items()
        if not refused(api.get("/", headers={"Authorization": bad}))
    ]
    assert opened == []


def test_a_token_of_another_pool_does_not_open(
    api: DeployedRestApi, workshop: RestApiWorkshop
) -> None:
    foreign = user_pool(workshop).tokens()["IdToken"]
    assert refused(api.get("/", headers={"Authorization": foreign}))


def test_an_expired_token_does_not_open(api: DeployedRestApi, pool: UserPool) -> None:
    pool_id = pool.arn.rsplit("/", 1)[1]
    try:
        brief = pool.identity.create_user_pool_client(
            UserPoolId=pool_id,
            ClientName="brief",
            ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"],
            IdTokenValidity=1,
            TokenValidityUnits={"IdToken": "seconds"},
        )["UserPoolClient"]
    except pool.identity.exceptions.InvalidParameterException:
        pytest.skip("this engine gives no tokens of less than AWS's five minutes")
    token = pool.tokens(brief["ClientId"])["IdToken"]
    expires = decoded(token.split(".")[1])["exp"]
    if expires - time.time() > 5:
        pytest.skip("this engine gives no tokens of less than AWS's five minutes")
    while time.time() <= expires:
        time.sleep(0.05)
    answer = api.get("/", headers={"Authorization": token})
    assert answer.status_code == 401
    assert answer.json() == {"message": "The incoming token has expired"}

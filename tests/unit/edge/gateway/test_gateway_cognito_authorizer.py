from __future__ import annotations

import base64
import hmac
import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from joserfc.jwk import RSAKey

from tests.unit.edge.gateway.in_process import POOL_ARN, Api, Gateway

Token = Callable[..., str]


def guarded_api(gateway: Gateway, scopes: list[str] | None = None, **authorizer: Any) -> Api:
    api = gateway.rest_api()
    authorizer_id = gateway.client.create_authorizer(
        restApiId=api.id,
        name="users",
        type="COGNITO_USER_POOLS",
        providerARNs=[POOL_ARN],
        **authorizer,
    )["id"]
    api.method(
        "/",
        authorizationType="COGNITO_USER_POOLS",
        authorizerId=authorizer_id,
        authorizationScopes=scopes or [],
    )
    api.deploy()
    return api


def encoded(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def call(api: Api, token: str, header: str = "Authorization") -> int:
    return api.call("/", headers={header: token}).status


def test_a_good_token_passes_with_its_claims_as_texts(gateway: Gateway, token: Token) -> None:
    api = guarded_api(gateway)
    made = token(
        iat=1_700_000_000,
        exp=4_102_444_799,
        auth_time=1_700_000_000,
        email_verified=True,
        **{"cognito:groups": ["operator", "auditor"]},
    )

    assert call(api, made) == 200
    claims = gateway.functions.events[0]["requestContext"]["authorizer"]["claims"]
    assert claims["sub"] == "user-1"
    assert claims["iat"] == "Tue Nov 14 22:13:20 UTC 2023"
    assert claims["exp"] == "Thu Dec 31 23:59:59 UTC 2099"
    assert claims["auth_time"] == "1700000000"
    assert claims["email_verified"] == "true"
    assert claims["cognito:groups"] == "operator,auditor"


def test_the_word_bearer_may_stand_before_the_token(gateway: Gateway, token: Token) -> None:
    assert call(guarded_api(gateway), f"Bearer {token()}") == 200


def test_without_a_token_nobody_passes(gateway: Gateway) -> None:
    api = guarded_api(gateway)
    for headers in ({}, {"Authorization": ""}, {"Authorization": "Bearer "}):
        answer = api.call("/", headers=headers)
        assert (answer.status, answer.body) == (401, b'{"message":"Unauthorized"}')
        assert answer.headers["x-amzn-errortype"] == "UnauthorizedException"
    assert gateway.functions.invocations == []


def test_an_expired_token_is_told_so(gateway: Gateway, token: Token) -> None:
    answer = guarded_api(gateway).call("/", headers={"Authorization": token(exp=int(time.time()))})

    assert (answer.status, answer.body) == (401, b'{"message":"The incoming token has expired"}')


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_other"},
        {"iss": None},
        {"token_use": "access"},
        {"token_use": None},
        {"exp": None},
        {"exp": "tomorrow"},
    ],
)
def test_a_token_with_wrong_claims_is_refused(
    gateway: Gateway, token: Token, claims: dict[str, Any]
) -> None:
    assert call(guarded_api(gateway), token(**claims)) == 401


@pytest.mark.parametrize("text", ["nonsense", "a.b.c", "a.b.c.d.e", "eyJhbGciOiJub25lIn0.e30."])
def test_what_is_no_token_is_refused(gateway: Gateway, text: str) -> None:
    assert call(guarded_api(gateway), text) == 401


def test_a_token_signed_by_another_key_is_refused(
    gateway: Gateway, token: Token, signing_key: RSAKey
) -> None:
    forger = RSAKey.generate_key(2048, {"kid": "key-1", "alg": "RS256"})
    api = guarded_api(gateway)

    assert call(api, token(key=forger)) == 401
    genuine = token()
    assert call(api, genuine[:-6] + "AAAAAA") == 401
    assert call(api, genuine) == 200


def test_a_token_signed_by_the_public_key_as_a_secret_is_refused(
    gateway: Gateway, token: Token, signing_key: RSAKey
) -> None:
    payload = token().split(".")[1]
    header = encoded(json.dumps({"alg": "HS256", "kid": signing_key.kid}).encode())
    secret = signing_key.as_pem(private=False)
    signature = hmac.digest(secret, f"{header}.{payload}".encode(), "sha256")

    assert call(guarded_api(gateway), f"{header}.{payload}.{encoded(signature)}") == 401


def test_keys_are_fetched_once_and_again_for_an_unknown_one(gateway: Gateway, token: Token) -> None:
    api = guarded_api(gateway)
    for _ in range(3):
        assert call(api, token(jti=str(time.time()))) == 200
    assert gateway.engine.fetched == 1

    rotated = RSAKey.generate_key(2048, {"kid": "key-2", "alg": "RS256"})
    gateway.engine.keys.append(rotated)

    assert call(api, token(key=rotated)) == 200
    assert gateway.engine.fetched == 2


def test_a_remembered_token_still_expires(gateway: Gateway, token: Token) -> None:
    api = guarded_api(gateway)
    short = token(exp=int(time.time()) + 1)

    assert call(api, short) in (200, 401)
    gateway.service._execution._authorization._cognito._now = lambda: time.time() + 2
    assert call(api, short) == 401


def test_scopes_need_an_access_token_that_has_one(gateway: Gateway, token: Token) -> None:
    api = guarded_api(gateway, scopes=["payments/write", "payments/read"])

    assert call(api, token(token_use="access", scope="openid payments/read")) == 200
    assert call(api, token(token_use="access", scope="openid")) == 401
    assert call(api, token(scope="payments/read")) == 401


def test_the_token_may_be_in_another_header(gateway: Gateway, token: Token) -> None:
    api = guarded_api(gateway, identitySource="method.request.header.X-Token")

    assert call(api, token(), "X-Token") == 200
    assert call(api, token()) == 401


def test_a_validation_expression_looks_at_the_audience(gateway: Gateway, token: Token) -> None:
    api = guarded_api(gateway, identityValidationExpression="client-[0-9]")

    assert call(api, token()) == 200
    assert call(api, token(aud="stranger")) == 401


def test_a_pool_that_is_gone_lets_nobody_pass(gateway: Gateway, token: Token) -> None:
    api = guarded_api(gateway)
    made = token()
    gateway.engine.keys = []

    assert call(api, made) == 401

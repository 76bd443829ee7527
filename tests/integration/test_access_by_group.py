"""Tokens and groups: who reads, who pays, who is turned away."""

from __future__ import annotations

import base64
import json
import time
import uuid
from collections.abc import Iterator

import pytest
import requests

from tests.running_stack import PaymentsApi, RunningStack, authorized_api, localtender, payouts_to

PAYMENT = {"amount": 2.5, "currency": "USD"}


def token_of(group: str) -> str:
    answer = localtender("token", "--group", group)
    assert answer.returncode == 0, answer.stderr
    return answer.stdout.strip()


def bearer(api: PaymentsApi, token: str, path: str) -> requests.Response:
    return api.get(path, headers={"Authorization": token})


@pytest.fixture
def auditor(stack: RunningStack) -> Iterator[PaymentsApi]:
    with authorized_api(stack) as client:
        client.session.headers["Authorization"] = token_of("auditor")
        yield client


@pytest.fixture
def stranger(stack: RunningStack) -> Iterator[PaymentsApi]:
    with authorized_api(stack) as client:
        client.session.headers["Authorization"] = token_of("none")
        yield client


def test_an_auditor_reads_what_an_operator_paid(
    api: PaymentsApi, auditor: PaymentsApi, customer: dict[str, str]
) -> None:
    paid = api.post("/v1/api/payments", {**customer, **PAYMENT}).json()
    name = customer["customer_id"]
    assert auditor.get(f"/v1/api/customer/{name}").json() == customer
    assert auditor.get(f"/v1/api/payment/{name}").json()["payments"] == [paid]
    assert auditor.get(f"/v1/api/payment/{name}/{paid['payment_id']}").json() == paid


def test_an_auditor_neither_pays_nor_adds_customers(
    stack: RunningStack, auditor: PaymentsApi, customer: dict[str, str]
) -> None:
    refused = auditor.post("/v1/api/payments", {**customer, **PAYMENT})
    assert refused.status_code == 403
    assert refused.json() == {
        "message": "Not allowed: this needs a user in the group operator",
    }
    other = {"customer_id": f"c-{uuid.uuid4().hex}", "email": "new@example.com"}
    assert auditor.post("/v1/api/customer", other).status_code == 403
    assert stack.rows("Customers", other["customer_id"]) == []
    assert stack.rows("Disbursements", customer["customer_id"]) == []
    assert payouts_to(stack, customer["email"]) == []


def test_a_user_in_no_group_may_not_even_read(
    stranger: PaymentsApi, customer: dict[str, str]
) -> None:
    name = customer["customer_id"]
    for path in (f"/v1/api/customer/{name}", f"/v1/api/payment/{name}"):
        refused = stranger.get(path)
        assert refused.status_code == 403
        assert "operator or auditor" in refused.json()["message"]
    assert stranger.post("/v1/api/payments", {**customer, **PAYMENT}).status_code == 403


def test_a_token_of_another_pool_is_no_token(
    stack: RunningStack, api: PaymentsApi, customer: dict[str, str]
) -> None:
    cognito = stack.client("cognito-idp")
    pool = cognito.create_user_pool(PoolName=f"other-{uuid.uuid4().hex[:8]}")["UserPool"]["Id"]
    try:
        client = cognito.create_user_pool_client(
            UserPoolId=pool, ClientName="web", ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"]
        )["UserPoolClient"]["ClientId"]
        user = {"UserPoolId": pool, "Username": "demo"}
        cognito.admin_create_user(**user, MessageAction="SUPPRESS")
        cognito.admin_set_user_password(**user, Password="Correct-horse-7", Permanent=True)
        cognito.create_group(UserPoolId=pool, GroupName="operator")
        cognito.admin_add_user_to_group(**user, GroupName="operator")
        signed_in = cognito.initiate_auth(
            ClientId=client,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": "demo", "PASSWORD": "Correct-horse-7"},
        )
        token = signed_in["AuthenticationResult"]["IdToken"]
        answer = bearer(api, token, f"/v1/api/customer/{customer['customer_id']}")
        assert (answer.status_code, answer.json()) == (401, {"message": "Unauthorized"})
    finally:
        cognito.delete_user_pool(UserPoolId=pool)


def test_an_access_token_is_not_taken_for_an_id_token(
    stack: RunningStack, api: PaymentsApi, customer: dict[str, str]
) -> None:
    audience = claims(stack.token)["aud"]
    tokens = stack.client("cognito-idp").initiate_auth(
        ClientId=audience,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "demo", "PASSWORD": "Localtender-demo-1"},
    )["AuthenticationResult"]
    path = f"/v1/api/customer/{customer['customer_id']}"
    assert bearer(api, tokens["AccessToken"], path).status_code == 401
    assert bearer(api, tokens["IdToken"], path).status_code == 200
    assert bearer(api, f"Bearer {tokens['IdToken']}", path).status_code == 200


def test_an_expired_token_is_refused(
    stack: RunningStack, api: PaymentsApi, customer: dict[str, str]
) -> None:
    cognito = stack.client("cognito-idp")
    pool = str(claims(stack.token)["iss"]).rpartition("/")[2]
    # Cognito itself gives no token for less than five minutes; the engine does.
    short = cognito.create_user_pool_client(
        UserPoolId=pool,
        ClientName="short",
        ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"],
        IdTokenValidity=2,
        TokenValidityUnits={"IdToken": "seconds"},
    )["UserPoolClient"]["ClientId"]
    try:
        token = cognito.initiate_auth(
            ClientId=short,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": "demo", "PASSWORD": "Localtender-demo-1"},
        )["AuthenticationResult"]["IdToken"]
        expires = float(str(claims(token)["exp"]))
        assert expires - time.time() < 60
        time.sleep(max(0.0, expires - time.time()) + 1)
        answer = bearer(api, token, f"/v1/api/customer/{customer['customer_id']}")
        assert (answer.status_code, answer.json()) == (
            401,
            {"message": "The incoming token has expired"},
        )
    finally:
        cognito.delete_user_pool_client(UserPoolId=pool, ClientId=short)


def test_groups_written_into_a_token_by_its_holder_open_nothing(
    api: PaymentsApi, customer: dict[str, str]
) -> None:
    token = token_of("none")
    header, _, signature = token.split(".")
    forged = json.dumps({**claims(token), "cognito:groups": ["operator"]}).encode()
    payload = base64.urlsafe_b64encode(forged).decode().rstrip("=")
    path = f"/v1/api/customer/{customer['customer_id']}"
    assert bearer(api, f"{header}.{payload}.{signature}", path).status_code == 401


def test_a_group_that_the_pool_does_not_have_is_named(stack: RunningStack) -> None:
    answer = localtender("token", "--group", "payers")
    assert answer.returncode == 1
    assert "no group 'payers'" in answer.stderr
    assert "auditor, operator" in answer.stderr


def claims(token: str) -> dict[str, object]:
    payload = token.split(".")[1]
    decoded: dict[str, object] = json.loads(base64.urlsafe_b64decode(payload + "=="))
    assert float(str(decoded["exp"])) > time.time()
    return decoded

"""A user pool asks functions, as "Customizing user pool workflows with Lambda triggers" says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.running_edge import ACCOUNT, REGION, Recorder, RunningEdge, running_edge

PASSWORD = "Passw0rd!x"

# Records the event and answers it with what the test put beside it by the trigger's name.
TRIGGER = """
import json, os

def handler(event, context):
    with open(os.environ["EVENTS"], "a") as file:
        file.write(json.dumps({"event": event, "arn": ""}) + "\\n")
    answers = json.loads(os.environ["ANSWERS"])
    answer = answers.get(event["triggerSource"].partition("_")[0], {})
    if isinstance(answer, str):
        raise ValueError(answer)
    event["response"].update(answer)
    return event
"""


@pytest.fixture(scope="module")
def edge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningEdge]:
    with running_edge(tmp_path_factory.mktemp("edge")) as running:
        yield running


class Pool:
    """A pool whose triggers are one function."""

    def __init__(
        self, edge: RunningEdge, name: str, permitted: bool = True, **answers: Any
    ) -> None:
        self.cognito = edge.client("cognito-idp")
        self.function: Recorder = edge.recorder(
            name, code=TRIGGER, variables={"ANSWERS": json.dumps(answers)}
        )
        made = self.cognito.create_user_pool(
            PoolName=name,
            LambdaConfig=dict.fromkeys(answers, self.function.arn),
            AutoVerifiedAttributes=["email"],
        )
        self.pool_id: str = made["UserPool"]["Id"]
        if permitted:
            edge.client("lambda").add_permission(
                FunctionName=name,
                StatementId="pool",
                Action="lambda:InvokeFunction",
                Principal="cognito-idp.amazonaws.com",
                SourceArn=f"arn:aws:cognito-idp:{REGION}:{ACCOUNT}:userpool/{self.pool_id}",
            )
        self.client_id: str = self.cognito.create_user_pool_client(
            UserPoolId=self.pool_id,
            ClientName="c",
            ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
        )["UserPoolClient"]["ClientId"]

    def sign_up(self, username: str, **more: Any) -> dict[str, Any]:
        answer: dict[str, Any] = self.cognito.sign_up(
            ClientId=self.client_id,
            Username=username,
            Password=PASSWORD,
            UserAttributes=[{"Name": "email", "Value": f"{username}@example.com"}],
            **more,
        )
        return answer

    def user(self, username: str) -> dict[str, Any]:
        answer: dict[str, Any] = self.cognito.admin_get_user(
            UserPoolId=self.pool_id, Username=username
        )
        return answer

    def a_confirmed_user(self, username: str) -> None:
        self.cognito.admin_create_user(
            UserPoolId=self.pool_id, Username=username, MessageAction="SUPPRESS"
        )
        self.cognito.admin_set_user_password(
            UserPoolId=self.pool_id, Username=username, Password=PASSWORD, Permanent=True
        )

    def sign_in(self, username: str, **more: Any) -> dict[str, Any]:
        answer: dict[str, Any] = self.cognito.initiate_auth(
            ClientId=self.client_id,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": username, "PASSWORD": PASSWORD},
            **more,
        )
        return answer

    def sources(self) -> list[str]:
        return [event["triggerSource"] for event in self.function.events()]


def refused(call: Any, *arguments: Any, **named: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as caught:
        call(*arguments, **named)
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


def test_a_sign_up_is_asked_about_and_may_be_confirmed_and_verified_at_once(
    edge: RunningEdge,
) -> None:
    pool = Pool(
        edge,
        "auto",
        PreSignUp={"autoConfirmUser": True, "autoVerifyEmail": True},
        PostConfirmation={},
    )
    answer = pool.sign_up(
        "ada",
        ClientMetadata={"campaign": "x"},
        ValidationData=[{"Name": "captcha", "Value": "ok"}],
    )
    assert answer["UserConfirmed"] is True
    assert pool.sources() == ["PreSignUp_SignUp", "PostConfirmation_ConfirmSignUp"]
    before, after = pool.function.events()
    assert before["request"] == {
        "userAttributes": {"email": "ada@example.com"},
        "validationData": {"captcha": "ok"},
        "clientMetadata": {"campaign": "x"},
    }
    assert (before["userName"], before["userPoolId"]) == ("ada", pool.pool_id)
    assert before["callerContext"]["clientId"] == pool.client_id
    assert after["request"]["userAttributes"]["cognito:user_status"] == "CONFIRMED"
    assert after["request"]["userAttributes"]["email_verified"] == "true"
    user = pool.user("ada")
    assert user["UserStatus"] == "CONFIRMED"
    assert {"Name": "email_verified", "Value": "true"} in user["UserAttributes"]


def test_a_sign_up_may_be_refused(edge: RunningEdge) -> None:
    pool = Pool(edge, "refusing", PreSignUp="not you")
    assert refused(pool.sign_up, "eve") == (
        "UserLambdaValidationException",
        "PreSignUp failed with error not you.",
    )
    assert refused(pool.user, "eve")[0] == "UserNotFoundException"


def test_a_function_without_permission_is_not_called(edge: RunningEdge) -> None:
    pool = Pool(edge, "unpermitted", permitted=False, PreSignUp={})
    assert refused(pool.sign_up, "ada") == (
        "UnexpectedLambdaException",
        "PreSignUp invocation failed due to error AccessDeniedException.",
    )
    assert pool.sources() == []


def test_verifying_what_the_user_does_not_have_is_refused(edge: RunningEdge) -> None:
    pool = Pool(edge, "no-phone", PreSignUp={"autoVerifyPhone": True})
    assert refused(pool.sign_up, "ada")[0] == "InvalidLambdaResponseException"


def test_confirming_tells_afterwards(edge: RunningEdge) -> None:
    pool = Pool(edge, "confirming", PostConfirmation={})
    pool.sign_up("ada")
    assert pool.sources() == []
    pool.cognito.admin_confirm_sign_up(UserPoolId=pool.pool_id, Username="ada")
    assert pool.sources() == ["PostConfirmation_ConfirmSignUp"]


def test_an_administrators_user_is_asked_about_as_such(edge: RunningEdge) -> None:
    pool = Pool(edge, "by-admin", PreSignUp={})
    pool.a_confirmed_user("ada")
    assert pool.sources() == ["PreSignUp_AdminCreateUser"]


def test_signing_in_is_told_before_and_after_and_a_refresh_is_not(edge: RunningEdge) -> None:
    pool = Pool(edge, "signing-in", PreAuthentication={}, PostAuthentication={})
    pool.a_confirmed_user("ada")
    tokens = pool.sign_in("ada", ClientMetadata={"device": "phone"})["AuthenticationResult"]
    before, after = pool.function.events()
    assert before["triggerSource"] == "PreAuthentication_Authentication"
    assert before["request"]["validationData"] == {"device": "phone"}
    assert before["request"]["userAttributes"]["cognito:user_status"] == "CONFIRMED"
    assert after["triggerSource"] == "PostAuthentication_Authentication"
    assert after["request"]["newDeviceUsed"] is False
    pool.cognito.initiate_auth(
        ClientId=pool.client_id,
        AuthFlow="REFRESH_TOKEN_AUTH",
        AuthParameters={"REFRESH_TOKEN": tokens["RefreshToken"]},
    )
    assert len(pool.sources()) == 2


def test_signing_in_may_be_refused_before(edge: RunningEdge) -> None:
    pool = Pool(edge, "closed", PreAuthentication="closed today", PostAuthentication={})
    pool.a_confirmed_user("ada")
    assert refused(pool.sign_in, "ada") == (
        "UserLambdaValidationException",
        "PreAuthentication failed with error closed today.",
    )
    assert pool.sources() == ["PreAuthentication_Authentication"]


def test_a_wrong_password_is_not_told_afterwards(edge: RunningEdge) -> None:
    pool = Pool(edge, "wrong", PostAuthentication={})
    pool.a_confirmed_user("ada")
    code, _ = refused(
        pool.cognito.initiate_auth,
        ClientId=pool.client_id,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "ada", "PASSWORD": "Wrong0ne!x"},
    )
    assert code == "NotAuthorizedException"
    assert pool.sources() == []


def test_a_user_who_is_not_there_may_be_brought_by_the_function(edge: RunningEdge) -> None:
    pool = Pool(
        edge,
        "migrating",
        UserMigration={
            "userAttributes": {"email": "old@example.com", "email_verified": "true"},
            "finalUserStatus": "CONFIRMED",
            "messageAction": "SUPPRESS",
        },
    )
    assert "AccessToken" in pool.sign_in("old")["AuthenticationResult"]
    (event,) = pool.function.events()
    assert event["triggerSource"] == "UserMigration_Authentication"
    assert event["request"]["password"] == PASSWORD
    assert pool.user("old")["UserStatus"] == "CONFIRMED"
    assert "AccessToken" in pool.sign_in("old")["AuthenticationResult"]
    assert len(pool.sources()) == 1


def test_a_user_whom_the_function_does_not_know_is_not_found(edge: RunningEdge) -> None:
    pool = Pool(edge, "unknown", UserMigration="no such user")
    code, message = refused(pool.sign_in, "nobody")
    assert code == "UserNotFoundException"
    assert message == f"Exception migrating user in app client {pool.client_id}"


def test_a_pool_without_these_triggers_is_left_alone(edge: RunningEdge) -> None:
    pool = Pool(edge, "plain")
    assert pool.sign_up("ada")["UserConfirmed"] is False
    pool.cognito.admin_confirm_sign_up(UserPoolId=pool.pool_id, Username="ada")
    assert "IdToken" in pool.sign_in("ada")["AuthenticationResult"]
    assert pool.sources() == []

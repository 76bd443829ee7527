"""Functions that a user pool asks or tells."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from tests.integration.conformance import documentation as docs
from tests.integration.conformance.laboratory import Laboratory
from tests.integration.conformance.observing import outcome
from tests.integration.conformance.row import Area

AREA = Area("Cognito: triggers")

PASSWORD = "Passw0rd!x"
TRIGGER = """
import json, os
answers = json.loads(os.environ["ANSWERS"])

def handler(event, context):
    answer = answers.get(event["triggerSource"], {})
    if isinstance(answer, str):
        raise ValueError(answer)
    event["response"].update(answer)
    return event
"""


@dataclass(frozen=True)
class Pool:
    """A pool and its client."""

    cognito: Any
    pool_id: str
    client_id: str

    def sign_up(self) -> Any:
        """Sign Ada up."""
        return self.cognito.sign_up(
            ClientId=self.client_id,
            Username="ada",
            Password=PASSWORD,
            UserAttributes=[{"Name": "email", "Value": "ada@example.com"}],
        )

    def make_user(self) -> None:
        """Make Ada a confirmed user."""
        self.cognito.admin_create_user(
            UserPoolId=self.pool_id, Username="ada", MessageAction="SUPPRESS"
        )
        self.cognito.admin_set_user_password(
            UserPoolId=self.pool_id, Username="ada", Password=PASSWORD, Permanent=True
        )

    def sign_in(self) -> Any:
        """Sign Ada in."""
        return self.cognito.initiate_auth(
            ClientId=self.client_id,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": "ada", "PASSWORD": PASSWORD},
        )


def pool(lab: Laboratory, **answers: Any) -> Pool:
    """A pool whose triggers, by their sources, answer so."""
    arn = lab.function(TRIGGER, Environment={"Variables": {"ANSWERS": json.dumps(answers)}})
    cognito = lab.client("cognito-idp")
    triggers = {source.partition("_")[0]: arn for source in answers}
    pool_id = cognito.create_user_pool(PoolName=lab.name(), LambdaConfig=triggers)["UserPool"]["Id"]
    lab.functions.add_permission(
        FunctionName=arn,
        StatementId="pool",
        Action="lambda:InvokeFunction",
        Principal="cognito-idp.amazonaws.com",
    )
    client = cognito.create_user_pool_client(
        UserPoolId=pool_id, ClientName="c", ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"]
    )
    return Pool(cognito, pool_id, client["UserPoolClient"]["ClientId"])


@AREA.row(
    "PreSignUp refuses a sign-up",
    aws="400 UserLambdaValidationException: PreSignUp failed with error no.",
    source=docs.USER_POOL_TRIGGERS,
)
def refused_sign_up(lab: Laboratory) -> str:
    return outcome(pool(lab, PreSignUp_SignUp="no").sign_up)


@AREA.row(
    "PreSignUp confirms a user at once",
    aws="True CONFIRMED",
    source=docs.USER_POOL_TRIGGERS,
)
def confirmed_at_once(lab: Laboratory) -> str:
    asked = pool(lab, PreSignUp_SignUp={"autoConfirmUser": True})
    confirmed = asked.sign_up()["UserConfirmed"]
    user = asked.cognito.admin_get_user(UserPoolId=asked.pool_id, Username="ada")
    return f"{confirmed} {user['UserStatus']}"


@AREA.row(
    "PostConfirmation's error is the confirmation's",
    aws="400 UserLambdaValidationException: PostConfirmation failed with error no.",
    source=docs.USER_POOL_TRIGGERS,
)
def after_confirmation(lab: Laboratory) -> str:
    told = pool(lab, PostConfirmation_ConfirmSignUp="no")
    told.sign_up()
    return outcome(
        lambda: told.cognito.admin_confirm_sign_up(UserPoolId=told.pool_id, Username="ada")
    )


@AREA.row(
    "PreAuthentication refuses a sign-in",
    aws="400 UserLambdaValidationException: PreAuthentication failed with error no.",
    source=docs.USER_POOL_TRIGGERS,
)
def refused_sign_in(lab: Laboratory) -> str:
    asked = pool(lab, PreAuthentication_Authentication="no")
    asked.make_user()
    return outcome(asked.sign_in)


@AREA.row(
    "PostAuthentication's error is the sign-in's",
    aws="400 UserLambdaValidationException: PostAuthentication failed with error no.",
    source=docs.USER_POOL_TRIGGERS,
)
def after_sign_in(lab: Laboratory) -> str:
    told = pool(lab, PostAuthentication_Authentication="no")
    told.make_user()
    return outcome(told.sign_in)


@AREA.row(
    "UserMigration brings a user who signs in",
    aws="signed in, CONFIRMED",
    source=docs.USER_POOL_TRIGGERS,
)
def migrated(lab: Laboratory) -> str:
    user = {"userAttributes": {"email": "ada@example.com"}, "finalUserStatus": "CONFIRMED"}
    asked = pool(lab, UserMigration_Authentication=user)
    refused = outcome(asked.sign_in)
    if refused != "accepted":
        return refused
    status = asked.cognito.admin_get_user(UserPoolId=asked.pool_id, Username="ada")["UserStatus"]
    return f"signed in, {status}"

"""A Cognito user pool with one user, for tests of what asks for its tokens."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from tests.rest_api_workshop import RestApiWorkshop

PASSWORD = "Correct-horse-7"


@dataclass(frozen=True)
class UserPool:
    """A user pool with one user, Ada."""

    arn: str
    client_id: str
    identity: Any

    def tokens(self, client_id: str = "") -> dict[str, str]:
        """Ada's tokens, fresh."""
        answer = self.identity.initiate_auth(
            ClientId=client_id or self.client_id,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": "ada", "PASSWORD": PASSWORD},
        )
        tokens: dict[str, str] = answer["AuthenticationResult"]
        return tokens


def user_pool(workshop: RestApiWorkshop) -> UserPool:
    identity = workshop.client("cognito-idp")
    pool = identity.create_user_pool(PoolName=f"pool-{uuid.uuid4().hex[:8]}")["UserPool"]
    identity.admin_create_user(
        UserPoolId=pool["Id"],
        Username="ada",
        MessageAction="SUPPRESS",
        UserAttributes=[{"Name": "email", "Value": "ada@example.com"}],
    )
    identity.admin_set_user_password(
        UserPoolId=pool["Id"], Username="ada", Password=PASSWORD, Permanent=True
    )
    client = identity.create_user_pool_client(
        UserPoolId=pool["Id"], ClientName="web", ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"]
    )["UserPoolClient"]
    return UserPool(pool["Arn"], client["ClientId"], identity)

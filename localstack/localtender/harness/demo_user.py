"""A demo user of the deployed Cognito user pool, so that a first payment needs no console."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from localtender.harness.errors import DemoUserError
from localtender.harness.stack_record import StackRecord

DEMO_USER = "demo"
# Known to everybody on purpose: the pool is local, and loopback is the only way to it.
DEMO_PASSWORD = "Localtender-demo-1"
_GROUP = "operator"


def ensure_demo_user(record: StackRecord) -> None:
    """Create the user with a permanent password in the group that may pay, if it is not there.

    Raises DemoUserError.
    """
    pool = _output(record.outputs, "user_pool_id")
    cognito = _client(record)
    user: dict[str, Any] = {"UserPoolId": pool, "Username": DEMO_USER}
    try:
        try:
            cognito.admin_create_user(**user, MessageAction="SUPPRESS")
        except cognito.exceptions.UsernameExistsException:
            return
        cognito.admin_set_user_password(**user, Password=DEMO_PASSWORD, Permanent=True)
        groups = cognito.list_groups(UserPoolId=pool)["Groups"]
        if any(group["GroupName"] == _GROUP for group in groups):
            cognito.admin_add_user_to_group(**user, GroupName=_GROUP)
    except cognito.exceptions.ClientError as error:
        raise DemoUserError(f"The demo user could not be created: {error}") from error


def demo_token(record: StackRecord) -> str:
    """A fresh id token of the demo user (USER_PASSWORD_AUTH). Raises DemoUserError."""
    cognito = _client(record)
    try:
        answer = cognito.initiate_auth(
            ClientId=_output(record.outputs, "user_pool_client_id"),
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": DEMO_USER, "PASSWORD": DEMO_PASSWORD},
        )
    except cognito.exceptions.ClientError as error:
        raise DemoUserError(
            f"The demo user got no token: {error}. Run `make up` to create it."
        ) from error
    token: str = answer["AuthenticationResult"]["IdToken"]
    return token


def _client(record: StackRecord) -> Any:
    import boto3

    session = boto3.session.Session(
        aws_access_key_id="test", aws_secret_access_key="test", region_name=record.region
    )
    return session.client("cognito-idp", endpoint_url=record.endpoint_url)


def _output(outputs: Mapping[str, Any], name: str) -> str:
    value = outputs.get(name)
    if not value:
        raise DemoUserError(f"The Terraform module has no output {name}; the demo user needs it.")
    return str(value)

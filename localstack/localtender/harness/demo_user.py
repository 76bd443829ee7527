"""A demo user of the deployed Cognito user pool, so that a first payment needs no console."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from localtender.harness.errors import DemoUserError
from localtender.harness.local_client import LOCAL_CLIENT_ERRORS, local_client
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
    cognito = local_client("cognito-idp", record)
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
    except LOCAL_CLIENT_ERRORS as error:
        raise DemoUserError(
            f"The demo user could not be created: {error}. Start over with `make reset`."
        ) from error


def demo_token(record: StackRecord) -> str:
    """A fresh id token of the demo user (USER_PASSWORD_AUTH). Raises DemoUserError."""
    client_id = _output(record.outputs, "user_pool_client_id")
    cognito = local_client("cognito-idp", record)
    try:
        answer = cognito.initiate_auth(
            ClientId=client_id,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": DEMO_USER, "PASSWORD": DEMO_PASSWORD},
        )
        token: str = answer["AuthenticationResult"]["IdToken"]
    except (*LOCAL_CLIENT_ERRORS, KeyError) as error:
        raise DemoUserError(
            f"The demo user got no token: {error}. Run `make up` to create it."
        ) from error
    return token


def deployed_region(outputs: Mapping[str, Any]) -> str | None:
    """The region in which the module was deployed, which a user pool's id begins with."""
    region, separator, _ = str(outputs.get("user_pool_id") or "").rpartition("_")
    return region if separator else None


def _output(outputs: Mapping[str, Any], name: str) -> str:
    value = outputs.get(name)
    if value:
        return str(value)
    if outputs:
        raise DemoUserError(f"The Terraform module has no output {name}; the demo user needs it.")
    raise DemoUserError("Nothing is deployed here yet. Run `make up`, and look at its errors.")

"""Demo users of the deployed Cognito user pool, so that a first payment needs no console.

`make up` makes the one that may pay; a user of another group, or of none, is made when its first
token is asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from localtender.harness.errors import DemoUserError
from localtender.harness.local_client import LOCAL_CLIENT_ERRORS, local_client
from localtender.harness.stack_record import StackRecord

DEMO_USER = "demo"
# Known to everybody on purpose: the pool is local, and loopback is the only way to it.
DEMO_PASSWORD = "Localtender-demo-1"
PAYING_GROUP = "operator"
NO_GROUP = "none"


def ensure_demo_user(record: StackRecord, group: str = PAYING_GROUP) -> str:
    """Create the demo user of a group with a permanent password, if it is not there; its name.

    A module without that group gets a user without one, as a pool of another product may.

    Raises DemoUserError.
    """
    pool = _output(record.outputs, "user_pool_id")
    cognito = local_client("cognito-idp", record)
    name = DEMO_USER if group == PAYING_GROUP else f"{DEMO_USER}-{group}"
    user: dict[str, Any] = {"UserPoolId": pool, "Username": name}
    try:
        try:
            cognito.admin_create_user(**user, MessageAction="SUPPRESS")
        except cognito.exceptions.UsernameExistsException:
            return name
        cognito.admin_set_user_password(**user, Password=DEMO_PASSWORD, Permanent=True)
        if group in _groups(cognito, pool):
            cognito.admin_add_user_to_group(**user, GroupName=group)
    except LOCAL_CLIENT_ERRORS as error:
        raise DemoUserError(
            f"The demo user could not be created: {error}. Start over with `make reset`."
        ) from error
    return name


def demo_token(record: StackRecord, group: str = PAYING_GROUP) -> str:
    """A fresh id token of the demo user of a group, or of `NO_GROUP` (USER_PASSWORD_AUTH).

    Raises DemoUserError.
    """
    client_id = _output(record.outputs, "user_pool_client_id")
    cognito = local_client("cognito-idp", record)
    name = DEMO_USER
    if group != PAYING_GROUP:
        _require_group(cognito, _output(record.outputs, "user_pool_id"), group)
        name = ensure_demo_user(record, group)
    try:
        answer = cognito.initiate_auth(
            ClientId=client_id,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": name, "PASSWORD": DEMO_PASSWORD},
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


def _require_group(cognito: Any, pool: str, group: str) -> None:
    try:
        groups = _groups(cognito, pool)
    except LOCAL_CLIENT_ERRORS as error:
        raise DemoUserError(f"The groups could not be read: {error}. Run `make up`.") from error
    if group not in (*groups, NO_GROUP):
        raise DemoUserError(
            f"The user pool has no group {group!r}. It has: {', '.join(sorted(groups))}; "
            f"`--group {NO_GROUP}` gives a user without any."
        )


def _groups(cognito: Any, pool: str) -> set[str]:
    answer = cognito.list_groups(UserPoolId=pool)
    return {str(group["GroupName"]) for group in answer["Groups"]}


def _output(outputs: Mapping[str, Any], name: str) -> str:
    value = outputs.get(name)
    if value:
        return str(value)
    if outputs:
        raise DemoUserError(f"The Terraform module has no output {name}; the demo user needs it.")
    raise DemoUserError("Nothing is deployed here yet. Run `make up`, and look at its errors.")

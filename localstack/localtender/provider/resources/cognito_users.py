"""Amazon Cognito: users, groups and who is in which.

Arguments, defaults and replace rules follow the documentation of ``aws_cognito_user``,
``aws_cognito_user_group`` and ``aws_cognito_user_in_group``.
"""

from __future__ import annotations

from typing import Any, Final

from localtender.provider.call import Call
from localtender.provider.checks import each_of, is_arn, length, one_of
from localtender.provider.declaration import Change, Plan, Resource
from localtender.provider.errors import OperationError
from localtender.provider.moments import moment_text
from localtender.provider.resources.cognito_members import to_api
from localtender.provider.resources.cognito_pools import GONE
from localtender.provider.resources.cognito_schema import CUSTOM_PREFIX, STANDARD_ATTRIBUTES
from localtender.provider.service_errors import is_unsupported
from localtender.provider.values import UNKNOWN, Values

_USER_GONE: Final = (*GONE, "UserNotFoundException")
_FIXED_ATTRIBUTE: Final = "sub"
_GROUP: Final = {"description": "Description", "precedence": "Precedence", "role_arn": "RoleArn"}
_CREATION: Final = {
    "client_metadata": "ClientMetadata",
    "desired_delivery_mediums": "DesiredDeliveryMediums",
    "force_alias_creation": "ForceAliasCreation",
    "message_action": "MessageAction",
    "temporary_password": "TemporaryPassword",
}


def _same_attributes(old: dict[str, str], new: dict[str, str]) -> bool:
    # Cognito gives every user a `sub`, which nobody can change.
    return _own(old) == _own(new)


def _own(attributes: dict[str, str]) -> dict[str, str]:
    return {_long(name): value for name, value in attributes.items() if name != _FIXED_ATTRIBUTE}


class User(Resource):
    """``aws_cognito_user``; its id is ``POOL/USERNAME``."""

    type_name = "aws_cognito_user"
    service = "cognito-idp"
    gone = _USER_GONE
    replaces = ("user_pool_id", "username")
    conflicts = (("password", "temporary_password"),)
    sensitive = ("password", "temporary_password")
    defaults = {"enabled": True}
    equivalent = {"attributes": _same_attributes}
    recomputed = {
        "last_modified_date": ("attributes", "enabled", "password", "temporary_password"),
        "status": ("password", "temporary_password"),
    }
    checks = {
        "desired_delivery_mediums": each_of("SMS", "EMAIL"),
        "message_action": one_of("RESEND", "SUPPRESS"),
        "password": length(6, 256),
        "temporary_password": length(6, 256),
        "username": length(1, 128),
    }

    def customize(self, call: Call, plan: Plan) -> None:
        """Expect a user without attributes to keep those that are Cognito's."""
        attributes = plan.planned["attributes"]
        if plan.prior is not None and attributes is not UNKNOWN:
            before = plan.prior["attributes"] or {}
            if not attributes and not _own(before):
                plan.planned["attributes"] = plan.prior["attributes"]

    def create(self, call: Call, planned: Values) -> Values:
        """Create the user, then set whether it is enabled and its password."""
        client, name = call.client(), planned["username"]
        who = {"UserPoolId": planned["user_pool_id"], "Username": name}
        request = to_api(planned, _CREATION)
        for argument, key in (
            ("attributes", "UserAttributes"),
            ("validation_data", "ValidationData"),
        ):
            if planned[argument]:
                request[key] = _attribute_list(planned[argument])
        client.admin_create_user(**who, **request)
        call.created({"id": f"{planned['user_pool_id']}/{name}"})
        if not planned["enabled"]:
            client.admin_disable_user(**who)
        if planned["password"]:
            _set_password(client, who, planned["password"], permanent=True)
        return {"id": f"{planned['user_pool_id']}/{name}"}

    def read(self, call: Call, state: Values) -> Values | None:
        """Read the user; passwords can't be read."""
        pool, name = _parts(state["id"], 2, "POOL/USERNAME")
        user = call.client().admin_get_user(UserPoolId=pool, Username=name)
        attributes = {each["Name"]: each.get("Value", "") for each in user["UserAttributes"]}
        sub = attributes.get(_FIXED_ATTRIBUTE)
        found = {_short(key): value for key, value in attributes.items()}
        if _FIXED_ATTRIBUTE not in (state["attributes"] or {}):
            found.pop(_FIXED_ATTRIBUTE, None)
        return {
            "attributes": found,
            "creation_date": moment_text(user.get("UserCreateDate")),
            "enabled": user.get("Enabled", True),
            "last_modified_date": moment_text(user.get("UserLastModifiedDate")),
            "mfa_setting_list": user.get("UserMFASettingList", []),
            "preferred_mfa_setting": user.get("PreferredMfaSetting"),
            "status": user.get("UserStatus"),
            "sub": sub,
            "user_pool_id": pool,
            "username": name,
        }

    def update(self, call: Call, change: Change) -> None:
        """Change attributes, whether the user is enabled, and its password."""
        client, planned = call.client(), change.planned
        who = {"UserPoolId": planned["user_pool_id"], "Username": planned["username"]}
        if change.has("attributes"):
            before, after = (
                _own(change.prior["attributes"] or {}),
                _own(planned["attributes"] or {}),
            )
            changed = {name: value for name, value in after.items() if before.get(name) != value}
            if changed:
                metadata = to_api(planned, {"client_metadata": "ClientMetadata"})
                client.admin_update_user_attributes(
                    **who, UserAttributes=_attribute_list(changed), **metadata
                )
            removed = [name for name in before if name not in after]
            if removed:
                client.admin_delete_user_attributes(**who, UserAttributeNames=removed)
        if change.has("enabled"):
            if planned["enabled"]:
                client.admin_enable_user(**who)
            else:
                client.admin_disable_user(**who)
        for argument in ("temporary_password", "password"):
            if change.has(argument) and planned[argument]:
                _set_password(client, who, planned[argument], permanent=argument == "password")

    def delete(self, call: Call, state: Values) -> None:
        """Delete the user."""
        call.client().admin_delete_user(
            UserPoolId=state["user_pool_id"], Username=state["username"]
        )


class UserGroup(Resource):
    """``aws_cognito_user_group``; its id is ``POOL/GROUP``."""

    type_name = "aws_cognito_user_group"
    service = "cognito-idp"
    gone = GONE
    replaces = ("name", "user_pool_id")
    checks = {
        "description": length(0, 2048),
        "name": length(1, 128),
        "role_arn": is_arn,
    }

    def create(self, call: Call, planned: Values) -> Values:
        """Create the group."""
        pool, name = planned["user_pool_id"], planned["name"]
        call.client().create_group(UserPoolId=pool, GroupName=name, **to_api(planned, _GROUP))
        return {"id": f"{pool}/{name}"}

    def read(self, call: Call, state: Values) -> Values | None:
        """Read the group."""
        pool, name = _parts(state["id"], 2, "POOL/GROUP")
        group = call.client().get_group(UserPoolId=pool, GroupName=name)["Group"]
        return {
            **{argument: group.get(key) for argument, key in _GROUP.items()},
            "name": group["GroupName"],
            "user_pool_id": pool,
        }

    def update(self, call: Call, change: Change) -> None:
        """Change description, precedence and role."""
        planned = change.planned
        request = to_api(planned, _GROUP)
        if change.has("description"):
            request.setdefault("Description", "")
        which = {"UserPoolId": planned["user_pool_id"], "GroupName": planned["name"]}
        try:
            call.client().update_group(**which, **request)
        except Exception as failure:
            if not is_unsupported(failure):
                raise
            _make_anew(call.client(), which, request)

    def delete(self, call: Call, state: Values) -> None:
        """Delete the group; its users stay."""
        call.client().delete_group(UserPoolId=state["user_pool_id"], GroupName=state["name"])


class UserInGroup(Resource):
    """``aws_cognito_user_in_group``; its id is ``POOL/GROUP/USERNAME``."""

    type_name = "aws_cognito_user_in_group"
    service = "cognito-idp"
    gone = _USER_GONE
    replaces = ("group_name", "user_pool_id", "username")
    checks = {"group_name": length(1, 128), "username": length(1, 128)}

    def create(self, call: Call, planned: Values) -> Values:
        """Add the user to the group."""
        pool, group, name = (planned[key] for key in ("user_pool_id", "group_name", "username"))
        call.client().admin_add_user_to_group(UserPoolId=pool, GroupName=group, Username=name)
        return {"id": f"{pool}/{group}/{name}"}

    def read(self, call: Call, state: Values) -> Values | None:
        """Look for the group among those of the user."""
        pool, group, name = (state[key] for key in ("user_pool_id", "group_name", "username"))
        pages = call.client().get_paginator("admin_list_groups_for_user")
        for page in pages.paginate(UserPoolId=pool, Username=name):
            if any(each["GroupName"] == group for each in page["Groups"]):
                return {}
        return None

    def delete(self, call: Call, state: Values) -> None:
        """Take the user out of the group."""
        call.client().admin_remove_user_from_group(
            UserPoolId=state["user_pool_id"],
            GroupName=state["group_name"],
            Username=state["username"],
        )

    def import_state(self, call: Call, identifier: str) -> Values:
        """Take ``POOL/GROUP/USERNAME`` apart."""
        pool, group, name = _parts(identifier, 3, "POOL/GROUP/USERNAME")
        return {"id": identifier, "user_pool_id": pool, "group_name": group, "username": name}


def _make_anew(client: Any, which: dict[str, str], settings: Values) -> None:
    """Replace a group by one with other settings and the same users.

    For engines that lack UpdateGroup; nothing of Cognito refers to a group but by its name.
    """
    pages = client.get_paginator("list_users_in_group").paginate(**which)
    names = [user["Username"] for page in pages for user in page["Users"]]
    client.delete_group(**which)
    client.create_group(**which, **settings)
    for name in names:
        client.admin_add_user_to_group(**which, Username=name)


def _parts(identifier: str, count: int, form: str) -> list[str]:
    parts = identifier.split("/", count - 1)
    if len(parts) != count or not all(parts):
        raise OperationError(f"expected an id of the form {form}, got {identifier!r}")
    return parts


def _set_password(client: Any, who: dict[str, str], password: str, *, permanent: bool) -> None:
    client.admin_set_user_password(**who, Password=password, Permanent=permanent)


def _attribute_list(attributes: dict[str, str]) -> list[dict[str, str]]:
    return [{"Name": _long(name), "Value": value} for name, value in attributes.items()]


def _long(name: str) -> str:
    known = name in STANDARD_ATTRIBUTES or name.startswith(CUSTOM_PREFIX)
    return name if known else f"{CUSTOM_PREFIX}{name}"


def _short(name: str) -> str:
    return (
        name if name in STANDARD_ATTRIBUTES else name.removeprefix("dev:").removeprefix("custom:")
    )

"""AWS IAM: users and their access keys.

Arguments, defaults and what changes in place follow the documentation of ``aws_iam_user`` and
``aws_iam_access_key``.
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Iterable
from typing import Any, Final

from localtender.provider.call import Call
from localtender.provider.checks import length, matches, one_of
from localtender.provider.declaration import Change, Plan, Resource
from localtender.provider.errors import InvalidArgumentError
from localtender.provider.resources.iam_identities import (
    NAME_CHARACTERS,
    NAME_MEANING,
    NO_SUCH_ENTITY,
    attached_arns,
    delete_inline,
    detach,
    inline_names,
    pages,
    tag_list,
    tag_map,
    unless_gone,
)
from localtender.provider.values import Values, is_given

_SMTP_VERSION: Final = b"\x04"


class User(Resource):
    """``aws_iam_user``; its id is the user's name."""

    type_name = "aws_iam_user"
    service = "iam"
    gone = NO_SUCH_ENTITY
    tag_operations = ("tag_user", "untag_user")
    tagged_by = "id"
    defaults = {"force_destroy": False, "path": "/"}
    checks = {
        "name": matches(NAME_CHARACTERS, NAME_MEANING),
        "path": matches(r"/(.*/)?", "a path starts and ends with '/'"),
        "permissions_boundary": length(0, 2048),
    }

    def customize(self, call: Call, plan: Plan) -> None:
        """Tell what another name or path makes unknown."""
        if plan.prior is not None and (plan.changes("name") or plan.changes("path")):
            plan.make_unknown("arn")
            plan.make_unknown("id")

    def create(self, call: Call, planned: Values) -> Values:
        """Create the user."""
        request = {
            "UserName": planned["name"],
            "Path": planned["path"],
            "PermissionsBoundary": planned["permissions_boundary"],
            "Tags": tag_list(planned["tags_all"]),
        }
        call.client().create_user(**{key: value for key, value in request.items() if value})
        return {"id": planned["name"]}

    def read(self, call: Call, state: Values) -> Values | None:
        """Read the user."""
        user = call.client().get_user(UserName=state["id"])["User"]
        return user_state(user) | {"name": user["UserName"], "unique_id": user["UserId"]}

    def update(self, call: Call, change: Change) -> Values | None:
        """Change what changed; a user keeps everything under another name."""
        client, planned = call.client(), change.planned
        if change.has("name", "path"):
            client.update_user(
                UserName=change.prior["name"],
                NewUserName=planned["name"],
                NewPath=planned["path"],
            )
        if change.has("permissions_boundary"):
            boundary = planned["permissions_boundary"]
            if boundary:
                client.put_user_permissions_boundary(
                    UserName=planned["name"], PermissionsBoundary=boundary
                )
            else:
                client.delete_user_permissions_boundary(UserName=planned["name"])
        return {"id": planned["name"]}

    def delete(self, call: Call, state: Values) -> None:
        """Delete the user, first from all groups, and with keys and policies if forced."""
        client, name = call.client(), state["id"]
        for group in pages(call, "list_groups_for_user", "Groups", UserName=name):
            unless_gone(client.remove_user_from_group, GroupName=group["GroupName"], UserName=name)
        if state["force_destroy"]:
            _strip(call, name)
        client.delete_user(UserName=name)


def user_state(user: Values) -> Values:
    """Return the attributes that IAM's description of a user tells."""
    return {
        "arn": user["Arn"],
        "path": user["Path"],
        "permissions_boundary": user.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn"),
        "tags": tag_map(user.get("Tags")),
    }


def _strip(call: Call, name: str) -> None:
    """Take away what keeps a user from being deleted."""
    client = call.client()
    for key in pages(call, "list_access_keys", "AccessKeyMetadata", UserName=name):
        unless_gone(client.delete_access_key, UserName=name, AccessKeyId=key["AccessKeyId"])
    for device in pages(call, "list_mfa_devices", "MFADevices", UserName=name):
        unless_gone(
            client.deactivate_mfa_device, UserName=name, SerialNumber=device["SerialNumber"]
        )
    unless_gone(client.delete_login_profile, UserName=name)
    for arn in attached_arns(call, "user", name):
        detach(call, "user", name, arn)
    for policy in inline_names(call, "user", name):
        delete_inline(call, "user", name, policy)


class AccessKey(Resource):
    """``aws_iam_access_key``; its id is the key's. Its secret is told once, on creation."""

    type_name = "aws_iam_access_key"
    service = "iam"
    gone = NO_SUCH_ENTITY
    replaces = ("pgp_key", "user")
    defaults = {"status": "Active"}
    sensitive = ("secret", "ses_smtp_password_v4")
    checks = {"status": one_of("Active", "Inactive")}

    def validate(self, config: Values) -> Iterable[InvalidArgumentError]:
        """Refuse encryption with PGP, which nothing here can do."""
        if is_given(config.get("pgp_key")):
            yield InvalidArgumentError(
                "pgp_key", "the local AWS provider does not encrypt; use PROVIDER=registry"
            )

    def create(self, call: Call, planned: Values) -> Values:
        """Create the key, and deactivate it if it is to rest."""
        client, user = call.client(), planned["user"]
        key = client.create_access_key(UserName=user)["AccessKey"]
        secret = key["SecretAccessKey"]
        identity = {
            "id": key["AccessKeyId"],
            "secret": secret,
            "ses_smtp_password_v4": smtp_password(secret, call.region),
        }
        call.created(identity)
        if planned["status"] != "Active":
            self._set_status(client, user, key["AccessKeyId"], planned["status"])
        return identity

    def read(self, call: Call, state: Values) -> Values | None:
        """Find the key among its user's."""
        keys = pages(call, "list_access_keys", "AccessKeyMetadata", UserName=state["user"])
        for key in keys:
            if key["AccessKeyId"] == state["id"]:
                return {
                    "create_date": key["CreateDate"].strftime("%Y-%m-%dT%H:%M:%SZ"),
                    "status": key["Status"],
                    "user": key["UserName"],
                }
        return None

    def update(self, call: Call, change: Change) -> None:
        """Activate or deactivate the key."""
        prior, planned = change.prior, change.planned
        self._set_status(call.client(), prior["user"], prior["id"], planned["status"])

    def delete(self, call: Call, state: Values) -> None:
        """Delete the key."""
        call.client().delete_access_key(UserName=state["user"], AccessKeyId=state["id"])

    def import_state(self, call: Call, identifier: str) -> Values:
        """Find out whose key it is."""
        answer = call.client().get_access_key_last_used(AccessKeyId=identifier)
        return {"id": identifier, "user": answer["UserName"]}

    def _set_status(self, client: Any, user: str, key: str, status: str) -> None:
        client.update_access_key(UserName=user, AccessKeyId=key, Status=status)


def smtp_password(secret: str, region: str) -> str:
    """Return the password for SES's SMTP endpoint that stands for a secret key.

    Follows "Obtaining Amazon SES SMTP credentials" of the SES developer guide.
    """
    signature = f"AWS4{secret}".encode()
    for part in ("11111111", region, "ses", "aws4_request", "SendRawEmail"):
        signature = hmac.digest(signature, part.encode(), "sha256")
    return base64.b64encode(_SMTP_VERSION + signature).decode()

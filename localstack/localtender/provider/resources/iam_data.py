"""AWS IAM: what can be read about policies, roles, users, groups and sessions.

Attributes and ids follow the documentation of the data sources ``aws_iam_policy``,
``aws_iam_role``, ``aws_iam_roles``, ``aws_iam_user``, ``aws_iam_users``, ``aws_iam_group`` and
``aws_iam_session_context``.
"""

from __future__ import annotations

import re
from typing import Any

from localtender.provider.call import Call
from localtender.provider.checks import is_arn
from localtender.provider.declaration import DataSource
from localtender.provider.documents import policy_text
from localtender.provider.errors import OperationError
from localtender.provider.resources.iam_identities import pages, tag_map
from localtender.provider.resources.iam_users import user_state
from localtender.provider.values import Values


class PolicyData(DataSource):
    """``aws_iam_policy``, by its ARN or by its name; its id is its ARN."""

    type_name = "aws_iam_policy"
    service = "iam"
    conflicts = (("arn", "name"), ("arn", "path_prefix"))
    checks = {"arn": is_arn}

    def read(self, call: Call, config: Values) -> Values:
        """Read the policy and the document of its default version."""
        client = call.client()
        arn = config["arn"] or self._find(call, config)
        policy = client.get_policy(PolicyArn=arn)["Policy"]
        version = client.get_policy_version(PolicyArn=arn, VersionId=policy["DefaultVersionId"])
        return {
            "arn": policy["Arn"],
            "attachment_count": policy.get("AttachmentCount", 0),
            "description": policy.get("Description"),
            "id": policy["Arn"],
            "name": policy["PolicyName"],
            "path": policy["Path"],
            "policy": policy_text(version["PolicyVersion"]["Document"]),
            "policy_id": policy["PolicyId"],
            "tags": tag_map(policy.get("Tags")),
        }

    def _find(self, call: Call, config: Values) -> str:
        name, prefix = config["name"], config["path_prefix"]
        within = {"PathPrefix": prefix} if prefix else {}
        found = [
            policy["Arn"]
            for policy in pages(call, "list_policies", "Policies", **within)
            if name in (None, "", policy["PolicyName"])
        ]
        if len(found) != 1:
            raise OperationError(f"expected one IAM policy {name or prefix}, found {len(found)}")
        return str(found[0])


class RoleData(DataSource):
    """``aws_iam_role``; its id is the role's name."""

    type_name = "aws_iam_role"
    service = "iam"

    def read(self, call: Call, config: Values) -> Values:
        """Read the role."""
        role = call.client().get_role(RoleName=config["name"])["Role"]
        used = role.get("RoleLastUsed") or {}
        date = used.get("LastUsedDate")
        return {
            "arn": role["Arn"],
            "assume_role_policy": policy_text(role["AssumeRolePolicyDocument"]),
            "create_date": role["CreateDate"].strftime("%Y-%m-%dT%H:%M:%SZ"),
            "description": role.get("Description"),
            "id": role["RoleName"],
            "max_session_duration": role.get("MaxSessionDuration", 3600),
            "path": role["Path"],
            "permissions_boundary": role.get("PermissionsBoundary", {}).get(
                "PermissionsBoundaryArn", ""
            ),
            "role_last_used": [
                {
                    "last_used_date": date.strftime("%Y-%m-%dT%H:%M:%SZ") if date else "",
                    "region": used.get("Region", ""),
                }
            ]
            if used
            else [],
            "tags": tag_map(role.get("Tags")),
            "unique_id": role["RoleId"],
        }


class RolesData(DataSource):
    """``aws_iam_roles``; its id is the region."""

    type_name = "aws_iam_roles"
    service = "iam"

    def read(self, call: Call, config: Values) -> Values:
        """List the roles that suit."""
        return _listed(call, config, "list_roles", "Roles", "RoleName")


class UsersData(DataSource):
    """``aws_iam_users``; its id is the region."""

    type_name = "aws_iam_users"
    service = "iam"

    def read(self, call: Call, config: Values) -> Values:
        """List the users that suit."""
        return _listed(call, config, "list_users", "Users", "UserName")


class UserData(DataSource):
    """``aws_iam_user``; its id is the user's unique one."""

    type_name = "aws_iam_user"
    service = "iam"

    def read(self, call: Call, config: Values) -> Values:
        """Read the user."""
        user = call.client().get_user(UserName=config["user_name"])["User"]
        state = user_state(user)
        boundary = state["permissions_boundary"] or ""
        return {
            **state,
            "id": user["UserId"],
            "permissions_boundary": boundary,
            "user_id": user["UserId"],
        }


class GroupData(DataSource):
    """``aws_iam_group``; its id is the group's unique one."""

    type_name = "aws_iam_group"
    service = "iam"

    def read(self, call: Call, config: Values) -> Values:
        """Read the group and who is in it."""
        name = config["group_name"]
        group = call.client().get_group(GroupName=name)["Group"]
        return {
            "arn": group["Arn"],
            "group_id": group["GroupId"],
            "id": group["GroupId"],
            "path": group["Path"],
            "users": [
                {
                    "arn": user["Arn"],
                    "path": user["Path"],
                    "user_id": user["UserId"],
                    "user_name": user["UserName"],
                }
                for user in pages(call, "get_group", "Users", GroupName=name)
            ],
        }


class SessionContext(DataSource):
    """``aws_iam_session_context``: whose role an assumed one is; its id is the ARN."""

    type_name = "aws_iam_session_context"
    service = "iam"
    checks = {"arn": is_arn}

    def read(self, call: Call, config: Values) -> Values:
        """Read the role behind a session; any other ARN is its own issuer."""
        arn = config["arn"]
        session = re.fullmatch(r"arn:[\w-]+:sts::\d*:assumed-role/(?:.*/)?([^/]+)/([^/]{2,})", arn)
        if session is None:
            return {
                "id": arn,
                "issuer_arn": arn,
                "issuer_id": "",
                "issuer_name": "",
                "session_name": "",
            }
        role = call.client().get_role(RoleName=session[1])["Role"]
        return {
            "id": arn,
            "issuer_arn": role["Arn"],
            "issuer_id": role["RoleId"],
            "issuer_name": session[1],
            "session_name": session[2],
        }


def _listed(call: Call, config: Values, operation: str, key: str, name: str) -> Values:
    within = {"PathPrefix": config["path_prefix"]} if config["path_prefix"] else {}
    pattern = re.compile(config["name_regex"] or "")
    found: list[Any] = [
        item for item in pages(call, operation, key, **within) if pattern.search(item[name])
    ]
    return {
        "arns": [item["Arn"] for item in found],
        "id": call.region,
        "names": [item[name] for item in found],
    }

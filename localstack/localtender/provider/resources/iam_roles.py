"""AWS IAM: roles.

Arguments, defaults and replace rules follow the documentation of ``aws_iam_role``.
"""

from __future__ import annotations

from typing import Any

from localtender.provider.call import Call
from localtender.provider.checks import between, length, matches
from localtender.provider.declaration import Change, Resource
from localtender.provider.documents import is_policy, policy_text, same_policy
from localtender.provider.naming import configured_name, prefix_of
from localtender.provider.resources.iam_identities import (
    NO_SUCH_ENTITY,
    attached_arns,
    delete_inline,
    detach,
    inline_names,
    pages,
    tag_list,
    tag_map,
)
from localtender.provider.values import Values


class Role(Resource):
    """``aws_iam_role``; its id is the role's name."""

    type_name = "aws_iam_role"
    service = "iam"
    gone = NO_SUCH_ENTITY
    tag_operations = ("tag_role", "untag_role")
    tagged_by = "id"
    replaces = ("name", "name_prefix", "path")
    conflicts = (("name", "name_prefix"),)
    defaults = {
        "force_detach_policies": False,
        "max_session_duration": 3600,
        "path": "/",
    }
    equivalent = {"assume_role_policy": same_policy, "inline_policy.policy": same_policy}
    computed_blocks = ("inline_policy",)
    element_keys = {"inline_policy": ("name",)}
    checks = {
        "assume_role_policy": is_policy,
        "description": length(0, 1000),
        "inline_policy.policy": is_policy,
        "max_session_duration": between(3600, 43200),
        "name": matches(r"[\w+=,.@-]{1,64}", "expected 1 to 64 letters, digits or any of +=,.@-_"),
        "name_prefix": length(1, 38),
        "path": matches(r"/(.*/)?", "a path starts and ends with '/'"),
    }

    def create(self, call: Call, planned: Values) -> Values:
        """Create the role, then its policies."""
        client, name = call.client(), configured_name(planned)
        request = {
            "RoleName": name,
            "Path": planned["path"],
            "AssumeRolePolicyDocument": planned["assume_role_policy"],
            "MaxSessionDuration": planned["max_session_duration"],
            "Description": planned["description"],
            "PermissionsBoundary": planned["permissions_boundary"],
            "Tags": tag_list(planned["tags_all"]),
        }
        client.create_role(**{key: value for key, value in request.items() if value})
        call.created({"id": name, "name": name})
        _put_inline_policies(client, name, planned["inline_policy"])
        for arn in planned["managed_policy_arns"] or []:
            client.attach_role_policy(RoleName=name, PolicyArn=arn)
        return {"id": name}

    def read(self, call: Call, state: Values) -> Values | None:
        """Read the role and its policies."""
        name = state["id"]
        role = call.client().get_role(RoleName=name)["Role"]
        inline = [
            call.client().get_role_policy(RoleName=name, PolicyName=policy)
            for policy in inline_names(call, "role", name)
        ]
        return {
            "arn": role["Arn"],
            "assume_role_policy": policy_text(role["AssumeRolePolicyDocument"]),
            "create_date": role["CreateDate"].strftime("%Y-%m-%dT%H:%M:%SZ"),
            "description": role.get("Description"),
            "managed_policy_arns": attached_arns(call, "role", name),
            "max_session_duration": role.get("MaxSessionDuration", 3600),
            "name": role["RoleName"],
            "name_prefix": prefix_of(role["RoleName"]),
            "path": role["Path"],
            "permissions_boundary": role.get("PermissionsBoundary", {}).get(
                "PermissionsBoundaryArn"
            ),
            "unique_id": role["RoleId"],
            "tags": tag_map(role.get("Tags")),
            "inline_policy": [
                {"name": policy["PolicyName"], "policy": policy_text(policy["PolicyDocument"])}
                for policy in inline
            ],
        }

    def update(self, call: Call, change: Change) -> None:
        """Change what changed."""
        client, name, planned = call.client(), change.prior["id"], change.planned
        if change.has("assume_role_policy"):
            client.update_assume_role_policy(
                RoleName=name, PolicyDocument=planned["assume_role_policy"]
            )
        if change.has("description", "max_session_duration"):
            client.update_role(
                RoleName=name,
                Description=planned["description"] or "",
                MaxSessionDuration=planned["max_session_duration"],
            )
        if change.has("permissions_boundary"):
            boundary = planned["permissions_boundary"]
            if boundary:
                client.put_role_permissions_boundary(RoleName=name, PermissionsBoundary=boundary)
            else:
                client.delete_role_permissions_boundary(RoleName=name)
        if change.has("inline_policy"):
            kept = {policy["name"] for policy in planned["inline_policy"]}
            for policy in change.prior["inline_policy"]:
                if policy["name"] not in kept:
                    client.delete_role_policy(RoleName=name, PolicyName=policy["name"])
            _put_inline_policies(client, name, planned["inline_policy"])
        if change.has("managed_policy_arns"):
            before = set(change.prior["managed_policy_arns"] or [])
            after = set(planned["managed_policy_arns"] or [])
            for arn in sorted(before - after):
                client.detach_role_policy(RoleName=name, PolicyArn=arn)
            for arn in sorted(after - before):
                client.attach_role_policy(RoleName=name, PolicyArn=arn)

    def delete(self, call: Call, state: Values) -> None:
        """Delete the role with the policies that are its own (all of them, if forced)."""
        client, name = call.client(), state["id"]
        for profile in pages(
            call, "list_instance_profiles_for_role", "InstanceProfiles", RoleName=name
        ):
            client.remove_role_from_instance_profile(
                InstanceProfileName=profile["InstanceProfileName"], RoleName=name
            )
        if state["force_detach_policies"]:
            attached = attached_arns(call, "role", name)
            inline = inline_names(call, "role", name)
        else:
            attached = state["managed_policy_arns"] or []
            inline = [policy["name"] for policy in state["inline_policy"]]
        for arn in attached:
            detach(call, "role", name, arn)
        for policy in inline:
            delete_inline(call, "role", name, policy)
        client.delete_role(RoleName=name)


def _put_inline_policies(client: Any, role: str, policies: list[Values]) -> None:
    for policy in policies or []:
        # An empty block says "no inline policies"; it is not one itself.
        if policy["name"] and policy["policy"]:
            client.put_role_policy(
                RoleName=role, PolicyName=policy["name"], PolicyDocument=policy["policy"]
            )

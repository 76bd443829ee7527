"""AWS IAM: policies of their own, policies inside roles, and attachments to roles.

Arguments, defaults and replace rules follow the documentation of ``aws_iam_policy``,
``aws_iam_role_policy`` and ``aws_iam_role_policy_attachment``.
"""

from __future__ import annotations

from typing import Final

from localtender.provider.call import Call
from localtender.provider.checks import every, is_arn, length, matches
from localtender.provider.declaration import Change, Resource
from localtender.provider.documents import is_policy, policy_text, same_policy
from localtender.provider.errors import OperationError
from localtender.provider.naming import configured_name, prefix_of
from localtender.provider.resources.iam import NO_SUCH_ENTITY, pages, tag_list, tag_map
from localtender.provider.values import Values

_NAME_CHARACTERS: Final = r"[\w+=,.@-]*"
_NAME_MEANING: Final = "expected letters, digits or any of +=,.@-_"
_MOST_VERSIONS: Final = 5
"""IAM keeps five versions of a policy."""


class Policy(Resource):
    """``aws_iam_policy``; its id is the policy's ARN."""

    type_name = "aws_iam_policy"
    service = "iam"
    gone = NO_SUCH_ENTITY
    replaces = ("description", "name", "name_prefix", "path")
    conflicts = (("name", "name_prefix"),)
    defaults = {"path": "/"}
    equivalent = {"policy": same_policy}
    checks = {
        "name": every(length(1, 128), matches(_NAME_CHARACTERS, _NAME_MEANING)),
        "name_prefix": every(length(1, 102), matches(_NAME_CHARACTERS, _NAME_MEANING)),
        "path": matches(r"/(.*/)?", "a path starts and ends with '/'"),
        "policy": is_policy,
    }

    def create(self, call: Call, planned: Values) -> Values:
        """Create the policy with its first version."""
        answer = call.client().create_policy(
            PolicyName=configured_name(planned),
            Path=planned["path"],
            Description=planned["description"] or "",
            PolicyDocument=planned["policy"],
            Tags=tag_list(planned["tags_all"]),
        )
        return {"id": answer["Policy"]["Arn"]}

    def read(self, call: Call, state: Values) -> Values | None:
        """Read the policy and the document of its default version."""
        client, arn = call.client(), state["id"]
        policy = client.get_policy(PolicyArn=arn)["Policy"]
        version = client.get_policy_version(PolicyArn=arn, VersionId=policy["DefaultVersionId"])
        return {
            "arn": policy["Arn"],
            "attachment_count": policy.get("AttachmentCount", 0),
            "description": policy.get("Description"),
            "name": policy["PolicyName"],
            "name_prefix": prefix_of(policy["PolicyName"]),
            "path": policy["Path"],
            "policy": policy_text(version["PolicyVersion"]["Document"]),
            "policy_id": policy["PolicyId"],
            "tags": tag_map(policy.get("Tags")),
        }

    def update(self, call: Call, change: Change) -> None:
        """Make the document a new default version; the oldest one goes if there are too many."""
        if not change.has("policy"):
            return
        client, arn = call.client(), change.prior["id"]
        versions = pages(call, "list_policy_versions", "Versions", PolicyArn=arn)
        if len(versions) >= _MOST_VERSIONS:
            others = [version for version in versions if not version["IsDefaultVersion"]]
            oldest = min(others, key=lambda version: version["CreateDate"])
            client.delete_policy_version(PolicyArn=arn, VersionId=oldest["VersionId"])
        client.create_policy_version(
            PolicyArn=arn, PolicyDocument=change.planned["policy"], SetAsDefault=True
        )

    def update_tags(
        self, call: Call, state: Values, changed: dict[str, str], removed: list[str]
    ) -> None:
        """Tag and untag the policy."""
        if removed:
            call.client().untag_policy(PolicyArn=state["id"], TagKeys=removed)
        if changed:
            call.client().tag_policy(PolicyArn=state["id"], Tags=tag_list(changed))

    def delete(self, call: Call, state: Values) -> None:
        """Delete the policy with all its versions."""
        client, arn = call.client(), state["id"]
        for version in pages(call, "list_policy_versions", "Versions", PolicyArn=arn):
            if not version["IsDefaultVersion"]:
                client.delete_policy_version(PolicyArn=arn, VersionId=version["VersionId"])
        client.delete_policy(PolicyArn=arn)


class RolePolicy(Resource):
    """``aws_iam_role_policy``; its id is ``ROLE:POLICY``."""

    type_name = "aws_iam_role_policy"
    service = "iam"
    gone = NO_SUCH_ENTITY
    replaces = ("name", "name_prefix", "role")
    conflicts = (("name", "name_prefix"),)
    equivalent = {"policy": same_policy}
    checks = {
        "name": every(length(1, 128), matches(_NAME_CHARACTERS, _NAME_MEANING)),
        "name_prefix": every(length(1, 102), matches(_NAME_CHARACTERS, _NAME_MEANING)),
        "policy": is_policy,
        "role": matches(_NAME_CHARACTERS, f"the role's name, not its ARN; {_NAME_MEANING}"),
    }

    def create(self, call: Call, planned: Values) -> Values:
        """Put the policy into the role."""
        name = configured_name(planned)
        self._put(call, planned["role"], name, planned["policy"])
        return {"id": f"{planned['role']}:{name}"}

    def read(self, call: Call, state: Values) -> Values | None:
        """Read the policy."""
        role, name = _two_parts(state["id"], ":", "ROLE:POLICY")
        answer = call.client().get_role_policy(RoleName=role, PolicyName=name)
        return {
            "name": name,
            "name_prefix": prefix_of(name),
            "policy": policy_text(answer["PolicyDocument"]),
            "role": role,
        }

    def update(self, call: Call, change: Change) -> None:
        """Put the changed document."""
        planned = change.planned
        self._put(call, planned["role"], planned["name"], planned["policy"])

    def delete(self, call: Call, state: Values) -> None:
        """Take the policy out of the role."""
        call.client().delete_role_policy(RoleName=state["role"], PolicyName=state["name"])

    def _put(self, call: Call, role: str, name: str, policy: str) -> None:
        call.client().put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=policy)


class RolePolicyAttachment(Resource):
    """``aws_iam_role_policy_attachment``; its id is ``ROLE/POLICY_ARN``."""

    type_name = "aws_iam_role_policy_attachment"
    service = "iam"
    gone = NO_SUCH_ENTITY
    replaces = ("policy_arn", "role")
    checks = {"policy_arn": is_arn}

    def create(self, call: Call, planned: Values) -> Values:
        """Attach the policy to the role."""
        role, arn = planned["role"], planned["policy_arn"]
        call.client().attach_role_policy(RoleName=role, PolicyArn=arn)
        return {"id": f"{role}/{arn}"}

    def read(self, call: Call, state: Values) -> Values | None:
        """Look for the policy among those attached to the role."""
        role, arn = _two_parts(state["id"], "/", "ROLE/POLICY_ARN")
        attached = pages(call, "list_attached_role_policies", "AttachedPolicies", RoleName=role)
        if all(policy["PolicyArn"] != arn for policy in attached):
            return None
        return {"policy_arn": arn, "role": role}

    def delete(self, call: Call, state: Values) -> None:
        """Detach the policy from the role."""
        call.client().detach_role_policy(RoleName=state["role"], PolicyArn=state["policy_arn"])


def _two_parts(identifier: str, separator: str, form: str) -> tuple[str, str]:
    first, _, second = identifier.partition(separator)
    if not first or not second:
        raise OperationError(f"expected an id of the form {form}, got {identifier!r}")
    return first, second

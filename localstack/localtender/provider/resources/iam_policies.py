"""AWS IAM: managed policies.

Arguments, defaults and replace rules follow the documentation of ``aws_iam_policy``.
"""

from __future__ import annotations

from typing import Final

from localtender.provider.call import Call
from localtender.provider.checks import every, length, matches
from localtender.provider.declaration import Change, Resource
from localtender.provider.documents import is_policy, policy_text, same_policy
from localtender.provider.naming import configured_name, prefix_of
from localtender.provider.resources.iam_identities import (
    NAME_CHARACTERS,
    NAME_MEANING,
    NO_SUCH_ENTITY,
    pages,
    tag_list,
    tag_map,
)
from localtender.provider.values import Values

_MOST_VERSIONS: Final = 5
"""IAM keeps five versions of a policy."""


class Policy(Resource):
    """``aws_iam_policy``; its id is the policy's ARN."""

    type_name = "aws_iam_policy"
    service = "iam"
    gone = NO_SUCH_ENTITY
    tag_operations = ("tag_policy", "untag_policy")
    replaces = ("description", "name", "name_prefix", "path")
    conflicts = (("name", "name_prefix"),)
    defaults = {"path": "/"}
    equivalent = {"policy": same_policy}
    checks = {
        "name": every(length(1, 128), matches(NAME_CHARACTERS, NAME_MEANING)),
        "name_prefix": every(length(1, 102), matches(NAME_CHARACTERS, NAME_MEANING)),
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

    def delete(self, call: Call, state: Values) -> None:
        """Delete the policy with all its versions."""
        client, arn = call.client(), state["id"]
        for version in pages(call, "list_policy_versions", "Versions", PolicyArn=arn):
            if not version["IsDefaultVersion"]:
                client.delete_policy_version(PolicyArn=arn, VersionId=version["VersionId"])
        client.delete_policy(PolicyArn=arn)

"""AWS IAM: managed policies attached to roles, users and groups.

Arguments, replace rules and ids follow the documentation of ``aws_iam_role_policy_attachment``,
``aws_iam_user_policy_attachment``, ``aws_iam_group_policy_attachment`` and
``aws_iam_policy_attachment``.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable
from typing import Final

from localtender.provider.call import Call
from localtender.provider.checks import is_arn, length
from localtender.provider.declaration import Change, Resource
from localtender.provider.errors import InvalidArgumentError
from localtender.provider.resources.iam_identities import (
    NO_SUCH_ENTITY,
    attach,
    attached_arns,
    detach,
    pages,
    two_parts,
)
from localtender.provider.values import Values

_KINDS: Final = {"groups": "group", "roles": "role", "users": "user"}


class IdentityPolicyAttachment(Resource):
    """One policy on one identity; its id is ``IDENTITY/POLICY_ARN``."""

    service = "iam"
    gone = NO_SUCH_ENTITY
    checks = {"policy_arn": is_arn}

    @property
    @abstractmethod
    def kind(self) -> str:
        """``role``, ``user`` or ``group``, which is also the argument that names it."""

    def create(self, call: Call, planned: Values) -> Values:
        """Attach the policy."""
        name, arn = planned[self.kind], planned["policy_arn"]
        attach(call, self.kind, name, arn)
        return {"id": f"{name}/{arn}"}

    def read(self, call: Call, state: Values) -> Values | None:
        """Look for the policy among those attached to the identity."""
        name, arn = two_parts(state["id"], "/", f"{self.kind.upper()}/POLICY_ARN")
        if arn not in attached_arns(call, self.kind, name):
            return None
        return {"policy_arn": arn, self.kind: name}

    def delete(self, call: Call, state: Values) -> None:
        """Detach the policy."""
        detach(call, self.kind, state[self.kind], state["policy_arn"])


class RolePolicyAttachment(IdentityPolicyAttachment):
    """``aws_iam_role_policy_attachment``; its id is ``ROLE/POLICY_ARN``."""

    type_name = "aws_iam_role_policy_attachment"
    kind = "role"
    replaces = ("policy_arn", "role")


class UserPolicyAttachment(IdentityPolicyAttachment):
    """``aws_iam_user_policy_attachment``; its id is ``USER/POLICY_ARN``."""

    type_name = "aws_iam_user_policy_attachment"
    kind = "user"
    replaces = ("policy_arn", "user")


class GroupPolicyAttachment(IdentityPolicyAttachment):
    """``aws_iam_group_policy_attachment``; its id is ``GROUP/POLICY_ARN``."""

    type_name = "aws_iam_group_policy_attachment"
    kind = "group"
    replaces = ("group", "policy_arn")


class PolicyAttachment(Resource):
    """``aws_iam_policy_attachment``: all who have a policy; its id is its name."""

    type_name = "aws_iam_policy_attachment"
    service = "iam"
    gone = NO_SUCH_ENTITY
    replaces = ("name", "policy_arn")
    checks = {"name": length(1, 128), "policy_arn": is_arn}

    def validate(self, config: Values) -> Iterable[InvalidArgumentError]:
        """Check that somebody gets the policy."""
        if all(config.get(argument) in (None, []) for argument in _KINDS):
            yield InvalidArgumentError("roles", "one of roles, users and groups must be set")

    def create(self, call: Call, planned: Values) -> Values:
        """Attach the policy to everybody named."""
        call.created({"id": planned["name"]})
        for argument, kind in _KINDS.items():
            for name in planned[argument] or []:
                attach(call, kind, name, planned["policy_arn"])
        return {"id": planned["name"]}

    def read(self, call: Call, state: Values) -> Values | None:
        """Read who has the policy; nobody means that the attachment is gone."""
        found = {
            argument: [
                item[f"{kind.capitalize()}Name"]
                for item in pages(
                    call,
                    "list_entities_for_policy",
                    f"Policy{argument.capitalize()}",
                    PolicyArn=state["policy_arn"],
                    PolicyUsageFilter="PermissionsPolicy",
                )
            ]
            for argument, kind in _KINDS.items()
        }
        return found if any(found.values()) else None

    def update(self, call: Call, change: Change) -> None:
        """Attach the policy to the new ones, detach it from all others."""
        for argument, kind in _KINDS.items():
            before = set(change.prior[argument] or [])
            after = set(change.planned[argument] or [])
            for name in sorted(before - after):
                detach(call, kind, name, change.planned["policy_arn"])
            for name in sorted(after - before):
                attach(call, kind, name, change.planned["policy_arn"])

    def delete(self, call: Call, state: Values) -> None:
        """Detach the policy from everybody."""
        for argument, kind in _KINDS.items():
            for name in state[argument] or []:
                detach(call, kind, name, state["policy_arn"])

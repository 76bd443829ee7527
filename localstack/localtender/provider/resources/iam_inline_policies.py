"""AWS IAM: policies inside roles, users and groups.

Arguments, replace rules and ids follow the documentation of ``aws_iam_role_policy``,
``aws_iam_user_policy`` and ``aws_iam_group_policy``.
"""

from __future__ import annotations

from abc import abstractmethod

from localtender.provider.call import Call
from localtender.provider.checks import every, length, matches
from localtender.provider.declaration import Change, Resource
from localtender.provider.documents import is_policy, policy_text, same_policy
from localtender.provider.naming import configured_name, prefix_of
from localtender.provider.resources.iam_identities import (
    NAME_CHARACTERS,
    NAME_MEANING,
    NO_SUCH_ENTITY,
    delete_inline,
    named,
    two_parts,
)
from localtender.provider.values import Values


class InlinePolicy(Resource):
    """A policy inside an identity; its id is ``IDENTITY:POLICY``."""

    service = "iam"
    gone = NO_SUCH_ENTITY
    conflicts = (("name", "name_prefix"),)
    equivalent = {"policy": same_policy}

    @property
    @abstractmethod
    def kind(self) -> str:
        """``role``, ``user`` or ``group``, which is also the argument that names it."""

    def create(self, call: Call, planned: Values) -> Values:
        """Put the policy into the identity."""
        name = configured_name(planned)
        self._put(call, planned[self.kind], name, planned["policy"])
        return {"id": f"{planned[self.kind]}:{name}"}

    def read(self, call: Call, state: Values) -> Values | None:
        """Read the policy."""
        owner, name = self._parts(state["id"])
        read = getattr(call.client(), f"get_{self.kind}_policy")
        answer = read(**named(self.kind, owner), PolicyName=name)
        return {
            self.kind: owner,
            "name": name,
            "name_prefix": prefix_of(name),
            "policy": policy_text(answer["PolicyDocument"]),
        }

    def update(self, call: Call, change: Change) -> None:
        """Put the changed document."""
        planned = change.planned
        self._put(call, planned[self.kind], planned["name"], planned["policy"])

    def delete(self, call: Call, state: Values) -> None:
        """Take the policy out of the identity."""
        delete_inline(call, self.kind, *self._parts(state["id"]))

    def _put(self, call: Call, owner: str, name: str, policy: str) -> None:
        put = getattr(call.client(), f"put_{self.kind}_policy")
        put(**named(self.kind, owner), PolicyName=name, PolicyDocument=policy)

    def _parts(self, identifier: str) -> tuple[str, str]:
        return two_parts(identifier, ":", f"{self.kind.upper()}:POLICY")


_CHECKS = {
    "name": every(length(1, 128), matches(NAME_CHARACTERS, NAME_MEANING)),
    "name_prefix": every(length(1, 102), matches(NAME_CHARACTERS, NAME_MEANING)),
    "policy": is_policy,
}


class RolePolicy(InlinePolicy):
    """``aws_iam_role_policy``; its id is ``ROLE:POLICY``."""

    type_name = "aws_iam_role_policy"
    kind = "role"
    replaces = ("name", "name_prefix", "role")
    checks = {
        **_CHECKS,
        "role": matches(NAME_CHARACTERS, f"the role's name, not its ARN; {NAME_MEANING}"),
    }


class UserPolicy(InlinePolicy):
    """``aws_iam_user_policy``; its id is ``USER:POLICY``."""

    type_name = "aws_iam_user_policy"
    kind = "user"
    replaces = ("name", "name_prefix", "user")
    checks = _CHECKS


class GroupPolicy(InlinePolicy):
    """``aws_iam_group_policy``; its id is ``GROUP:POLICY``."""

    type_name = "aws_iam_group_policy"
    kind = "group"
    replaces = ("name", "name_prefix", "group")
    checks = _CHECKS

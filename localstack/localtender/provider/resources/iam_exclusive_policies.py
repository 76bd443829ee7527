"""AWS IAM: the resources that let no other policies stand in or on an identity.

Arguments, what is added and removed, and import ids follow the documentation of
``aws_iam_role_policies_exclusive``, ``aws_iam_role_policy_attachments_exclusive`` and the same for
users and groups.
"""

from __future__ import annotations

from abc import abstractmethod

from localtender.provider.call import Call
from localtender.provider.declaration import Change, Resource
from localtender.provider.errors import OperationError
from localtender.provider.resources.iam_identities import (
    NO_SUCH_ENTITY,
    attach,
    attached_arns,
    delete_inline,
    detach,
    inline_names,
)
from localtender.provider.values import Values


class Exclusive(Resource):
    """All policies of one identity; identified by the identity's name. Deleting it changes none."""

    service = "iam"
    gone = NO_SUCH_ENTITY

    @property
    @abstractmethod
    def kind(self) -> str:
        """``role``, ``user`` or ``group``."""

    def update(self, call: Call, change: Change) -> None:
        """Bring the policies to what is planned."""
        self._synchronize(call, change.planned)

    def create(self, call: Call, planned: Values) -> Values:
        """Bring the policies to what is planned."""
        self._synchronize(call, planned)
        return {f"{self.kind}_name": planned[f"{self.kind}_name"]}

    def delete(self, call: Call, state: Values) -> None:
        """Leave the policies as they are."""

    def import_state(self, call: Call, identifier: str) -> Values:
        """Take the identity's name."""
        return {f"{self.kind}_name": identifier}

    @abstractmethod
    def _synchronize(self, call: Call, planned: Values) -> None: ...


class PoliciesExclusive(Exclusive):
    """The policies inside an identity."""

    def read(self, call: Call, state: Values) -> Values | None:
        """Read their names."""
        return {"policy_names": inline_names(call, self.kind, state[f"{self.kind}_name"])}

    def _synchronize(self, call: Call, planned: Values) -> None:
        owner, wanted = planned[f"{self.kind}_name"], set(planned["policy_names"])
        present = set(inline_names(call, self.kind, owner))
        if wanted - present:
            # AWS refuses such a policy, too: a name has no document.
            raise OperationError(
                f"the {self.kind} {owner} has no policy {', '.join(sorted(wanted - present))}; "
                f"write it with aws_iam_{self.kind}_policy"
            )
        for name in sorted(present - wanted):
            delete_inline(call, self.kind, owner, name)


class PolicyAttachmentsExclusive(Exclusive):
    """The policies attached to an identity."""

    def read(self, call: Call, state: Values) -> Values | None:
        """Read their ARNs."""
        return {"policy_arns": attached_arns(call, self.kind, state[f"{self.kind}_name"])}

    def _synchronize(self, call: Call, planned: Values) -> None:
        owner, wanted = planned[f"{self.kind}_name"], set(planned["policy_arns"])
        present = set(attached_arns(call, self.kind, owner))
        for arn in sorted(wanted - present):
            attach(call, self.kind, owner, arn)
        for arn in sorted(present - wanted):
            detach(call, self.kind, owner, arn)


class RolePoliciesExclusive(PoliciesExclusive):
    """``aws_iam_role_policies_exclusive``."""

    type_name = "aws_iam_role_policies_exclusive"
    kind = "role"
    replaces = ("role_name",)


class UserPoliciesExclusive(PoliciesExclusive):
    """``aws_iam_user_policies_exclusive``."""

    type_name = "aws_iam_user_policies_exclusive"
    kind = "user"
    replaces = ("user_name",)


class GroupPoliciesExclusive(PoliciesExclusive):
    """``aws_iam_group_policies_exclusive``."""

    type_name = "aws_iam_group_policies_exclusive"
    kind = "group"
    replaces = ("group_name",)


class RolePolicyAttachmentsExclusive(PolicyAttachmentsExclusive):
    """``aws_iam_role_policy_attachments_exclusive``."""

    type_name = "aws_iam_role_policy_attachments_exclusive"
    kind = "role"
    replaces = ("role_name",)


class UserPolicyAttachmentsExclusive(PolicyAttachmentsExclusive):
    """``aws_iam_user_policy_attachments_exclusive``."""

    type_name = "aws_iam_user_policy_attachments_exclusive"
    kind = "user"
    replaces = ("user_name",)


class GroupPolicyAttachmentsExclusive(PolicyAttachmentsExclusive):
    """``aws_iam_group_policy_attachments_exclusive``."""

    type_name = "aws_iam_group_policy_attachments_exclusive"
    kind = "group"
    replaces = ("group_name",)

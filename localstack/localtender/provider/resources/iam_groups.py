"""AWS IAM: groups and who is in them.

Arguments, what changes in place, ids and import ids follow the documentation of ``aws_iam_group``,
``aws_iam_group_membership`` and ``aws_iam_user_group_membership``.
"""

from __future__ import annotations

from localtender.provider.call import Call
from localtender.provider.checks import matches
from localtender.provider.declaration import Change, Plan, Resource
from localtender.provider.errors import OperationError
from localtender.provider.naming import unique_name
from localtender.provider.resources.iam_identities import (
    NAME_CHARACTERS,
    NAME_MEANING,
    NO_SUCH_ENTITY,
    pages,
    unless_gone,
)
from localtender.provider.values import Values


class Group(Resource):
    """``aws_iam_group``; its id is the group's name."""

    type_name = "aws_iam_group"
    service = "iam"
    gone = NO_SUCH_ENTITY
    defaults = {"path": "/"}
    checks = {
        "name": matches(NAME_CHARACTERS, NAME_MEANING),
        "path": matches(r"/(.*/)?", "a path starts and ends with '/'"),
    }

    def customize(self, call: Call, plan: Plan) -> None:
        """Tell what another name or path makes unknown."""
        if plan.prior is not None and (plan.changes("name") or plan.changes("path")):
            plan.make_unknown("arn")
            plan.make_unknown("id")

    def create(self, call: Call, planned: Values) -> Values:
        """Create the group."""
        call.client().create_group(GroupName=planned["name"], Path=planned["path"])
        return {"id": planned["name"]}

    def read(self, call: Call, state: Values) -> Values | None:
        """Read the group."""
        group = call.client().get_group(GroupName=state["id"])["Group"]
        return {
            "arn": group["Arn"],
            "name": group["GroupName"],
            "path": group["Path"],
            "unique_id": group["GroupId"],
        }

    def update(self, call: Call, change: Change) -> Values | None:
        """Rename or move the group."""
        planned = change.planned
        call.client().update_group(
            GroupName=change.prior["name"], NewGroupName=planned["name"], NewPath=planned["path"]
        )
        return {"id": planned["name"]}

    def delete(self, call: Call, state: Values) -> None:
        """Delete the group."""
        call.client().delete_group(GroupName=state["id"])


class GroupMembership(Resource):
    """``aws_iam_group_membership``: all users of a group; its id is its name."""

    type_name = "aws_iam_group_membership"
    service = "iam"
    gone = NO_SUCH_ENTITY
    replaces = ("group", "name")

    def create(self, call: Call, planned: Values) -> Values:
        """Put the users into the group."""
        call.created({"id": planned["name"]})
        _add(call, [(planned["group"], user) for user in planned["users"]])
        return {"id": planned["name"]}

    def read(self, call: Call, state: Values) -> Values | None:
        """Read who is in the group."""
        members = pages(call, "get_group", "Users", GroupName=state["group"])
        return {"users": [member["UserName"] for member in members]}

    def update(self, call: Call, change: Change) -> None:
        """Put new users in and take others out."""
        group = change.planned["group"]
        before, after = set(change.prior["users"]), set(change.planned["users"])
        _remove(call, [(group, user) for user in before - after])
        _add(call, [(group, user) for user in after - before])

    def delete(self, call: Call, state: Values) -> None:
        """Take the users out of the group."""
        _remove(call, [(state["group"], user) for user in state["users"]])


class UserGroupMembership(Resource):
    """``aws_iam_user_group_membership``: some groups of a user; its id is made up."""

    type_name = "aws_iam_user_group_membership"
    service = "iam"
    gone = NO_SUCH_ENTITY
    replaces = ("user",)

    def create(self, call: Call, planned: Values) -> Values:
        """Put the user into the groups."""
        identity = {"id": unique_name()}
        call.created(identity)
        _add(call, [(group, planned["user"]) for group in planned["groups"]])
        return identity

    def read(self, call: Call, state: Values) -> Values | None:
        """Read which of the groups the user is in; others are nobody's business here."""
        groups = pages(call, "list_groups_for_user", "Groups", UserName=state["user"])
        present = {group["GroupName"] for group in groups}
        return {"groups": [group for group in state["groups"] if group in present]}

    def update(self, call: Call, change: Change) -> None:
        """Put the user into new groups and take it out of others."""
        user = change.planned["user"]
        before, after = set(change.prior["groups"]), set(change.planned["groups"])
        _remove(call, [(group, user) for group in before - after])
        _add(call, [(group, user) for group in after - before])

    def delete(self, call: Call, state: Values) -> None:
        """Take the user out of the groups."""
        _remove(call, [(group, state["user"]) for group in state["groups"]])

    def import_state(self, call: Call, identifier: str) -> Values:
        """Take ``USER/GROUP1/GROUP2`` apart."""
        user, *groups = identifier.split("/")
        if not user or not groups or not all(groups):
            raise OperationError(
                f"unexpected format of the import id {identifier!r}, expected USER/GROUP/..."
            )
        return {"id": unique_name(), "user": user, "groups": groups}


def _add(call: Call, memberships: list[tuple[str, str]]) -> None:
    for group, user in sorted(memberships):
        call.client().add_user_to_group(GroupName=group, UserName=user)


def _remove(call: Call, memberships: list[tuple[str, str]]) -> None:
    for group, user in sorted(memberships):
        unless_gone(call.client().remove_user_from_group, GroupName=group, UserName=user)

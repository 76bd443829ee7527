"""AWS IAM: instance profiles.

Arguments, replace rules and ids follow the documentation of ``aws_iam_instance_profile``.
"""

from __future__ import annotations

from localtender.provider.call import Call
from localtender.provider.checks import every, length, matches
from localtender.provider.declaration import Change, DataSource, Resource
from localtender.provider.naming import configured_name, prefix_of
from localtender.provider.resources.iam_identities import (
    NAME_CHARACTERS,
    NAME_MEANING,
    NO_SUCH_ENTITY,
    tag_list,
    tag_map,
    unless_gone,
)
from localtender.provider.values import Values


class InstanceProfile(Resource):
    """``aws_iam_instance_profile``; its id is the profile's name."""

    type_name = "aws_iam_instance_profile"
    service = "iam"
    gone = NO_SUCH_ENTITY
    tag_operations = ("tag_instance_profile", "untag_instance_profile")
    tagged_by = "id"
    replaces = ("name", "name_prefix", "path")
    conflicts = (("name", "name_prefix"),)
    defaults = {"path": "/"}
    checks = {
        "name": every(length(1, 128), matches(NAME_CHARACTERS, NAME_MEANING)),
        "name_prefix": every(length(1, 102), matches(NAME_CHARACTERS, NAME_MEANING)),
        "path": matches(r"/(.*/)?", "a path starts and ends with '/'"),
    }

    def create(self, call: Call, planned: Values) -> Values:
        """Create the profile, then put the role into it."""
        client, name = call.client(), configured_name(planned)
        client.create_instance_profile(
            InstanceProfileName=name, Path=planned["path"], Tags=tag_list(planned["tags_all"])
        )
        call.created({"id": name, "name": name})
        if planned["role"]:
            client.add_role_to_instance_profile(InstanceProfileName=name, RoleName=planned["role"])
        return {"id": name}

    def read(self, call: Call, state: Values) -> Values | None:
        """Read the profile."""
        answer = call.client().get_instance_profile(InstanceProfileName=state["id"])
        profile = answer["InstanceProfile"]
        roles = [role["RoleName"] for role in profile["Roles"]]
        return {
            **_profile_state(profile),
            "name": profile["InstanceProfileName"],
            "name_prefix": prefix_of(profile["InstanceProfileName"]),
            "role": roles[0] if roles else None,
            "tags": tag_map(profile.get("Tags")),
            "unique_id": profile["InstanceProfileId"],
        }

    def update(self, call: Call, change: Change) -> None:
        """Put another role into the profile."""
        client, name = call.client(), change.prior["id"]
        if not change.has("role"):
            return
        if change.prior["role"]:
            unless_gone(
                client.remove_role_from_instance_profile,
                InstanceProfileName=name,
                RoleName=change.prior["role"],
            )
        if change.planned["role"]:
            client.add_role_to_instance_profile(
                InstanceProfileName=name, RoleName=change.planned["role"]
            )

    def delete(self, call: Call, state: Values) -> None:
        """Take the role out of the profile and delete it."""
        client, name = call.client(), state["id"]
        if state["role"]:
            unless_gone(
                client.remove_role_from_instance_profile,
                InstanceProfileName=name,
                RoleName=state["role"],
            )
        client.delete_instance_profile(InstanceProfileName=name)


class InstanceProfileData(DataSource):
    """``aws_iam_instance_profile``; its id is the profile's."""

    type_name = "aws_iam_instance_profile"
    service = "iam"

    def read(self, call: Call, config: Values) -> Values:
        """Read the profile and its role."""
        answer = call.client().get_instance_profile(InstanceProfileName=config["name"])
        profile = answer["InstanceProfile"]
        role: Values = next(iter(profile["Roles"]), {})
        return {
            **_profile_state(profile),
            "id": profile["InstanceProfileId"],
            "role_arn": role.get("Arn"),
            "role_id": role.get("RoleId"),
            "role_name": role.get("RoleName"),
        }


def _profile_state(profile: Values) -> Values:
    return {
        "arn": profile["Arn"],
        "create_date": profile["CreateDate"].strftime("%Y-%m-%dT%H:%M:%SZ"),
        "path": profile["Path"],
    }

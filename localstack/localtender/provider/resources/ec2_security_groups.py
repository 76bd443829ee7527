"""Amazon EC2: security groups.

Arguments, defaults and replace rules follow the documentation of ``aws_security_group``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from localtender.provider.call import Call
from localtender.provider.checks import length
from localtender.provider.declaration import Change
from localtender.provider.errors import InvalidArgumentError
from localtender.provider.naming import configured_name, prefix_of
from localtender.provider.resources.ec2_objects import (
    Ec2Object,
    delete_when_free,
    ec2_arn,
    tag_specifications,
    tags_of,
)
from localtender.provider.resources.ec2_permissions import (
    Allowance,
    allowances_of_answer,
    allowances_of_block,
    blocks_for,
    same_protocol,
)
from localtender.provider.values import Values

_DIRECTIONS: Final = {"ingress": "IpPermissions", "egress": "IpPermissionsEgress"}
_NOT_CONFIGURED: Final = {
    "cidr_blocks": [],
    "description": "",
    "ipv6_cidr_blocks": [],
    "prefix_list_ids": [],
    "security_groups": [],
    "self": False,
}


class SecurityGroup(Ec2Object):
    """``aws_security_group``; a new one allows nothing but what is configured."""

    type_name = "aws_security_group"
    gone = ("InvalidGroup.NotFound", "InvalidGroupId.Malformed")
    replaces = ("description", "name", "name_prefix", "vpc_id")
    conflicts = (("name", "name_prefix"),)
    computed_blocks = ("egress", "ingress")
    defaults = {
        "description": "Managed by Terraform",
        "revoke_rules_on_delete": False,
        **{
            f"{way}.{name}": value for way in _DIRECTIONS for name, value in _NOT_CONFIGURED.items()
        },
    }
    equivalent = {f"{way}.protocol": same_protocol for way in _DIRECTIONS}
    checks = {
        "description": length(0, 255),
        "name": lambda name: (
            "the name of a security group may not begin with sg-"
            if name.lower().startswith("sg-")
            else length(0, 255)(name)
        ),
        "name_prefix": length(0, 100),
    }

    def validate(self, config: Values) -> Iterable[InvalidArgumentError]:
        """Check that a description is not empty, which EC2 refuses."""
        if config.get("description") == "":
            yield InvalidArgumentError("description", "may not be empty")

    def create(self, call: Call, planned: Values) -> Values:
        """Create the group, forbid what EC2 allows by itself, then allow what is configured."""
        client = call.client()
        request = {"VpcId": planned["vpc_id"]} if planned["vpc_id"] else {}
        answer = client.create_security_group(
            GroupName=configured_name(planned),
            Description=planned["description"],
            **request,
            **tag_specifications("security-group", planned["tags_all"]),
        )
        group = answer["GroupId"]
        call.created({"id": group})
        every = Allowance("-1", 0, 0, "cidr_blocks", "0.0.0.0/0", "")
        revoke(call, group, "egress", [every])
        for direction in _DIRECTIONS:
            authorize(call, group, direction, _wanted(planned[direction], group))
        return {"id": group}

    def read(self, call: Call, state: Values) -> Values | None:
        """Read the group and what it allows."""
        found = group_answer(call, state["id"])
        if found is None:
            return None
        group = found["GroupId"]
        return {
            **group_state(call, found),
            "name_prefix": prefix_of(found["GroupName"]),
            **{
                direction: blocks_for(
                    state.get(direction) or [], allowances_of_answer(found.get(member, [])), group
                )
                for direction, member in _DIRECTIONS.items()
            },
        }

    def update(self, call: Call, change: Change) -> None:
        """Revoke what is not wanted any more, and allow what is new."""
        group = change.prior["id"]
        for direction in _DIRECTIONS:
            before = _wanted(change.prior[direction], group)
            after = _wanted(change.planned[direction], group)
            revoke(call, group, direction, [each for each in before if each not in after])
            authorize(call, group, direction, [each for each in after if each not in before])

    def delete(self, call: Call, state: Values) -> None:
        """Delete the group once nothing uses it."""
        if state["revoke_rules_on_delete"]:
            found = group_answer(call, state["id"]) or {}
            for direction, member in _DIRECTIONS.items():
                revoke(call, state["id"], direction, allowances_of_answer(found.get(member, [])))
        delete_when_free(call, call.client().delete_security_group, GroupId=state["id"])


def group_answer(call: Call, group: str) -> Values | None:
    """Return what EC2 tells about a group."""
    found = call.client().describe_security_groups(GroupIds=[group])["SecurityGroups"]
    return dict(found[0]) if found else None


def group_state(call: Call, found: Values) -> Values:
    """Return the attributes of a group, as the resource and the data source have them."""
    owner = found.get("OwnerId")
    return {
        "arn": ec2_arn(call, "security-group", found["GroupId"], owner),
        "description": found.get("Description", ""),
        "id": found["GroupId"],
        "name": found["GroupName"],
        "owner_id": owner,
        "tags": tags_of(found),
        "vpc_id": found.get("VpcId"),
    }


def authorize(call: Call, group: str, direction: str, allowances: list[Allowance]) -> None:
    """Allow something in one direction."""
    if allowances:
        request = getattr(call.client(), f"authorize_security_group_{direction}")
        request(GroupId=group, IpPermissions=[each.request() for each in allowances])


def revoke(call: Call, group: str, direction: str, allowances: list[Allowance]) -> None:
    """Allow something no more."""
    if allowances:
        request = getattr(call.client(), f"revoke_security_group_{direction}")
        request(GroupId=group, IpPermissions=[each.request() for each in allowances])


def _wanted(blocks: list[Values] | None, group: str) -> list[Allowance]:
    found = [each for block in blocks or [] for each in allowances_of_block(block, group)]
    return list(dict.fromkeys(found))

"""Amazon EC2: rules of security groups, each with as many sources as one likes.

Arguments, replace rules, ids and import ids follow the documentation and the source of
``aws_security_group_rule``.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from typing import Final

from localtender.provider.call import Call
from localtender.provider.checks import one_of
from localtender.provider.declaration import Change, Resource
from localtender.provider.errors import InvalidArgumentError
from localtender.provider.resources.ec2_permissions import (
    Allowance,
    allowances_of_answer,
    allowances_of_block,
    protocol_name,
    same_protocol,
)
from localtender.provider.resources.ec2_security_groups import authorize, group_answer, revoke
from localtender.provider.values import UNKNOWN, Values

_SOURCES: Final = (
    "cidr_blocks",
    "ipv6_cidr_blocks",
    "prefix_list_ids",
    "self",
    "source_security_group_id",
)
_MEMBERS: Final = {"ingress": "IpPermissions", "egress": "IpPermissionsEgress"}


class SecurityGroupRule(Resource):
    """``aws_security_group_rule``; its id is made of what it says."""

    type_name = "aws_security_group_rule"
    service = "ec2"
    gone = ("InvalidGroup.NotFound", "InvalidGroupId.Malformed", "InvalidPermission.NotFound")
    replaces = (
        "from_port",
        "protocol",
        "security_group_id",
        "to_port",
        "type",
        *_SOURCES,
    )
    defaults = {"self": False}
    conflicts = (
        ("source_security_group_id", "cidr_blocks"),
        ("source_security_group_id", "ipv6_cidr_blocks"),
        ("source_security_group_id", "self"),
        ("self", "cidr_blocks"),
        ("self", "ipv6_cidr_blocks"),
    )
    equivalent = {"protocol": same_protocol}
    checks = {"type": one_of("ingress", "egress")}

    def validate(self, config: Values) -> Iterable[InvalidArgumentError]:
        """Check that something is allowed at all."""
        given = [config.get(name) for name in _SOURCES]
        if not any(value is UNKNOWN or value for value in given):
            yield InvalidArgumentError("cidr_blocks", f"one of {', '.join(_SOURCES)} must be set")

    def create(self, call: Call, planned: Values) -> Values:
        """Allow what the rule says."""
        authorize(call, planned["security_group_id"], planned["type"], _allowances(planned))
        return {"id": rule_identifier(planned)}

    def read(self, call: Call, state: Values) -> Values | None:
        """Look whether the group allows what the rule says, all of it."""
        group = group_answer(call, state["security_group_id"])
        if group is None:
            return None
        present = allowances_of_answer(group.get(_MEMBERS[state["type"]], []))
        plain = {_plain(each): each for each in present}
        wanted = _allowances(state)
        if not wanted or any(_plain(each) not in plain for each in wanted):
            return None
        descriptions = {plain[_plain(each)].description for each in wanted}
        return {
            "description": descriptions.pop() if len(descriptions) == 1 else "",
            "security_group_rule_id": _only_rule(call, state, wanted),
            "source_security_group_id": state["source_security_group_id"],
        }

    def update(self, call: Call, change: Change) -> None:
        """Set the other description."""
        planned = change.planned
        operation = f"update_security_group_rule_descriptions_{planned['type']}"
        permissions = [each.request() for each in _allowances(planned)]
        getattr(call.client(), operation)(
            GroupId=planned["security_group_id"], IpPermissions=permissions
        )

    def delete(self, call: Call, state: Values) -> None:
        """Allow it no more."""
        revoke(call, state["security_group_id"], state["type"], _allowances(state))

    def import_state(self, call: Call, identifier: str) -> Values:
        """Take ``GROUP_TYPE_PROTOCOL_FROM_TO_SOURCE[_SOURCE...]`` apart."""
        parts = identifier.split("_")
        if len(parts) < 6 or parts[1] not in _MEMBERS:
            raise InvalidArgumentError(
                "id", f"expected GROUP_TYPE_PROTOCOL_FROM_TO_SOURCE[_SOURCE]; got {identifier!r}"
            )
        group, direction, protocol, first, last, *sources = parts
        found: Values = {
            "security_group_id": group,
            "type": direction,
            "protocol": protocol,
            "from_port": int(first),
            "to_port": int(last),
            "self": "self" in sources,
            "cidr_blocks": [each for each in sources if "." in each] or None,
            "ipv6_cidr_blocks": [each for each in sources if ":" in each] or None,
            "prefix_list_ids": [each for each in sources if each.startswith("pl-")] or None,
            "source_security_group_id": next(
                (each for each in sources if each.startswith("sg-")), None
            ),
        }
        return {"id": rule_identifier(found), **found}


def rule_identifier(values: Values) -> str:
    """Return the id of an ``aws_security_group_rule``, a checksum of what it says."""
    parts = [
        values["security_group_id"],
        str(values["from_port"]) if values["from_port"] else "",
        str(values["to_port"]) if values["to_port"] else "",
        protocol_name(values["protocol"]),
        values["type"],
        *sorted(values["cidr_blocks"] or []),
        *sorted(values["ipv6_cidr_blocks"] or []),
        *sorted(values["prefix_list_ids"] or []),
        values["security_group_id"] if values["self"] else "",
        values["source_security_group_id"] or "",
    ]
    text = "".join(f"{part}-" for part in parts if part)
    return f"sgrule-{zlib.crc32(text.encode())}"


def _allowances(values: Values) -> list[Allowance]:
    source = values["source_security_group_id"]
    block = {**values, "security_groups": [source] if source else []}
    return allowances_of_block(block, values["security_group_id"])


def _plain(allowance: Allowance) -> tuple[str, int, int, str, str]:
    return (
        allowance.protocol,
        allowance.from_port,
        allowance.to_port,
        allowance.kind,
        allowance.source,
    )


def _only_rule(call: Call, state: Values, wanted: list[Allowance]) -> str | None:
    """Return EC2's id of the rule, where the resource stands for one alone."""
    if len(wanted) != 1:
        return None
    (only,) = wanted
    answer = call.optional(
        call.client().describe_security_group_rules,
        Filters=[{"Name": "group-id", "Values": [state["security_group_id"]]}],
    )
    for rule in answer["SecurityGroupRules"] if answer is not None else []:
        sources = (
            rule.get("CidrIpv4"),
            rule.get("CidrIpv6"),
            rule.get("PrefixListId"),
            rule.get("ReferencedGroupInfo", {}).get("GroupId"),
        )
        same_way = rule.get("IsEgress", False) == (state["type"] == "egress")
        same_ports = only.protocol == "-1" or (
            (rule.get("FromPort"), rule.get("ToPort")) == (only.from_port, only.to_port)
        )
        if (
            same_way
            and same_ports
            and only.source in sources
            and protocol_name(rule["IpProtocol"]) == only.protocol
        ):
            return str(rule["SecurityGroupRuleId"])
    return None

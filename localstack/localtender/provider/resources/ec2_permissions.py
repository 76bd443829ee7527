"""Amazon EC2: rules of security groups, taken apart into what each single one allows.

EC2 joins whatever has the same protocol and ports; configurations join it as they please. Both
are compared by their parts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from localtender.provider.values import Values

_ANY: Final = "-1"
_NUMBERS: Final = {"1": "icmp", "6": "tcp", "17": "udp", "58": "icmpv6"}

# Argument of a block; the API's list, and its member that carries the value.
_SOURCES: Final = {
    "cidr_blocks": ("IpRanges", "CidrIp"),
    "ipv6_cidr_blocks": ("Ipv6Ranges", "CidrIpv6"),
    "prefix_list_ids": ("PrefixListIds", "PrefixListId"),
    "security_groups": ("UserIdGroupPairs", "GroupId"),
}


def protocol_name(text: str) -> str:
    """Return a protocol as EC2 spells it: ``all`` is ``-1``, known numbers are names."""
    lowered = text.lower()
    return _ANY if lowered == "all" else _NUMBERS.get(lowered, lowered)


def same_protocol(old: str, new: str) -> bool:
    """Tell whether two texts name the same protocol."""
    return protocol_name(old) == protocol_name(new)


@dataclass(frozen=True)
class Allowance:
    """One source that may connect by a protocol to a range of ports."""

    protocol: str
    from_port: int
    to_port: int
    kind: str
    source: str
    description: str

    def request(self) -> Values:
        """Return it as an element of ``IpPermissions``."""
        member, field = _SOURCES[self.kind]
        described = {"Description": self.description} if self.description else {}
        ports = (
            {} if self.protocol == _ANY else {"FromPort": self.from_port, "ToPort": self.to_port}
        )
        return {
            "IpProtocol": self.protocol,
            **ports,
            member: [{field: self.source, **described}],
        }


def allowances_of_block(block: Values, group_id: str) -> list[Allowance]:
    """Return what a block of a security group allows; ``self`` is the group itself."""
    own = [group_id] if block["self"] else []
    return [
        Allowance(
            *_ports(block["protocol"], block["from_port"], block["to_port"]),
            kind,
            source,
            block["description"] or "",
        )
        for kind in _SOURCES
        for source in [*(block[kind] or []), *(own if kind == "security_groups" else [])]
    ]


def allowances_of_answer(permissions: Iterable[Values]) -> list[Allowance]:
    """Return what the permissions of a group allow, as EC2 answers them."""
    return [
        Allowance(
            *_ports(permission["IpProtocol"], permission.get("FromPort"), permission.get("ToPort")),
            kind,
            source[field],
            source.get("Description", ""),
        )
        for permission in permissions
        for kind, (member, field) in _SOURCES.items()
        for source in permission.get(member, [])
    ]


def blocks_for(known: Iterable[Values], present: list[Allowance], group_id: str) -> list[Values]:
    """Return the blocks that stand for what a group allows.

    Known blocks that are wholly there stay as they are; the rest is joined as EC2 does.
    """
    remaining = list(present)
    blocks: list[Values] = []
    for block in known:
        wanted = allowances_of_block(block, group_id)
        if wanted and all(each in remaining for each in wanted):
            blocks.append(block)
            remaining = [each for each in remaining if each not in wanted]
    joined: dict[tuple[str, int, int, str], Values] = {}
    for each in remaining:
        key = (each.protocol, each.from_port, each.to_port, each.description)
        block = joined.setdefault(key, _empty_block(each))
        if each.kind == "security_groups" and each.source == group_id:
            block["self"] = True
        else:
            block[each.kind].append(each.source)
    return [*blocks, *joined.values()]


def _empty_block(allowance: Allowance) -> Values:
    return {
        "protocol": allowance.protocol,
        "from_port": allowance.from_port,
        "to_port": allowance.to_port,
        "description": allowance.description,
        "self": False,
        **{kind: [] for kind in _SOURCES},
    }


def _ports(protocol: str, first: int | None, last: int | None) -> tuple[str, int, int]:
    name = protocol_name(protocol)
    return (name, 0, 0) if name == _ANY else (name, first or 0, last or 0)

from __future__ import annotations

from typing import Any

import pytest

from localtender.provider.resources.ec2_objects import filters
from localtender.provider.resources.ec2_permissions import (
    allowances_of_answer,
    allowances_of_block,
    blocks_for,
    protocol_name,
)
from localtender.provider.resources.ec2_security_group_rules import (
    SecurityGroupRule,
    rule_identifier,
)
from localtender.provider.values import Values

GROUP = "sg-1"


def block(**given: Any) -> Values:
    return {
        "protocol": "tcp",
        "from_port": 443,
        "to_port": 443,
        "description": "",
        "self": False,
        "cidr_blocks": [],
        "ipv6_cidr_blocks": [],
        "prefix_list_ids": [],
        "security_groups": [],
        **given,
    }


@pytest.mark.parametrize(
    ("written", "name"), [("all", "-1"), ("-1", "-1"), ("6", "tcp"), ("TCP", "tcp"), ("50", "50")]
)
def test_protocols_have_one_name(written: str, name: str) -> None:
    assert protocol_name(written) == name


def test_a_block_is_known_again_however_ec2_joins_its_parts() -> None:
    known = [
        block(cidr_blocks=["10.0.0.0/8"], description="a"),
        block(cidr_blocks=["192.168.0.0/16"], security_groups=["sg-2"]),
        block(protocol="all", from_port=0, to_port=0, self=True),
    ]
    answer: list[Values] = [
        {
            "IpProtocol": "tcp",
            "FromPort": 443,
            "ToPort": 443,
            "IpRanges": [
                {"CidrIp": "192.168.0.0/16"},
                {"CidrIp": "10.0.0.0/8", "Description": "a"},
            ],
            "UserIdGroupPairs": [{"GroupId": "sg-2", "UserId": "1"}],
        },
        {"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": GROUP}]},
    ]
    assert blocks_for(known, allowances_of_answer(answer), GROUP) == known


def test_what_nobody_knows_is_joined_by_protocol_ports_and_description() -> None:
    allowed = [
        each
        for found in (
            block(cidr_blocks=["10.0.0.0/8"]),
            block(self=True, ipv6_cidr_blocks=["::/0"]),
            block(cidr_blocks=["10.0.0.0/8"], description="b"),
        )
        for each in allowances_of_block(found, GROUP)
    ]
    assert blocks_for([], allowed, GROUP) == [
        block(cidr_blocks=["10.0.0.0/8"], ipv6_cidr_blocks=["::/0"], self=True),
        block(cidr_blocks=["10.0.0.0/8"], description="b"),
    ]


def test_a_block_of_which_a_part_is_gone_is_not_known_any_more() -> None:
    known = block(cidr_blocks=["10.0.0.0/8", "11.0.0.0/8"])
    present = allowances_of_block(block(cidr_blocks=["10.0.0.0/8"]), GROUP)
    assert blocks_for([known], present, GROUP) == [block(cidr_blocks=["10.0.0.0/8"])]


def test_a_request_for_every_protocol_has_no_ports() -> None:
    every = block(protocol="-1", from_port=0, to_port=0, cidr_blocks=["0.0.0.0/0"])
    (allowance,) = allowances_of_block(every, GROUP)
    assert allowance.request() == {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}


def test_an_imported_rule_has_the_id_that_it_would_be_created_with() -> None:
    created: Values = {
        "security_group_id": GROUP,
        "type": "ingress",
        "protocol": "tcp",
        "from_port": 80,
        "to_port": 8080,
        "cidr_blocks": ["10.0.0.0/8", "10.1.0.0/16"],
        "ipv6_cidr_blocks": None,
        "prefix_list_ids": None,
        "self": False,
        "source_security_group_id": None,
    }
    identifier = f"{GROUP}_ingress_tcp_80_8080_10.0.0.0/8_10.1.0.0/16"
    imported = SecurityGroupRule().import_state(None, identifier)  # type: ignore[arg-type]
    assert imported == {"id": rule_identifier(created), **created}
    assert rule_identifier(created).removeprefix("sgrule-").isdigit()


def test_filters_come_of_arguments_tags_and_blocks() -> None:
    blocks = [{"name": "vpc-id", "values": ["vpc-1"]}]
    assert filters({"is-default": True, "state": None}, {"tier": "private"}, blocks) == {
        "Filters": [
            {"Name": "is-default", "Values": ["true"]},
            {"Name": "tag:tier", "Values": ["private"]},
            {"Name": "vpc-id", "Values": ["vpc-1"]},
        ]
    }
    assert filters({"state": ""}, None, []) == {}

"""Amazon VPC: rules of security groups, each with one source and an id of its own.

Arguments and replace rules follow the documentation of ``aws_vpc_security_group_ingress_rule``
and ``aws_vpc_security_group_egress_rule``.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import Final

from localtender.provider.blocks import Fields, request_of
from localtender.provider.call import Call
from localtender.provider.declaration import Change
from localtender.provider.resources.ec2_objects import (
    Ec2Object,
    ec2_arn,
    tag_specifications,
    tags_of,
)
from localtender.provider.resources.ec2_permissions import protocol_name, same_protocol
from localtender.provider.values import Values


class _VpcRule(Ec2Object):
    """One rule with one source; its id is EC2's."""

    gone = (
        "InvalidGroup.NotFound",
        "InvalidGroupId.Malformed",
        "InvalidSecurityGroupRuleId.NotFound",
    )
    replaces = ("security_group_id",)
    exactly_one = (("cidr_ipv4", "cidr_ipv6", "prefix_list_id", "referenced_security_group_id"),)
    equivalent = {"ip_protocol": same_protocol}
    _RULE: Final[Fields] = {
        "cidr_ipv4": "CidrIpv4",
        "cidr_ipv6": "CidrIpv6",
        "description": "Description",
        "from_port": "FromPort",
        "prefix_list_id": "PrefixListId",
        "to_port": "ToPort",
    }

    @property
    @abstractmethod
    def direction(self) -> str:
        """``ingress`` or ``egress``."""

    def create(self, call: Call, planned: Values) -> Values:
        """Allow what the rule says."""
        request = getattr(call.client(), f"authorize_security_group_{self.direction}")
        answer = request(
            GroupId=planned["security_group_id"],
            IpPermissions=[_permission(planned)],
            **tag_specifications("security-group-rule", planned["tags_all"]),
        )
        return {"id": answer["SecurityGroupRules"][0]["SecurityGroupRuleId"]}

    def read(self, call: Call, state: Values) -> Values | None:
        """Read the rule by its id."""
        answer = call.client().describe_security_group_rules(SecurityGroupRuleIds=[state["id"]])
        found = answer["SecurityGroupRules"]
        if not found:
            return None
        rule = found[0]
        referenced = rule.get("ReferencedGroupInfo", {})
        owner = rule.get("GroupOwnerId")
        foreign = referenced.get("UserId") not in (None, owner)
        group = referenced.get("GroupId")
        ports = rule["IpProtocol"] != "-1"
        return {
            "arn": ec2_arn(call, "security-group-rule", state["id"], owner),
            "cidr_ipv4": rule.get("CidrIpv4"),
            "cidr_ipv6": rule.get("CidrIpv6"),
            "description": rule.get("Description"),
            "from_port": rule.get("FromPort") if ports else None,
            "ip_protocol": rule["IpProtocol"],
            "prefix_list_id": rule.get("PrefixListId"),
            "referenced_security_group_id": f"{referenced['UserId']}/{group}" if foreign else group,
            "security_group_id": rule["GroupId"],
            "security_group_rule_id": state["id"],
            "tags": tags_of(rule),
            "to_port": rule.get("ToPort") if ports else None,
        }

    def update(self, call: Call, change: Change) -> None:
        """Change the rule in place."""
        planned = change.planned
        rule = {**request_of(planned, self._RULE), "IpProtocol": planned["ip_protocol"]}
        if planned["referenced_security_group_id"]:
            rule["ReferencedGroupId"] = planned["referenced_security_group_id"].split("/")[-1]
        if protocol_name(planned["ip_protocol"]) == "-1":
            rule |= {"FromPort": -1, "ToPort": -1}
        call.client().modify_security_group_rules(
            GroupId=planned["security_group_id"],
            SecurityGroupRules=[
                {"SecurityGroupRuleId": change.prior["id"], "SecurityGroupRule": rule}
            ],
        )

    def delete(self, call: Call, state: Values) -> None:
        """Allow it no more."""
        request = getattr(call.client(), f"revoke_security_group_{self.direction}")
        request(GroupId=state["security_group_id"], SecurityGroupRuleIds=[state["id"]])


class VpcSecurityGroupIngressRule(_VpcRule):
    """``aws_vpc_security_group_ingress_rule``."""

    type_name = "aws_vpc_security_group_ingress_rule"
    direction = "ingress"


class VpcSecurityGroupEgressRule(_VpcRule):
    """``aws_vpc_security_group_egress_rule``."""

    type_name = "aws_vpc_security_group_egress_rule"
    direction = "egress"


def _permission(planned: Values) -> Values:
    described = {"Description": planned["description"]} if planned["description"] else {}
    permission: Values = {"IpProtocol": protocol_name(planned["ip_protocol"])}
    for argument, member in (("from_port", "FromPort"), ("to_port", "ToPort")):
        if planned[argument] is not None:
            permission[member] = planned[argument]
    if planned["cidr_ipv4"]:
        permission["IpRanges"] = [{"CidrIp": planned["cidr_ipv4"], **described}]
    elif planned["cidr_ipv6"]:
        permission["Ipv6Ranges"] = [{"CidrIpv6": planned["cidr_ipv6"], **described}]
    elif planned["prefix_list_id"]:
        permission["PrefixListIds"] = [{"PrefixListId": planned["prefix_list_id"], **described}]
    else:
        owner, slash, group = planned["referenced_security_group_id"].rpartition("/")
        foreign = {"UserId": owner} if slash else {}
        permission["UserIdGroupPairs"] = [{"GroupId": group, **foreign, **described}]
    return permission

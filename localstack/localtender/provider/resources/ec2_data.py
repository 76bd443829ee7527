"""Amazon VPC: looking up networks, subnets and security groups.

Follows the documentation of the data sources ``aws_vpc``, ``aws_vpcs``, ``aws_subnet``,
``aws_subnets``, ``aws_security_group`` and ``aws_security_groups``.
"""

from __future__ import annotations

from localtender.provider.call import Call
from localtender.provider.declaration import DataSource
from localtender.provider.errors import OperationError
from localtender.provider.resources.ec2_objects import ec2_arn, filters
from localtender.provider.resources.ec2_security_groups import group_state
from localtender.provider.resources.ec2_subnets import subnet_state
from localtender.provider.resources.ec2_vpcs import vpc_state
from localtender.provider.values import Values


class VpcData(DataSource):
    """``aws_vpc``; exactly one network must be as asked for."""

    type_name = "aws_vpc"
    service = "ec2"

    def read(self, call: Call, config: Values) -> Values:
        """Find the network and read it."""
        asked = {
            "cidr": config["cidr_block"],
            "dhcp-options-id": config["dhcp_options_id"],
            "is-default": config["default"],
            "state": config["state"],
        }
        narrowed = filters(asked, config["tags"], config["filter"])
        ids = {"VpcIds": [config["id"]]} if config["id"] else {}
        found = _only("VPC", call.client().describe_vpcs(**narrowed, **ids)["Vpcs"])
        associations = [
            {
                "association_id": each["AssociationId"],
                "cidr_block": each["CidrBlock"],
                "state": each["CidrBlockState"]["State"],
            }
            for each in found.get("CidrBlockAssociationSet", [])
        ]
        return {
            **(vpc_state(call, found["VpcId"]) or {}),
            "cidr_block_associations": associations,
            "default": found.get("IsDefault", False),
            "ipv6_cidr_block_associations": [],
            "state": found.get("State"),
        }


class VpcsData(DataSource):
    """``aws_vpcs``; its id is the region."""

    type_name = "aws_vpcs"
    service = "ec2"

    def read(self, call: Call, config: Values) -> Values:
        """List the ids of networks."""
        pages = (
            call.client()
            .get_paginator("describe_vpcs")
            .paginate(**filters({}, config["tags"], config["filter"]))
        )
        return {
            "id": call.region,
            "ids": [each["VpcId"] for page in pages for each in page["Vpcs"]],
        }


class SubnetData(DataSource):
    """``aws_subnet``; exactly one subnet must be as asked for."""

    type_name = "aws_subnet"
    service = "ec2"

    def read(self, call: Call, config: Values) -> Values:
        """Find the subnet."""
        asked = {
            "availability-zone": config["availability_zone"],
            "availability-zone-id": config["availability_zone_id"],
            "cidr-block": config["cidr_block"],
            "default-for-az": config["default_for_az"],
            "ipv6-cidr-block-association.ipv6-cidr-block": config["ipv6_cidr_block"],
            "state": config["state"],
            "vpc-id": config["vpc_id"],
        }
        narrowed = filters(asked, config["tags"], config["filter"])
        ids = {"SubnetIds": [config["id"]]} if config["id"] else {}
        found = call.client().describe_subnets(**narrowed, **ids)["Subnets"]
        return subnet_state(call, _only("Subnet", found))


class SubnetsData(DataSource):
    """``aws_subnets``; its id is the region."""

    type_name = "aws_subnets"
    service = "ec2"

    def read(self, call: Call, config: Values) -> Values:
        """List the ids of subnets."""
        pages = (
            call.client()
            .get_paginator("describe_subnets")
            .paginate(**filters({}, config["tags"], config["filter"]))
        )
        ids = [each["SubnetId"] for page in pages for each in page["Subnets"]]
        return {"id": call.region, "ids": ids}


class SecurityGroupData(DataSource):
    """``aws_security_group``; exactly one group must be as asked for."""

    type_name = "aws_security_group"
    service = "ec2"

    def read(self, call: Call, config: Values) -> Values:
        """Find the group."""
        asked = {"group-name": config["name"], "vpc-id": config["vpc_id"]}
        narrowed = filters(asked, config["tags"], config["filter"])
        ids = {"GroupIds": [config["id"]]} if config["id"] else {}
        found = call.client().describe_security_groups(**narrowed, **ids)["SecurityGroups"]
        return group_state(call, _only("Security Group", found))


class SecurityGroupsData(DataSource):
    """``aws_security_groups``; its id is the region."""

    type_name = "aws_security_groups"
    service = "ec2"

    def read(self, call: Call, config: Values) -> Values:
        """List groups."""
        pages = (
            call.client()
            .get_paginator("describe_security_groups")
            .paginate(**filters({}, config["tags"], config["filter"]))
        )
        found = [each for page in pages for each in page["SecurityGroups"]]
        return {
            "id": call.region,
            "arns": [
                ec2_arn(call, "security-group", each["GroupId"], each.get("OwnerId"))
                for each in found
            ],
            "ids": [each["GroupId"] for each in found],
            "vpc_ids": [each.get("VpcId") for each in found],
        }


def _only(kind: str, found: list[Values]) -> Values:
    if not found:
        raise OperationError(f"no matching EC2 {kind} found")
    if len(found) > 1:
        raise OperationError(
            f"multiple EC2 {kind}s matched; use additional constraints to reduce matches to a "
            f"single EC2 {kind}"
        )
    return found[0]

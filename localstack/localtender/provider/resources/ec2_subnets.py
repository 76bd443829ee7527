"""Amazon VPC: subnets.

Arguments, defaults and replace rules follow the documentation of ``aws_subnet``.
"""

from __future__ import annotations

from typing import Final

from localtender.provider.call import Call
from localtender.provider.checks import one_of
from localtender.provider.declaration import Change
from localtender.provider.resources.ec2_objects import (
    Ec2Object,
    delete_when_free,
    ec2_arn,
    tag_specifications,
    tags_of,
)
from localtender.provider.values import Values

_SWITCHES: Final = {
    "map_public_ip_on_launch": "MapPublicIpOnLaunch",
    "enable_resource_name_dns_a_record_on_launch": "EnableResourceNameDnsARecordOnLaunch",
    "enable_resource_name_dns_aaaa_record_on_launch": "EnableResourceNameDnsAAAARecordOnLaunch",
}


class Subnet(Ec2Object):
    """``aws_subnet``."""

    type_name = "aws_subnet"
    gone = ("InvalidSubnetID.NotFound",)
    replaces = (
        "availability_zone",
        "availability_zone_id",
        "cidr_block",
        "ipv4_ipam_pool_id",
        "ipv4_netmask_length",
        "ipv6_native",
        "outpost_arn",
        "vpc_id",
    )
    conflicts = (("availability_zone", "availability_zone_id"),)
    defaults = {
        "assign_ipv6_address_on_creation": False,
        "enable_dns64": False,
        "enable_resource_name_dns_a_record_on_launch": False,
        "enable_resource_name_dns_aaaa_record_on_launch": False,
        "ipv6_native": False,
        "map_public_ip_on_launch": False,
    }
    checks = {"private_dns_hostname_type_on_launch": one_of("ip-name", "resource-name")}
    unavailable = (
        "assign_ipv6_address_on_creation",
        "customer_owned_ipv4_pool",
        "enable_dns64",
        "enable_lni_at_device_index",
        "ipv4_ipam_pool_id",
        "ipv6_cidr_block",
        "ipv6_ipam_pool_id",
        "ipv6_native",
        "map_customer_owned_ip_on_launch",
        "outpost_arn",
    )

    def create(self, call: Call, planned: Values) -> Values:
        """Create the subnet, then set its attributes one by one, as EC2 takes them."""
        request = {"VpcId": planned["vpc_id"], "CidrBlock": planned["cidr_block"]}
        for argument, member in (
            ("availability_zone", "AvailabilityZone"),
            ("availability_zone_id", "AvailabilityZoneId"),
        ):
            if planned[argument]:
                request[member] = planned[argument]
        answer = call.client().create_subnet(
            **request, **tag_specifications("subnet", planned["tags_all"])
        )
        identity = {"id": answer["Subnet"]["SubnetId"]}
        call.created(identity)
        _set_attributes(call, Change(dict.fromkeys(planned), {**planned, **identity}))
        return identity

    def read(self, call: Call, state: Values) -> Values | None:
        """Read the subnet."""
        found = call.client().describe_subnets(SubnetIds=[state["id"]])["Subnets"]
        return subnet_state(call, found[0]) if found else None

    def update(self, call: Call, change: Change) -> None:
        """Set the attributes that changed."""
        _set_attributes(call, change)

    def delete(self, call: Call, state: Values) -> None:
        """Delete the subnet once nothing is in it."""
        delete_when_free(call, call.client().delete_subnet, SubnetId=state["id"])


def subnet_state(call: Call, subnet: Values) -> Values:
    """Return the attributes of a subnet, as the resource and the data source have them."""
    options = subnet.get("PrivateDnsNameOptionsOnLaunch", {})
    owner = subnet.get("OwnerId")
    return {
        "arn": subnet.get("SubnetArn") or ec2_arn(call, "subnet", subnet["SubnetId"], owner),
        "assign_ipv6_address_on_creation": subnet.get("AssignIpv6AddressOnCreation", False),
        "availability_zone": subnet["AvailabilityZone"],
        "availability_zone_id": subnet.get("AvailabilityZoneId"),
        "available_ip_address_count": subnet.get("AvailableIpAddressCount"),
        "cidr_block": subnet["CidrBlock"],
        "default_for_az": subnet.get("DefaultForAz", False),
        "enable_dns64": subnet.get("EnableDns64", False),
        "enable_resource_name_dns_a_record_on_launch": options.get(
            "EnableResourceNameDnsARecord", False
        ),
        "enable_resource_name_dns_aaaa_record_on_launch": options.get(
            "EnableResourceNameDnsAAAARecord", False
        ),
        "id": subnet["SubnetId"],
        "ipv6_cidr_block": "",
        "ipv6_cidr_block_association_id": "",
        "ipv6_native": subnet.get("Ipv6Native", False),
        "map_public_ip_on_launch": subnet.get("MapPublicIpOnLaunch", False),
        "owner_id": owner,
        "private_dns_hostname_type_on_launch": options.get("HostnameType"),
        "state": subnet.get("State"),
        "tags": tags_of(subnet),
        "vpc_id": subnet["VpcId"],
    }


def _set_attributes(call: Call, change: Change) -> None:
    client, planned = call.client(), change.planned
    for argument, member in _SWITCHES.items():
        if change.has(argument) and (planned[argument] or change.prior[argument]):
            client.modify_subnet_attribute(
                SubnetId=planned["id"], **{member: {"Value": bool(planned[argument])}}
            )
    kind = planned["private_dns_hostname_type_on_launch"]
    if kind and change.has("private_dns_hostname_type_on_launch"):
        client.modify_subnet_attribute(SubnetId=planned["id"], PrivateDnsHostnameTypeOnLaunch=kind)

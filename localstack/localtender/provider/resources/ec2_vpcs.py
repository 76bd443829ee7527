"""Amazon VPC: networks, one's own and the default one.

Arguments, defaults and replace rules follow the documentation of ``aws_vpc`` and
``aws_default_vpc``.
"""

from __future__ import annotations

from typing import Any, Final

from localtender.provider.call import Call
from localtender.provider.checks import one_of
from localtender.provider.declaration import Change, Plan
from localtender.provider.errors import OperationError
from localtender.provider.resources.ec2_objects import (
    Ec2Object,
    delete_when_free,
    ec2_arn,
    tag_specifications,
    tags_of,
)
from localtender.provider.values import UNKNOWN, Values

_ATTRIBUTES: Final = {
    "enable_dns_support": ("enableDnsSupport", "EnableDnsSupport"),
    "enable_dns_hostnames": ("enableDnsHostnames", "EnableDnsHostnames"),
    "enable_network_address_usage_metrics": (
        "enableNetworkAddressUsageMetrics",
        "EnableNetworkAddressUsageMetrics",
    ),
}
# Attribute; how to ask for the object, its id's member, and the filter that singles it out.
_CAME_WITH: Final = (
    ("default_network_acl_id", "describe_network_acls", "NetworkAclId", ("default", "true")),
    (
        "default_security_group_id",
        "describe_security_groups",
        "GroupId",
        ("group-name", "default"),
    ),
    ("main_route_table_id", "describe_route_tables", "RouteTableId", ("association.main", "true")),
)
_SINGLE_TENANCY: Final = "dedicated"


class Vpc(Ec2Object):
    """``aws_vpc``."""

    type_name = "aws_vpc"
    gone = ("InvalidVpcID.NotFound",)
    replaces = ("cidr_block", "ipv4_ipam_pool_id", "ipv4_netmask_length")
    defaults = {"enable_dns_support": True, "instance_tenancy": "default"}
    conflicts = (("cidr_block", "ipv4_netmask_length"),)
    checks = {"instance_tenancy": one_of("default", _SINGLE_TENANCY)}
    unavailable = (
        "assign_generated_ipv6_cidr_block",
        "enable_network_address_usage_metrics",
        "ipv4_ipam_pool_id",
        "ipv6_cidr_block",
        "ipv6_cidr_block_network_border_group",
        "ipv6_ipam_pool_id",
        "ipv6_netmask_length",
    )

    def customize(self, call: Call, plan: Plan) -> None:
        """Replace for hardware of its own; to give that up a network can be changed."""
        super().customize(call, plan)
        tenancy = plan.planned["instance_tenancy"]
        dedicated = tenancy is UNKNOWN or tenancy == _SINGLE_TENANCY
        if plan.prior is not None and plan.changes("instance_tenancy") and dedicated:
            plan.replace("instance_tenancy")

    def create(self, call: Call, planned: Values) -> Values:
        """Create the network, then set its attributes."""
        answer = call.client().create_vpc(
            CidrBlock=planned["cidr_block"],
            InstanceTenancy=planned["instance_tenancy"],
            **tag_specifications("vpc", planned["tags_all"]),
        )
        identity = {"id": answer["Vpc"]["VpcId"]}
        call.created(identity)
        _set_attributes(call, identity["id"], planned, {**planned, **_WHEN_NEW})
        return identity

    def read(self, call: Call, state: Values) -> Values | None:
        """Read the network, its attributes, and what came with it."""
        return vpc_state(call, state["id"])

    def update(self, call: Call, change: Change) -> None:
        """Set the attributes that changed."""
        _set_attributes(call, change.prior["id"], change.planned, change.prior)
        if change.has("instance_tenancy"):
            call.client().modify_vpc_tenancy(
                VpcId=change.prior["id"], InstanceTenancy=change.planned["instance_tenancy"]
            )

    def delete(self, call: Call, state: Values) -> None:
        """Delete the network once nothing is in it."""
        delete_when_free(call, call.client().delete_vpc, VpcId=state["id"])


class DefaultVpc(Ec2Object):
    """``aws_default_vpc``: adopts the network that an account has anyway, or has it made anew."""

    type_name = "aws_default_vpc"
    gone = ("InvalidVpcID.NotFound",)
    defaults = {
        "enable_dns_hostnames": True,
        "enable_dns_support": True,
        "force_destroy": False,
    }
    unavailable = tuple(name for name in Vpc.unavailable if name != "ipv4_ipam_pool_id")

    def create(self, call: Call, planned: Values) -> Values:
        """Adopt the network, with tags and attributes as configured."""
        client = call.client()
        found = client.describe_vpcs(Filters=[{"Name": "is-default", "Values": ["true"]}])["Vpcs"]
        vpc = found[0] if found else client.create_default_vpc()["Vpc"]
        identity = {"id": vpc["VpcId"], "existing_default_vpc": bool(found)}
        call.created(identity)
        present = vpc_state(call, identity["id"])
        if present is None:
            raise OperationError("the default VPC was found, but can not be read")
        _set_attributes(call, identity["id"], planned, present)
        if planned["tags_all"]:
            self.update_tags(call, identity, planned["tags_all"], [])
        return identity

    def read(self, call: Call, state: Values) -> Values | None:
        """Read the network, its attributes, and what came with it."""
        return vpc_state(call, state["id"])

    def update(self, call: Call, change: Change) -> None:
        """Set the attributes that changed."""
        _set_attributes(call, change.prior["id"], change.planned, change.prior)

    def delete(self, call: Call, state: Values) -> None:
        """Let the network be, unless it is to go."""
        if state["force_destroy"]:
            delete_when_free(call, call.client().delete_vpc, VpcId=state["id"])


_WHEN_NEW: Final[Values] = {
    "enable_dns_support": True,
    "enable_dns_hostnames": False,
    "enable_network_address_usage_metrics": False,
}


def vpc_state(call: Call, identifier: str) -> Values | None:
    """Return the attributes of a network, as the resources and the data source have them."""
    client = call.client()
    found = client.describe_vpcs(VpcIds=[identifier])["Vpcs"]
    if not found:
        return None
    vpc, owner = found[0], found[0].get("OwnerId")
    ipv6 = vpc.get("Ipv6CidrBlockAssociationSet") or [{}]
    state: Values = {
        "arn": ec2_arn(call, "vpc", identifier, owner),
        "assign_generated_ipv6_cidr_block": ipv6[0].get("Ipv6Pool") == "Amazon",
        "cidr_block": vpc["CidrBlock"],
        "dhcp_options_id": vpc.get("DhcpOptionsId"),
        "id": identifier,
        "instance_tenancy": vpc.get("InstanceTenancy", "default"),
        "ipv6_association_id": ipv6[0].get("AssociationId", ""),
        "ipv6_cidr_block": ipv6[0].get("Ipv6CidrBlock", ""),
        "ipv6_cidr_block_network_border_group": ipv6[0].get("NetworkBorderGroup", ""),
        "ipv6_ipam_pool_id": None,
        "owner_id": owner,
        "tags": tags_of(vpc),
    }
    for argument, (attribute, member) in _ATTRIBUTES.items():
        answer = call.optional(client.describe_vpc_attribute, VpcId=identifier, Attribute=attribute)
        if answer is not None and member in answer:
            state[argument] = answer[member].get("Value", False)
    return state | _came_with(call, client, identifier)


def _came_with(call: Call, client: Any, identifier: str) -> Values:
    """Return the ids of what every network has from its beginning."""
    of_vpc = {"Name": "vpc-id", "Values": [identifier]}
    found: Values = {}
    for name, operation, member, narrowed in _CAME_WITH:
        narrowing = {"Name": narrowed[0], "Values": [narrowed[1]]}
        answer = call.optional(getattr(client, operation), Filters=[of_vpc, narrowing])
        if answer is not None:
            (objects,) = (value for value in answer.values() if isinstance(value, list))
            found[name] = next((each[member] for each in objects), None)
    return {**found, "default_route_table_id": found.get("main_route_table_id")}


def _set_attributes(call: Call, identifier: str, planned: Values, present: Values) -> None:
    for argument, (_, member) in _ATTRIBUTES.items():
        wanted = planned.get(argument)
        if wanted is not None and wanted != present.get(argument):
            call.client().modify_vpc_attribute(VpcId=identifier, **{member: {"Value": wanted}})

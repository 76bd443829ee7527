"""Amazon VPC: networks, subnets, security groups and their rules, as functions lean on them."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError

from tests.integration.terraform.life import Aws, Life, Lives, Values
from tests.terraform_folder import TerraformFolder

NETWORK = """
resource "aws_vpc" "this" {
  cidr_block           = "10.7.0.0/16"
  enable_dns_hostnames = true
  tags                 = { Name = "payments" }
}

resource "aws_vpc" "other" {
  cidr_block = "10.8.0.0/16"
}

resource "aws_subnet" "private" {
  count             = 2
  vpc_id            = aws_vpc.this.id
  cidr_block        = cidrsubnet(aws_vpc.this.cidr_block, 8, count.index)
  availability_zone = "${data.aws_region.here.region}${element(["a", "b"], count.index)}"
  tags              = { tier = "private" }
}

resource "aws_subnet" "public" {
  vpc_id                  = aws_vpc.other.id
  cidr_block              = "10.8.1.0/24"
  map_public_ip_on_launch = true
}

data "aws_region" "here" {}

data "aws_vpc" "default" {
  default = true
}

data "aws_subnets" "default" {
  filter {
    name   = "vpc-id"
    values = [data.aws_vpc.default.id]
  }
}

data "aws_subnet" "default" {
  for_each = toset(data.aws_subnets.default.ids)
  id       = each.value
}

data "aws_security_group" "default" {
  vpc_id = data.aws_vpc.default.id
  name   = "default"
}

data "aws_vpcs" "all" {
}

data "aws_security_groups" "defaults" {
  filter {
    name   = "group-name"
    values = ["default"]
  }
}

output "default_vpc" {
  value = data.aws_vpc.default
}

output "zones" {
  value = sort([for subnet in data.aws_subnet.default : subnet.availability_zone])
}

output "default_group" {
  value = data.aws_security_group.default.id
}
"""

GROUPS = """
resource "aws_vpc" "this" {
  cidr_block = "10.9.0.0/16"
}

resource "aws_security_group" "functions" {
  name_prefix = "functions-"
  description = "Functions"
  vpc_id      = aws_vpc.this.id

  ingress {
    description = "HTTPS"
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = ["10.0.0.0/8", "192.168.0.0/16"]
  }

  ingress {
    from_port = 0
    to_port   = 0
    protocol  = "all"
    self      = true
  }

  egress {
    from_port        = 0
    to_port          = 0
    protocol         = "-1"
    cidr_blocks      = ["0.0.0.0/0"]
    ipv6_cidr_blocks = ["::/0"]
  }

  tags = { Name = "functions" }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_security_group" "database" {
  name   = "database"
  vpc_id = aws_vpc.this.id
}

resource "aws_security_group_rule" "database" {
  type                     = "ingress"
  security_group_id        = aws_security_group.database.id
  from_port                = 5432
  to_port                  = 5432
  protocol                 = "tcp"
  source_security_group_id = aws_security_group.functions.id
}

resource "aws_security_group_rule" "out" {
  type              = "egress"
  security_group_id = aws_security_group.database.id
  from_port         = 443
  to_port           = 443
  protocol          = "tcp"
  cidr_blocks       = ["10.0.0.0/8", "172.16.0.0/12"]
}

resource "aws_security_group" "cache" {
  name   = "cache"
  vpc_id = aws_vpc.this.id
}

resource "aws_vpc_security_group_ingress_rule" "cache" {
  security_group_id            = aws_security_group.cache.id
  referenced_security_group_id = aws_security_group.database.id
  ip_protocol                  = "tcp"
  from_port                    = 6379
  to_port                      = 6379
  description                  = "Redis"
  tags                         = { Name = "redis" }
}

resource "aws_vpc_security_group_egress_rule" "cache" {
  security_group_id = aws_security_group.cache.id
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "-1"
}
"""

DEFAULT = """
resource "aws_default_vpc" "this" {
  tags = { Name = "Default VPC" }
}
"""


def found(request: str, parameter: str) -> Any:
    """Return what tells whether EC2 knows an object."""

    def asked(aws: Aws, values: Values) -> bool:
        try:
            getattr(aws("ec2"), request)(**{parameter: [values["id"]]})
        except ClientError:
            return False
        return True

    return asked


def tag(aws: Aws, values: Values) -> None:
    aws("ec2").create_tags(Resources=[values["id"]], Tags=[{"Key": "by", "Value": "hand"}])


def change_vpc(aws: Aws, values: Values) -> None:
    tag(aws, values)
    aws("ec2").modify_vpc_attribute(VpcId=values["id"], EnableDnsHostnames={"Value": False})


def change_subnet(aws: Aws, values: Values) -> None:
    aws("ec2").modify_subnet_attribute(SubnetId=values["id"], MapPublicIpOnLaunch={"Value": False})


def open_a_port(aws: Aws, values: Values) -> None:
    aws("ec2").authorize_security_group_ingress(
        GroupId=values["id"],
        IpPermissions=[
            {
                "IpProtocol": "tcp",
                "FromPort": 22,
                "ToPort": 22,
                "IpRanges": [{"CidrIp": "0.0.0.0/0"}],
            }
        ],
    )


def revoke(aws: Aws, values: Values) -> None:
    ec2, group = aws("ec2"), values["security_group_id"]
    member = "IpPermissions" if values["type"] == "ingress" else "IpPermissionsEgress"
    (answer,) = ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"]
    for permission in answer[member]:
        request = getattr(ec2, f"revoke_security_group_{values['type']}")
        request(GroupId=group, IpPermissions=[permission])


def rule_is_there(aws: Aws, values: Values) -> bool:
    identifiers = [values["security_group_rule_id"]]
    answer = aws("ec2").describe_security_group_rules(SecurityGroupRuleIds=identifiers)
    return bool(answer["SecurityGroupRules"])


def change_rule(aws: Aws, values: Values) -> None:
    rule = {"IpProtocol": "tcp", "FromPort": 6380, "ToPort": 6380, "Description": "by hand"}
    rule["ReferencedGroupId"] = values["referenced_security_group_id"]
    aws("ec2").modify_security_group_rules(
        GroupId=values["security_group_id"],
        SecurityGroupRules=[{"SecurityGroupRuleId": values["id"], "SecurityGroupRule": rule}],
    )


def check_network(terraform: TerraformFolder, aws: Aws) -> None:
    vpc = terraform.values("aws_vpc.this")
    assert vpc["arn"].endswith(f":vpc/{vpc['id']}")
    assert vpc["default_route_table_id"] == vpc["main_route_table_id"] != ""
    for name, prefix in (
        ("default_security_group_id", "sg-"),
        ("default_network_acl_id", "acl-"),
        ("main_route_table_id", "rtb-"),
    ):
        assert vpc[name].startswith(prefix), name
    assert vpc["enable_dns_hostnames"] is True
    assert terraform.values("aws_subnet.private[1]")["availability_zone"] == "eu-central-1b"
    default = terraform.output("default_vpc")
    assert default["default"] is True
    (answer,) = aws("ec2").describe_vpcs(VpcIds=[default["id"]])["Vpcs"]
    assert default["cidr_block"] == answer["CidrBlock"]
    assert terraform.output("zones") == ["eu-central-1a", "eu-central-1b", "eu-central-1c"]
    assert terraform.output("default_group").startswith("sg-")


def check_groups(terraform: TerraformFolder, aws: Aws) -> None:
    group = terraform.values("aws_security_group.database")
    (answer,) = aws("ec2").describe_security_groups(GroupIds=[group["id"]])["SecurityGroups"]
    assert [rule["FromPort"] for rule in answer["IpPermissions"]] == [5432]
    assert {rule.get("FromPort") for rule in answer["IpPermissionsEgress"]} == {443}, (
        "what EC2 allows by itself is revoked"
    )
    assert group["description"] == "Managed by Terraform"


LIVES = (
    Lives(
        "network",
        NETWORK,
        lives=(
            Life(
                "aws_vpc.this",
                is_there=found("describe_vpcs", "VpcIds"),
                update=('"payments"', '"money"'),
                replace=("10.7.0.0/16", "10.17.0.0/16"),
                drift=change_vpc,
                drifted=("enable_dns_hostnames", "tags", "tags_all"),
            ),
            Life(
                "aws_subnet.public",
                is_there=found("describe_subnets", "SubnetIds"),
                update=('10.8.1.0/24"\n', '10.8.1.0/24"\n  tags = { tier = "public" }\n'),
                replace=("10.8.1.0/24", "10.8.2.0/24"),
                drift=change_subnet,
                drifted=("map_public_ip_on_launch",),
                vanish=lambda aws, values: aws("ec2").delete_subnet(SubnetId=values["id"]),
            ),
        ),
        check=check_network,
    ),
    Lives(
        "security groups",
        GROUPS,
        lives=(
            Life(
                "aws_security_group.functions",
                is_there=found("describe_security_groups", "GroupIds"),
                update=('"192.168.0.0/16"', '"172.20.0.0/16"'),
                replace=('"Functions"', '"All functions"'),
                drift=open_a_port,
                drifted=("ingress",),
                unreadable=("revoke_rules_on_delete",),
            ),
            Life(
                "aws_security_group_rule.database",
                is_there=rule_is_there,
                vanish=lambda aws, values: aws("ec2").revoke_security_group_ingress(
                    GroupId=values["security_group_id"],
                    SecurityGroupRuleIds=[values["security_group_rule_id"]],
                ),
                import_id=lambda values: (
                    f"{values['security_group_id']}_ingress_tcp_5432_5432_"
                    f"{values['source_security_group_id']}"
                ),
            ),
            Life(
                "aws_security_group_rule.out",
                replace=('"172.16.0.0/12"', '"172.32.0.0/12"'),
                vanish=revoke,
                import_id=lambda values: (
                    f"{values['security_group_id']}_egress_tcp_443_443_"
                    + "_".join(values["cidr_blocks"])
                ),
            ),
            Life(
                "aws_vpc_security_group_ingress_rule.cache",
                is_there=rule_is_there,
                update=('"Redis"', '"Valkey"'),
                drift=change_rule,
                drifted=("description", "from_port", "to_port"),
                vanish=lambda aws, values: aws("ec2").revoke_security_group_ingress(
                    GroupId=values["security_group_id"], SecurityGroupRuleIds=[values["id"]]
                ),
            ),
            Life(
                "aws_vpc_security_group_egress_rule.cache",
                is_there=rule_is_there,
                update=('cidr_ipv4         = "0.0.0.0/0"', 'cidr_ipv4 = "10.0.0.0/8"'),
                vanish=lambda aws, values: aws("ec2").revoke_security_group_egress(
                    GroupId=values["security_group_id"], SecurityGroupRuleIds=[values["id"]]
                ),
            ),
        ),
        check=check_groups,
    ),
    Lives(
        "default network",
        DEFAULT,
        lives=(
            Life(
                "aws_default_vpc.this",
                update=('"Default VPC"', '"The default"'),
                drift=tag,
                drifted=("tags", "tags_all"),
                unreadable=("existing_default_vpc", "force_destroy"),
            ),
        ),
    ),
)

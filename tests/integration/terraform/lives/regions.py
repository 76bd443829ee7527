"""Regions, zones and partitions, which are looked up only."""

from __future__ import annotations

from tests.integration.terraform.life import Aws, Lives
from tests.terraform_folder import TerraformFolder

ZONES = """
data "aws_availability_zones" "open" {
  state         = "available"
  exclude_names = ["eu-central-1b"]
  filter {
    name   = "opt-in-status"
    values = ["opt-in-not-required"]
  }
}

data "aws_availability_zones" "local" {
  filter {
    name   = "zone-type"
    values = ["local-zone"]
  }
}

data "aws_availability_zones" "far" {
  region = "us-west-2"
}

data "aws_availability_zone" "first" {
  name = data.aws_availability_zones.open.names[0]
}

data "aws_regions" "all" {}

data "aws_regions" "of_the_us" {
  filter {
    name   = "region-name"
    values = ["us-*"]
  }
}

data "aws_partition" "here" {}

data "aws_region" "here" {}
"""


def check_what_is_found(terraform: TerraformFolder, _aws: Aws) -> None:
    zones = terraform.values("data.aws_availability_zones.open")
    assert zones["id"] == "eu-central-1"
    assert zones["names"] == ["eu-central-1a", "eu-central-1c"]
    assert len(zones["zone_ids"]) == 2
    assert zones["group_names"] == ["eu-central-1-zg-1"]
    assert terraform.values("data.aws_availability_zones.local")["names"] == []
    assert "us-west-2a" in terraform.values("data.aws_availability_zones.far")["names"]
    first = terraform.values("data.aws_availability_zone.first")
    assert (first["id"], first["name_suffix"]) == ("eu-central-1a", "a")
    assert first["zone_id"] == zones["zone_ids"][0]
    every = terraform.values("data.aws_regions.all")
    assert every["id"] == "aws"
    assert {"eu-central-1", "us-east-1"} <= set(every["names"])
    american = terraform.values("data.aws_regions.of_the_us")["names"]
    assert american
    assert all(name.startswith("us-") for name in american)
    assert terraform.values("data.aws_partition.here")["id"] == "aws"
    assert terraform.values("data.aws_region.here")["id"] == "eu-central-1"


LIVES = (Lives("what there is", ZONES, lives=(), check=check_what_is_found),)

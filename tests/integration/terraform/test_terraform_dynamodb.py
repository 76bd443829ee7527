from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.terraform_folder import TerraformFolder

TABLE = """
resource "aws_dynamodb_table" "disbursements" {
  name             = "Disbursements"
  billing_mode     = "PAY_PER_REQUEST"
  hash_key         = "customer_id"
  range_key        = "payment_id"
  stream_enabled   = true
  stream_view_type = "NEW_IMAGE"

  attribute {
    name = "customer_id"
    type = "S"
  }
  attribute {
    name = "payment_id"
    type = "S"
  }
  attribute {
    name = "status"
    type = "S"
  }

  global_secondary_index {
    name            = "by-status"
    hash_key        = "status"
    projection_type = "ALL"
  }

  ttl {
    attribute_name = "expires_at"
    enabled        = true
  }

  point_in_time_recovery {
    enabled = true
  }

  tags = { ledger = "yes" }
}
"""
ADDRESS = "aws_dynamodb_table.disbursements"


def test_a_table_lives_its_whole_life(
    terraform: TerraformFolder, aws: Callable[[str], Any]
) -> None:
    terraform.write(TABLE)
    terraform.apply()
    assert terraform.changes() == {}
    assert terraform.values(ADDRESS)["id"] == "Disbursements"
    stream = terraform.values(ADDRESS)["stream_arn"]
    assert "/stream/" in stream

    terraform.write(TABLE.replace('"ALL"', '"KEYS_ONLY"').replace('"yes"', '"no"'))
    assert terraform.changes() == {ADDRESS: ["update"]}
    terraform.apply()
    assert terraform.changes() == {}
    index = terraform.values(ADDRESS)["global_secondary_index"][0]
    assert index["projection_type"] == "KEYS_ONLY"

    terraform.write(TABLE.replace('range_key        = "payment_id"', 'range_key = "status"'))
    assert "lacks" not in terraform.fail("plan")

    terraform.write(TABLE.replace('"Disbursements"', '"Payouts"'))
    assert terraform.changes() == {ADDRESS: ["delete", "create"]}

    terraform.write(TABLE)
    terraform.apply()
    client = aws("dynamodb")
    client.update_table(TableName="Disbursements", DeletionProtectionEnabled=True)
    assert terraform.drifted() == {ADDRESS: ["deletion_protection_enabled"]}
    terraform.apply()

    terraform.forget(ADDRESS)
    terraform.import_(ADDRESS, "Disbursements")
    assert terraform.changes() == {}

    terraform.destroy()
    assert client.list_tables()["TableNames"] == []


def test_a_provisioned_table_goes_on_demand_in_place(terraform: TerraformFolder) -> None:
    on_demand = TABLE.replace(
        'projection_type = "ALL"',
        'projection_type = "ALL"\n read_capacity = 2\n write_capacity = 2',
    )
    provisioned = on_demand.replace(
        'billing_mode     = "PAY_PER_REQUEST"',
        "read_capacity = 5\n write_capacity = 5",
    )
    terraform.write(provisioned)
    terraform.apply()
    assert terraform.values(ADDRESS)["billing_mode"] == "PROVISIONED"
    terraform.write(provisioned.replace("read_capacity = 5", "read_capacity = 6"))
    terraform.apply()
    assert terraform.changes() == {}
    terraform.write(TABLE)
    assert terraform.changes() == {ADDRESS: ["update"]}
    terraform.apply()
    assert terraform.changes() == {}


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('name = "status"', 'name = "state"', "the key 'status' lacks an attribute block"),
        ('"PAY_PER_REQUEST"', '"FREE"', "expected one of PROVISIONED, PAY_PER_REQUEST"),
        ('attribute_name = "expires_at"', "", "is required to switch TTL on"),
    ],
)
def test_what_cannot_be_is_said_before_anything_is_made(
    terraform: TerraformFolder, old: str, new: str, complaint: str
) -> None:
    terraform.write(TABLE.replace(old, new))
    assert complaint in terraform.fail("validate")

from __future__ import annotations

import pytest

from tests.integration.terraform.life import Aws
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


def test_an_item_under_another_key_takes_the_place_of_the_old_one(
    terraform: TerraformFolder, aws: Aws
) -> None:
    item = (
        TABLE
        + """
resource "aws_dynamodb_table_item" "first" {
  table_name = aws_dynamodb_table.disbursements.name
  hash_key   = "customer_id"
  range_key  = "payment_id"
  item       = jsonencode({ customer_id = { S = "c-1" }, payment_id = { S = "p-1" } })
}
"""
    )
    address = "aws_dynamodb_table_item.first"
    terraform.write(item)
    terraform.apply()
    terraform.write(item.replace('"p-1"', '"p-2"'))
    assert terraform.changes() == {address: ["update"]}
    terraform.apply()
    assert terraform.changes() == {}
    assert terraform.values(address)["id"] == "Disbursements,c-1,p-2"
    assert aws("dynamodb").scan(TableName="Disbursements")["Items"] == [
        {"customer_id": {"S": "c-1"}, "payment_id": {"S": "p-2"}}
    ]
    terraform.write(item.replace("payment_id = { S", "payment_key = { S"))
    assert "lacks the key 'payment_id'" in terraform.fail("validate")
    terraform.write(item.replace('{ S = "c-1" }', '"c-1"'))
    assert "not a DynamoDB item in JSON" in terraform.fail("validate")


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ("", "must be at least 1 when it is PROVISIONED"),
        (
            'shard_count = 1\n stream_mode_details {\n stream_mode = "ON_DEMAND"\n }',
            "must not be set when stream_mode is ON_DEMAND",
        ),
        ("shard_count = 1\n retention_period = 12", "expected a number from 24 to 8760"),
    ],
)
def test_a_stream_has_as_many_shards_as_its_mode_allows(
    terraform: TerraformFolder, arguments: str, complaint: str
) -> None:
    stream = f'resource "aws_kinesis_stream" "s" {{\n name = "s"\n {arguments}\n}}\n'
    terraform.write(stream)
    assert complaint in terraform.fail("plan")

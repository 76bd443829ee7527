"""Amazon DynamoDB and Kinesis: tables, what stands beside them, and the streams they feed."""

from __future__ import annotations

import json

from tests.integration.terraform.life import Aws, Life, Lives, Values
from tests.terraform_folder import TerraformFolder

TABLES = """
resource "aws_dynamodb_table" "disbursements" {
  name             = "Disbursements"
  billing_mode     = "PAY_PER_REQUEST"
  hash_key         = "customer_id"
  range_key        = "payment_id"
  stream_enabled   = true
  stream_view_type = "NEW_IMAGE"

  dynamic "attribute" {
    for_each = { customer_id = "S", payment_id = "S", status = "S", amount = "N" }
    content {
      name = attribute.key
      type = attribute.value
    }
  }

  global_secondary_index {
    name            = "by-status"
    hash_key        = "status"
    projection_type = "ALL"
  }

  local_secondary_index {
    name               = "by-amount"
    range_key          = "amount"
    projection_type    = "INCLUDE"
    non_key_attributes = ["currency"]
  }

  ttl {
    attribute_name = "expires_at"
    enabled        = true
  }

  point_in_time_recovery {
    enabled = true
  }

  server_side_encryption {
    enabled = true
  }

  tags = { ledger = "yes" }

  lifecycle {
    ignore_changes = [tags["cost"], tags_all["cost"]]
  }
}

resource "aws_dynamodb_table" "counters" {
  name                        = "Counters"
  hash_key                    = "name"
  read_capacity               = 2
  write_capacity              = 3
  table_class                 = "STANDARD_INFREQUENT_ACCESS"
  deletion_protection_enabled = false

  attribute {
    name = "name"
    type = "S"
  }
  attribute {
    name = "kind"
    type = "S"
  }

  global_secondary_index {
    name            = "by-kind"
    hash_key        = "kind"
    projection_type = "KEYS_ONLY"
    read_capacity   = 4
    write_capacity  = 5
  }
}

resource "aws_dynamodb_table_item" "first" {
  table_name = aws_dynamodb_table.disbursements.name
  hash_key   = aws_dynamodb_table.disbursements.hash_key
  range_key  = aws_dynamodb_table.disbursements.range_key
  item       = <<-ITEM
    {
      "payment_id": {"S": "p-1"},
      "customer_id": {"S": "c-1"},
      "amount": {"N": "12"},
      "receipt": {"B": "aGVsbG8="},
      "channels": {"SS": ["web", "app"]},
      "details": {"M": {"note": {"S": "first"}, "lines": {"L": [{"BOOL": true}, {"NULL": true}]}}}
    }
  ITEM
}

resource "aws_dynamodb_table_item" "counter" {
  for_each   = { payments = 1, refunds = 2 }
  table_name = aws_dynamodb_table.counters.name
  hash_key   = aws_dynamodb_table.counters.hash_key
  item       = jsonencode({ name = { S = each.key }, count = { N = tostring(each.value) } })
}

resource "aws_dynamodb_resource_policy" "disbursements" {
  resource_arn = aws_dynamodb_table.disbursements.arn
  policy       = data.aws_iam_policy_document.readers.json
}

data "aws_caller_identity" "me" {}

data "aws_iam_policy_document" "readers" {
  statement {
    actions   = ["dynamodb:GetItem"]
    resources = [aws_dynamodb_table.disbursements.arn]
    principals {
      type        = "AWS"
      identifiers = [data.aws_caller_identity.me.account_id]
    }
  }
}

resource "aws_dynamodb_contributor_insights" "table" {
  table_name = aws_dynamodb_table.disbursements.name
}

resource "aws_dynamodb_contributor_insights" "index" {
  table_name = aws_dynamodb_table.disbursements.name
  index_name = "by-status"
}

resource "aws_dynamodb_tag" "cost" {
  resource_arn = aws_dynamodb_table.disbursements.arn
  key          = "cost"
  value        = "shared"
}

resource "aws_dynamodb_kinesis_streaming_destination" "changes" {
  table_name                               = aws_dynamodb_table.disbursements.name
  stream_arn                               = aws_kinesis_stream.changes.arn
  approximate_creation_date_time_precision = "MICROSECOND"
}

resource "aws_kinesis_stream" "changes" {
  name                = "changes"
  shard_count         = 2
  retention_period    = 48
  shard_level_metrics = ["IncomingBytes"]
  encryption_type     = "KMS"
  kms_key_id          = "alias/aws/kinesis"
  tags                = { team = "payments" }

  stream_mode_details {
    stream_mode = "PROVISIONED"
  }
}

resource "aws_kinesis_stream" "on_demand" {
  name = "on-demand"
  stream_mode_details {
    stream_mode = "ON_DEMAND"
  }
}

resource "aws_kinesis_stream_consumer" "auditor" {
  name       = "auditor"
  stream_arn = aws_kinesis_stream.changes.arn
}

resource "aws_kinesis_resource_policy" "changes" {
  resource_arn = aws_kinesis_stream.changes.arn
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "writers"
      Effect    = "Allow"
      Principal = { AWS = data.aws_caller_identity.me.account_id }
      Action    = ["kinesis:PutRecord"]
      Resource  = aws_kinesis_stream.changes.arn
    }]
  })
}

data "aws_dynamodb_table" "disbursements" {
  name       = aws_dynamodb_table.disbursements.name
  depends_on = [aws_dynamodb_tag.cost]
}

data "aws_dynamodb_tables" "all" {
  depends_on = [aws_dynamodb_table.disbursements, aws_dynamodb_table.counters]
}

data "aws_dynamodb_table_item" "first" {
  table_name                 = aws_dynamodb_table_item.first.table_name
  key = jsonencode({
    customer_id = { S = "c-1" }
    payment_id  = { S = "p-1" }
  })
  projection_expression      = "amount, #details.note"
  expression_attribute_names = { "#details" = "details" }
}

data "aws_kinesis_stream" "changes" {
  name = aws_kinesis_stream.changes.name
}

data "aws_kinesis_stream_consumer" "auditor" {
  stream_arn = aws_kinesis_stream.changes.arn
  name       = aws_kinesis_stream_consumer.auditor.name
}
"""


def table_exists(aws: Aws, values: Values) -> bool:
    return values["name"] in aws("dynamodb").list_tables()["TableNames"]


def rework(aws: Aws, values: Values) -> None:
    tables, name = aws("dynamodb"), values["name"]
    tables.update_table(TableName=name, DeletionProtectionEnabled=True)
    tables.update_table(TableName=name, StreamSpecification={"StreamEnabled": False})
    tables.update_table(TableName=name, SSESpecification={"Enabled": False})
    tables.update_table(TableName=name, TableClass="STANDARD_INFREQUENT_ACCESS")
    tables.update_time_to_live(
        TableName=name,
        TimeToLiveSpecification={"Enabled": False, "AttributeName": "expires_at"},
    )
    tables.update_continuous_backups(
        TableName=name, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": False}
    )
    tables.tag_resource(ResourceArn=values["arn"], Tags=[{"Key": "by", "Value": "hand"}])


def resize(aws: Aws, values: Values) -> None:
    aws("dynamodb").update_table(
        TableName=values["name"],
        ProvisionedThroughput={"ReadCapacityUnits": 7, "WriteCapacityUnits": 8},
    )
    aws("dynamodb").update_table(
        TableName=values["name"],
        GlobalSecondaryIndexUpdates=[
            {
                "Update": {
                    "IndexName": "by-kind",
                    "ProvisionedThroughput": {"ReadCapacityUnits": 9, "WriteCapacityUnits": 9},
                }
            }
        ],
    )


def item_key(values: Values) -> Values:
    item = json.loads(values["item"])
    return {name: item[name] for name in (values["hash_key"], values["range_key"]) if name}


def item_exists(aws: Aws, values: Values) -> bool:
    tables = aws("dynamodb")
    if values["table_name"] not in tables.list_tables()["TableNames"]:
        return False
    return "Item" in tables.get_item(TableName=values["table_name"], Key=item_key(values))


def change_amount(aws: Aws, values: Values) -> None:
    aws("dynamodb").update_item(
        TableName=values["table_name"],
        Key=item_key(values),
        UpdateExpression="SET amount = :amount",
        ExpressionAttributeValues={":amount": {"N": "99"}},
    )


def delete_item(aws: Aws, values: Values) -> None:
    aws("dynamodb").delete_item(TableName=values["table_name"], Key=item_key(values))


def change_policy(aws: Aws, values: Values) -> None:
    policy = json.loads(values["policy"])
    policy["Statement"][0]["Action"] = "dynamodb:Query"
    aws("dynamodb").put_resource_policy(
        ResourceArn=values["resource_arn"], Policy=json.dumps(policy)
    )


def switch_insights_off(aws: Aws, values: Values) -> None:
    index = {"IndexName": values["index_name"]} if values["index_name"] else {}
    aws("dynamodb").update_contributor_insights(
        TableName=values["table_name"], ContributorInsightsAction="DISABLE", **index
    )


def stop_streaming(aws: Aws, values: Values) -> None:
    aws("dynamodb").disable_kinesis_streaming_destination(
        TableName=values["table_name"], StreamArn=values["stream_arn"]
    )


def stream_exists(aws: Aws, values: Values) -> bool:
    return values["name"] in aws("kinesis").list_streams()["StreamNames"]


def rework_stream(aws: Aws, values: Values) -> None:
    streams, name = aws("kinesis"), values["name"]
    streams.increase_stream_retention_period(StreamName=name, RetentionPeriodHours=72)
    streams.update_shard_count(StreamName=name, TargetShardCount=4, ScalingType="UNIFORM_SCALING")
    streams.stop_stream_encryption(
        StreamName=name, EncryptionType="KMS", KeyId=values["kms_key_id"]
    )
    streams.add_tags_to_stream(StreamName=name, Tags={"by": "hand"})


def change_stream_policy(aws: Aws, values: Values) -> None:
    policy = json.loads(values["policy"])
    policy["Statement"][0]["Action"] = "kinesis:PutRecords"
    aws("kinesis").put_resource_policy(
        ResourceARN=values["resource_arn"], Policy=json.dumps(policy)
    )


def consumer_exists(aws: Aws, values: Values) -> bool:
    streams = aws("kinesis")
    try:
        streams.describe_stream_consumer(ConsumerARN=values["arn"])
    except streams.exceptions.ResourceNotFoundException:
        return False
    return True


def what_data_sources_say(terraform: TerraformFolder, aws: Aws) -> None:
    table = terraform.values("aws_dynamodb_table.disbursements")
    read = terraform.values("data.aws_dynamodb_table.disbursements")
    same = ("arn", "billing_mode", "hash_key", "range_key", "stream_arn", "ttl", "table_class")
    assert {name: read[name] for name in same} == {name: table[name] for name in same}
    assert read["tags"] == {"cost": "shared", "ledger": "yes"}
    assert {index["name"] for index in read["global_secondary_index"]} == {"by-status"}
    assert read["point_in_time_recovery"][0]["enabled"] is True
    names = terraform.values("data.aws_dynamodb_tables.all")["names"]
    assert sorted(names) == ["Counters", "Disbursements"]
    found = json.loads(terraform.values("data.aws_dynamodb_table_item.first")["item"])
    assert found == {"amount": {"N": "12"}, "details": {"M": {"note": {"S": "first"}}}}
    assert terraform.values("aws_dynamodb_table_item.first")["id"] == "Disbursements,c-1,p-1"
    stream = terraform.values("data.aws_kinesis_stream.changes")
    assert stream["arn"] == terraform.values("aws_kinesis_stream.changes")["arn"]
    assert len(stream["open_shards"]) == 2
    assert (stream["status"], stream["retention_period"]) == ("ACTIVE", 48)
    consumer = terraform.values("data.aws_kinesis_stream_consumer.auditor")
    assert consumer["arn"] == terraform.values("aws_kinesis_stream_consumer.auditor")["arn"]


LIVES = (
    Lives(
        "tables",
        TABLES,
        check=what_data_sources_say,
        lives=(
            Life(
                "aws_dynamodb_table_item.first",
                is_there=item_exists,
                update=('{"N": "12"}', '{"N": "13"}'),
                drift=change_amount,
                drifted=("item",),
                vanish=delete_item,
            ),
            Life('aws_dynamodb_table_item.counter["payments"]', is_there=item_exists),
            Life(
                "aws_dynamodb_resource_policy.disbursements",
                update=('"dynamodb:GetItem"', '"dynamodb:Scan"'),
                drift=change_policy,
                drifted=("policy", "revision_id"),
                vanish=lambda aws, values: aws("dynamodb").delete_resource_policy(
                    ResourceArn=values["resource_arn"]
                ),
            ),
            Life("aws_dynamodb_contributor_insights.table", vanish=switch_insights_off),
            Life("aws_dynamodb_contributor_insights.index", vanish=switch_insights_off),
            Life(
                "aws_dynamodb_tag.cost",
                update=('"shared"', '"own"'),
                drift=lambda aws, values: aws("dynamodb").tag_resource(
                    ResourceArn=values["resource_arn"], Tags=[{"Key": "cost", "Value": "hand"}]
                ),
                drifted=("value",),
                vanish=lambda aws, values: aws("dynamodb").untag_resource(
                    ResourceArn=values["resource_arn"], TagKeys=["cost"]
                ),
            ),
            Life(
                "aws_dynamodb_kinesis_streaming_destination.changes",
                replace=('"MICROSECOND"', '"MILLISECOND"'),
                vanish=stop_streaming,
            ),
            Life(
                "aws_kinesis_stream_consumer.auditor",
                is_there=consumer_exists,
                replace=('= "auditor"', '= "reviewer"'),
                vanish=lambda aws, values: aws("kinesis").deregister_stream_consumer(
                    ConsumerARN=values["arn"]
                ),
            ),
            Life(
                "aws_kinesis_resource_policy.changes",
                drift=change_stream_policy,
                drifted=("policy",),
                vanish=lambda aws, values: aws("kinesis").delete_resource_policy(
                    ResourceARN=values["resource_arn"]
                ),
            ),
            Life(
                "aws_kinesis_stream.changes",
                is_there=stream_exists,
                update=("= 48", "= 36"),
                drift=rework_stream,
                drifted=(
                    "encryption_type",
                    "kms_key_id",
                    "retention_period",
                    "shard_count",
                    "tags",
                ),
                import_id=lambda values: values["name"],
                unreadable=("enforce_consumer_deletion", "shard_level_metrics"),
            ),
            Life(
                "aws_kinesis_stream.on_demand",
                is_there=stream_exists,
                replace=('"on-demand"', '"demanded"'),
                vanish=lambda aws, values: aws("kinesis").delete_stream(StreamName=values["name"]),
                import_id=lambda values: values["name"],
            ),
            Life(
                "aws_dynamodb_table.disbursements",
                is_there=table_exists,
                update=('projection_type = "ALL"', 'projection_type = "KEYS_ONLY"'),
                drift=rework,
                drifted=(
                    "deletion_protection_enabled",
                    "point_in_time_recovery",
                    "server_side_encryption",
                    "stream_enabled",
                    "table_class",
                    "tags",
                    "ttl",
                ),
                import_id=lambda values: values["name"],
            ),
            Life(
                "aws_dynamodb_table.counters",
                is_there=table_exists,
                update=("read_capacity               = 2", "read_capacity = 3"),
                replace=('"Counters"', '"Counts"'),
                drift=resize,
                drifted=("global_secondary_index", "read_capacity", "write_capacity"),
                vanish=lambda aws, values: aws("dynamodb").delete_table(TableName=values["name"]),
            ),
        ),
    ),
)

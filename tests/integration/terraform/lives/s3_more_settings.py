"""Amazon S3: lifecycle, notification, replication, and the configurations that have names."""

from __future__ import annotations

import io
import json
import time
import zipfile
from typing import Any

from botocore.exceptions import ClientError

from tests.integration.terraform.life import Aws, Life, Lives, Values
from tests.integration.terraform.lives.s3_settings import answers, does
from tests.terraform_folder import TerraformFolder

PATIENCE_SECONDS = 30

LIFECYCLES = """
resource "aws_s3_bucket" "this" {
  bucket_prefix = "lifecycle-"
}

resource "aws_s3_bucket" "other" {
  bucket_prefix = "other-"
}

resource "aws_s3_bucket_lifecycle_configuration" "this" {
  bucket = aws_s3_bucket.this.id # lifecycle

  rule {
    id     = "older form"
    prefix = "older/"
    status = "Enabled"
    expiration {
      days = 365
    }
  }

  rule {
    id     = "everything"
    status = "Enabled"
    filter {}
    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }
    noncurrent_version_expiration {
      noncurrent_days           = 90
      newer_noncurrent_versions = 3
    }
    noncurrent_version_transition {
      noncurrent_days = 30
      storage_class   = "STANDARD_IA"
    }
  }

  rule {
    id     = "without a filter"
    status = "Disabled"
    expiration {
      expired_object_delete_marker = true
    }
  }

  rule {
    id     = "all at once"
    status = "Enabled"
    filter {
      and {
        prefix                   = "logs/"
        object_size_greater_than = 500
        tags = {
          rule = "log"
        }
      }
    }
    transition {
      days          = 30
      storage_class = "STANDARD_IA"
    }
    transition {
      date          = "2040-01-01T00:00:00Z"
      storage_class = "GLACIER"
    }
  }

  dynamic "rule" {
    for_each = { tag = { key = "a", value = "b" } }
    content {
      id     = rule.key
      status = "Enabled"
      filter {
        tag {
          key   = rule.value.key
          value = rule.value.value
        }
      }
      expiration {
        date = "2041-01-01T00:00:00Z"
      }
    }
  }

  rule {
    id     = "size"
    status = "Enabled"
    filter {
      object_size_less_than = 4096
    }
    transition {
      storage_class = "INTELLIGENT_TIERING"
    }
  }
}
"""

HANDLER = """
import boto3, os

def handler(event, context):
    for record in event["Records"]:
        boto3.client("sqs").send_message(
            QueueUrl=os.environ["QUEUE_URL"], MessageBody=record["s3"]["object"]["key"]
        )
"""

NOTIFICATIONS = """
resource "aws_s3_bucket" "this" {
  bucket_prefix = "inbox-"
  force_destroy = true
}

resource "aws_s3_bucket" "other" {
  bucket_prefix = "other-inbox-"
}

resource "aws_sqs_queue" "seen" {
  name = "seen"
}

resource "aws_sqs_queue" "deleted" {
  name = "deleted"
}

resource "aws_sqs_queue_policy" "deleted" {
  queue_url = aws_sqs_queue.deleted.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "s3.amazonaws.com" }
      Action    = "sqs:SendMessage"
      Resource  = aws_sqs_queue.deleted.arn
    }]
  })
}

resource "aws_sns_topic" "made" {
  name = "made"
}

resource "aws_sns_topic_policy" "made" {
  arn = aws_sns_topic.made.arn
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "s3.amazonaws.com" }
      Action    = "sns:Publish"
      Resource  = aws_sns_topic.made.arn
    }]
  })
}

resource "aws_sns_topic_subscription" "made" {
  topic_arn            = aws_sns_topic.made.arn
  protocol             = "sqs"
  endpoint             = aws_sqs_queue.fanned_out.arn
  raw_message_delivery = true
}

resource "aws_sqs_queue" "fanned_out" {
  name = "fanned-out"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "sns.amazonaws.com" }
      Action    = "sqs:SendMessage"
      Resource  = "*"
    }]
  })
}

resource "aws_iam_role" "function" {
  name = "reader"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "lambda.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })
}

resource "aws_iam_role_policy" "function" {
  role = aws_iam_role.function.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sqs:SendMessage", Resource = "*" }]
  })
}

resource "aws_lambda_function" "reader" {
  function_name = "reader"
  role          = aws_iam_role.function.arn
  runtime       = "python3.12"
  handler       = "app.handler"
  filename      = "app.zip"
  environment {
    variables = { QUEUE_URL = aws_sqs_queue.seen.url }
  }
}

resource "aws_lambda_permission" "bucket" {
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.reader.function_name
  principal     = "s3.amazonaws.com"
  source_arn    = aws_s3_bucket.this.arn
}

resource "aws_s3_bucket_notification" "this" {
  bucket      = aws_s3_bucket.this.id
  eventbridge = true

  lambda_function {
    lambda_function_arn = aws_lambda_function.reader.arn
    events              = ["s3:ObjectCreated:*"]
    filter_prefix       = "in/"
    filter_suffix       = ".csv"
  }

  queue {
    id        = "deleted"
    queue_arn = aws_sqs_queue.deleted.arn
    events    = ["s3:ObjectRemoved:*"]
  }

  topic {
    topic_arn     = aws_sns_topic.made.arn
    events        = ["s3:ObjectCreated:Put"]
    filter_prefix = "made/"
  }

  depends_on = [
    aws_lambda_permission.bucket, aws_sqs_queue_policy.deleted, aws_sns_topic_policy.made
  ]
}
"""

NAMED = """
resource "aws_s3_bucket" "this" {
  bucket_prefix = "measured-"
}

resource "aws_s3_bucket" "reports" {
  bucket_prefix = "reports-"
}

resource "aws_s3_bucket_metric" "this" {
  bucket = aws_s3_bucket.this.id
  name   = "documents"
  filter {
    prefix = "documents/"
    tags = {
      priority = "high"
      class    = "blue"
    }
  }
}

resource "aws_s3_bucket_metric" "whole" {
  bucket = aws_s3_bucket.this.id
  name   = "EntireBucket"
}

resource "aws_s3_bucket_inventory" "this" {
  bucket                   = aws_s3_bucket.this.id
  name                     = "weekly"
  included_object_versions = "All"
  optional_fields          = ["Size", "ETag"]
  schedule {
    frequency = "Weekly"
  }
  destination {
    bucket {
      format     = "ORC"
      bucket_arn = aws_s3_bucket.reports.arn
      prefix     = "inventory"
      encryption {
        sse_s3 {}
      }
    }
  }
}

resource "aws_s3_bucket_analytics_configuration" "this" {
  bucket = aws_s3_bucket.this.id
  name   = "classes"
  filter {
    prefix = "documents/"
  }
  storage_class_analysis {
    data_export {
      destination {
        s3_bucket_destination {
          bucket_arn = aws_s3_bucket.reports.arn
        }
      }
    }
  }
}

resource "aws_s3_bucket_intelligent_tiering_configuration" "this" {
  bucket = aws_s3_bucket.this.id
  name   = "tiers"
  tiering {
    access_tier = "DEEP_ARCHIVE_ACCESS"
    days        = 180
  }
  tiering {
    access_tier = "ARCHIVE_ACCESS"
    days        = 125
  }
}
"""

REPLICATION = """
resource "aws_iam_role" "replication" {
  name = "replication"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "s3.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })
}

resource "aws_s3_bucket" "source" {
  bucket_prefix = "source-"
}

resource "aws_s3_bucket" "target" {
  bucket_prefix = "target-"
}

resource "aws_s3_bucket_versioning" "source" {
  bucket = aws_s3_bucket.source.id
  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_versioning" "target" {
  bucket = aws_s3_bucket.target.id
  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_replication_configuration" "this" {
  bucket     = aws_s3_bucket_versioning.source.bucket
  role       = aws_iam_role.replication.arn
  depends_on = [aws_s3_bucket_versioning.target]
  rule {
    id     = "documents"
    status = "Enabled"
    filter {
      prefix = "documents/"
    }
    delete_marker_replication {
      status = "Enabled"
    }
    destination {
      bucket        = aws_s3_bucket.target.arn
      storage_class = "STANDARD_IA"
    }
  }
}
"""


def function_archive() -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr(zipfile.ZipInfo("app.py"), HANDLER)
    return archive.getvalue()


def bodies(aws: Aws, url: str, wanted: str) -> list[str]:
    """Receive messages until one contains a text."""
    received: list[str] = []
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not any(wanted in body for body in received):
        assert time.monotonic() < deadline, f"{wanted!r} does not come, but {received}"
        answer = aws("sqs").receive_message(QueueUrl=url, WaitTimeSeconds=1)
        received += [message["Body"] for message in answer.get("Messages", [])]
    return received


def check_that_events_arrive(terraform: TerraformFolder, aws: Aws) -> None:
    bucket = terraform.values("aws_s3_bucket.this")["bucket"]
    s3 = aws("s3")
    for key in ("in/skipped.txt", "in/orders.csv", "made/one"):
        s3.put_object(Bucket=bucket, Key=key, Body=b"1")
    seen = bodies(aws, terraform.values("aws_sqs_queue.seen")["url"], "in/orders.csv")
    assert seen == ["in/orders.csv"], "the function is told of what the filter lets pass only"
    made = bodies(aws, terraform.values("aws_sqs_queue.fanned_out")["url"], "made/one")
    records = [json.loads(body) for body in made if "made/one" in body]
    assert records[0]["Records"][0]["eventName"] == "ObjectCreated:Put"
    s3.delete_object(Bucket=bucket, Key="in/orders.csv")
    gone = bodies(aws, terraform.values("aws_sqs_queue.deleted")["url"], "in/orders.csv")
    assert any("ObjectRemoved:Delete" in body for body in gone)


def named_is_there(operation: str) -> Any:
    def asked(aws: Aws, values: Values) -> bool:
        try:
            getattr(aws("s3"), operation)(Bucket=values["bucket"], Id=values["name"])
        except ClientError:
            return False
        return True

    return asked


def named_vanishes(operation: str) -> Any:
    return lambda aws, values: getattr(aws("s3"), operation)(
        Bucket=values["bucket"], Id=values["name"]
    )


LIVES = (
    Lives(
        "lifecycle",
        LIFECYCLES,
        lives=(
            Life(
                "aws_s3_bucket_lifecycle_configuration.this",
                is_there=answers("get_bucket_lifecycle_configuration"),
                update=("days = 365", "days = 730"),
                replace=("aws_s3_bucket.this.id # lifecycle", "aws_s3_bucket.other.id"),
                drift=does(
                    "put_bucket_lifecycle_configuration",
                    TransitionDefaultMinimumObjectSize="varies_by_storage_class",
                    LifecycleConfiguration={
                        "Rules": [
                            {
                                "ID": "by hand",
                                "Status": "Enabled",
                                "Filter": {"Prefix": "x/"},
                                "Expiration": {"Days": 1},
                            }
                        ]
                    },
                ),
                drifted=("rule", "transition_default_minimum_object_size"),
                vanish=does("delete_bucket_lifecycle"),
            ),
        ),
    ),
    Lives(
        "notification",
        NOTIFICATIONS,
        lives=(
            Life(
                "aws_s3_bucket_notification.this",
                is_there=answers("get_bucket_notification_configuration", "QueueConfigurations"),
                update=('".csv"', '".json"'),
                replace=(
                    "bucket      = aws_s3_bucket.this.id",
                    "bucket      = aws_s3_bucket.other.id",
                ),
                drift=does(
                    "put_bucket_notification_configuration",
                    NotificationConfiguration={"EventBridgeConfiguration": {}},
                ),
                drifted=("lambda_function", "queue", "topic"),
            ),
        ),
        files={"app.zip": function_archive()},
        check=check_that_events_arrive,
    ),
    Lives(
        "configurations with names",
        NAMED,
        lives=(
            Life(
                "aws_s3_bucket_metric.this",
                is_there=named_is_there("get_bucket_metrics_configuration"),
                update=('"high"', '"low"'),
                replace=('"documents"\n', '"papers"\n'),
                drift=lambda aws, values: aws("s3").put_bucket_metrics_configuration(
                    Bucket=values["bucket"],
                    Id=values["name"],
                    MetricsConfiguration={"Id": values["name"], "Filter": {"Prefix": "x/"}},
                ),
                drifted=("filter",),
                vanish=named_vanishes("delete_bucket_metrics_configuration"),
            ),
            Life(
                "aws_s3_bucket_inventory.this",
                is_there=named_is_there("get_bucket_inventory_configuration"),
                update=('"Weekly"', '"Daily"'),
                replace=('"weekly"', '"daily"'),
                drift=lambda aws, values: aws("s3").put_bucket_inventory_configuration(
                    Bucket=values["bucket"],
                    Id=values["name"],
                    InventoryConfiguration={
                        "Id": values["name"],
                        "IsEnabled": False,
                        "IncludedObjectVersions": "Current",
                        "Schedule": {"Frequency": "Daily"},
                        "Destination": {
                            "S3BucketDestination": {
                                "Bucket": "arn:aws:s3:::elsewhere",
                                "Format": "CSV",
                            }
                        },
                    },
                ),
                drifted=("destination", "enabled", "included_object_versions", "optional_fields"),
                vanish=named_vanishes("delete_bucket_inventory_configuration"),
            ),
            Life(
                "aws_s3_bucket_analytics_configuration.this",
                is_there=named_is_there("get_bucket_analytics_configuration"),
                update=('prefix = "documents/"\n  }\n  storage', 'prefix = "d/"\n  }\n  storage'),
                replace=('"classes"', '"kinds"'),
                drift=lambda aws, values: aws("s3").put_bucket_analytics_configuration(
                    Bucket=values["bucket"],
                    Id=values["name"],
                    AnalyticsConfiguration={"Id": values["name"], "StorageClassAnalysis": {}},
                ),
                drifted=("filter", "storage_class_analysis"),
                vanish=named_vanishes("delete_bucket_analytics_configuration"),
            ),
            Life(
                "aws_s3_bucket_intelligent_tiering_configuration.this",
                is_there=named_is_there("get_bucket_intelligent_tiering_configuration"),
                update=("= 125", "= 150"),
                replace=('"tiers"', '"levels"'),
                drift=lambda aws, values: aws("s3").put_bucket_intelligent_tiering_configuration(
                    Bucket=values["bucket"],
                    Id=values["name"],
                    IntelligentTieringConfiguration={
                        "Id": values["name"],
                        "Status": "Disabled",
                        "Tierings": [{"AccessTier": "ARCHIVE_ACCESS", "Days": 90}],
                    },
                ),
                drifted=("status", "tiering"),
                vanish=named_vanishes("delete_bucket_intelligent_tiering_configuration"),
            ),
        ),
    ),
    Lives(
        "replication",
        REPLICATION,
        lives=(
            Life(
                "aws_s3_bucket_replication_configuration.this",
                is_there=answers("get_bucket_replication"),
                update=('"STANDARD_IA"', '"STANDARD"'),
                drift=lambda aws, values: aws("s3").put_bucket_replication(
                    Bucket=values["bucket"],
                    ReplicationConfiguration={
                        "Role": values["role"],
                        "Rules": [
                            {
                                "ID": "by hand",
                                "Status": "Disabled",
                                "Priority": 0,
                                "Filter": {"Prefix": ""},
                                "DeleteMarkerReplication": {"Status": "Disabled"},
                                "Destination": {
                                    "Bucket": values["rule"][0]["destination"][0]["bucket"]
                                },
                            }
                        ],
                    },
                ),
                drifted=("rule",),
                vanish=does("delete_bucket_replication"),
            ),
        ),
    ),
)

"""Amazon S3: configurations of which a bucket may have many."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError

from tests.integration.terraform.life import Aws, Life, Lives, Values

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
)

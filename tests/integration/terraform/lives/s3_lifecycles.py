"""Amazon S3: what becomes of a bucket's objects in time."""

from __future__ import annotations

from tests.integration.terraform.life import Life, Lives
from tests.integration.terraform.lives.s3_settings import answers, does

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
)

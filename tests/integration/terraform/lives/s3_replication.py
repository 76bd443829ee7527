"""Amazon S3: copying a bucket's objects to another one."""

from __future__ import annotations

from tests.integration.terraform.life import Life, Lives
from tests.integration.terraform.lives.s3_settings import answers, does

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


LIVES = (
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

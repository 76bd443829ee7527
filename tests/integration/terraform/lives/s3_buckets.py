"""Amazon S3: buckets, plain and with their settings inside, and looking them up."""

from __future__ import annotations

from tests.integration.terraform.life import Aws, Life, Lives, Values
from tests.terraform_folder import TerraformFolder

BUCKETS = """
provider "aws" {
  default_tags {
    tags = { owner = "payments" }
  }
}

resource "aws_s3_bucket" "this" {
  bucket        = "ledger-${data.aws_caller_identity.me.account_id}"
  force_destroy = true
  tags          = { team = "money" }
}

resource "aws_s3_bucket" "generated" {
}

resource "aws_s3_bucket" "prefixed" {
  bucket_prefix = "prefixed-"
}

data "aws_caller_identity" "me" {}

data "aws_s3_bucket" "this" {
  bucket = aws_s3_bucket.generated.bucket
}

resource "aws_s3_bucket_policy" "this" {
  bucket = aws_s3_bucket.prefixed.id
  policy = jsonencode({ Version = "2012-10-17", Statement = [] })
}

data "aws_s3_bucket_policy" "this" {
  bucket = aws_s3_bucket_policy.this.bucket
}

output "looked_up" {
  value = data.aws_s3_bucket.this
}

output "policy" {
  value = data.aws_s3_bucket_policy.this.policy
}
"""

SETTINGS_INSIDE = """
resource "aws_s3_bucket" "logs" {
  bucket_prefix = "logs-"
}

resource "aws_s3_bucket" "this" {
  bucket_prefix = "inside-"

  versioning {
    enabled = true
  }

  logging {
    target_bucket = aws_s3_bucket.logs.id
    target_prefix = "log/"
  }

  website {
    index_document = "index.html"
    error_document = "error.html"
    routing_rules = <<-RULES
      [{
        "Condition": { "KeyPrefixEquals": "docs/" },
        "Redirect": { "ReplaceKeyPrefixWith": "documents/" }
      }]
    RULES
  }

  cors_rule {
    allowed_headers = ["*"]
    allowed_methods = ["PUT", "POST"]
    allowed_origins = ["https://shop.example"]
    expose_headers  = ["ETag"]
    max_age_seconds = 3000
  }

  server_side_encryption_configuration {
    rule {
      apply_server_side_encryption_by_default {
        sse_algorithm = "AES256"
      }
    }
  }

  lifecycle_rule {
    id      = "log"
    enabled = true
    prefix  = "log/"
    tags = {
      rule      = "log"
      autoclean = "true"
    }
    transition {
      days          = 30
      storage_class = "STANDARD_IA"
    }
    transition {
      days          = 60
      storage_class = "GLACIER"
    }
    expiration {
      days = 90
    }
  }

  lifecycle_rule {
    prefix  = "tmp/"
    enabled = true
    expiration {
      date = "2030-01-12"
    }
    noncurrent_version_expiration {
      days = 90
    }
    noncurrent_version_transition {
      days          = 30
      storage_class = "STANDARD_IA"
    }
  }
}

resource "aws_s3_bucket_acl" "of_its_own" {
  bucket     = aws_s3_bucket.owned.id
  acl        = "log-delivery-write"
  depends_on = [aws_s3_bucket_ownership_controls.owned]
}

resource "aws_s3_bucket_ownership_controls" "owned" {
  bucket = aws_s3_bucket.owned.id
  rule {
    object_ownership = "ObjectWriter"
  }
}

resource "aws_s3_bucket" "owned" {
}
"""


def exists(aws: Aws, values: Values) -> bool:
    names = [bucket["Name"] for bucket in aws("s3").list_buckets()["Buckets"]]
    return values["bucket"] in names


def tag(aws: Aws, values: Values) -> None:
    aws("s3").put_bucket_tagging(
        Bucket=values["bucket"],
        Tagging={"TagSet": [{"Key": "by", "Value": "hand"}, {"Key": "aws:x", "Value": "system"}]},
    )


def change_inside(aws: Aws, values: Values) -> None:
    s3, name = aws("s3"), values["bucket"]
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Suspended"})
    s3.delete_bucket_website(Bucket=name)
    s3.delete_bucket_cors(Bucket=name)
    s3.delete_bucket_lifecycle(Bucket=name)
    s3.put_bucket_logging(Bucket=name, BucketLoggingStatus={})
    s3.put_bucket_encryption(
        Bucket=name,
        ServerSideEncryptionConfiguration={
            "Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}}]
        },
    )


def check_what_is_computed(terraform: TerraformFolder, aws: Aws) -> None:
    bucket = terraform.values("aws_s3_bucket.this")
    name = bucket["bucket"]
    assert bucket["id"] == name
    assert bucket["arn"] == f"arn:aws:s3:::{name}"
    assert bucket["bucket_domain_name"] == f"{name}.s3.amazonaws.com"
    assert bucket["bucket_regional_domain_name"] == f"{name}.s3.eu-central-1.amazonaws.com"
    assert bucket["hosted_zone_id"] == "Z21DNDUVLTQW6Q"
    assert bucket["bucket_region"] == bucket["region"] == "eu-central-1"
    assert bucket["website_endpoint"] is None
    assert bucket["tags_all"] == {"owner": "payments", "team": "money"}
    assert bucket["versioning"] == [{"enabled": False, "mfa_delete": False}]
    assert terraform.values("aws_s3_bucket.generated")["bucket"].startswith("terraform-")
    assert terraform.values("aws_s3_bucket.prefixed")["bucket"].startswith("prefixed-")
    bucket, looked_up = terraform.values("aws_s3_bucket.generated"), terraform.output("looked_up")
    for same in ("arn", "bucket_domain_name", "bucket_region", "hosted_zone_id"):
        assert looked_up[same] == bucket[same], same
    assert '"Version":"2012-10-17"' in terraform.output("policy").replace(" ", "")


LIVES = (
    Lives(
        "buckets",
        BUCKETS,
        lives=(
            Life(
                "aws_s3_bucket.this",
                is_there=exists,
                update=('"money"', '"ledger"'),
                replace=('"ledger-', '"journal-'),
                drift=tag,
                drifted=("tags", "tags_all"),
                vanish=lambda aws, values: aws("s3").delete_bucket(Bucket=values["bucket"]),
                unreadable=("force_destroy",),
            ),
            Life("aws_s3_bucket.generated", is_there=exists),
            Life("aws_s3_bucket.prefixed", is_there=exists),
        ),
        check=check_what_is_computed,
    ),
    Lives(
        "settings inside of a bucket",
        SETTINGS_INSIDE,
        lives=(
            Life(
                "aws_s3_bucket.this",
                is_there=exists,
                update=("= 3000", "= 4000"),
                replace=('"inside-"', '"inner-"'),
                drift=change_inside,
                drifted=(
                    "cors_rule",
                    "lifecycle_rule",
                    "logging",
                    "server_side_encryption_configuration",
                    "versioning",
                    "website",
                ),
                unreadable=("force_destroy",),
            ),
        ),
    ),
)

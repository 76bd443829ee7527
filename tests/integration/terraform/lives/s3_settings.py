"""Amazon S3: settings of a bucket as resources of their own."""

from __future__ import annotations

from collections.abc import Callable

from botocore.exceptions import ClientError

from tests.integration.terraform.life import Aws, Life, Lives, Values

BUCKETS = """
data "aws_canonical_user_id" "me" {}

resource "aws_s3_bucket" "this" {
  bucket_prefix       = "settings-"
  object_lock_enabled = true
}

resource "aws_s3_bucket" "other" {
  bucket_prefix       = "other-"
  object_lock_enabled = true
}
"""

ACCESS = (
    BUCKETS
    + """
resource "aws_s3_bucket_policy" "this" {
  bucket = aws_s3_bucket.this.id # policy
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "OnlyEncrypted"
      Effect    = "Deny"
      Principal = "*"
      Action    = "s3:*"
      Resource  = "${aws_s3_bucket.this.arn}/*"
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }]
  })
}

resource "aws_s3_bucket_public_access_block" "this" {
  bucket                  = aws_s3_bucket.this.id # block
  block_public_acls       = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_ownership_controls" "this" {
  bucket = aws_s3_bucket.this.id # ownership
  rule {
    object_ownership = "BucketOwnerPreferred"
  }
}

resource "aws_s3_bucket" "open" {
  bucket_prefix = "open-"
}

resource "aws_s3_bucket_ownership_controls" "open" {
  bucket = aws_s3_bucket.open.id
  rule {
    object_ownership = "ObjectWriter"
  }
}

resource "aws_s3_bucket_acl" "this" {
  bucket = aws_s3_bucket_ownership_controls.open.bucket
  acl    = "private"
}

resource "aws_s3_bucket" "granted" {
  bucket_prefix = "granted-"
}

resource "aws_s3_bucket_ownership_controls" "granted" {
  bucket = aws_s3_bucket.granted.id
  rule {
    object_ownership = "ObjectWriter"
  }
}

resource "aws_s3_bucket_acl" "granted" {
  bucket = aws_s3_bucket_ownership_controls.granted.bucket
  access_control_policy {
    grant {
      grantee {
        id   = data.aws_canonical_user_id.me.id
        type = "CanonicalUser"
      }
      permission = "READ"
    }
    grant {
      grantee {
        type = "Group"
        uri  = "http://acs.amazonaws.com/groups/s3/LogDelivery"
      }
      permission = "READ_ACP"
    }
    owner {
      id = data.aws_canonical_user_id.me.id
    }
  }
}
"""
)

SWITCHES = (
    BUCKETS
    + """
resource "aws_s3_bucket" "plain" {
  bucket_prefix = "plain-"
}

resource "aws_s3_bucket" "plainer" {
  bucket_prefix = "plainer-"
}

resource "aws_s3_bucket_versioning" "this" {
  bucket = aws_s3_bucket.plain.id # versioning
  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_accelerate_configuration" "this" {
  bucket = aws_s3_bucket.this.id # accelerate
  status = "Enabled"
}

resource "aws_s3_bucket_request_payment_configuration" "this" {
  bucket = aws_s3_bucket.this.id # payment
  payer  = "Requester"
}

resource "aws_s3_bucket_object_lock_configuration" "this" {
  bucket = aws_s3_bucket.this.id # lock
  rule {
    default_retention {
      mode = "GOVERNANCE"
      days = 5
    }
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "this" {
  bucket = aws_s3_bucket.this.id # encryption
  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}

resource "aws_s3_bucket_cors_configuration" "this" {
  bucket = aws_s3_bucket.this.id # cors
  cors_rule {
    allowed_headers = ["*"]
    allowed_methods = ["PUT", "POST"]
    allowed_origins = ["https://shop.example"]
    expose_headers  = ["ETag"]
    max_age_seconds = 3000
  }
  cors_rule {
    allowed_methods = ["GET"]
    allowed_origins = ["*"]
  }
}

resource "aws_s3_bucket_website_configuration" "this" {
  bucket = aws_s3_bucket.this.id # website
  index_document {
    suffix = "index.html"
  }
  error_document {
    key = "error.html"
  }
  routing_rule {
    condition {
      key_prefix_equals = "docs/"
    }
    redirect {
      replace_key_prefix_with = "documents/"
    }
  }
}

resource "aws_s3_bucket_logging" "this" {
  bucket        = aws_s3_bucket.this.id # logging
  target_bucket = aws_s3_bucket.plain.id
  target_prefix = "log/"
  target_object_key_format {
    partitioned_prefix {
      partition_date_source = "EventTime"
    }
  }
}
"""
)


def answers(operation: str, member: str = "") -> Callable[[Aws, Values], bool]:
    """Tell whether an operation answers for a bucket, with a member."""

    def asked(aws: Aws, values: Values) -> bool:
        try:
            answer = getattr(aws("s3"), operation)(Bucket=values["bucket"])
        except ClientError:
            return False
        return not member or bool(answer.get(member))

    return asked


def does(operation: str, **parameters: object) -> Callable[[Aws, Values], object]:
    """Return what calls an operation for a bucket."""
    return lambda aws, values: getattr(aws("s3"), operation)(Bucket=values["bucket"], **parameters)


def elsewhere(mark: str) -> tuple[str, str]:
    """Return the replacement that moves a setting to the other bucket."""
    return (f"aws_s3_bucket.this.id # {mark}", f"aws_s3_bucket.other.id # {mark}")


LIVES = (
    Lives(
        "access",
        ACCESS,
        lives=(
            Life(
                "aws_s3_bucket_policy.this",
                is_there=answers("get_bucket_policy"),
                update=('"OnlyEncrypted"', '"OnlyOverTls"'),
                replace=elsewhere("policy"),
                drift=does("put_bucket_policy", Policy='{"Version": "2012-10-17"}'),
                drifted=("policy",),
                vanish=does("delete_bucket_policy"),
            ),
            Life(
                "aws_s3_bucket_public_access_block.this",
                is_there=answers("get_public_access_block"),
                update=("restrict_public_buckets = true", "block_public_policy = true"),
                replace=elsewhere("block"),
                drift=does(
                    "put_public_access_block",
                    PublicAccessBlockConfiguration={"IgnorePublicAcls": True},
                ),
                drifted=("block_public_acls", "block_public_policy", "ignore_public_acls"),
                vanish=does("delete_public_access_block"),
            ),
            Life(
                "aws_s3_bucket_ownership_controls.this",
                is_there=answers("get_bucket_ownership_controls"),
                update=('"BucketOwnerPreferred"', '"BucketOwnerEnforced"'),
                drift=does(
                    "put_bucket_ownership_controls",
                    OwnershipControls={"Rules": [{"ObjectOwnership": "ObjectWriter"}]},
                ),
                drifted=("rule",),
                vanish=does("delete_bucket_ownership_controls"),
            ),
            Life(
                "aws_s3_bucket_acl.this",
                update=('"private"', '"public-read"'),
                drift=does("put_bucket_acl", ACL="authenticated-read"),
                drifted=("access_control_policy",),
            ),
            Life(
                "aws_s3_bucket_acl.granted",
                update=('"READ"', '"WRITE"'),
                drift=does("put_bucket_acl", ACL="private"),
                drifted=("access_control_policy",),
            ),
        ),
    ),
    Lives(
        "behaviour",
        SWITCHES,
        lives=(
            Life(
                "aws_s3_bucket_versioning.this",
                is_there=answers("get_bucket_versioning", "Status"),
                update=('status = "Enabled"\n  }', 'status = "Suspended"\n  }'),
                replace=("aws_s3_bucket.plain.id # versioning", "aws_s3_bucket.plainer.id"),
                drift=does("put_bucket_versioning", VersioningConfiguration={"Status": "Enabled"}),
                drifted=("versioning_configuration",),
            ),
            Life(
                "aws_s3_bucket_accelerate_configuration.this",
                is_there=answers("get_bucket_accelerate_configuration", "Status"),
                update=('status = "Enabled"\n}', 'status = "Suspended"\n}'),
                replace=elsewhere("accelerate"),
                drift=does(
                    "put_bucket_accelerate_configuration",
                    AccelerateConfiguration={"Status": "Enabled"},
                ),
                drifted=("status",),
            ),
            Life(
                "aws_s3_bucket_request_payment_configuration.this",
                is_there=answers("get_bucket_request_payment", "Payer"),
                update=('"Requester"', '"BucketOwner"'),
                replace=elsewhere("payment"),
                drift=does(
                    "put_bucket_request_payment",
                    RequestPaymentConfiguration={"Payer": "Requester"},
                ),
                drifted=("payer",),
            ),
            Life(
                "aws_s3_bucket_object_lock_configuration.this",
                is_there=answers("get_object_lock_configuration"),
                update=("days = 5", "years = 1"),
                replace=elsewhere("lock"),
                drift=does(
                    "put_object_lock_configuration",
                    ObjectLockConfiguration={"ObjectLockEnabled": "Enabled"},
                ),
                drifted=("rule",),
            ),
            Life(
                "aws_s3_bucket_server_side_encryption_configuration.this",
                is_there=answers("get_bucket_encryption"),
                update=('sse_algorithm = "AES256"', 'sse_algorithm = "aws:kms"'),
                replace=elsewhere("encryption"),
                drift=does("delete_bucket_encryption"),
                drifted=("rule",),
            ),
            Life(
                "aws_s3_bucket_cors_configuration.this",
                is_there=answers("get_bucket_cors"),
                update=("= 3000", "= 4000"),
                replace=elsewhere("cors"),
                drift=does(
                    "put_bucket_cors",
                    CORSConfiguration={
                        "CORSRules": [{"AllowedMethods": ["GET"], "AllowedOrigins": ["*"]}]
                    },
                ),
                drifted=("cors_rule",),
                vanish=does("delete_bucket_cors"),
            ),
            Life(
                "aws_s3_bucket_website_configuration.this",
                is_there=answers("get_bucket_website"),
                update=('"documents/"', '"papers/"'),
                replace=elsewhere("website"),
                drift=does(
                    "put_bucket_website",
                    WebsiteConfiguration={"IndexDocument": {"Suffix": "start.html"}},
                ),
                drifted=("index_document", "error_document", "routing_rule", "routing_rules"),
                vanish=does("delete_bucket_website"),
            ),
            Life(
                "aws_s3_bucket_logging.this",
                is_there=answers("get_bucket_logging", "LoggingEnabled"),
                update=('"EventTime"', '"DeliveryTime"'),
                replace=elsewhere("logging"),
                drift=lambda aws, values: aws("s3").put_bucket_logging(
                    Bucket=values["bucket"],
                    BucketLoggingStatus={
                        "LoggingEnabled": {
                            "TargetBucket": values["target_bucket"],
                            "TargetPrefix": "by-hand/",
                        }
                    },
                ),
                drifted=("target_prefix", "target_object_key_format"),
                vanish=does("put_bucket_logging", BucketLoggingStatus={}),
            ),
        ),
    ),
)

"""Amazon S3 in Terraform as people write it, and what can go wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.terraform_folder import TerraformFolder

MODULE = """
variable "buckets" {
  type = map(object({
    versioned  = optional(bool, false)
    expires    = optional(number)
    kms_key_id = optional(string)
    origins    = optional(list(string), [])
  }))
}

resource "aws_s3_bucket" "this" {
  for_each      = var.buckets
  bucket_prefix = "${each.key}-"
  force_destroy = true
  tags          = merge({ name = each.key }, null)
}

resource "aws_s3_bucket_versioning" "this" {
  for_each = var.buckets
  bucket   = aws_s3_bucket.this[each.key].id
  versioning_configuration {
    status = each.value.versioned ? "Enabled" : "Disabled"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "this" {
  for_each = var.buckets
  bucket   = aws_s3_bucket.this[each.key].id
  rule {
    bucket_key_enabled = each.value.kms_key_id != null
    apply_server_side_encryption_by_default {
      kms_master_key_id = each.value.kms_key_id
      sse_algorithm     = each.value.kms_key_id == null ? "AES256" : "aws:kms"
    }
  }
}

resource "aws_s3_bucket_public_access_block" "this" {
  for_each                = aws_s3_bucket.this
  bucket                  = each.value.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_cors_configuration" "this" {
  for_each = { for name, bucket in var.buckets : name => bucket if length(bucket.origins) > 0 }
  bucket   = aws_s3_bucket.this[each.key].id
  dynamic "cors_rule" {
    for_each = each.value.origins
    content {
      allowed_methods = ["GET", "HEAD"]
      allowed_origins = [cors_rule.value]
    }
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "this" {
  for_each   = { for name, b in var.buckets : name => b.expires if b.expires != null }
  depends_on = [aws_s3_bucket_versioning.this]
  bucket     = aws_s3_bucket.this[each.key].bucket
  rule {
    id     = "expiration"
    status = "Enabled"
    filter {
      prefix = ""
    }
    expiration {
      days = each.value
    }
    noncurrent_version_expiration {
      noncurrent_days = each.value
    }
  }
}

data "aws_iam_policy_document" "tls" {
  for_each = aws_s3_bucket.this
  statement {
    sid       = "DenyInsecureTransport"
    effect    = "Deny"
    actions   = ["s3:*"]
    resources = [each.value.arn, "${each.value.arn}/*"]
    principals {
      type        = "*"
      identifiers = ["*"]
    }
    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }
}

resource "aws_s3_bucket_policy" "this" {
  for_each = aws_s3_bucket.this
  bucket   = each.value.id
  policy   = data.aws_iam_policy_document.tls[each.key].json
}

output "versioned" {
  value = [for name, bucket in aws_s3_bucket_versioning.this :
    name if bucket.versioning_configuration[0].status == "Enabled"]
}
"""
VALUES = """
buckets = {
  uploads = { versioned = true, expires = 30, origins = ["https://a.example", "https://b.example"] }
  site    = {}
  secrets = { kms_key_id = "arn:aws:kms:eu-central-1:123456789012:key/abc" }
}
"""


def test_a_module_of_buckets_applies_and_plans_nothing_more(terraform: TerraformFolder) -> None:
    terraform.write(MODULE)
    terraform.write(VALUES, "terraform.tfvars")
    terraform.apply()
    assert terraform.changes() == {}
    assert terraform.output("versioned") == ["uploads"]
    bucket = 'aws_s3_bucket.this["uploads"]'
    terraform.apply("-refresh-only")
    inside = terraform.values(bucket)
    assert inside["versioning"][0]["enabled"] is True
    assert inside["lifecycle_rule"][0]["expiration"][0]["days"] == 30
    assert len(inside["cors_rule"]) == 2
    assert terraform.changes() == {}, "settings of their own do not fight those inside"
    terraform.write(VALUES.replace("versioned = true", "versioned = false"), "terraform.tfvars")
    refused = "versioning_configuration.status cannot be updated from 'Enabled' to 'Disabled'"
    assert refused in terraform.fail("plan")
    terraform.write(VALUES, "terraform.tfvars")
    terraform.destroy()


BUCKET = """
resource "aws_s3_bucket" "this" {
  bucket_prefix = "full-"
  force_destroy = false
}

resource "aws_s3_bucket_versioning" "this" {
  bucket = aws_s3_bucket.this.id
  versioning_configuration {
    status = "Enabled"
  }
}
"""


def test_a_bucket_goes_with_all_its_versions_only_by_force(
    terraform: TerraformFolder, aws: Callable[[str], Any]
) -> None:
    terraform.write(BUCKET)
    terraform.apply()
    name = terraform.values("aws_s3_bucket.this")["bucket"]
    s3 = aws("s3")
    for content in (b"1", b"2"):
        s3.put_object(Bucket=name, Key="a/b", Body=content)
    s3.delete_object(Bucket=name, Key="a/b")
    complaint = terraform.fail("destroy", "-auto-approve")
    assert "BucketNotEmpty" in complaint
    assert f'deleting aws_s3_bucket "{name}"' in complaint
    terraform.write(BUCKET.replace("force_destroy = false", "force_destroy = true"))
    terraform.apply()
    terraform.destroy()
    assert s3.list_buckets()["Buckets"] == []


def test_a_locked_bucket_goes_by_force_too(
    terraform: TerraformFolder, aws: Callable[[str], Any]
) -> None:
    terraform.write("""
    resource "aws_s3_bucket" "this" {
      bucket_prefix       = "locked-"
      object_lock_enabled = true
      force_destroy       = true
    }
    resource "aws_s3_bucket_object_lock_configuration" "this" {
      bucket = aws_s3_bucket.this.id
      rule {
        default_retention {
          mode = "GOVERNANCE"
          days = 5
        }
      }
    }
    """)
    terraform.apply()
    name = terraform.values("aws_s3_bucket.this")["bucket"]
    aws("s3").put_object(Bucket=name, Key="held", Body=b"1", ObjectLockLegalHoldStatus="ON")
    terraform.destroy()
    assert aws("s3").list_buckets()["Buckets"] == []


def test_what_is_wrong_with_arguments_is_told_before_anything_is_made(
    terraform: TerraformFolder,
) -> None:
    terraform.write("""
    resource "aws_s3_bucket" "this" {
      bucket        = "a"
      bucket_prefix = "b"
    }
    resource "aws_s3_bucket_versioning" "this" {
      bucket = "a"
      versioning_configuration {
        status = "On"
      }
    }
    resource "aws_s3_object" "this" {
      bucket         = "a"
      key            = "b"
      content        = "c"
      content_base64 = "Yw=="
      metadata       = { Author = "ada" }
    }
    resource "aws_s3_bucket_lifecycle_configuration" "this" {
      bucket = "a"
      rule {
        id     = "r"
        status = "Enabled"
        expiration {
          date = "tomorrow"
        }
      }
    }
    resource "aws_s3_bucket_policy" "this" {
      bucket = "a"
      policy = "no policy"
    }
    """)
    complaint = terraform.fail("plan")
    assert "conflicts with bucket_prefix" in complaint
    assert "expected one of Enabled, Suspended, Disabled; got 'On'" in complaint
    assert "conflicts with content_base64" in complaint
    assert "expected names in small letters, got 'Author'" in complaint
    assert "got 'tomorrow'" in complaint
    assert "not a JSON policy" in complaint


def test_a_missing_source_and_a_missing_bucket_are_named(terraform: TerraformFolder) -> None:
    terraform.write("""
    resource "aws_s3_bucket" "this" {
      bucket_prefix = "b-"
    }
    resource "aws_s3_object" "lost" {
      bucket = aws_s3_bucket.this.id
      key    = "lost"
      source = "no/such/file.zip"
    }
    resource "aws_s3_object" "homeless" {
      bucket  = "no-such-bucket-here"
      key     = "homeless"
      content = "x"
    }
    """)
    complaint = terraform.fail("apply", "-auto-approve")
    assert "no/such/file.zip: No such file or directory" in complaint
    assert "NoSuchBucket" in complaint
    assert "aws_s3_object.homeless" in complaint
    terraform.destroy()


def test_a_new_object_is_there_before_the_old_one_goes(terraform: TerraformFolder) -> None:
    configuration = """
    resource "aws_s3_bucket" "this" {
      bucket_prefix = "site-"
    }
    resource "aws_s3_object" "page" {
      bucket      = aws_s3_bucket.this.id
      key         = "page-${md5("one")}.html"
      content     = "one"
      source_hash = md5("one")
      lifecycle {
        create_before_destroy = true
        ignore_changes        = [tags]
      }
    }
    """
    terraform.write(configuration)
    terraform.apply()
    terraform.write(configuration.replace('"one"', '"two"'))
    assert terraform.changes() == {"aws_s3_object.page": ["create", "delete"]}
    terraform.apply()
    assert terraform.changes() == {}
    terraform.destroy()

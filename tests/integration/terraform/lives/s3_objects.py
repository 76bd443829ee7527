"""Amazon S3: objects, copies of them, and looking them up."""

from __future__ import annotations

import base64
import hashlib
import json

from botocore.exceptions import ClientError

from tests.integration.terraform.life import NOT_IMPORTABLE, Aws, Life, Lives, Values
from tests.terraform_folder import TerraformFolder

ARCHIVE = b"PK\x03\x04 not really"

OBJECTS = """
provider "aws" {
  default_tags {
    tags = { owner = "payments" }
  }
}

resource "aws_s3_bucket" "this" {
  bucket_prefix = "objects-"
  force_destroy = true
}

resource "aws_s3_bucket" "locked" {
  bucket_prefix       = "locked-"
  object_lock_enabled = true
  force_destroy       = true
}

resource "aws_s3_object" "archive" {
  bucket = aws_s3_bucket.this.id
  key    = "functions/app.zip"
  source = "build/app.zip"
  etag   = filemd5("${path.module}/build/app.zip")
  tags   = { kind = "code" }
}

resource "aws_s3_object" "page" {
  bucket        = aws_s3_bucket.this.bucket
  key           = "/site//index.html"
  content       = "<h1>${aws_s3_bucket.this.id}</h1>"
  content_type  = "text/html"
  cache_control = "max-age=60"
  metadata      = { author = "ada" }
}

resource "aws_s3_object" "binary" {
  bucket             = aws_s3_bucket.this.bucket
  key                = "binary"
  content_base64     = base64encode("abc")
  checksum_algorithm = "SHA256"
  override_provider {
    default_tags {
      tags = {}
    }
  }
}

resource "aws_s3_object" "held" {
  bucket                        = aws_s3_bucket.locked.id
  key                           = "held"
  content                       = "held"
  force_destroy                 = true
  object_lock_legal_hold_status = "ON"
  object_lock_mode              = "GOVERNANCE"
  object_lock_retain_until_date = "2041-01-01T00:00:00Z"
}

resource "aws_s3_bucket" "listed" {
  bucket_prefix = "listed-"
}

resource "aws_s3_object" "each" {
  for_each     = toset(["a", "b"])
  bucket       = aws_s3_bucket.listed.id
  key          = "each/${each.key}"
  content      = jsonencode({ each = each.key })
  content_type = "application/json"
  metadata     = { author = "ada" }
}

resource "aws_s3_object_copy" "page" {
  bucket = aws_s3_bucket.this.id
  key    = "copies/index.html"
  source = "${aws_s3_object.page.bucket}/site/index.html"
}

data "aws_s3_object" "a" {
  bucket = aws_s3_object.each["a"].bucket
  key    = aws_s3_object.each["a"].key
}

data "aws_s3_objects" "each" {
  bucket     = aws_s3_bucket.listed.id
  prefix     = "each/"
  max_keys   = 1
  depends_on = [aws_s3_object.each]
}

data "aws_s3_objects" "folders" {
  bucket     = aws_s3_bucket.listed.id
  delimiter  = "/"
  depends_on = [aws_s3_object.each]
}

output "a" {
  value = data.aws_s3_object.a
}

output "each" {
  value = data.aws_s3_objects.each.keys
}

output "folders" {
  value = data.aws_s3_objects.folders.common_prefixes
}
"""

OLDER_FORM = """
resource "aws_s3_bucket" "this" {
  bucket_prefix = "older-"
}

resource "aws_s3_bucket_ownership_controls" "this" {
  bucket = aws_s3_bucket.this.id
  rule {
    object_ownership = "ObjectWriter"
  }
}

resource "aws_s3_bucket_object" "note" {
  bucket        = aws_s3_bucket_ownership_controls.this.bucket
  key           = "notes/today"
  content       = "nothing new"
  content_type  = "text/plain"
  storage_class = "STANDARD_IA"
}

resource "aws_s3_bucket_object" "list" {
  bucket       = aws_s3_bucket_ownership_controls.this.bucket
  key          = "list"
  content      = "bread, milk"
  content_type = "text/plain"
}

data "aws_s3_bucket_object" "list" {
  bucket = aws_s3_bucket_object.list.bucket
  key    = aws_s3_bucket_object.list.key
}

data "aws_s3_bucket_objects" "notes" {
  bucket = aws_s3_bucket_object.list.bucket
  prefix = "li"
}

output "list" {
  value = data.aws_s3_bucket_object.list.body
}

output "notes" {
  value = data.aws_s3_bucket_objects.notes.keys
}
"""


def where(values: Values) -> dict[str, str]:
    return {"Bucket": values["bucket"], "Key": values["key"].lstrip("/").replace("//", "/")}


def is_stored(aws: Aws, values: Values) -> bool:
    try:
        aws("s3").head_object(**where(values))
    except ClientError:
        return False
    return True


def overwrite(aws: Aws, values: Values) -> None:
    aws("s3").put_object(**where(values), Body=b"by hand", ContentType="text/plain")


def delete(aws: Aws, values: Values) -> None:
    aws("s3").delete_object(**where(values))


def bucket_and_key(values: Values) -> str:
    return f"{values['bucket']}/{values['key']}"


def check_objects(terraform: TerraformFolder, aws: Aws) -> None:
    archive = terraform.values("aws_s3_object.archive")
    assert archive["etag"] == hashlib.md5(ARCHIVE).hexdigest()
    assert archive["arn"] == f"arn:aws:s3:::{archive['bucket']}/functions/app.zip"
    assert archive["tags_all"] == {"owner": "payments", "kind": "code"}
    assert archive["storage_class"] == "STANDARD"
    assert aws("s3").get_object(**where(archive))["Body"].read() == ARCHIVE
    page = terraform.values("aws_s3_object.page")
    assert page["id"] == f"{page['bucket']}//site//index.html"
    binary = terraform.values("aws_s3_object.binary")
    assert binary["tags_all"] == {}
    digest = base64.b64encode(hashlib.sha256(b"abc").digest()).decode()
    assert binary["checksum_sha256"] == digest
    assert terraform.values("aws_s3_object.held")["version_id"]
    found = terraform.output("a")
    assert json.loads(found["body"]) == {"each": "a"}
    assert found["content_type"] == "application/json"
    assert found["metadata"] == {"author": "ada"}
    assert terraform.output("each") == ["each/a"]
    assert terraform.output("folders") == ["each/"]


def check_older_form(terraform: TerraformFolder, _aws: Aws) -> None:
    assert terraform.output("list") == "bread, milk"
    assert terraform.output("notes") == ["list"]
    assert terraform.values("aws_s3_bucket_object.note")["id"] == "notes/today"


LIVES = (
    Lives(
        "objects",
        OBJECTS,
        lives=(
            Life(
                "aws_s3_object.archive",
                is_there=is_stored,
                update=('kind = "code"', 'kind = "archive"'),
                replace=('"functions/app.zip"', '"code/app.zip"'),
                drift=overwrite,
                drifted=("etag",),
                vanish=delete,
                import_id=bucket_and_key,
                unreadable=("source", "force_destroy"),
            ),
            Life(
                "aws_s3_object.page",
                is_there=is_stored,
                update=('"max-age=60"', '"max-age=90"'),
                drift=overwrite,
                drifted=("cache_control", "content_type", "metadata"),
                import_id=lambda values: f"s3://{bucket_and_key(values)}",
                unreadable=("content", "force_destroy"),
            ),
            Life("aws_s3_object.binary", is_there=is_stored, import_id=NOT_IMPORTABLE),
            Life(
                "aws_s3_object.held",
                is_there=is_stored,
                update=('= "ON"', '= "OFF"'),
                drift=lambda aws, values: aws("s3").put_object_legal_hold(
                    **where(values), LegalHold={"Status": "ON"}
                ),
                drifted=("object_lock_legal_hold_status",),
                import_id=NOT_IMPORTABLE,
            ),
            Life(
                "aws_s3_object_copy.page",
                is_there=is_stored,
                replace=('"copies/index.html"', '"copies/start.html"'),
                vanish=delete,
                import_id=NOT_IMPORTABLE,
            ),
        ),
        files={"build/app.zip": ARCHIVE},
        check=check_objects,
    ),
    Lives(
        "older form of objects",
        OLDER_FORM,
        lives=(
            Life(
                "aws_s3_bucket_object.note",
                is_there=is_stored,
                update=('"nothing new"', '"something new"'),
                replace=('"notes/today"', '"notes/tomorrow"'),
                drift=overwrite,
                drifted=("storage_class",),
                vanish=delete,
                import_id=bucket_and_key,
                unreadable=("acl", "content", "force_destroy"),
            ),
        ),
        check=check_older_form,
    ),
)

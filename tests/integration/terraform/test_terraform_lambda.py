from __future__ import annotations

import base64
import hashlib
import io
import zipfile
from pathlib import Path

from tests.terraform_folder import TerraformFolder

ROLE = """
resource "aws_iam_role" "payments" {
  name = "payments"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "lambda.amazonaws.com" }
    }]
  })
}
"""
FUNCTION = (
    ROLE
    + """
resource "aws_lambda_function" "payments" {
  function_name                  = "payments"
  description                    = "Pays"
  role                           = aws_iam_role.payments.arn
  runtime                        = "python3.12"
  handler                        = "main.handler"
  filename                       = "package/payments.zip"
  source_code_hash               = filebase64sha256("package/payments.zip")
  timeout                        = 10
  reserved_concurrent_executions = 5
  publish                        = true
  environment {
    variables = { TABLE = "payments" }
  }
  tags = { team = "payments" }
}

resource "aws_lambda_alias" "live" {
  name             = "live"
  description      = "What callers use"
  function_name    = aws_lambda_function.payments.arn
  function_version = aws_lambda_function.payments.version
}
"""
)


def package(folder: Path, source: str) -> str:
    """Write a package with one module; returns its hash as Terraform gives it."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as content:
        content.writestr("main.py", source)
    folder.mkdir(exist_ok=True)
    (folder / "payments.zip").write_bytes(archive.getvalue())
    return base64.b64encode(hashlib.sha256(archive.getvalue()).digest()).decode()


def test_another_package_publishes_a_version_that_the_alias_follows(
    terraform: TerraformFolder,
) -> None:
    digest = package(terraform.path / "package", "def handler(event, context): return 1")
    terraform.write(FUNCTION)
    terraform.apply()
    function = terraform.values("aws_lambda_function.payments")
    assert function["code_sha256"] == function["source_code_hash"] == digest
    assert function["version"] == "1"
    assert function["qualified_arn"] == f"{function['arn']}:1"

    digest = package(terraform.path / "package", "def handler(event, context): return 2")
    assert terraform.changes() == {
        "aws_lambda_function.payments": ["update"],
        "aws_lambda_alias.live": ["update"],
    }
    terraform.apply()
    assert terraform.changes() == {}
    assert terraform.values("aws_lambda_function.payments")["code_sha256"] == digest
    assert terraform.values("aws_lambda_alias.live")["function_version"] == "2"
    terraform.destroy()


EVERY_SETTING = (
    ROLE
    + """
resource "aws_sqs_queue" "dead" {
  name = "dead"
}

resource "aws_lambda_function" "full" {
  function_name = "full"
  role          = aws_iam_role.payments.arn
  runtime       = "python3.12"
  handler       = "main.handler"
  filename      = "package/payments.zip"
  architectures = ["arm64"]
  # settings
}
"""
)
SETTINGS = """
  kms_key_arn = "arn:aws:kms:eu-central-1:000000000000:key/a"
  dead_letter_config {
    target_arn = aws_sqs_queue.dead.arn
  }
  environment {
    variables = { TABLE = "payments" }
  }
  ephemeral_storage {
    size = 1024
  }
  logging_config {
    log_format            = "JSON"
    application_log_level = "DEBUG"
  }
  tracing_config {
    mode = "Active"
  }
"""


def test_a_function_takes_every_setting_and_loses_it_again(terraform: TerraformFolder) -> None:
    package(terraform.path / "package", "def handler(event, context): return 1")
    address = "aws_lambda_function.full"
    terraform.write(EVERY_SETTING.replace("# settings", SETTINGS))
    terraform.apply()
    assert terraform.changes() == {}
    function = terraform.values(address)
    assert function["logging_config"][0]["log_group"] == "/aws/lambda/full"
    assert function["ephemeral_storage"] == [{"size": 1024}]

    terraform.write(EVERY_SETTING)
    assert terraform.changes() == {address: ["update"]}
    terraform.apply()
    assert terraform.changes() == {}
    function = terraform.values(address)
    assert function["environment"] == []
    assert function["dead_letter_config"] == []
    # Lambda fills these in, so leaving them out changes nothing.
    assert function["tracing_config"] == [{"mode": "Active"}]
    assert function["ephemeral_storage"] == [{"size": 1024}]

    terraform.write(EVERY_SETTING.replace("# settings", "environment {\n  }"))
    assert terraform.changes() == {}

    later = "environment {\n  variables = merge({ QUEUE = aws_sqs_queue.later.url })\n}"
    queue = '\nresource "aws_sqs_queue" "later" {\n  name = "later"\n}\n'
    terraform.write(EVERY_SETTING.replace("# settings", later) + queue)
    assert terraform.changes() == {address: ["update"], "aws_sqs_queue.later": ["create"]}
    terraform.apply()
    assert terraform.values(address)["environment"][0]["variables"]["QUEUE"].endswith("/later")
    terraform.destroy()


def test_the_package_is_looked_for_where_terraform_runs(terraform: TerraformFolder) -> None:
    package(terraform.path / "module", "x = 1")
    terraform.write(FUNCTION.replace('filebase64sha256("package/payments.zip")', "null"))
    message = terraform.fail("apply", "-auto-approve")
    assert f"cannot read the package {terraform.path}/package/payments.zip" in message
    assert "No such file or directory" in message


def test_a_function_needs_a_handler_and_one_source_of_code(terraform: TerraformFolder) -> None:
    terraform.write(
        'resource "aws_lambda_function" "f" {\n'
        '  function_name = "f"\n  role = "arn:aws:iam::000000000000:role/r"\n'
        '  filename = "a.zip"\n  s3_bucket = "b"\n  runtime = "python3.12"\n}'
    )
    message = terraform.fail("plan")
    assert "exactly one of filename, image_uri, s3_bucket must be set, not 2" in message
    assert "must be set when package_type is Zip" in message
    assert "needs s3_key, too" in message

"""Write-only arguments: their values reach AWS, and neither the plan nor the state."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.terraform_folder import TerraformFolder

SECRET = """
variable "value" {
  type      = string
  ephemeral = true
}

resource "aws_secretsmanager_secret" "this" {
  name                    = "write-only"
  recovery_window_in_days = 0
}

resource "aws_secretsmanager_secret_version" "this" {
  secret_id                = aws_secretsmanager_secret.this.id
  secret_string_wo         = var.value
  secret_string_wo_version = %d
}
"""
VERSION = "aws_secretsmanager_secret_version.this"


def stored(terraform: TerraformFolder) -> bytes:
    return b"".join(
        path.read_bytes() for path in terraform.path.iterdir() if "tfstate" in path.name
    )


def test_a_write_only_value_reaches_aws_and_is_stored_nowhere(
    terraform: TerraformFolder, aws: Callable[[str], Any]
) -> None:
    terraform.write(SECRET % 1)
    terraform.apply("-var=value=first-of-all")

    found = aws("secretsmanager").get_secret_value(SecretId="write-only")
    assert found["SecretString"] == "first-of-all"
    values = terraform.values(VERSION)
    assert values["secret_string_wo"] is None
    assert values["secret_string"] in (None, "")
    assert values["has_secret_string_wo"] is True
    assert b"first-of-all" not in stored(terraform)
    assert b"secret_string_wo_version" in stored(terraform)


def test_another_write_only_value_is_written_when_its_version_changes(
    terraform: TerraformFolder, aws: Callable[[str], Any]
) -> None:
    terraform.write(SECRET % 1)
    terraform.apply("-var=value=first-of-all")
    assert terraform.changes("-var=value=second-of-all") == {}

    terraform.write(SECRET % 2)
    terraform.apply("-var=value=second-of-all")

    found = aws("secretsmanager").get_secret_value(SecretId="write-only")
    assert found["SecretString"] == "second-of-all"
    assert b"of-all" not in stored(terraform)

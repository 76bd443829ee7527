from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.terraform_folder import TerraformFolder


def test_a_parameter_has_exactly_one_value(terraform: TerraformFolder) -> None:
    terraform.write("""
    resource "aws_ssm_parameter" "two" {
      name           = "two"
      type           = "String"
      value          = "a"
      insecure_value = "b"
    }
    """)
    assert "exactly one of value, insecure_value, value_wo" in terraform.fail("plan")


WRITE_ONLY = """
resource "aws_ssm_parameter" "hidden" {
  name             = "/payments/hidden"
  type             = "SecureString"
  value_wo         = "not in the state"
  value_wo_version = 1
}
"""


def test_a_write_only_value_reaches_the_parameter_but_not_the_state(
    terraform: TerraformFolder, aws: Callable[[str], Any]
) -> None:
    terraform.write(WRITE_ONLY)
    terraform.apply()
    assert "not in the state" not in (terraform.path / "terraform.tfstate").read_text()
    terraform.write(WRITE_ONLY.replace("version = 1", "version = 2").replace("not in", "never in"))
    terraform.apply()
    hidden = aws("ssm").get_parameter(Name="/payments/hidden", WithDecryption=True)["Parameter"]
    assert hidden["Value"] == "never in the state"
    terraform.destroy()


def test_a_parameter_that_is_not_there_is_named(terraform: TerraformFolder) -> None:
    terraform.write('data "aws_ssm_parameter" "lost" { name = "/payments/lost" }')
    assert "there is no SSM parameter /payments/lost" in terraform.fail("plan")

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.terraform_folder import TerraformFolder

PARAMETERS = """
resource "aws_ssm_parameter" "url" {
  name           = "/payments/url"
  type           = "String"
  insecure_value = "http://127.0.0.1:4567/paypal"
  description    = "Where payments go"
  tags           = { team = "payments" }
}

resource "aws_ssm_parameter" "secret" {
  name  = "/payments/secret"
  type  = "SecureString"
  value = "s3cret"
}

resource "aws_ssm_parameter" "hidden" {
  name             = "/payments/hidden"
  type             = "SecureString"
  value_wo         = "not in the state"
  value_wo_version = 1
}
"""
URL = "aws_ssm_parameter.url"
SECRET = "aws_ssm_parameter.secret"
HIDDEN = "aws_ssm_parameter.hidden"


def test_parameters_live_their_whole_life(
    terraform: TerraformFolder, aws: Callable[[str], Any]
) -> None:
    ssm = aws("ssm")
    terraform.write(PARAMETERS)
    terraform.apply()
    assert terraform.changes() == {}
    assert terraform.values(URL)["id"] == "/payments/url"
    assert terraform.values(URL)["value"] is None
    assert terraform.values(URL)["version"] == 1
    assert terraform.values(SECRET)["value"] == "s3cret"
    assert terraform.values(HIDDEN)["has_value_wo"] is True
    assert "not in the state" not in (terraform.path / "terraform.tfstate").read_text()

    changed = PARAMETERS.replace(":4567", ":4568").replace("s3cret", "other")
    changed = changed.replace("version = 1", "version = 2").replace("not in", "never in")
    changed = changed.replace('"payments" }', '"money" }')
    terraform.write(changed)
    assert terraform.changes() == {address: ["update"] for address in (URL, SECRET, HIDDEN)}
    terraform.apply()
    assert terraform.changes() == {}
    hidden = ssm.get_parameter(Name="/payments/hidden", WithDecryption=True)["Parameter"]
    assert hidden["Value"] == "never in the state"
    assert terraform.values(URL)["version"] == 2

    terraform.write(changed.replace('"/payments/url"', '"/payments/address"'))
    assert terraform.changes() == {URL: ["delete", "create"]}

    terraform.write(changed)
    ssm.put_parameter(Name="/payments/secret", Value="by hand", Overwrite=True)
    assert terraform.drifted() == {SECRET: ["value", "version"]}
    terraform.apply()
    assert terraform.changes() == {}

    assert terraform.import_all({SECRET: "/payments/secret"}) == {}

    terraform.destroy()
    assert ssm.describe_parameters()["Parameters"] == []


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


def test_a_parameter_that_was_deleted_by_hand_is_made_again(
    terraform: TerraformFolder, aws: Callable[[str], Any]
) -> None:
    terraform.write(PARAMETERS)
    terraform.apply()
    aws("ssm").delete_parameter(Name="/payments/url")
    assert terraform.changes() == {URL: ["create"]}
    terraform.succeed("destroy", "-auto-approve", "-refresh=false")

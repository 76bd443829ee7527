"""States that another provider version, or the real provider, has written."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

from tests.terraform_folder import TerraformFolder

TABLE = """
resource "aws_dynamodb_table" "this" {
  name         = "Orders"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }
}
"""


def rewrite(terraform: TerraformFolder, change: Callable[[dict[str, Any]], None]) -> None:
    file = terraform.path / "terraform.tfstate"
    state = json.loads(file.read_text())
    change(state["resources"][0]["instances"][0])
    file.write_text(json.dumps(state))


def test_a_state_of_the_real_provider_is_read(terraform: TerraformFolder) -> None:
    terraform.write(TABLE)
    terraform.apply()

    def as_the_real_provider(instance: dict[str, Any]) -> None:
        assert instance["schema_version"] == 1
        private = json.dumps({"schema_version": "1"}).encode()
        instance["private"] = base64.b64encode(private).decode()
        instance["identity_schema_version"] = 0
        instance["identity"] = {"account_id": "1", "name": "Orders", "region": "eu-central-1"}

    rewrite(terraform, as_the_real_provider)
    assert terraform.changes() == {}


def test_a_state_of_an_older_version_loses_what_the_schema_does_not_have_any_more(
    terraform: TerraformFolder,
) -> None:
    terraform.write(TABLE)
    terraform.apply()

    def older(instance: dict[str, Any]) -> None:
        instance["schema_version"] = 0
        instance["attributes"]["long_gone"] = "value"
        del instance["attributes"]["region"]

    rewrite(terraform, older)
    assert terraform.changes() == {}, "the region, which older versions lack, is read"
    assert "long_gone" not in json.dumps(terraform.planned()["prior_state"])


def test_a_state_of_a_newer_version_is_refused_by_terraform(terraform: TerraformFolder) -> None:
    terraform.write(TABLE)
    terraform.apply()
    rewrite(terraform, lambda instance: instance.update(schema_version=2))
    assert "managed by newer provider version" in terraform.fail("plan")

"""The lives of hashicorp/random's types."""

from __future__ import annotations

from tests.integration.terraform.life import Aws, Life, Lives, Values
from tests.terraform_folder import TerraformFolder

CONFIGURATION = """
resource "random_id" "suffix" {
  byte_length = 4
  prefix      = "orders-"
}

resource "random_bytes" "key" {
  length = 16
}

resource "random_uuid" "any" {
  keepers = { release = "one" }
}

resource "random_uuid4" "any" {
  keepers = { release = "two" }
}

resource "random_uuid7" "any" {
  keepers = { release = "three" }
}

resource "random_integer" "port" {
  min  = 8000
  max  = 8099
  seed = "payments"
}

resource "random_shuffle" "zones" {
  input        = ["a", "b", "c"]
  result_count = 2
}

resource "random_pet" "name" {
  length = 3
  prefix = random_id.suffix.hex
}

resource "random_string" "label" {
  length  = 12
  special = false
  upper   = false
}

resource "random_password" "master" {
  length           = 24
  min_upper        = 4
  min_numeric      = 5
  min_special      = 6
  override_special = "_-"
}
"""


def spellings_agree(terraform: TerraformFolder, _aws: Aws) -> None:
    identifier = terraform.values("random_id.suffix")
    number = int(identifier["hex"].removeprefix("orders-"), 16)
    assert identifier["dec"] == f"orders-{number}"
    password = terraform.values("random_password.master")["result"]
    assert len(password) == 24
    assert sum(map(str.isupper, password)) >= 4
    assert sum(map(str.isdigit, password)) >= 5
    assert sum(character in "_-" for character in password) >= 6
    label = terraform.values("random_string.label")["result"]
    assert label.isalnum()
    assert label == label.lower()
    assert terraform.values("random_pet.name")["id"].startswith(f"{identifier['hex']}-")
    assert terraform.values("random_uuid7.any")["result"][14] == "7"


def keeper(before: str, after: str) -> tuple[str, str]:
    return f'release = "{before}"', f'release = "{after}"'


def result(values: Values) -> str:
    return str(values["result"])


LIVES = (
    Lives(
        "values that are drawn once",
        CONFIGURATION,
        lives=(
            Life(
                "random_id.suffix",
                replace=("byte_length = 4", "byte_length = 5"),
                import_id=lambda values: f"orders-,{values['id']}",
            ),
            Life(
                "random_bytes.key",
                replace=("length = 16", "length = 32"),
                import_id=lambda values: str(values["base64"]),
            ),
            Life("random_uuid.any", replace=keeper("one", "1"), import_id=None),
            Life("random_uuid4.any", replace=keeper("two", "2"), import_id=None),
            Life("random_uuid7.any", replace=keeper("three", "3"), import_id=None),
            Life(
                "random_integer.port",
                replace=("max  = 8099", "max  = 8199"),
                import_id=lambda values: f"{values['id']},8000,{values['max']},payments",
            ),
            Life("random_shuffle.zones", replace=("count = 2", "count = 3"), import_id=None),
            Life("random_pet.name", replace=("length = 3", "length = 2"), import_id=None),
            Life("random_string.label", replace=("= 12", "= 13"), import_id=None),
            Life("random_password.master", replace=("= 24", "= 25"), import_id=None),
        ),
        check=spellings_agree,
    ),
    Lives(
        "strings that came from elsewhere",
        """
resource "random_string" "label" {
  length = 12
}

resource "random_password" "master" {
  length = 16
}

resource "random_uuid" "any" {}

resource "random_uuid4" "any" {}

resource "random_uuid7" "any" {}
""",
        lives=(
            Life("random_uuid.any"),
            Life("random_uuid4.any"),
            Life("random_uuid7.any"),
            Life("random_string.label", import_id=result),
            Life("random_password.master", import_id=result, unreadable=("bcrypt_hash",)),
        ),
    ),
)

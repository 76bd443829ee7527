from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from tests.terraform_folder import TerraformFolder

SECRETS = """
variable "client_secret" {
  default   = "s3cret"
  sensitive = true
}

resource "aws_secretsmanager_secret" "paypal" {
  name                    = "payments/paypal"
  description             = "Credentials"
  recovery_window_in_days = 0
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Deny"
      Principal = "*"
      Action    = "secretsmanager:DeleteSecret"
      Resource  = "*"
      Condition = { Bool = { "aws:MultiFactorAuthPresent" = "false" } }
    }]
  })
  tags = { team = "payments" }
}

resource "aws_secretsmanager_secret_version" "paypal" {
  secret_id     = aws_secretsmanager_secret.paypal.id
  secret_string = jsonencode({ client_secret = var.client_secret })
}

resource "aws_secretsmanager_secret" "key" {
  name_prefix             = "key-"
  recovery_window_in_days = 7
}

resource "aws_secretsmanager_secret_version" "key" {
  secret_id     = aws_secretsmanager_secret.key.arn
  secret_binary = base64encode("abc")
}
"""
SECRET = "aws_secretsmanager_secret.paypal"
VERSION = "aws_secretsmanager_secret_version.paypal"

WRITE_ONLY = """
resource "aws_secretsmanager_secret" "token" {
  name                    = "token"
  recovery_window_in_days = 0
}

resource "aws_secretsmanager_secret_version" "token" {
  secret_id                = aws_secretsmanager_secret.token.id
  secret_string_wo         = "not in the state"
  secret_string_wo_version = 1
}
"""


def test_secrets_live_their_whole_life(
    terraform: TerraformFolder, aws: Callable[[str], Any]
) -> None:
    secrets = aws("secretsmanager")
    terraform.write(SECRETS)
    terraform.apply()
    assert terraform.changes() == {}
    secret, version = terraform.values(SECRET), terraform.values(VERSION)
    assert secret["id"] == secret["arn"]
    assert version["id"] == f"{secret['id']}|{version['version_id']}"
    assert version["version_stages"] == ["AWSCURRENT"]
    assert version["has_secret_string_wo"] is None
    value = secrets.get_secret_value(SecretId="payments/paypal")["SecretString"]
    assert json.loads(value) == {"client_secret": "s3cret"}
    key = terraform.values("aws_secretsmanager_secret.key")
    assert key["name"].startswith("key-")
    assert secrets.get_secret_value(SecretId=key["arn"])["SecretBinary"] == b"abc"

    changed = SECRETS.replace("Credentials", "Client id and secret").replace('payments" }', 'x" }')
    terraform.write(changed)
    assert terraform.changes() == {SECRET: ["update"]}
    terraform.apply()
    assert terraform.changes() == {}
    assert VERSION in terraform.changes("-var=client_secret=other")
    terraform.apply("-var=client_secret=other")
    assert terraform.changes("-var=client_secret=other") == {}

    terraform.write(changed)
    secrets.put_secret_value(
        SecretId="payments/paypal", SecretString=json.dumps({"client_secret": "by hand"})
    )
    secrets.update_secret(SecretId="payments/paypal", Description="by hand")
    drifted = terraform.drifted()
    assert drifted[SECRET] == ["description"]
    assert drifted[VERSION] == ["version_stages"]
    terraform.apply()
    assert terraform.changes() == {}

    identifiers = {SECRET: secret["arn"], VERSION: terraform.values(VERSION)["id"]}
    # How long a secret can be recovered, AWS does not tell.
    assert terraform.import_all(identifiers) == {SECRET: ["update"]}

    terraform.destroy()
    assert [item["Name"] for item in secrets.list_secrets()["SecretList"]] == []


def test_a_write_only_value_reaches_the_secret_but_not_the_state(
    terraform: TerraformFolder, aws: Callable[[str], Any]
) -> None:
    terraform.write(WRITE_ONLY)
    terraform.apply()
    assert terraform.changes() == {}
    stored = aws("secretsmanager").get_secret_value(SecretId="token")["SecretString"]
    assert stored == "not in the state"
    assert "not in the state" not in (terraform.path / "terraform.tfstate").read_text()
    state = terraform.values("aws_secretsmanager_secret_version.token")
    assert state["has_secret_string_wo"] is True

    terraform.write(WRITE_ONLY.replace("version = 1", "version = 2").replace("not in", "never in"))
    terraform.apply()
    stored = aws("secretsmanager").get_secret_value(SecretId="token")["SecretString"]
    assert stored == "never in the state"
    terraform.destroy()


def test_a_secret_that_waits_for_its_deletion_is_made_again(
    terraform: TerraformFolder, aws: Callable[[str], Any]
) -> None:
    terraform.write(SECRETS)
    terraform.apply()
    aws("secretsmanager").delete_secret(SecretId="payments/paypal")
    assert terraform.changes() == {SECRET: ["create"], VERSION: ["create"]}


STAGES = """
resource "aws_secretsmanager_secret" "token" {
  name                    = "token"
  recovery_window_in_days = 0
}

resource "aws_secretsmanager_secret_version" "first" {
  secret_id      = aws_secretsmanager_secret.token.id
  secret_string  = "first"
  version_stages = ["BLUE", "AWSCURRENT"]
}

resource "aws_secretsmanager_secret_version" "second" {
  secret_id      = aws_secretsmanager_secret.token.id
  secret_string  = "second"
  version_stages = ["GREEN"]
  depends_on     = [aws_secretsmanager_secret_version.first]
}
"""


def test_staging_labels_move_without_a_new_version(
    terraform: TerraformFolder, aws: Callable[[str], Any]
) -> None:
    secrets = aws("secretsmanager")
    terraform.write(STAGES)
    terraform.apply()
    assert terraform.changes() == {}
    first = terraform.values("aws_secretsmanager_secret_version.first")["version_id"]
    terraform.write(STAGES.replace('"BLUE"', '"RED"').replace('"GREEN"', '"GREEN", "NEXT"'))
    assert terraform.changes() == {
        "aws_secretsmanager_secret_version.first": ["update"],
        "aws_secretsmanager_secret_version.second": ["update"],
    }
    terraform.apply()
    assert terraform.changes() == {}
    stages = secrets.get_secret_value(SecretId="token", VersionId=first)["VersionStages"]
    assert sorted(stages) == ["AWSCURRENT", "RED"]
    terraform.destroy()

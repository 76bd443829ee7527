from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.terraform_folder import TerraformFolder

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


WAITING = """
resource "aws_secretsmanager_secret" "paypal" {
  name = "payments/paypal"
}

resource "aws_secretsmanager_secret_version" "paypal" {
  secret_id     = aws_secretsmanager_secret.paypal.id
  secret_string = "s3cret"
}

resource "aws_secretsmanager_secret_policy" "paypal" {
  secret_arn = aws_secretsmanager_secret.paypal.arn
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Deny", Principal = "*", Action = "*", Resource = "*" }]
  })
}
"""


def test_a_secret_that_waits_for_its_deletion_is_made_again(
    terraform: TerraformFolder, aws: Callable[[str], Any]
) -> None:
    terraform.write(WAITING)
    terraform.apply()
    aws("secretsmanager").delete_secret(SecretId="payments/paypal")
    changes = terraform.changes()
    assert changes["aws_secretsmanager_secret.paypal"] == ["create"]
    assert changes["aws_secretsmanager_secret_version.paypal"] == ["create"]
    terraform.write('data "aws_secretsmanager_secret" "paypal" { name = "payments/paypal" }')
    assert "is scheduled for deletion" in terraform.fail("plan")


def test_a_policy_that_was_deleted_by_hand_is_set_again(
    terraform: TerraformFolder, aws: Callable[[str], Any]
) -> None:
    terraform.write(WAITING)
    terraform.apply()
    aws("secretsmanager").delete_resource_policy(SecretId="payments/paypal")
    assert terraform.changes() == {"aws_secretsmanager_secret_policy.paypal": ["update"]}
    terraform.apply()
    assert terraform.changes() == {}


def test_a_rotation_has_one_schedule(terraform: TerraformFolder) -> None:
    terraform.write("""
    resource "aws_secretsmanager_secret_rotation" "two" {
      secret_id           = "database"
      rotation_lambda_arn = "arn:aws:lambda:eu-central-1:000000000000:function:rotator"
      rotation_rules {
        automatically_after_days = 30
        schedule_expression      = "rate(10 days)"
      }
    }
    """)
    complaint = terraform.fail("plan")
    assert "exactly one of automatically_after_days and schedule_expression" in complaint


def test_a_function_that_may_not_be_invoked_cannot_rotate(terraform: TerraformFolder) -> None:
    terraform.write("""
    resource "aws_secretsmanager_secret" "database" {
      name                    = "database"
      recovery_window_in_days = 0
    }

    resource "aws_secretsmanager_secret_rotation" "database" {
      secret_id           = aws_secretsmanager_secret.database.id
      rotation_lambda_arn = "arn:aws:lambda:eu-central-1:000000000000:function:nobody"
      rotation_rules {
        automatically_after_days = 30
      }
    }
    """)
    complaint = terraform.fail("apply", "-auto-approve")
    assert "Secrets Manager cannot invoke the specified Lambda function" in " ".join(
        complaint.replace("│", " ").split()
    )
    terraform.destroy()


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

"""AWS Secrets Manager: secrets, their versions, policies and rotations."""

from __future__ import annotations

import json

from tests.integration.terraform.life import Aws, Life, Lives, Values
from tests.lambda_workbench import zip_of
from tests.terraform_folder import TerraformFolder

ROTATOR = """
def handler(event, context):
    pass
"""

SECRETS = """
variable "client_secret" {
  default   = "s3cret"
  sensitive = true
}

data "aws_caller_identity" "current" {}

resource "aws_secretsmanager_secret" "paypal" {
  name                    = "payments/paypal"
  description             = "Credentials"
  recovery_window_in_days = 0
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "OnlyWithMfa"
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

resource "aws_secretsmanager_secret_policy" "key" {
  secret_arn          = aws_secretsmanager_secret.key.arn
  block_public_policy = true
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "Account"
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::${data.aws_caller_identity.current.account_id}:root" }
      Action    = ["secretsmanager:GetSecretValue"]
      Resource  = "*"
    }]
  })
}

data "aws_secretsmanager_secret" "paypal" {
  name = aws_secretsmanager_secret.paypal.name
}

data "aws_secretsmanager_secret" "key" {
  arn = aws_secretsmanager_secret_policy.key.secret_arn
}

data "aws_secretsmanager_secret_version" "paypal" {
  secret_id  = aws_secretsmanager_secret_version.paypal.secret_id
}

data "aws_secretsmanager_secret_version" "key" {
  secret_id  = aws_secretsmanager_secret.key.id
  version_id = aws_secretsmanager_secret_version.key.version_id
}

data "aws_secretsmanager_secret_versions" "paypal" {
  secret_id = aws_secretsmanager_secret_version.paypal.secret_arn
}

data "aws_secretsmanager_secrets" "payments" {
  filter {
    name   = "name"
    values = ["payments/"]
  }
  depends_on = [aws_secretsmanager_secret.paypal, aws_secretsmanager_secret.key]
}
"""

ROTATIONS = """
resource "aws_iam_role" "rotator" {
  name = "rotator"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "lambda.amazonaws.com" }
    }]
  })
}

resource "aws_lambda_function" "rotator" {
  function_name    = "rotator"
  filename         = "rotator.zip"
  source_code_hash = filebase64sha256("rotator.zip")
  handler          = "rotator.handler"
  role             = aws_iam_role.rotator.arn
  runtime          = "python3.12"
}

resource "aws_lambda_permission" "rotator" {
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.rotator.function_name
  principal     = "secretsmanager.amazonaws.com"
}

resource "aws_secretsmanager_secret" "database" {
  name                    = "database"
  recovery_window_in_days = 0
}

resource "aws_secretsmanager_secret_version" "database" {
  secret_id     = aws_secretsmanager_secret.database.id
  secret_string = "first"
}

resource "aws_secretsmanager_secret" "ledger" {
  name                    = "ledger"
  recovery_window_in_days = 0
}

resource "aws_secretsmanager_secret_version" "ledger" {
  secret_id     = aws_secretsmanager_secret.ledger.id
  secret_string = "first"
}

resource "aws_secretsmanager_secret_rotation" "database" {
  secret_id           = aws_secretsmanager_secret.database.id
  rotation_lambda_arn = aws_lambda_function.rotator.arn
  rotate_immediately  = false

  rotation_rules {
    automatically_after_days = 30
  }

  depends_on = [aws_lambda_permission.rotator, aws_secretsmanager_secret_version.database]
}

resource "aws_secretsmanager_secret_rotation" "ledger" {
  secret_id           = aws_secretsmanager_secret.ledger.name
  rotation_lambda_arn = aws_lambda_function.rotator.arn
  rotate_immediately  = false

  rotation_rules {
    duration            = "3h"
    schedule_expression = "rate(10 days)"
  }

  depends_on = [aws_lambda_permission.rotator, aws_secretsmanager_secret_version.ledger]
}

data "aws_secretsmanager_secret_rotation" "ledger" {
  secret_id = aws_secretsmanager_secret_rotation.ledger.secret_id
}
"""


PASSWORDS = """
data "aws_secretsmanager_random_password" "plain" {}

data "aws_secretsmanager_random_password" "digits" {
  password_length     = 12
  exclude_lowercase   = true
  exclude_punctuation = true
  exclude_uppercase   = true
  exclude_characters  = "0"
}
"""


def check_the_passwords(terraform: TerraformFolder, _aws: Aws) -> None:
    plain = terraform.values("data.aws_secretsmanager_random_password.plain")
    assert plain["id"] == plain["random_password"]
    assert len(plain["random_password"]) == 32
    digits = terraform.values("data.aws_secretsmanager_random_password.digits")["random_password"]
    assert len(digits) == 12
    assert set(digits) <= set("123456789")


def check_the_values(terraform: TerraformFolder, aws: Aws) -> None:
    secrets = aws("secretsmanager")
    secret = terraform.values("aws_secretsmanager_secret.paypal")
    version = terraform.values("aws_secretsmanager_secret_version.paypal")
    assert secret["id"] == secret["arn"]
    assert version["id"] == f"{secret['id']}|{version['version_id']}"
    assert version["version_stages"] == ["AWSCURRENT"]
    assert version["has_secret_string_wo"] is None
    value = secrets.get_secret_value(SecretId="payments/paypal")["SecretString"]
    assert json.loads(value) == {"client_secret": "s3cret"}
    key = terraform.values("aws_secretsmanager_secret.key")
    assert key["name"].startswith("key-")
    assert secrets.get_secret_value(SecretId=key["arn"])["SecretBinary"] == b"abc"
    policy = terraform.values("aws_secretsmanager_secret_policy.key")
    assert policy["id"] == key["arn"]


def check_what_is_found(terraform: TerraformFolder, aws: Aws) -> None:
    check_the_values(terraform, aws)
    secret = terraform.values("aws_secretsmanager_secret.paypal")
    version = terraform.values("aws_secretsmanager_secret_version.paypal")
    found = terraform.values("data.aws_secretsmanager_secret.paypal")
    assert found["id"] == found["arn"] == secret["arn"]
    assert found["description"] == "Credentials"
    assert found["tags"] == {"team": "payments"}
    assert json.loads(found["policy"])["Statement"][0]["Sid"] == "OnlyWithMfa"
    by_arn = terraform.values("data.aws_secretsmanager_secret.key")
    assert by_arn["name"] == terraform.values("aws_secretsmanager_secret.key")["name"]
    value = terraform.values("data.aws_secretsmanager_secret_version.paypal")
    assert json.loads(value["secret_string"]) == {"client_secret": "s3cret"}
    assert value["version_id"] == version["version_id"]
    assert value["id"] == f"{secret['id']}|AWSCURRENT"
    assert terraform.values("data.aws_secretsmanager_secret_version.key")["secret_binary"] == "abc"
    versions = terraform.values("data.aws_secretsmanager_secret_versions.paypal")["versions"]
    current = [each for each in versions if "AWSCURRENT" in each["version_stages"]]
    assert [each["version_id"] for each in current] == [version["version_id"]]
    listed = terraform.values("data.aws_secretsmanager_secrets.payments")
    assert listed["names"] == ["payments/paypal"]
    assert listed["arns"] == [secret["arn"]]


def check_the_rotations(terraform: TerraformFolder, aws: Aws) -> None:
    rotation = terraform.values("aws_secretsmanager_secret_rotation.database")
    assert rotation["id"] == terraform.values("aws_secretsmanager_secret.database")["arn"]
    assert rotation["rotation_enabled"] is True
    found = terraform.values("data.aws_secretsmanager_secret_rotation.ledger")
    function = terraform.values("aws_lambda_function.rotator")
    assert found["rotation_lambda_arn"] == function["arn"]
    assert found["rotation_rules"] == [
        {
            "automatically_after_days": None,
            "duration": "3h",
            "schedule_expression": "rate(10 days)",
        }
    ]
    described = aws("secretsmanager").describe_secret(SecretId="ledger")
    assert described["RotationRules"]["ScheduleExpression"] == "rate(10 days)"
    assert described["RotationRules"]["Duration"] == "3h"
    # Nothing was rotated, since that is to happen with the schedule.
    assert aws("secretsmanager").get_secret_value(SecretId="database")["SecretString"] == "first"


def described(aws: Aws, identifier: str) -> Values:
    found = aws("secretsmanager").list_secrets()["SecretList"]
    return next((secret for secret in found if secret["ARN"] == identifier), {})


def is_kept(aws: Aws, values: Values) -> bool:
    return bool(described(aws, values["arn"]))


def has_version(aws: Aws, values: Values) -> bool:
    if not described(aws, values["secret_arn"]):
        return False
    listed = aws("secretsmanager").list_secret_version_ids(SecretId=values["secret_arn"])
    return values["version_id"] in {each["VersionId"] for each in listed["Versions"]}


def has_policy(aws: Aws, values: Values) -> bool:
    if not described(aws, values["id"]):
        return False
    answer = aws("secretsmanager").get_resource_policy(SecretId=values["id"])
    return bool(answer.get("ResourcePolicy"))


def is_rotated(aws: Aws, values: Values) -> bool:
    return bool(described(aws, values["id"]).get("RotationEnabled"))


def change_policy(aws: Aws, values: Values) -> None:
    policy = json.loads(values["policy"])
    policy["Statement"][0]["Sid"] = "ByHand"
    aws("secretsmanager").put_resource_policy(
        SecretId=values["id"], ResourcePolicy=json.dumps(policy)
    )


def change_by_hand(aws: Aws, values: Values) -> None:
    secrets = aws("secretsmanager")
    secrets.update_secret(SecretId=values["id"], Description="by hand")
    secrets.tag_resource(SecretId=values["id"], Tags=[{"Key": "by", "Value": "hand"}])


def delete_secret(aws: Aws, values: Values) -> None:
    aws("secretsmanager").delete_secret(SecretId=values["id"], ForceDeleteWithoutRecovery=True)


UNKNOWN_TO_AWS = ("force_overwrite_replica_secret", "recovery_window_in_days")

LIVES = (
    Lives(
        "secrets",
        SECRETS,
        lives=(
            Life(
                "aws_secretsmanager_secret.paypal",
                is_there=is_kept,
                update=('"Credentials"', '"Client id and secret"'),
                replace=('"payments/paypal"', '"payments/paypal/sandbox"'),
                drift=change_by_hand,
                drifted=("description", "tags", "tags_all"),
                vanish=delete_secret,
                unreadable=UNKNOWN_TO_AWS,
            ),
            Life(
                "aws_secretsmanager_secret_version.paypal",
                is_there=has_version,
                drift=lambda aws, values: aws("secretsmanager").put_secret_value(
                    SecretId=values["secret_id"], SecretString="by hand"
                ),
                drifted=("version_stages",),
            ),
            Life(
                "aws_secretsmanager_secret.key",
                update=("= 7", "= 8"),
                unreadable=UNKNOWN_TO_AWS,
            ),
            Life(
                "aws_secretsmanager_secret_version.key",
                is_there=has_version,
                replace=('"abc"', '"abd"'),
            ),
            Life(
                "aws_secretsmanager_secret_policy.key",
                is_there=has_policy,
                update=('"Account"', '"Everyone in the account"'),
                drift=change_policy,
                drifted=("policy",),
                unreadable=("block_public_policy",),
            ),
        ),
        check=check_what_is_found,
    ),
    Lives(
        "rotations",
        ROTATIONS,
        lives=(
            Life(
                "aws_secretsmanager_secret_rotation.database",
                is_there=is_rotated,
                update=("automatically_after_days = 30", "automatically_after_days = 60"),
                drift=lambda aws, values: aws("secretsmanager").cancel_rotate_secret(
                    SecretId=values["id"]
                ),
                drifted=("rotation_enabled", "rotation_lambda_arn", "rotation_rules"),
                unreadable=("rotate_immediately",),
            ),
            Life(
                "aws_secretsmanager_secret_rotation.ledger",
                is_there=is_rotated,
                update=("rate(10 days)", "cron(0 8 1 * ? *)"),
                replace=(
                    "aws_secretsmanager_secret.ledger.name",
                    "aws_secretsmanager_secret.ledger.arn",
                ),
                unreadable=("rotate_immediately",),
            ),
        ),
        files={"rotator.zip": zip_of({"rotator.py": ROTATOR})},
        check=check_the_rotations,
    ),
    Lives("passwords", PASSWORDS, lives=(), check=check_the_passwords),
)

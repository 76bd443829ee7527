"""AWS KMS: keys with their aliases, policies and grants; replicas; material from outside."""

from __future__ import annotations

import base64
import json

from tests.integration.terraform.life import NOT_IMPORTABLE, Aws, Life, Lives, Values
from tests.terraform_folder import TerraformFolder

KEYS = """
data "aws_caller_identity" "current" {}

resource "aws_iam_role" "settlement" {
  name = "settlement"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "lambda.amazonaws.com" }
    }]
  })
}

resource "aws_kms_key" "payments" {
  description             = "Payments"
  deletion_window_in_days = 7
  enable_key_rotation     = true
  rotation_period_in_days = 180
  tags                    = { team = "payments" }
}

resource "aws_kms_key" "ledger" {
  description  = "Ledger"
  multi_region = true
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "Account"
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::${data.aws_caller_identity.current.account_id}:root" }
      Action    = "kms:*"
      Resource  = "*"
    }]
  })
}

resource "aws_kms_key" "signing" {
  customer_master_key_spec = "ECC_NIST_P256"
  key_usage                = "SIGN_VERIFY"
  is_enabled               = true
}

resource "aws_kms_alias" "payments" {
  name          = "alias/payments"
  target_key_id = aws_kms_key.payments.key_id
}

resource "aws_kms_alias" "made_up" {
  name_prefix   = "alias/ledger-"
  target_key_id = aws_kms_key.ledger.arn
}

resource "aws_kms_key_policy" "payments" {
  key_id = aws_kms_key.payments.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "Everything"
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::${data.aws_caller_identity.current.account_id}:root" }
      Action    = ["kms:*"]
      Resource  = "*"
    }]
  })
}

resource "aws_kms_grant" "settlement" {
  name              = "settlement"
  key_id            = aws_kms_key.payments.key_id
  grantee_principal = aws_iam_role.settlement.arn
  operations        = ["Encrypt", "Decrypt", "GenerateDataKey"]
  constraints {
    encryption_context_equals = { department = "finance" }
  }
}

resource "aws_kms_replica_key" "ledger" {
  region                  = "us-west-2"
  description             = "Ledger, far away"
  primary_key_arn         = aws_kms_key.ledger.arn
  deletion_window_in_days = 7
}

resource "aws_kms_external_key" "own" {
  description         = "Our own material"
  key_material_base64 = base64encode("0123456789abcdef0123456789abcdef")
  valid_to            = "2040-01-01T00:00:00Z"
}

resource "aws_kms_ciphertext" "password" {
  key_id    = aws_kms_key.payments.key_id
  plaintext = "s3cret"
  context   = { purpose = "test" }
}

data "aws_kms_key" "payments" {
  key_id     = aws_kms_alias.payments.arn
}

data "aws_kms_key" "ledger" {
  key_id     = aws_kms_key.ledger.key_id
  depends_on = [aws_kms_replica_key.ledger]
}

data "aws_kms_alias" "payments" {
  name       = aws_kms_alias.payments.name
}

data "aws_kms_alias" "managed" {
  name = "alias/aws/s3"
}

data "aws_kms_key" "managed" {
  key_id = "alias/aws/ssm"
}

data "aws_kms_public_key" "signing" {
  key_id = aws_kms_key.signing.arn
}

data "aws_kms_ciphertext" "token" {
  key_id    = aws_kms_key.payments.key_id
  plaintext = "t0ken"
}

data "aws_kms_secrets" "all" {
  secret {
    name    = "password"
    payload = aws_kms_ciphertext.password.ciphertext_blob
    context = { purpose = "test" }
  }
  secret {
    name    = "token"
    payload = data.aws_kms_ciphertext.token.ciphertext_blob
  }
}

output "plaintext" {
  value     = data.aws_kms_secrets.all.plaintext
  sensitive = true
}

output "found" {
  value = {
    arn      = data.aws_kms_key.payments.arn
    state    = data.aws_kms_key.payments.key_state
    target   = data.aws_kms_alias.payments.target_key_arn
    managed  = data.aws_kms_alias.managed.target_key_id
    manager  = data.aws_kms_key.managed.key_manager
    replicas = data.aws_kms_key.ledger.multi_region_configuration[0].replica_keys[*].region
    pem      = data.aws_kms_public_key.signing.public_key_pem
  }
}
"""


def check_data_sources(terraform: TerraformFolder, aws: Aws) -> None:
    assert terraform.output("plaintext") == {"password": "s3cret", "token": "t0ken"}
    found = terraform.output("found")
    key = terraform.values("aws_kms_key.payments")
    assert found["arn"] == found["target"] == key["arn"]
    assert found["state"] == "Enabled"
    assert found["replicas"] == ["us-west-2"]
    assert found["manager"] == "AWS"
    managed = aws("kms").describe_key(KeyId="alias/aws/s3")["KeyMetadata"]
    assert managed["KeyId"] == found["managed"]
    assert "S3 objects" in managed["Description"]
    signing = terraform.values("aws_kms_key.signing")
    answer = aws("kms").get_public_key(KeyId=signing["key_id"])["PublicKey"]
    lines = found["pem"].splitlines()
    assert lines[0] == "-----BEGIN PUBLIC KEY-----"
    assert base64.b64decode("".join(lines[1:-1])) == answer
    material = terraform.values("aws_kms_external_key.own")
    assert material["key_state"] == "Enabled"
    assert material["expiration_model"] == "KEY_MATERIAL_EXPIRES"
    assert terraform.values("aws_kms_alias.made_up")["name"].startswith("alias/ledger-")


def is_usable(aws: Aws, values: Values) -> bool:
    region = values["arn"].split(":")[3]
    state = aws("kms", region).describe_key(KeyId=values["id"])["KeyMetadata"]["KeyState"]
    return state not in ("PendingDeletion", "PendingReplicaDeletion")


def has_alias(aws: Aws, values: Values) -> bool:
    return values["name"] in {each["AliasName"] for each in aws("kms").list_aliases()["Aliases"]}


def has_grant(aws: Aws, values: Values) -> bool:
    grants = aws("kms").list_grants(KeyId=values["key_id"])["Grants"]
    return values["grant_id"] in {each["GrantId"] for each in grants}


def schedule_deletion(aws: Aws, values: Values) -> None:
    region = values["arn"].split(":")[3]
    aws("kms", region).schedule_key_deletion(KeyId=values["id"], PendingWindowInDays=7)


def change_by_hand(aws: Aws, values: Values) -> None:
    kms = aws("kms")
    kms.update_key_description(KeyId=values["id"], Description="by hand")
    kms.disable_key_rotation(KeyId=values["id"])
    kms.tag_resource(KeyId=values["id"], Tags=[{"TagKey": "team", "TagValue": "hands"}])


def change_policy(aws: Aws, values: Values) -> None:
    policy = json.loads(values["policy"])
    policy["Statement"][0]["Sid"] = "ByHand"
    aws("kms").put_key_policy(KeyId=values["id"], PolicyName="default", Policy=json.dumps(policy))


UNKNOWN_TO_AWS = ("bypass_policy_lockout_safety_check", "deletion_window_in_days")

LIVES = (
    Lives(
        "keys",
        KEYS,
        lives=(
            Life(
                "aws_kms_key.payments",
                is_there=is_usable,
                update=("= 180", "= 90"),
                drift=change_by_hand,
                drifted=("description", "enable_key_rotation", "rotation_period_in_days", "tags"),
                unreadable=UNKNOWN_TO_AWS,
            ),
            Life(
                "aws_kms_key.ledger",
                is_there=is_usable,
                update=('Sid       = "Account"', 'Sid       = "Owner"'),
                drift=change_policy,
                drifted=("policy",),
                unreadable=UNKNOWN_TO_AWS,
            ),
            Life(
                "aws_kms_key.signing",
                is_there=is_usable,
                update=("is_enabled               = true", "is_enabled               = false"),
                replace=("ECC_NIST_P256", "ECC_NIST_P384"),
                drift=lambda aws, values: aws("kms").enable_key(KeyId=values["id"]),
                drifted=("is_enabled",),
                vanish=schedule_deletion,
                unreadable=UNKNOWN_TO_AWS,
            ),
            Life(
                "aws_kms_alias.payments",
                is_there=has_alias,
                update=(
                    'alias/payments"\n  target_key_id = aws_kms_key.payments.key_id',
                    'alias/payments"\n  target_key_id = aws_kms_key.ledger.key_id',
                ),
                replace=('"alias/payments"', '"alias/payment"'),
                drift=lambda aws, values: aws("kms").update_alias(
                    AliasName=values["name"],
                    TargetKeyId=aws("kms").create_key()["KeyMetadata"]["KeyId"],
                ),
                drifted=("target_key_id", "target_key_arn"),
                vanish=lambda aws, values: aws("kms").delete_alias(AliasName=values["name"]),
            ),
            Life("aws_kms_alias.made_up", is_there=has_alias),
            Life(
                "aws_kms_key_policy.payments",
                update=('"Everything"', '"Anything at all"'),
                drift=change_policy,
                drifted=("policy",),
                unreadable=UNKNOWN_TO_AWS,
            ),
            Life(
                "aws_kms_grant.settlement",
                is_there=has_grant,
                replace=('"GenerateDataKey"]', '"DescribeKey"]'),
                vanish=lambda aws, values: aws("kms").revoke_grant(
                    KeyId=values["key_id"], GrantId=values["grant_id"]
                ),
            ),
            Life(
                "aws_kms_replica_key.ledger",
                is_there=is_usable,
                update=("far away", "far west"),
                drift=lambda aws, values: aws("kms", "us-west-2").disable_key(KeyId=values["id"]),
                drifted=("enabled",),
                vanish=schedule_deletion,
                import_id=lambda values: f"{values['id']}@us-west-2",
                unreadable=UNKNOWN_TO_AWS,
            ),
            Life(
                "aws_kms_external_key.own",
                is_there=is_usable,
                update=("2040-01-01", "2041-01-01"),
                replace=("abcdef0123456789abcdef", "abcdef0123456789ABCDEF"),
                drift=lambda aws, values: aws("kms").update_key_description(
                    KeyId=values["id"], Description="by hand"
                ),
                drifted=("description",),
                vanish=schedule_deletion,
                import_id=NOT_IMPORTABLE,
            ),
            Life(
                "aws_kms_ciphertext.password",
                replace=('"s3cret"', '"0ther"'),
                import_id=NOT_IMPORTABLE,
            ),
        ),
        check=check_data_sources,
    ),
)

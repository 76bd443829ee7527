from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from tests.terraform_folder import TerraformFolder

ROLE = """
resource "aws_iam_role" "settlement" {
  name        = "settlement"
  description = "Finishes payments"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "lambda.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })
}
"""
ADDRESS = "aws_iam_role.settlement"


def test_a_trust_policy_in_another_spelling_is_no_change(
    terraform: TerraformFolder, aws: Callable[[str], Any]
) -> None:
    terraform.write(ROLE)
    terraform.apply()
    other = {
        "Version": "2012-10-17",
        "Statement": {
            "Effect": "Allow",
            "Principal": {"Service": ["lambda.amazonaws.com"]},
            "Action": ["sts:AssumeRole"],
        },
    }
    aws("iam").update_assume_role_policy(RoleName="settlement", PolicyDocument=json.dumps(other))
    assert terraform.changes() == {}
    terraform.destroy()


def test_a_user_that_the_service_cannot_rename_keeps_its_name(terraform: TerraformFolder) -> None:
    terraform.write('resource "aws_iam_user" "ada" {\n  name = "ada"\n}')
    terraform.apply()
    terraform.write('resource "aws_iam_user" "ada" {\n  name = "lovelace"\n}')
    assert terraform.changes() == {"aws_iam_user.ada": ["update"]}
    assert "UpdateUser answered InvalidAction" in terraform.fail("apply", "-auto-approve")
    assert terraform.values("aws_iam_user.ada")["name"] == "ada"


def test_who_loses_all_policies_loses_those_made_by_hand(
    terraform: TerraformFolder, aws: Callable[[str], Any]
) -> None:
    nobody = """
resource "aws_iam_role_policies_exclusive" "settlement" {
  role_name    = aws_iam_role.settlement.name
  policy_names = []
}
"""
    document = json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Deny", "Action": "s3:*", "Resource": "*"}],
        }
    )
    terraform.write(ROLE)
    terraform.apply()
    aws("iam").put_role_policy(RoleName="settlement", PolicyName="by-hand", PolicyDocument=document)
    terraform.write(ROLE + nobody)
    terraform.apply()
    assert terraform.changes() == {}
    assert aws("iam").list_role_policies(RoleName="settlement")["PolicyNames"] == []
    terraform.write(ROLE + nobody.replace("[]", '["missing"]'))
    complaint = terraform.fail("apply", "-auto-approve")
    assert "the role settlement has no policy missing" in complaint

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


def test_a_role_lives_its_whole_life(terraform: TerraformFolder, aws: Callable[[str], Any]) -> None:
    terraform.write(ROLE)
    terraform.apply()
    assert terraform.changes() == {}
    assert terraform.values(ADDRESS)["id"] == "settlement"

    terraform.write(ROLE.replace("Finishes", "Settles"))
    assert terraform.changes() == {ADDRESS: ["update"]}
    terraform.apply()
    assert terraform.changes() == {}

    terraform.write(ROLE.replace('"settlement"\n', '"settler"\n'))
    assert terraform.changes() == {ADDRESS: ["delete", "create"]}

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
    assert terraform.changes() == {}, "the same policy in another spelling is no change"
    aws("iam").update_role(RoleName="settlement", Description="by hand", MaxSessionDuration=7200)
    assert terraform.drifted() == {ADDRESS: ["description", "max_session_duration"]}
    terraform.apply()

    terraform.forget(ADDRESS)
    terraform.import_(ADDRESS, "settlement")
    assert terraform.changes() == {}

    terraform.destroy()
    assert "settlement" not in {role["RoleName"] for role in aws("iam").list_roles()["Roles"]}

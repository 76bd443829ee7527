from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from tests.terraform_folder import TerraformFolder

POLICIES = """
provider "aws" {
  default_tags {
    tags = { team = "payments" }
  }
}

resource "aws_iam_role" "worker" {
  name               = "worker"
  assume_role_policy = data.aws_iam_policy_document.assumed.json
}

data "aws_iam_policy_document" "assumed" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }
  }
}

data "aws_iam_policy_document" "queue" {
  statement {
    actions   = ["sqs:SendMessage"]
    resources = ["*"]
  }
}

resource "aws_iam_policy" "queue" {
  name        = "queue"
  description = "Sends"
  policy      = data.aws_iam_policy_document.queue.json
}

resource "aws_iam_role_policy_attachment" "queue" {
  role       = aws_iam_role.worker.name
  policy_arn = aws_iam_policy.queue.arn
}

resource "aws_iam_role_policy" "inline" {
  name   = "inline"
  role   = aws_iam_role.worker.id
  policy = data.aws_iam_policy_document.queue.json
}
"""
POLICY = "aws_iam_policy.queue"
ATTACHMENT = "aws_iam_role_policy_attachment.queue"
INLINE = "aws_iam_role_policy.inline"


def test_the_oldest_version_of_a_policy_makes_room_for_a_new_one(
    terraform: TerraformFolder, aws: Callable[[str], Any]
) -> None:
    terraform.write(POLICIES)
    terraform.apply()
    arn = terraform.values(POLICY)["arn"]
    document = aws("iam").get_policy_version(PolicyArn=arn, VersionId="v1")["PolicyVersion"][
        "Document"
    ]
    document = json.dumps(document)
    for _ in range(4):
        aws("iam").create_policy_version(PolicyArn=arn, PolicyDocument=document)
    terraform.write(POLICIES.replace("sqs:SendMessage", "sqs:ReceiveMessage"))
    terraform.apply("-target=aws_iam_policy.queue")
    assert len(aws("iam").list_policy_versions(PolicyArn=arn)["Versions"]) == 5
    terraform.destroy()


def test_what_was_deleted_by_hand_is_made_again(
    terraform: TerraformFolder, aws: Callable[[str], Any]
) -> None:
    terraform.write(POLICIES)
    terraform.apply()
    arn = terraform.values(POLICY)["arn"]
    aws("iam").detach_role_policy(RoleName="worker", PolicyArn=arn)
    aws("iam").delete_policy(PolicyArn=arn)
    aws("iam").delete_role_policy(RoleName="worker", PolicyName="inline")
    assert terraform.changes() == {address: ["create"] for address in (POLICY, ATTACHMENT, INLINE)}
    terraform.succeed("destroy", "-auto-approve", "-refresh=false")

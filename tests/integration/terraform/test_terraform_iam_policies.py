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


def test_policies_live_their_whole_life(
    terraform: TerraformFolder, aws: Callable[[str], Any], account_id: str
) -> None:
    iam = aws("iam")
    terraform.write(POLICIES)
    terraform.apply()
    assert terraform.changes() == {}
    arn = f"arn:aws:iam::{account_id}:policy/queue"
    assert terraform.values(POLICY)["id"] == arn
    assert terraform.values(POLICY)["tags_all"] == {"team": "payments"}
    assert terraform.values(ATTACHMENT)["id"] == f"worker/{arn}"
    assert terraform.values(INLINE)["id"] == "worker:inline"

    changed = POLICIES.replace("sqs:SendMessage", "sqs:ReceiveMessage")
    terraform.write(changed)
    assert terraform.changes() == {POLICY: ["update"], INLINE: ["update"]}
    terraform.apply()
    assert terraform.changes() == {}

    terraform.write(changed.replace('"inline"\n ', '"other"\n ').replace('"Sends"', '"Gets"'))
    assert terraform.changes() == {
        POLICY: ["delete", "create"],
        ATTACHMENT: ["delete", "create"],
        INLINE: ["delete", "create"],
    }

    terraform.write(changed)
    other = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": ["sqs:*"], "Resource": ["*"]}],
    }
    iam.put_role_policy(RoleName="worker", PolicyName="inline", PolicyDocument=json.dumps(other))
    iam.create_policy_version(PolicyArn=arn, PolicyDocument=json.dumps(other), SetAsDefault=True)
    iam.detach_role_policy(RoleName="worker", PolicyArn=arn)
    drifted = terraform.drifted()
    assert drifted[INLINE] == ["policy"]
    assert "policy" in drifted[POLICY]
    assert drifted[ATTACHMENT] == ["(gone)"]
    terraform.apply()

    identifiers = {POLICY: arn, ATTACHMENT: f"worker/{arn}", INLINE: "worker:inline"}
    assert terraform.import_all(identifiers) == {}

    terraform.destroy()
    assert iam.list_policies(Scope="Local")["Policies"] == []


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

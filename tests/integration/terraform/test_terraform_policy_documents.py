from __future__ import annotations

import json

from tests.terraform_folder import TerraformFolder

DOCUMENTS = """
data "aws_caller_identity" "current" {}
data "aws_region" "current" {}
data "aws_region" "other" {
  region = "us-east-1"
}
data "aws_partition" "current" {}

data "aws_iam_policy_document" "base" {
  statement {
    sid       = "Read"
    actions   = ["s3:GetObject", "s3:ListBucket"]
    resources = ["arn:aws:s3:::a/*", "arn:aws:s3:::b/&{aws:username}"]
  }
  statement {
    effect      = "Deny"
    not_actions = ["iam:*"]
    resources   = ["*"]
    not_principals {
      type        = "AWS"
      identifiers = ["111111111111", "222222222222"]
    }
    condition {
      test     = "StringEquals"
      variable = "aws:RequestedRegion"
      values   = ["eu-central-1", "eu-west-1"]
    }
    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }
}

data "aws_iam_policy_document" "merged" {
  source_policy_documents = [data.aws_iam_policy_document.base.json]
  policy_id               = "merged"
  statement {
    sid     = "Assume"
    actions = ["sts:AssumeRole"]
    principals {
      type        = "*"
      identifiers = ["*"]
    }
  }
  override_policy_documents = [jsonencode({
    Statement = [{ Sid = "Read", Effect = "Allow", Action = "s3:<Get>", Resource = "*" }]
  })]
}
"""
BASE = """{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "Read",
      "Effect": "Allow",
      "Action": [
        "s3:ListBucket",
        "s3:GetObject"
      ],
      "Resource": [
        "arn:aws:s3:::b/${aws:username}",
        "arn:aws:s3:::a/*"
      ]
    },
    {
      "Effect": "Deny",
      "NotAction": "iam:*",
      "Resource": "*",
      "NotPrincipal": {
        "AWS": [
          "222222222222",
          "111111111111"
        ]
      },
      "Condition": {
        "Bool": {
          "aws:SecureTransport": "false"
        },
        "StringEquals": {
          "aws:RequestedRegion": [
            "eu-central-1",
            "eu-west-1"
          ]
        }
      }
    }
  ]
}"""


def test_policy_documents_come_out_as_the_real_provider_writes_them(
    terraform: TerraformFolder, account_id: str
) -> None:
    terraform.write(DOCUMENTS)
    terraform.apply()

    base = terraform.values("data.aws_iam_policy_document.base")
    assert base["json"] == BASE
    assert base["minified_json"] == json.dumps(json.loads(BASE), separators=(",", ":"))
    assert base["version"] == "2012-10-17"
    assert [statement["effect"] for statement in base["statement"]] == ["Allow", "Deny"]

    merged = terraform.values("data.aws_iam_policy_document.merged")
    assert r"s3:\u003cGet\u003e" in merged["json"]
    document = json.loads(merged["json"])
    assert list(document) == ["Version", "Id", "Statement"]
    assert document["Statement"] == [
        {"Sid": "Read", "Effect": "Allow", "Action": "s3:<Get>", "Resource": "*"},
        json.loads(BASE)["Statement"][1],
        {"Sid": "Assume", "Effect": "Allow", "Action": "sts:AssumeRole", "Principal": "*"},
    ]

    identity = terraform.values("data.aws_caller_identity.current")
    assert identity["account_id"] == identity["id"] == account_id
    region = terraform.values("data.aws_region.current")
    assert region == {
        "description": "Europe (Frankfurt)",
        "endpoint": "ec2.eu-central-1.amazonaws.com",
        "id": "eu-central-1",
        "name": "eu-central-1",
        "region": "eu-central-1",
    }
    assert terraform.values("data.aws_region.other")["name"] == "us-east-1"
    assert terraform.values("data.aws_partition.current") == {
        "dns_suffix": "amazonaws.com",
        "id": "aws",
        "partition": "aws",
        "reverse_dns_prefix": "com.amazonaws",
    }


def test_sources_with_the_same_sid_are_refused(terraform: TerraformFolder) -> None:
    terraform.write("""
    data "aws_iam_policy_document" "twice" {
      source_policy_documents = [for i in range(2) : jsonencode({
        Statement = [{ Sid = "Same", Effect = "Allow", Action = "*", Resource = "*" }]
      })]
    }
    """)
    assert "source_policy_documents[1] repeats the Sid Same" in terraform.fail("plan")

"""Amazon ECR: a repository and its policies."""

from __future__ import annotations

from botocore.exceptions import ClientError

from tests.integration.terraform.life import Aws, Life, Lives, Values

REPOSITORY = """
resource "aws_ecr_repository" "this" {
  name                 = "payments"
  image_tag_mutability = "IMMUTABLE"
  image_scanning_configuration {
    scan_on_push = true
  }
  tags = { team = "payments" }
}

resource "aws_ecr_repository" "plain" {
  name = "plain/one"
}

resource "aws_ecr_lifecycle_policy" "this" {
  repository = aws_ecr_repository.plain.name
  policy = jsonencode({
    rules = [{
      rulePriority = 1
      selection    = { tagStatus = "any", countType = "imageCountMoreThan", countNumber = 5 }
      action       = { type = "expire" }
    }]
  })
}

resource "aws_ecr_repository_policy" "this" {
  repository = aws_ecr_repository.plain.name
  policy = jsonencode({
    Version = "2008-10-17"
    Statement = [{
      Sid       = "LambdaPulls"
      Effect    = "Allow"
      Principal = { Service = "lambda.amazonaws.com" }
      Action    = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
    }]
  })
}
"""


def exists(aws: Aws, values: Values) -> bool:
    try:
        aws("ecr").describe_repositories(repositoryNames=[values["name"]])
    except ClientError:
        return False
    return True


def change(aws: Aws, values: Values) -> None:
    ecr, name = aws("ecr"), values["name"]
    ecr.put_image_tag_mutability(repositoryName=name, imageTagMutability="MUTABLE")
    ecr.put_image_scanning_configuration(
        repositoryName=name, imageScanningConfiguration={"scanOnPush": False}
    )
    ecr.tag_resource(resourceArn=values["arn"], tags=[{"Key": "by", "Value": "hand"}])


LIVES = (
    Lives(
        "repository",
        REPOSITORY,
        lives=(
            Life(
                "aws_ecr_repository.this",
                is_there=exists,
                update=('team = "payments"', 'team = "money"'),
                replace=('= "payments"\n', '= "ledger"\n'),
                drift=change,
                drifted=(
                    "image_scanning_configuration",
                    "image_tag_mutability",
                    "tags",
                    "tags_all",
                ),
                vanish=lambda aws, values: aws("ecr").delete_repository(
                    repositoryName=values["name"]
                ),
            ),
            Life(
                "aws_ecr_lifecycle_policy.this",
                replace=("countNumber = 5", "countNumber = 6"),
                drift=lambda aws, values: aws("ecr").put_lifecycle_policy(
                    repositoryName=values["repository"],
                    lifecyclePolicyText=values["policy"].replace("6", "7"),
                ),
                drifted=("policy",),
                vanish=lambda aws, values: aws("ecr").delete_lifecycle_policy(
                    repositoryName=values["repository"]
                ),
            ),
            Life(
                "aws_ecr_repository_policy.this",
                update=('"LambdaPulls"', '"Pulls"'),
                drift=lambda aws, values: aws("ecr").set_repository_policy(
                    repositoryName=values["repository"],
                    policyText='{"Version": "2008-10-17", "Statement": []}',
                ),
                drifted=("policy",),
                vanish=lambda aws, values: aws("ecr").delete_repository_policy(
                    repositoryName=values["repository"]
                ),
            ),
        ),
    ),
)

"""AWS IAM: what lets no other policies stand in or on users and groups."""

from __future__ import annotations

from tests.integration.terraform.life import Aws, Life, Lives, Values

DOCUMENT = """{
  "Version": "2012-10-17",
  "Statement": [{ "Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "*" }]
}"""
ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"

MEMBERS = {"user": ("ada", "bob"), "group": ("payers", "readers")}

EXCLUSIVE = """
locals {
  inside_users       = toset(["own"]) # 1
  attached_to_users  = toset(["own"]) # 2
  inside_groups      = toset(["own"]) # 3
  attached_to_groups = toset(["own"]) # 4
  document = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sqs:SendMessage", Resource = "*" }]
  })
}

resource "aws_iam_policy" "these" {
  for_each = toset(["own", "second"])
  name     = each.key
  policy   = local.document
}

resource "aws_iam_user" "ada" {
  name = "ada"
}

resource "aws_iam_user" "bob" {
  name = "bob"
}

resource "aws_iam_user_policy" "ada" {
  for_each = local.inside_users
  user     = aws_iam_user.ada.name
  name     = each.key
  policy   = local.document
}

resource "aws_iam_user_policy" "bob" {
  for_each = local.inside_users
  user     = aws_iam_user.bob.name
  name     = each.key
  policy   = local.document
}

resource "aws_iam_user_policies_exclusive" "this" {
  user_name    = aws_iam_user.ada.name # policies
  policy_names = values(aws_iam_user_policy.ada)[*].name
  depends_on   = [aws_iam_user_policy.bob]
}

resource "aws_iam_user_policy_attachment" "ada" {
  for_each   = local.attached_to_users
  user       = aws_iam_user.ada.name
  policy_arn = aws_iam_policy.these[each.key].arn
}

resource "aws_iam_user_policy_attachment" "bob" {
  for_each   = local.attached_to_users
  user       = aws_iam_user.bob.name
  policy_arn = aws_iam_policy.these[each.key].arn
}

resource "aws_iam_user_policy_attachments_exclusive" "this" {
  user_name   = aws_iam_user.ada.name # attachments
  policy_arns = values(aws_iam_user_policy_attachment.ada)[*].policy_arn
  depends_on  = [aws_iam_user_policy_attachment.bob]
}

resource "aws_iam_group" "payers" {
  name = "payers"
}

resource "aws_iam_group" "readers" {
  name = "readers"
}

resource "aws_iam_group_policy" "payers" {
  for_each = local.inside_groups
  group    = aws_iam_group.payers.name
  name     = each.key
  policy   = local.document
}

resource "aws_iam_group_policy" "readers" {
  for_each = local.inside_groups
  group    = aws_iam_group.readers.name
  name     = each.key
  policy   = local.document
}

resource "aws_iam_group_policies_exclusive" "this" {
  group_name   = aws_iam_group.payers.name # policies
  policy_names = values(aws_iam_group_policy.payers)[*].name
  depends_on   = [aws_iam_group_policy.readers]
}

resource "aws_iam_group_policy_attachment" "payers" {
  for_each   = local.attached_to_groups
  group      = aws_iam_group.payers.name
  policy_arn = aws_iam_policy.these[each.key].arn
}

resource "aws_iam_group_policy_attachment" "readers" {
  for_each   = local.attached_to_groups
  group      = aws_iam_group.readers.name
  policy_arn = aws_iam_policy.these[each.key].arn
}

resource "aws_iam_group_policy_attachments_exclusive" "this" {
  group_name  = aws_iam_group.payers.name # attachments
  policy_arns = values(aws_iam_group_policy_attachment.payers)[*].policy_arn
  depends_on  = [aws_iam_group_policy_attachment.readers]
}
"""


def smuggle_into_user(aws: Aws, values: Values) -> None:
    aws("iam").put_user_policy(
        UserName=values["user_name"], PolicyName="smuggled", PolicyDocument=DOCUMENT
    )


def smuggle_into_group(aws: Aws, values: Values) -> None:
    aws("iam").put_group_policy(
        GroupName=values["group_name"], PolicyName="smuggled", PolicyDocument=DOCUMENT
    )


def user_of(values: Values) -> str:
    return str(values["user_name"])


def group_of(values: Values) -> str:
    return str(values["group_name"])


LIVES = (
    Lives(
        "users and groups",
        EXCLUSIVE,
        along_with_updates=(
            *(
                f'aws_iam_{kind}_policy{part}.{name}["second"]'
                for kind, names in MEMBERS.items()
                for name in names
                for part in ("", "_attachment")
            ),
        ),
        lives=(
            Life(
                "aws_iam_user_policies_exclusive.this",
                update=('["own"]) # 1', '["own", "second"])'),
                replace=("aws_iam_user.ada.name # policies", "aws_iam_user.bob.name"),
                drift=smuggle_into_user,
                drifted=("policy_names",),
                import_id=user_of,
            ),
            Life(
                "aws_iam_user_policy_attachments_exclusive.this",
                update=('["own"]) # 2', '["own", "second"])'),
                replace=("aws_iam_user.ada.name # attachments", "aws_iam_user.bob.name"),
                drift=lambda aws, values: aws("iam").attach_user_policy(
                    UserName=values["user_name"], PolicyArn=ADMINISTRATOR
                ),
                drifted=("policy_arns",),
                import_id=user_of,
            ),
            Life(
                "aws_iam_group_policies_exclusive.this",
                update=('["own"]) # 3', '["own", "second"])'),
                replace=("aws_iam_group.payers.name # policies", "aws_iam_group.readers.name"),
                drift=smuggle_into_group,
                drifted=("policy_names",),
                import_id=group_of,
            ),
            Life(
                "aws_iam_group_policy_attachments_exclusive.this",
                update=('["own"]) # 4', '["own", "second"])'),
                replace=("aws_iam_group.payers.name # attachments", "aws_iam_group.readers.name"),
                drift=lambda aws, values: aws("iam").attach_group_policy(
                    GroupName=values["group_name"], PolicyArn=ADMINISTRATOR
                ),
                drifted=("policy_arns",),
                import_id=group_of,
            ),
        ),
    ),
)

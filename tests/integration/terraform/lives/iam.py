"""AWS IAM: roles, users and groups, the policies in and on them, what belongs to the account."""

from __future__ import annotations

import json

from tests.integration.terraform.life import NOT_IMPORTABLE, Aws, Life, Lives, Values
from tests.terraform_folder import TerraformFolder

OTHER_DOCUMENT = json.dumps(
    {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "s3:*", "Resource": "*"}]}
)

DOCUMENTS = """
data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com", "ec2.amazonaws.com"]
    }
  }
}

data "aws_iam_policy_document" "queue" {
  statement {
    actions   = ["sqs:SendMessage"]
    resources = ["*"]
  }
}
"""

ROLES = (
    DOCUMENTS
    + """
resource "aws_iam_role" "worker" {
  name                  = "worker"
  path                  = "/services/"
  description           = "Works"
  max_session_duration  = 7200
  permissions_boundary  = aws_iam_policy.boundary.arn
  force_detach_policies = true
  assume_role_policy    = data.aws_iam_policy_document.trust.json
  tags                  = { team = "payments" }
}

resource "aws_iam_role" "full" {
  name_prefix         = "full-"
  assume_role_policy  = data.aws_iam_policy_document.trust.json
  managed_policy_arns = [aws_iam_policy.queue.arn]
  inline_policy {
    name   = "inside"
    policy = data.aws_iam_policy_document.queue.json
  }
}

resource "aws_iam_policy" "boundary" {
  name   = "boundary"
  policy = data.aws_iam_policy_document.queue.json
}

resource "aws_iam_policy" "queue" {
  name        = "queue"
  path        = "/payments/"
  description = "Sends"
  policy      = data.aws_iam_policy_document.queue.json
  tags        = { kind = "policy" }
}

resource "aws_iam_role_policy" "inline" {
  name   = "inline"
  role   = aws_iam_role.worker.id
  policy = data.aws_iam_policy_document.queue.json
}

resource "aws_iam_role_policy_attachment" "queue" {
  role       = aws_iam_role.worker.name
  policy_arn = aws_iam_policy.queue.arn
}

resource "aws_iam_role_policies_exclusive" "worker" {
  role_name    = aws_iam_role.worker.name
  policy_names = [aws_iam_role_policy.inline.name]
}

resource "aws_iam_role_policy_attachments_exclusive" "worker" {
  role_name   = aws_iam_role.worker.name
  policy_arns = [aws_iam_role_policy_attachment.queue.policy_arn]
}

resource "aws_iam_instance_profile" "worker" {
  name = "worker"
  role = aws_iam_role.worker.name
  tags = { team = "payments" }
}

resource "aws_iam_instance_profile" "empty" {
  name_prefix = "empty-"
}

resource "aws_iam_service_linked_role" "search" {
  aws_service_name = "es.amazonaws.com"
  description      = "Searches"
}

data "aws_iam_role" "worker" {
  name = aws_iam_role.worker.name
}

data "aws_iam_roles" "services" {
  path_prefix = "/services/"
  depends_on  = [aws_iam_role.worker]
}

data "aws_iam_roles" "named" {
  name_regex = "^work"
  depends_on = [aws_iam_role.worker]
}

data "aws_iam_policy" "by_name" {
  name       = "queue"
  depends_on = [aws_iam_policy.queue]
}

data "aws_iam_policy" "by_arn" {
  arn = aws_iam_policy.queue.arn
}

data "aws_iam_policy" "of_aws" {
  name = "AdministratorAccess"
}

data "aws_iam_instance_profile" "worker" {
  name = aws_iam_instance_profile.worker.name
}

data "aws_caller_identity" "me" {}

locals {
  sessions = "arn:aws:sts::${data.aws_caller_identity.me.account_id}:assumed-role"
}

data "aws_iam_session_context" "me" {
  arn = data.aws_caller_identity.me.arn
}

data "aws_iam_session_context" "session" {
  arn = "${local.sessions}/${aws_iam_role.worker.name}/it"
}
"""
)

USERS = (
    DOCUMENTS
    + """
resource "aws_iam_user" "ada" {
  name                 = "ada"
  path                 = "/people/"
  force_destroy        = true
  permissions_boundary = aws_iam_policy.queue.arn
  tags                 = { team = "payments" }
}

resource "aws_iam_user" "bob" {
  name = "bob"
}

resource "aws_iam_access_key" "ada" {
  user   = aws_iam_user.ada.name
  status = "Active"
}

resource "aws_iam_policy" "queue" {
  name   = "queue"
  policy = data.aws_iam_policy_document.queue.json
}

resource "aws_iam_user_policy" "ada" {
  user   = aws_iam_user.ada.name
  name   = "own"
  policy = data.aws_iam_policy_document.queue.json
}

resource "aws_iam_user_policy_attachment" "ada" {
  user       = aws_iam_user.ada.name
  policy_arn = join("", [aws_iam_policy.queue.arn])
}

resource "aws_iam_group" "payers" {
  name = "payers"
}

resource "aws_iam_group" "readers" {
  name = "readers"
}

resource "aws_iam_group" "writers" {
  name = "writers"
}

resource "aws_iam_group_policy" "payers" {
  group  = aws_iam_group.payers.name
  name   = "shared"
  policy = data.aws_iam_policy_document.queue.json
}

resource "aws_iam_group_policy_attachment" "payers" {
  group      = aws_iam_group.payers.name
  policy_arn = aws_iam_policy.queue.arn
}

resource "aws_iam_group_membership" "payers" {
  name  = "payers"
  group = aws_iam_group.payers.name
  users = [aws_iam_user.ada.name]
}

resource "aws_iam_user_group_membership" "bob" {
  user   = aws_iam_user.bob.name
  groups = toset([aws_iam_group.readers.name])
}

resource "aws_iam_policy" "everybody" {
  name   = "everybody"
  policy = data.aws_iam_policy_document.queue.json
}

resource "aws_iam_policy" "spare" {
  name   = "spare"
  policy = data.aws_iam_policy_document.queue.json
}

resource "aws_iam_policy_attachment" "everybody" {
  name       = "everybody"
  policy_arn = aws_iam_policy.everybody.arn
  users      = [aws_iam_user.bob.name]
  groups     = [aws_iam_group.readers.name]
}

resource "aws_iam_account_alias" "this" {
  account_alias = "payments-sandbox"
}

resource "aws_iam_openid_connect_provider" "pipelines" {
  url             = "https://token.example.com"
  client_id_list  = ["sts.amazonaws.com"]
  thumbprint_list = ["cf23df2207d99a74fbe169e3eba035e633b65d94"]
}

data "aws_iam_user" "ada" {
  user_name = aws_iam_user.ada.name
}

data "aws_iam_users" "people" {
  path_prefix = "/people/"
  depends_on  = [aws_iam_user.ada]
}

data "aws_iam_group" "payers" {
  group_name = aws_iam_group_membership.payers.group
}

data "aws_iam_account_alias" "this" {
  depends_on = [aws_iam_account_alias.this]
}

data "aws_iam_openid_connect_provider" "pipelines" {
  url        = "https://token.example.com"
  depends_on = [aws_iam_openid_connect_provider.pipelines]
}
"""
)


def role_exists(aws: Aws, values: Values) -> bool:
    return values["name"] in [role["RoleName"] for role in aws("iam").list_roles()["Roles"]]


def rework(aws: Aws, values: Values) -> None:
    iam, name = aws("iam"), values["name"]
    iam.update_role(RoleName=name, Description="by hand", MaxSessionDuration=3600)
    iam.delete_role_permissions_boundary(RoleName=name)
    iam.tag_role(RoleName=name, Tags=[{"Key": "by", "Value": "hand"}])
    trust = json.loads(values["assume_role_policy"])
    trust["Statement"][0]["Principal"] = {"Service": "states.amazonaws.com"}
    iam.update_assume_role_policy(RoleName=name, PolicyDocument=json.dumps(trust))


def add_policies(aws: Aws, values: Values) -> None:
    iam, name = aws("iam"), values["name"]
    iam.put_role_policy(RoleName=name, PolicyName="more", PolicyDocument=OTHER_DOCUMENT)
    iam.attach_role_policy(RoleName=name, PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")


def policy_exists(aws: Aws, values: Values) -> bool:
    policies = aws("iam").list_policies(Scope="Local")["Policies"]
    return values["arn"] in [policy["Arn"] for policy in policies]


def new_version(aws: Aws, values: Values) -> None:
    aws("iam").create_policy_version(
        PolicyArn=values["arn"], PolicyDocument=OTHER_DOCUMENT, SetAsDefault=True
    )
    aws("iam").tag_policy(PolicyArn=values["arn"], Tags=[{"Key": "by", "Value": "hand"}])


def profile_exists(aws: Aws, values: Values) -> bool:
    profiles = aws("iam").list_instance_profiles()["InstanceProfiles"]
    return values["name"] in [profile["InstanceProfileName"] for profile in profiles]


def empty_profile(aws: Aws, values: Values) -> None:
    aws("iam").remove_role_from_instance_profile(
        InstanceProfileName=values["name"], RoleName=values["role"]
    )


def vanish_profile(aws: Aws, values: Values) -> None:
    empty_profile(aws, values)
    aws("iam").delete_instance_profile(InstanceProfileName=values["name"])


def what_roles_say(terraform: TerraformFolder, aws: Aws) -> None:
    role = terraform.values("aws_iam_role.worker")
    read = terraform.values("data.aws_iam_role.worker")
    same = ("arn", "path", "description", "unique_id", "max_session_duration", "tags")
    assert {name: read[name] for name in same} == {name: role[name] for name in same}
    assert read["permissions_boundary"] == role["permissions_boundary"]
    assert terraform.values("data.aws_iam_roles.services")["names"] == ["worker"]
    assert terraform.values("data.aws_iam_roles.named")["arns"] == [role["arn"]]
    policy = terraform.values("aws_iam_policy.queue")
    for name in ("by_name", "by_arn"):
        found = terraform.values(f"data.aws_iam_policy.{name}")
        assert (found["arn"], found["description"]) == (policy["arn"], "Sends")
        assert json.loads(found["policy"]) == json.loads(policy["policy"])
    assert terraform.values("data.aws_iam_policy.of_aws")["arn"].endswith(
        ":aws:policy/AdministratorAccess"
    )
    profile = terraform.values("data.aws_iam_instance_profile.worker")
    assert profile["role_arn"] == role["arn"]
    session = terraform.values("data.aws_iam_session_context.session")
    assert (session["issuer_arn"], session["session_name"]) == (role["arn"], "it")
    me = terraform.values("data.aws_iam_session_context.me")
    assert me["issuer_arn"] == terraform.values("data.aws_caller_identity.me")["arn"]
    assert terraform.values("aws_iam_role.full")["name"].startswith("full-")


def user_exists(aws: Aws, values: Values) -> bool:
    return values["name"] in [user["UserName"] for user in aws("iam").list_users()["Users"]]


def rework_user(aws: Aws, values: Values) -> None:
    aws("iam").tag_user(UserName=values["name"], Tags=[{"Key": "by", "Value": "hand"}])
    aws("iam").delete_user_permissions_boundary(UserName=values["name"])
    aws("iam").create_access_key(UserName=values["name"])


def group_exists(aws: Aws, values: Values) -> bool:
    return values["name"] in [group["GroupName"] for group in aws("iam").list_groups()["Groups"]]


def swap_members(aws: Aws, values: Values) -> None:
    aws("iam").remove_user_from_group(GroupName=values["group"], UserName="ada")
    aws("iam").add_user_to_group(GroupName=values["group"], UserName="bob")


def leave_groups(aws: Aws, values: Values) -> None:
    for group in values["groups"]:
        aws("iam").remove_user_from_group(GroupName=group, UserName=values["user"])


def detach_from_group(aws: Aws, values: Values) -> None:
    for group in values["groups"]:
        aws("iam").detach_group_policy(GroupName=group, PolicyArn=values["policy_arn"])


def provider_exists(aws: Aws, values: Values) -> bool:
    listed = aws("iam").list_open_id_connect_providers()["OpenIDConnectProviderList"]
    return values["arn"] in [provider["Arn"] for provider in listed]


def what_users_say(terraform: TerraformFolder, aws: Aws) -> None:
    ada = terraform.values("aws_iam_user.ada")
    read = terraform.values("data.aws_iam_user.ada")
    assert (read["arn"], read["user_id"]) == (ada["arn"], ada["unique_id"])
    assert read["permissions_boundary"] == ada["permissions_boundary"]
    assert terraform.values("data.aws_iam_users.people")["names"] == ["ada"]
    group = terraform.values("data.aws_iam_group.payers")
    assert [user["user_name"] for user in group["users"]] == ["ada"]
    key = terraform.values("aws_iam_access_key.ada")
    assert key["secret"]
    assert len(key["ses_smtp_password_v4"]) == 44
    assert terraform.values("data.aws_iam_account_alias.this")["id"] == "payments-sandbox"
    provider = terraform.values("data.aws_iam_openid_connect_provider.pipelines")
    assert provider["arn"] == terraform.values("aws_iam_openid_connect_provider.pipelines")["arn"]
    assert provider["client_id_list"] == ["sts.amazonaws.com"]


LIVES = (
    Lives(
        "roles",
        ROLES,
        check=what_roles_say,
        along_with_updates=("aws_iam_role_policies_exclusive.worker",),
        lives=(
            Life(
                "aws_iam_role.worker",
                is_there=role_exists,
                update=('"Works"', '"Works hard"'),
                drift=rework,
                drifted=(
                    "assume_role_policy",
                    "description",
                    "max_session_duration",
                    "permissions_boundary",
                    "tags",
                ),
                import_id=lambda values: values["name"],
                unreadable=("force_detach_policies",),
            ),
            Life(
                "aws_iam_role.full",
                is_there=role_exists,
                replace=('"full-"', '"fuller-"'),
                drift=add_policies,
                drifted=("inline_policy", "managed_policy_arns"),
            ),
            Life(
                "aws_iam_policy.queue",
                is_there=policy_exists,
                update=('{ kind = "policy" }', '{ kind = "own" }'),
                replace=('"Sends"', '"Sends more"'),
                drift=new_version,
                drifted=("policy", "tags"),
            ),
            Life(
                "aws_iam_role_policy.inline",
                is_there=lambda aws, values: (
                    role_exists(aws, {"name": "worker"})
                    and "inline" in aws("iam").list_role_policies(RoleName="worker")["PolicyNames"]
                ),
                drift=lambda aws, values: aws("iam").put_role_policy(
                    RoleName="worker", PolicyName="inline", PolicyDocument=OTHER_DOCUMENT
                ),
                drifted=("policy",),
                vanish=lambda aws, values: aws("iam").delete_role_policy(
                    RoleName="worker", PolicyName="inline"
                ),
            ),
            Life(
                "aws_iam_role_policy_attachment.queue",
                is_there=lambda aws, values: (
                    role_exists(aws, {"name": "worker"})
                    and bool(
                        aws("iam").list_attached_role_policies(RoleName="worker")[
                            "AttachedPolicies"
                        ]
                    )
                ),
                vanish=lambda aws, values: aws("iam").detach_role_policy(
                    RoleName="worker", PolicyArn=values["policy_arn"]
                ),
            ),
            Life(
                "aws_iam_role_policies_exclusive.worker",
                drift=lambda aws, values: aws("iam").put_role_policy(
                    RoleName="worker", PolicyName="smuggled", PolicyDocument=OTHER_DOCUMENT
                ),
                drifted=("policy_names",),
                import_id=lambda values: values["role_name"],
            ),
            Life(
                "aws_iam_role_policy_attachments_exclusive.worker",
                drift=lambda aws, values: aws("iam").attach_role_policy(
                    RoleName="worker", PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess"
                ),
                drifted=("policy_arns",),
                import_id=lambda values: values["role_name"],
            ),
            Life(
                "aws_iam_instance_profile.worker",
                is_there=profile_exists,
                replace=('"worker"\n  role = ', '"other"\n  role = '),
                drift=empty_profile,
                drifted=("role",),
                vanish=vanish_profile,
            ),
            Life("aws_iam_instance_profile.empty", is_there=profile_exists),
            Life(
                "aws_iam_service_linked_role.search",
                is_there=role_exists,
                update=('"Searches"', '"Finds"'),
                replace=('"es.amazonaws.com"', '"autoscaling.amazonaws.com"'),
                drift=lambda aws, values: aws("iam").update_role(
                    RoleName=values["name"], Description="by hand"
                ),
                drifted=("description",),
                vanish=lambda aws, values: aws("iam").delete_service_linked_role(
                    RoleName=values["name"]
                ),
            ),
        ),
    ),
    Lives(
        "users",
        USERS,
        check=what_users_say,
        lives=(
            Life(
                "aws_iam_user.ada",
                is_there=user_exists,
                update=("permissions_boundary = aws_iam_policy.queue.arn", ""),
                drift=lambda aws, values: aws("iam").tag_user(
                    UserName="ada", Tags=[{"Key": "by", "Value": "hand"}]
                ),
                drifted=("tags",),
                unreadable=("force_destroy",),
            ),
            Life(
                "aws_iam_access_key.ada",
                is_there=lambda aws, values: (
                    user_exists(aws, {"name": values["user"]})
                    and bool(
                        aws("iam").list_access_keys(UserName=values["user"])["AccessKeyMetadata"]
                    )
                ),
                update=('"Active"', '"Inactive"'),
                replace=(
                    "user   = aws_iam_user.ada.name\n  status",
                    "user = aws_iam_user.bob.name\n  status",
                ),
                drift=lambda aws, values: aws("iam").update_access_key(
                    UserName=values["user"], AccessKeyId=values["id"], Status="Active"
                ),
                drifted=("status",),
                vanish=lambda aws, values: aws("iam").delete_access_key(
                    UserName=values["user"], AccessKeyId=values["id"]
                ),
            ),
            Life(
                "aws_iam_user_policy.ada",
                is_there=lambda aws, values: (
                    user_exists(aws, {"name": "ada"})
                    and bool(aws("iam").list_user_policies(UserName="ada")["PolicyNames"])
                ),
                replace=('"own"', '"owned"'),
                drift=lambda aws, values: aws("iam").put_user_policy(
                    UserName="ada", PolicyName=values["name"], PolicyDocument=OTHER_DOCUMENT
                ),
                drifted=("policy",),
                vanish=lambda aws, values: aws("iam").delete_user_policy(
                    UserName="ada", PolicyName=values["name"]
                ),
            ),
            Life(
                "aws_iam_user_policy_attachment.ada",
                replace=('join("", [aws_iam_policy.queue.arn])', "aws_iam_policy.spare.arn"),
                vanish=lambda aws, values: aws("iam").detach_user_policy(
                    UserName="ada", PolicyArn=values["policy_arn"]
                ),
            ),
            Life("aws_iam_group.payers", is_there=group_exists),
            Life(
                "aws_iam_group_policy.payers",
                replace=('"shared"', '"common"'),
                drift=lambda aws, values: aws("iam").put_group_policy(
                    GroupName="payers", PolicyName=values["name"], PolicyDocument=OTHER_DOCUMENT
                ),
                drifted=("policy",),
                vanish=lambda aws, values: aws("iam").delete_group_policy(
                    GroupName="payers", PolicyName=values["name"]
                ),
            ),
            Life(
                "aws_iam_group_policy_attachment.payers",
                vanish=lambda aws, values: aws("iam").detach_group_policy(
                    GroupName="payers", PolicyArn=values["policy_arn"]
                ),
            ),
            Life(
                "aws_iam_group_membership.payers",
                update=(
                    "users = [aws_iam_user.ada.name]",
                    "users = [aws_iam_user.ada.name, aws_iam_user.bob.name]",
                ),
                drift=swap_members,
                drifted=("users",),
                import_id=NOT_IMPORTABLE,
            ),
            Life(
                "aws_iam_user_group_membership.bob",
                update=(
                    "toset([aws_iam_group.readers.name])",
                    "[aws_iam_group.readers.name, aws_iam_group.writers.name]",
                ),
                drift=leave_groups,
                drifted=("groups",),
                import_id=lambda values: f"bob/{'/'.join(values['groups'])}",
            ),
            Life(
                "aws_iam_policy_attachment.everybody",
                drift=detach_from_group,
                drifted=("groups",),
                import_id=NOT_IMPORTABLE,
            ),
            Life(
                "aws_iam_account_alias.this",
                is_there=lambda aws, values: bool(
                    aws("iam").list_account_aliases()["AccountAliases"]
                ),
                replace=('"payments-sandbox"', '"payments-playground"'),
                vanish=lambda aws, values: aws("iam").delete_account_alias(
                    AccountAlias=values["id"]
                ),
            ),
            Life(
                "aws_iam_openid_connect_provider.pipelines",
                is_there=provider_exists,
                replace=("token.example.com", "other.example.com"),
                vanish=lambda aws, values: aws("iam").delete_open_id_connect_provider(
                    OpenIDConnectProviderArn=values["arn"]
                ),
            ),
        ),
    ),
)

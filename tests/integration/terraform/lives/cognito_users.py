"""Amazon Cognito: user pools, their clients, groups and users."""

from __future__ import annotations

from tests.integration.terraform.life import Aws, Life, Lives, Values
from tests.terraform_folder import TerraformFolder

USERS = """
resource "aws_cognito_user_pool" "users" {
  name                = "users"
  deletion_protection = "INACTIVE"

  admin_create_user_config {
    allow_admin_create_user_only = true
  }

  password_policy {
    minimum_length                   = 12
    require_lowercase                = true
    require_uppercase                = true
    require_numbers                  = true
    require_symbols                  = true
    temporary_password_validity_days = 7
  }

  schema {
    name                = "tenant"
    attribute_data_type = "String"
    mutable             = true
    string_attribute_constraints {
      min_length = 1
      max_length = 64
    }
  }

  tags = { team = "payments" }
}

resource "aws_cognito_user_pool" "plain" {
  name              = "plain"
  mfa_configuration = "OPTIONAL"

  software_token_mfa_configuration {
    enabled = true
  }

  account_recovery_setting {
    recovery_mechanism {
      name     = "verified_email"
      priority = 1
    }
  }

  verification_message_template {
    email_message = "Your code is {####}"
  }
}

resource "aws_cognito_user_pool_client" "clients" {
  name         = "clients"
  user_pool_id = aws_cognito_user_pool.users.id

  generate_secret               = false
  prevent_user_existence_errors = "ENABLED"
  explicit_auth_flows           = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
  access_token_validity         = 60

  token_validity_units {
    access_token = "minutes"
  }
}

resource "aws_cognito_user_pool_client" "machine" {
  name            = "machine"
  user_pool_id    = aws_cognito_user_pool.users.id
  generate_secret = true
}

resource "aws_cognito_user_group" "operator" {
  name         = "operator"
  description  = "May pay"
  precedence   = 2
  user_pool_id = aws_cognito_user_pool.users.id
}

resource "aws_cognito_user" "demo" {
  user_pool_id = aws_cognito_user_pool.users.id
  username     = "demo"
  password     = "Sandbox-1234!-Demo"
  attributes = {
    email  = "demo@example.com"
    tenant = "one"
  }
}

resource "aws_cognito_user" "guest" {
  user_pool_id = aws_cognito_user_pool.users.id
  username     = "guest"
  enabled      = false
}

resource "aws_cognito_user_in_group" "demo" {
  user_pool_id = aws_cognito_user_pool.users.id
  group_name   = aws_cognito_user_group.operator.name
  username     = aws_cognito_user.demo.username
}

data "aws_cognito_user_pools" "users" {
  name       = "users"
  depends_on = [aws_cognito_user_pool.users, aws_cognito_user_pool.plain]
}

data "aws_cognito_user_pools" "none" {
  name       = "nobody"
  depends_on = [aws_cognito_user_pool.users]
}

data "aws_cognito_user_pool" "users" {
  user_pool_id = aws_cognito_user_pool.users.id
}

data "aws_cognito_user_pool_client" "machine" {
  user_pool_id = aws_cognito_user_pool.users.id
  client_id    = aws_cognito_user_pool_client.machine.id
}

data "aws_cognito_user_pool_clients" "all" {
  user_pool_id = aws_cognito_user_pool.users.id
  depends_on   = [aws_cognito_user_pool_client.clients, aws_cognito_user_pool_client.machine]
}

data "aws_cognito_user_group" "operator" {
  user_pool_id = aws_cognito_user_pool.users.id
  name         = aws_cognito_user_group.operator.name
}

data "aws_cognito_user_groups" "all" {
  user_pool_id = aws_cognito_user_group.operator.user_pool_id
}
"""


def check_what_came_out(terraform: TerraformFolder, aws: Aws) -> None:
    pool = terraform.values("aws_cognito_user_pool.users")
    identifier = pool["id"]
    assert pool["endpoint"] == f"cognito-idp.eu-central-1.amazonaws.com/{identifier}"
    assert [block["name"] for block in pool["schema"]] == ["tenant"]
    client = terraform.values("aws_cognito_user_pool_client.clients")
    assert client["client_secret"] == ""
    assert client["token_validity_units"] == [
        {"access_token": "minutes", "id_token": "hours", "refresh_token": "days"}
    ]
    assert terraform.values("aws_cognito_user_pool_client.machine")["client_secret"]
    assert terraform.values("aws_cognito_user_group.operator")["id"] == f"{identifier}/operator"
    user = terraform.values("aws_cognito_user.demo")
    assert user["id"] == f"{identifier}/demo"
    assert user["status"] == "CONFIRMED"
    assert user["sub"]
    described = aws("cognito-idp").describe_user_pool(UserPoolId=identifier)["UserPool"]
    assert described["AdminCreateUserConfig"]["AllowAdminCreateUserOnly"] is True
    check_what_is_found(terraform)


def check_what_is_found(terraform: TerraformFolder) -> None:
    pool = terraform.values("aws_cognito_user_pool.users")
    pools = terraform.values("data.aws_cognito_user_pools.users")
    assert (pools["id"], pools["ids"], pools["arns"]) == ("users", [pool["id"]], [pool["arn"]])
    assert terraform.values("data.aws_cognito_user_pools.none")["ids"] == []
    found = terraform.values("data.aws_cognito_user_pool.users")
    assert found["id"] == pool["id"]
    assert found["arn"] == pool["arn"]
    assert found["tags"] == {"team": "payments"}
    assert found["mfa_configuration"] == "OFF"
    assert "custom:tenant" in {each["name"] for each in found["schema_attributes"]}
    machine = terraform.values("aws_cognito_user_pool_client.machine")
    client = terraform.values("data.aws_cognito_user_pool_client.machine")
    assert client["client_secret"] == machine["client_secret"]
    assert client["name"] == "machine"
    clients = terraform.values("data.aws_cognito_user_pool_clients.all")
    assert sorted(clients["client_names"]) == ["clients", "machine"]
    assert machine["id"] in clients["client_ids"]
    group = terraform.values("data.aws_cognito_user_group.operator")
    assert (group["description"], group["precedence"]) == ("May pay", 2)
    groups = terraform.values("data.aws_cognito_user_groups.all")["groups"]
    assert [each["group_name"] for each in groups] == ["operator"]


def has_pool(aws: Aws, identifier: str) -> bool:
    pools = aws("cognito-idp").list_user_pools(MaxResults=60)["UserPools"]
    return identifier in {pool["Id"] for pool in pools}


def is_pool(aws: Aws, values: Values) -> bool:
    return has_pool(aws, values["id"])


def is_client(aws: Aws, values: Values) -> bool:
    pool = values["user_pool_id"]
    if not has_pool(aws, pool):
        return False
    listed = aws("cognito-idp").list_user_pool_clients(UserPoolId=pool)["UserPoolClients"]
    return values["id"] in {each["ClientId"] for each in listed}


def is_group(aws: Aws, values: Values) -> bool:
    pool = values["user_pool_id"]
    if not has_pool(aws, pool):
        return False
    listed = aws("cognito-idp").list_groups(UserPoolId=pool)["Groups"]
    return values["name"] in {each["GroupName"] for each in listed}


def is_user(aws: Aws, values: Values) -> bool:
    pool = values["user_pool_id"]
    if not has_pool(aws, pool):
        return False
    listed = aws("cognito-idp").list_users(UserPoolId=pool)["Users"]
    return values["username"] in {each["Username"] for each in listed}


def is_in_group(aws: Aws, values: Values) -> bool:
    if not is_user(aws, values):
        return False
    listed = aws("cognito-idp").admin_list_groups_for_user(
        UserPoolId=values["user_pool_id"], Username=values["username"]
    )["Groups"]
    return values["group_name"] in {each["GroupName"] for each in listed}


def describe_group_by_hand(aws: Aws, values: Values) -> None:
    which = {"UserPoolId": values["user_pool_id"], "GroupName": values["name"]}
    aws("cognito-idp").delete_group(**which)
    aws("cognito-idp").create_group(**which, Description="by hand")


def of_user(values: Values) -> Values:
    return {"UserPoolId": values["user_pool_id"], "Username": values["username"]}


LIVES = (
    Lives(
        "pools and users",
        USERS,
        lives=(
            Life(
                "aws_cognito_user_in_group.demo",
                is_there=is_in_group,
                vanish=lambda aws, values: aws("cognito-idp").admin_remove_user_from_group(
                    **of_user(values), GroupName=values["group_name"]
                ),
                import_id=lambda values: "/".join(
                    values[key] for key in ("user_pool_id", "group_name", "username")
                ),
            ),
            Life(
                "aws_cognito_user_pool.users",
                is_there=is_pool,
                update=("= 12", "= 10"),
                drift=lambda aws, values: aws("cognito-idp").tag_resource(
                    ResourceArn=values["arn"], Tags={"by": "hand"}
                ),
                drifted=("tags", "tags_all"),
            ),
            Life(
                "aws_cognito_user_pool.plain",
                is_there=is_pool,
                update=("Your code", "The code"),
                replace=('name              = "plain"', 'name              = "simple"'),
                vanish=lambda aws, values: aws("cognito-idp").delete_user_pool(
                    UserPoolId=values["id"]
                ),
            ),
            Life(
                "aws_cognito_user_pool_client.clients",
                is_there=is_client,
                update=("= 60", "= 30"),
                drift=lambda aws, values: aws("cognito-idp").update_user_pool_client(
                    UserPoolId=values["user_pool_id"], ClientId=values["id"], ClientName="by hand"
                ),
                drifted=("name",),
                vanish=lambda aws, values: aws("cognito-idp").delete_user_pool_client(
                    UserPoolId=values["user_pool_id"], ClientId=values["id"]
                ),
                import_id=lambda values: f"{values['user_pool_id']}/{values['id']}",
            ),
            Life(
                "aws_cognito_user_pool_client.machine",
                is_there=is_client,
                # No import tells whether the secret was asked for, so it ends without one.
                replace=("generate_secret = true", "generate_secret = false"),
                import_id=lambda values: f"{values['user_pool_id']}/{values['id']}",
            ),
            Life(
                "aws_cognito_user_group.operator",
                is_there=is_group,
                update=("May pay", "Pays"),
                drift=describe_group_by_hand,
                drifted=("description",),
                vanish=lambda aws, values: aws("cognito-idp").delete_group(
                    UserPoolId=values["user_pool_id"], GroupName=values["name"]
                ),
            ),
            Life(
                "aws_cognito_user.demo",
                is_there=is_user,
                update=('"one"', '"two"'),
                drift=lambda aws, values: aws("cognito-idp").admin_disable_user(**of_user(values)),
                drifted=("enabled",),
                # A password can be set, but not read.
                unreadable=("password", "last_modified_date", "status"),
            ),
            Life(
                "aws_cognito_user.guest",
                is_there=is_user,
                update=("= false\n}", "= true\n}"),
                replace=('"guest"\n', '"visitor"\n'),
                vanish=lambda aws, values: aws("cognito-idp").admin_delete_user(**of_user(values)),
            ),
        ),
        check=check_what_came_out,
    ),
)

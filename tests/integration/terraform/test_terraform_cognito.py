from __future__ import annotations

from collections.abc import Callable
from typing import Any

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

resource "aws_cognito_user_in_group" "demo" {
  user_pool_id = aws_cognito_user_pool.users.id
  group_name   = aws_cognito_user_group.operator.name
  username     = aws_cognito_user.demo.username
}
"""
POOL = "aws_cognito_user_pool.users"
PLAIN = "aws_cognito_user_pool.plain"
CLIENT = "aws_cognito_user_pool_client.clients"
GROUP = "aws_cognito_user_group.operator"
USER = "aws_cognito_user.demo"
MEMBER = "aws_cognito_user_in_group.demo"


def test_pools_clients_groups_and_users_live_their_whole_life(
    terraform: TerraformFolder, aws: Callable[[str], Any]
) -> None:
    cognito = aws("cognito-idp")
    terraform.write(USERS)
    terraform.apply()
    assert terraform.changes() == {}
    pool = terraform.values(POOL)
    identifier = pool["id"]
    assert pool["endpoint"] == f"cognito-idp.eu-central-1.amazonaws.com/{identifier}"
    assert [block["name"] for block in pool["schema"]] == ["tenant"]
    client = terraform.values(CLIENT)
    assert client["client_secret"] == ""
    assert client["token_validity_units"] == [
        {"access_token": "minutes", "id_token": "hours", "refresh_token": "days"}
    ]
    assert terraform.values("aws_cognito_user_pool_client.machine")["client_secret"]
    assert terraform.values(GROUP)["id"] == f"{identifier}/operator"
    user = terraform.values(USER)
    assert user["id"] == f"{identifier}/demo"
    assert user["status"] == "CONFIRMED"
    assert user["sub"]

    changed = USERS.replace("= 12", "= 14").replace("= 60", "= 30").replace("May pay", "Pays")
    changed = changed.replace('"one"', '"two"').replace('"payments"', '"money"')
    changed = changed.replace("Your code", "The code").replace(
        "  tags =",
        '  schema {\n    name = "limit"\n    attribute_data_type = "Number"\n'
        "    number_attribute_constraints {\n      max_value = 10\n    }\n  }\n  tags =",
    )
    terraform.write(changed)
    assert terraform.changes() == {
        address: ["update"] for address in (POOL, PLAIN, CLIENT, GROUP, USER)
    }
    terraform.apply()
    assert terraform.changes() == {}
    described = cognito.describe_user_pool(UserPoolId=identifier)["UserPool"]
    assert described["Policies"]["PasswordPolicy"]["MinimumLength"] == 14
    assert described["AdminCreateUserConfig"]["AllowAdminCreateUserOnly"] is True

    terraform.write(changed.replace('name                = "users"', 'name = "people"'))
    assert terraform.changes()[POOL] == ["delete", "create"]
    terraform.write(
        changed.replace("generate_secret               = false", "generate_secret=true")
    )
    assert terraform.changes() == {CLIENT: ["delete", "create"]}

    terraform.write(changed)
    cognito.update_user_pool_client(
        UserPoolId=identifier, ClientId=client["id"], ClientName="by hand"
    )
    cognito.delete_group(UserPoolId=identifier, GroupName="operator")
    cognito.create_group(UserPoolId=identifier, GroupName="operator", Description="by hand")
    cognito.admin_disable_user(UserPoolId=identifier, Username="demo")
    cognito.tag_resource(ResourceArn=pool["arn"], Tags={"by": "hand"})
    drifted = terraform.drifted()
    assert drifted[CLIENT] == ["name"]
    assert drifted[GROUP] == ["description"]
    assert "enabled" in drifted[USER]
    assert drifted[MEMBER] == ["(gone)"]
    assert drifted[POOL] == ["tags", "tags_all"]
    terraform.apply()
    assert terraform.changes() == {}

    identifiers = {
        POOL: identifier,
        PLAIN: terraform.values(PLAIN)["id"],
        CLIENT: f"{identifier}/{client['id']}",
        GROUP: f"{identifier}/operator",
        MEMBER: f"{identifier}/operator/demo",
        USER: f"{identifier}/demo",
    }
    # A password can be set, but not read.
    assert terraform.import_all(identifiers) == {USER: ["update"]}

    terraform.destroy()
    assert cognito.list_user_pools(MaxResults=10)["UserPools"] == []


def test_attributes_of_users_can_be_added_but_not_changed(terraform: TerraformFolder) -> None:
    pool = USERS.split('resource "aws_cognito_user_pool" "plain"')[0]
    terraform.write(pool)
    terraform.apply()
    terraform.write(pool.replace("max_length = 64", "max_length = 32"))
    complaint = terraform.fail("apply", "-auto-approve")
    assert "Cognito can't change or remove schema attributes" in complaint
    terraform.write(pool)
    assert terraform.changes() == {}
    terraform.destroy()


def test_a_pool_that_says_nothing_takes_what_cognito_gives(terraform: TerraformFolder) -> None:
    terraform.write("""
    resource "aws_cognito_user_pool" "bare" {
      name = "bare"
    }

    resource "aws_cognito_user_pool_client" "bare" {
      name         = "bare"
      user_pool_id = aws_cognito_user_pool.bare.id
    }
    """)
    terraform.apply()
    assert terraform.changes() == {}
    bare = terraform.values("aws_cognito_user_pool.bare")
    assert bare["mfa_configuration"] == "OFF"
    assert bare["password_policy"][0]["minimum_length"] == 8
    assert terraform.values("aws_cognito_user_pool_client.bare")["token_validity_units"] == []
    terraform.destroy()


EVERYTHING = """
resource "aws_cognito_user_pool" "rich" {
  name                     = "rich"
  username_attributes      = ["email"]
  auto_verified_attributes = ["email"]
  user_pool_tier           = "PLUS"

  username_configuration {
    case_sensitive = false
  }

  schema {
    name                = "email"
    attribute_data_type = "String"
    required            = true
    mutable             = true
    string_attribute_constraints {
      min_length = 0
      max_length = 2048
    }
  }

  lambda_config {
    pre_sign_up = "arn:aws:lambda:eu-central-1:000000000000:function:sign-up"
  }

  device_configuration {
    challenge_required_on_new_device      = true
    device_only_remembered_on_user_prompt = true
  }

  email_configuration {
    reply_to_email_address = "help@example.com"
  }

  user_attribute_update_settings {
    attributes_require_verification_before_update = ["email"]
  }

  user_pool_add_ons {
    advanced_security_mode = "AUDIT"
  }

  sign_in_policy {
    allowed_first_auth_factors = ["PASSWORD", "EMAIL_OTP"]
  }

  admin_create_user_config {
    allow_admin_create_user_only = false
    invite_message_template {
      email_message = "{username} {####}"
      email_subject = "Welcome"
      sms_message   = "{username} {####}"
    }
  }
}

resource "aws_cognito_user_pool_client" "rich" {
  name                                 = "rich"
  user_pool_id                         = aws_cognito_user_pool.rich.id
  allowed_oauth_flows_user_pool_client = true
  allowed_oauth_flows                  = ["code"]
  allowed_oauth_scopes                 = ["openid", "email"]
  callback_urls                        = ["https://example.com/b", "https://example.com/a"]
  logout_urls                          = ["https://example.com/out"]
  default_redirect_uri                 = "https://example.com/a"
  supported_identity_providers         = ["COGNITO"]
  read_attributes                      = ["email", "name"]
  write_attributes                     = ["email"]
  refresh_token_validity               = 10

  refresh_token_rotation {
    feature = "ENABLED"
  }
}
"""
RICH = "aws_cognito_user_pool.rich"
RICH_CLIENT = "aws_cognito_user_pool_client.rich"


def test_every_setting_of_a_pool_comes_back_and_can_be_taken_away(
    terraform: TerraformFolder,
) -> None:
    terraform.write(EVERYTHING)
    terraform.apply()
    assert terraform.changes() == {}
    pool, client = terraform.values(RICH), terraform.values(RICH_CLIENT)
    assert pool["email_configuration"][0]["email_sending_account"] == "COGNITO_DEFAULT"
    identifiers = {RICH: pool["id"], RICH_CLIENT: f"{pool['id']}/{client['id']}"}
    # The embedded engine does not keep the rotation of refresh tokens.
    assert terraform.import_all(identifiers) == {RICH_CLIENT: ["update"]}

    start, end = EVERYTHING.index("  lambda_config"), EVERYTHING.index("  sign_in_policy")
    bare = EVERYTHING[:start] + EVERYTHING[end:]
    terraform.write(bare.replace('auto_verified_attributes = ["email"]', ""))
    assert terraform.changes()[RICH] == ["update"]
    terraform.apply()
    assert terraform.changes() == {}
    pool = terraform.values(RICH)
    assert pool["lambda_config"] == pool["device_configuration"] == []
    assert not pool["auto_verified_attributes"]
    terraform.destroy()


def test_settings_that_exclude_each_other_are_refused(terraform: TerraformFolder) -> None:
    terraform.write("""
    resource "aws_cognito_user_pool" "odd" {
      name                       = "odd"
      alias_attributes           = ["email"]
      username_attributes        = ["email"]
      email_verification_message = "{####}"
      verification_message_template {
        email_message = "{####}"
      }
      password_policy {
        minimum_length = 3
      }
    }
    """)
    complaint = terraform.fail("plan")
    assert "alias_attributes" in complaint
    assert "conflicts with verification_message_template.email_message" in complaint
    assert "expected a number from 6 to 99, got 3" in complaint


def test_what_was_deleted_by_hand_is_made_again(
    terraform: TerraformFolder, aws: Callable[[str], Any]
) -> None:
    terraform.write(USERS)
    terraform.apply()
    aws("cognito-idp").delete_user_pool(UserPoolId=terraform.values(POOL)["id"])
    changes = terraform.changes()
    for address in (POOL, CLIENT, GROUP, USER, MEMBER):
        assert changes[address] == ["create"], address
    assert PLAIN not in changes
    terraform.succeed("destroy", "-auto-approve", "-refresh=false")

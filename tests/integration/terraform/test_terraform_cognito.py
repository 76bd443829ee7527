from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.terraform_folder import TerraformFolder

POOL = """
resource "aws_cognito_user_pool" "users" {
  name = "users"

  schema {
    name                = "tenant"
    attribute_data_type = "String"
    mutable             = true
    string_attribute_constraints {
      min_length = 1
      max_length = 64
    }
  }
}
"""
LIMIT = """
  schema {
    name                = "limit"
    attribute_data_type = "Number"
    number_attribute_constraints {
      max_value = 10
    }
  }
}
"""


def test_attributes_of_users_can_be_added_but_not_changed(terraform: TerraformFolder) -> None:
    terraform.write(POOL)
    terraform.apply()
    terraform.write(POOL.rstrip().removesuffix("}") + LIMIT)
    assert terraform.changes() == {"aws_cognito_user_pool.users": ["update"]}
    terraform.apply()
    assert terraform.changes() == {}
    terraform.write(POOL.replace("max_length = 64", "max_length = 32"))
    complaint = terraform.fail("apply", "-auto-approve")
    assert "Cognito can't change or remove schema attributes" in complaint
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


MEMBERS = {
    "aws_cognito_user_pool_client.web": 'name = "web"',
    "aws_cognito_user_group.operator": 'name = "operator"',
    "aws_cognito_user.demo": 'username = "demo"',
    "aws_cognito_user_pool_domain.prefix": 'domain = "payments-gone"',
    "aws_cognito_resource_server.api": 'identifier = "api"\nname = "api"',
    "aws_cognito_identity_provider.google": (
        'provider_name = "Google"\nprovider_type = "Google"\n'
        'provider_details = { client_id = "a", client_secret = "b", authorize_scopes = "email" }'
    ),
}


def test_a_pool_that_was_deleted_by_hand_is_made_again_with_all_that_was_in_it(
    terraform: TerraformFolder, aws: Callable[[str], Any]
) -> None:
    blocks = [
        'resource "{}" "{}" {{\n  user_pool_id = aws_cognito_user_pool.users.id\n{}\n}}\n'.format(
            *address.split("."), arguments
        )
        for address, arguments in MEMBERS.items()
    ]
    terraform.write(POOL + "".join(blocks))
    terraform.apply()
    assert terraform.changes() == {}
    pool = terraform.values("aws_cognito_user_pool.users")["id"]
    aws("cognito-idp").delete_user_pool(UserPoolId=pool)
    gone = ("aws_cognito_user_pool.users", *MEMBERS)
    assert terraform.changes() == {address: ["create"] for address in gone}
    terraform.succeed("destroy", "-auto-approve", "-refresh=false")

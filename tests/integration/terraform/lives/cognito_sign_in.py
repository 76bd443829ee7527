"""Amazon Cognito: how users come in: domains, resource servers, other identity providers."""

from __future__ import annotations

from tests.integration.terraform.life import Aws, Life, Lives, Values
from tests.terraform_folder import TerraformFolder

DOMAINS = """
resource "aws_cognito_user_pool" "users" {
  name = "users"
}

resource "aws_cognito_user_pool" "partners" {
  name = "partners"
}

resource "aws_acm_certificate" "auth" {
  domain_name       = "auth.example.com"
  validation_method = "DNS"
}

resource "aws_acm_certificate" "renewed" {
  domain_name       = "auth.example.com"
  validation_method = "DNS"
}

resource "aws_cognito_user_pool_domain" "prefix" {
  domain       = "payments-sandbox"
  user_pool_id = aws_cognito_user_pool.users.id
}

resource "aws_cognito_user_pool_domain" "own" {
  domain                = "auth.example.com"
  certificate_arn       = aws_acm_certificate.auth.arn
  managed_login_version = 2
  user_pool_id          = aws_cognito_user_pool.partners.id
}

resource "aws_cognito_resource_server" "payments" {
  identifier   = "https://payments.example.com"
  name         = "payments"
  user_pool_id = aws_cognito_user_pool.users.id

  scope {
    scope_name        = "read"
    scope_description = "See payments"
  }
  scope {
    scope_name        = "pay"
    scope_description = "Pay"
  }
}

resource "aws_cognito_resource_server" "plain" {
  identifier   = "plain"
  name         = "plain"
  user_pool_id = aws_cognito_user_pool.users.id
}

resource "aws_cognito_user_pool_client" "machine" {
  name                                 = "machine"
  user_pool_id                         = aws_cognito_user_pool.users.id
  generate_secret                      = true
  allowed_oauth_flows_user_pool_client = true
  allowed_oauth_flows                  = ["client_credentials"]
  allowed_oauth_scopes                 = aws_cognito_resource_server.payments.scope_identifiers
}

resource "aws_cognito_identity_provider" "google" {
  user_pool_id    = aws_cognito_user_pool.users.id
  provider_name   = "Google"
  provider_type   = "Google"
  idp_identifiers = ["example.com"]

  provider_details = {
    authorize_scopes = "email"
    client_id        = "sandbox"
    client_secret    = "s3cret"
  }

  attribute_mapping = {
    email    = "email"
    username = "sub"
  }
}

resource "aws_cognito_identity_provider" "bank" {
  user_pool_id  = aws_cognito_user_pool.partners.id
  provider_name = "bank"
  provider_type = "OIDC"

  provider_details = {
    attributes_request_method = "GET"
    authorize_scopes          = "openid"
    client_id                 = "payments"
    client_secret             = "s3cret"
    oidc_issuer               = "https://id.bank.example"
  }
}
"""


def check_what_came_out(terraform: TerraformFolder, aws: Aws) -> None:
    prefix = terraform.values("aws_cognito_user_pool_domain.prefix")
    assert prefix["id"] == "payments-sandbox"
    assert prefix["cloudfront_distribution"] == ""
    own = terraform.values("aws_cognito_user_pool_domain.own")
    assert own["cloudfront_distribution"].endswith(".cloudfront.net")
    assert own["cloudfront_distribution_zone_id"] == "Z2FDTNDATAQYW2"
    assert own["managed_login_version"] == 2
    server = terraform.values("aws_cognito_resource_server.payments")
    assert server["id"] == f"{server['user_pool_id']}|https://payments.example.com"
    assert sorted(server["scope_identifiers"]) == [
        "https://payments.example.com/pay",
        "https://payments.example.com/read",
    ]
    bank = terraform.values("aws_cognito_identity_provider.bank")
    assert bank["id"] == f"{bank['user_pool_id']}:bank"
    described = aws("cognito-idp").describe_identity_provider(
        UserPoolId=bank["user_pool_id"], ProviderName="bank"
    )
    assert described["IdentityProvider"]["ProviderDetails"] == bank["provider_details"]


def has_domain(aws: Aws, values: Values) -> bool:
    described = aws("cognito-idp").describe_user_pool_domain(Domain=values["domain"])
    return bool(described["DomainDescription"].get("Status") == "ACTIVE")


def has_pool(aws: Aws, values: Values) -> bool:
    pools = aws("cognito-idp").list_user_pools(MaxResults=60)["UserPools"]
    return values["user_pool_id"] in {pool["Id"] for pool in pools}


def has_server(aws: Aws, values: Values) -> bool:
    if not has_pool(aws, values):
        return False
    listed = aws("cognito-idp").list_resource_servers(
        UserPoolId=values["user_pool_id"], MaxResults=50
    )
    return values["identifier"] in {each["Identifier"] for each in listed["ResourceServers"]}


def has_provider(aws: Aws, values: Values) -> bool:
    if not has_pool(aws, values):
        return False
    listed = aws("cognito-idp").list_identity_providers(UserPoolId=values["user_pool_id"])
    return values["provider_name"] in {each["ProviderName"] for each in listed["Providers"]}


def of_server(values: Values) -> Values:
    return {"UserPoolId": values["user_pool_id"], "Identifier": values["identifier"]}


def of_provider(values: Values) -> Values:
    return {"UserPoolId": values["user_pool_id"], "ProviderName": values["provider_name"]}


LIVES = (
    Lives(
        "domains and providers",
        DOMAINS,
        lives=(
            Life(
                "aws_cognito_user_pool_domain.prefix",
                is_there=has_domain,
                replace=('"payments-sandbox"', '"payments-local"'),
                drift=lambda aws, values: aws("cognito-idp").update_user_pool_domain(
                    Domain=values["domain"],
                    UserPoolId=values["user_pool_id"],
                    ManagedLoginVersion=2,
                ),
                drifted=("managed_login_version",),
                vanish=lambda aws, values: aws("cognito-idp").delete_user_pool_domain(
                    Domain=values["domain"], UserPoolId=values["user_pool_id"]
                ),
            ),
            Life(
                "aws_cognito_user_pool_domain.own",
                is_there=has_domain,
                update=(
                    "certificate_arn       = aws_acm_certificate.auth.arn",
                    "certificate_arn       = aws_acm_certificate.renewed.arn",
                ),
                drift=lambda aws, values: aws("cognito-idp").update_user_pool_domain(
                    Domain=values["domain"],
                    UserPoolId=values["user_pool_id"],
                    ManagedLoginVersion=1,
                    CustomDomainConfig={"CertificateArn": values["certificate_arn"]},
                ),
                drifted=("managed_login_version",),
            ),
            Life(
                "aws_cognito_resource_server.payments",
                is_there=has_server,
                update=('scope_name        = "pay"', 'scope_name        = "settle"'),
                replace=('name         = "payments"', 'name         = "settlements"'),
                drift=lambda aws, values: aws("cognito-idp").update_resource_server(
                    **of_server(values),
                    Name=values["name"],
                    Scopes=[{"ScopeName": "by-hand", "ScopeDescription": "By hand"}],
                ),
                drifted=("scope", "scope_identifiers"),
                vanish=lambda aws, values: aws("cognito-idp").delete_resource_server(
                    **of_server(values)
                ),
            ),
            Life("aws_cognito_resource_server.plain", is_there=has_server),
            Life(
                "aws_cognito_identity_provider.google",
                is_there=has_provider,
                update=('idp_identifiers = ["example.com"]', "idp_identifiers = []"),
                drift=lambda aws, values: aws("cognito-idp").update_identity_provider(
                    **of_provider(values),
                    AttributeMapping={"email": "mail", "username": "sub"},
                ),
                drifted=("attribute_mapping",),
                vanish=lambda aws, values: aws("cognito-idp").delete_identity_provider(
                    **of_provider(values)
                ),
            ),
            Life(
                "aws_cognito_identity_provider.bank",
                is_there=has_provider,
                update=('= "openid"', '= "openid email"'),
                replace=('provider_name = "bank"', 'provider_name = "our-bank"'),
                drift=lambda aws, values: aws("cognito-idp").update_identity_provider(
                    **of_provider(values),
                    ProviderDetails=values["provider_details"] | {"client_id": "by hand"},
                ),
                drifted=("provider_details",),
            ),
        ),
        along_with_updates=("aws_cognito_user_pool_client.machine",),
        check=check_what_came_out,
    ),
)

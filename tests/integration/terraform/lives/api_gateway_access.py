"""Amazon API Gateway: what serves a REST API to its clients, from deployment to domain."""

from __future__ import annotations

import json

from tests.integration.terraform.gateway_requests import ByHand, by_hand, has, request
from tests.integration.terraform.life import NOT_IMPORTABLE, Aws, Life, Lives, Values
from tests.terraform_folder import TerraformFolder

STAGE = """
resource "aws_api_gateway_rest_api" "payments" {
  name = "payments"
}

resource "aws_api_gateway_method" "get" {
  rest_api_id   = aws_api_gateway_rest_api.payments.id
  resource_id   = aws_api_gateway_rest_api.payments.root_resource_id
  http_method   = "GET"
  authorization = "NONE"
}

resource "aws_api_gateway_integration" "get" {
  rest_api_id = aws_api_gateway_rest_api.payments.id
  resource_id = aws_api_gateway_rest_api.payments.root_resource_id
  http_method = aws_api_gateway_method.get.http_method
  type        = "MOCK"
}

resource "aws_api_gateway_resource" "hooks" {
  rest_api_id = aws_api_gateway_rest_api.payments.id
  parent_id   = aws_api_gateway_rest_api.payments.root_resource_id
  path_part   = "hooks"
}

resource "aws_api_gateway_rest_api_policy" "everybody" {
  rest_api_id = aws_api_gateway_rest_api.payments.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect = "Allow", Principal = "*", Action = "execute-api:Invoke", Resource = "execute-api:/*"
    }]
  })
}

resource "aws_api_gateway_deployment" "payments" {
  rest_api_id = aws_api_gateway_rest_api.payments.id
  description = "first"
  triggers    = { redeployment = "one" }
  depends_on  = [aws_api_gateway_integration.get]
  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_api_gateway_deployment" "canary" {
  rest_api_id = aws_api_gateway_rest_api.payments.id
  depends_on  = [aws_api_gateway_integration.get]
}

resource "aws_cloudwatch_log_group" "access" {
  name = "access"
}

resource "aws_api_gateway_client_certificate" "backend" {
  description = "For the backend"
  tags        = { team = "payments" }
}

resource "aws_api_gateway_stage" "live" {
  rest_api_id           = aws_api_gateway_rest_api.payments.id
  deployment_id         = aws_api_gateway_deployment.payments.id
  stage_name            = "live"
  variables             = { kind = "live" }
  client_certificate_id = aws_api_gateway_client_certificate.backend.id
  cache_cluster_enabled = true
  cache_cluster_size    = "0.5"
  xray_tracing_enabled  = true
  tags                  = { team = "payments" }
  access_log_settings {
    destination_arn = "${aws_cloudwatch_log_group.access.arn}:*"
    format          = "$context.requestId"
  }
  canary_settings {
    deployment_id            = aws_api_gateway_deployment.canary.id
    percent_traffic          = 12.5
    stage_variable_overrides = { kind = "canary" }
  }
  depends_on = [aws_api_gateway_account.logging]
}

resource "aws_api_gateway_stage" "test" {
  rest_api_id   = aws_api_gateway_rest_api.payments.id
  deployment_id = aws_api_gateway_deployment.payments.id
  stage_name    = "test"
}

resource "aws_api_gateway_method_settings" "everything" {
  rest_api_id = aws_api_gateway_rest_api.payments.id
  stage_name  = aws_api_gateway_stage.live.stage_name
  method_path = "*/*"
  settings {
    metrics_enabled       = true
    logging_level         = "INFO"
    throttling_rate_limit = 100.5
  }
}

resource "aws_api_gateway_method_settings" "one" {
  rest_api_id = aws_api_gateway_rest_api.payments.id
  stage_name  = aws_api_gateway_stage.test.stage_name
  method_path = "hooks/GET"
  settings {
    caching_enabled        = false
    throttling_burst_limit = 7
  }
}

resource "aws_api_gateway_api_key" "client" {
  name        = "client"
  value       = "a-key-of-at-least-20-characters"
  customer_id = "c-1"
  tags        = { team = "payments" }
}

resource "aws_api_gateway_usage_plan" "clients" {
  name         = "clients"
  product_code = "P1"
  api_stages {
    api_id = aws_api_gateway_rest_api.payments.id
    stage  = aws_api_gateway_stage.live.stage_name
    throttle {
      path        = "/GET"
      rate_limit  = 5
      burst_limit = 6
    }
  }
  quota_settings {
    limit  = 1000
    period = "MONTH"
  }
  throttle_settings {
    rate_limit  = 10
    burst_limit = 20
  }
}

resource "aws_api_gateway_usage_plan_key" "client" {
  key_id        = aws_api_gateway_api_key.client.id
  key_type      = "API_KEY"
  usage_plan_id = aws_api_gateway_usage_plan.clients.id
}

resource "aws_iam_role" "logging" {
  for_each = toset(["first", "second"])
  name     = each.key
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "apigateway.amazonaws.com" }
    }]
  })
}

resource "aws_api_gateway_account" "logging" {
  cloudwatch_role_arn = aws_iam_role.logging["first"].arn
}

data "aws_api_gateway_api_key" "client" {
  id = aws_api_gateway_api_key.client.id
}

data "aws_api_gateway_api_keys" "all" {
  include_values = true
  depends_on     = [aws_api_gateway_api_key.client]
}

data "aws_api_gateway_export" "live" {
  rest_api_id = aws_api_gateway_stage.test.rest_api_id
  stage_name  = aws_api_gateway_stage.test.stage_name
  export_type = "oas30"
  parameters  = { extensions = "apigateway" }
}
"""

DOMAIN = """
locals {
  certificate = "arn:aws:acm:eu-central-1:000000000000:certificate/11111111-2222-3333"
}

resource "aws_api_gateway_rest_api" "described" {
  name = "described"
  body = jsonencode({
    openapi = "3.0.1"
    info    = { title = "described", version = "1" }
    paths = {
      "/first" = {
        get = { "x-amazon-apigateway-integration" = { type = "mock" } }
      }
    }
  })
}

resource "aws_api_gateway_rest_api" "filled" {
  name = "filled"
}

resource "aws_api_gateway_rest_api_put" "filled" {
  rest_api_id = aws_api_gateway_rest_api.filled.id
  body        = replace(aws_api_gateway_rest_api.described.body, "described", "filled")
  triggers    = { redeployment = "one" }
}

resource "aws_api_gateway_deployment" "described" {
  rest_api_id = aws_api_gateway_rest_api.described.id
  triggers    = { redeployment = sha1(aws_api_gateway_rest_api.described.body) }
  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_api_gateway_stage" "described" {
  rest_api_id   = aws_api_gateway_rest_api.described.id
  deployment_id = aws_api_gateway_deployment.described.id
  stage_name    = "live"
}

resource "aws_api_gateway_domain_name" "payments" {
  domain_name              = "payments.example.com"
  regional_certificate_arn = "${local.certificate}-4444"
  security_policy          = "TLS_1_2"
  endpoint_configuration {
    types = ["REGIONAL"]
  }
  mutual_tls_authentication {
    truststore_uri = "s3://trust/store.pem"
  }
  tags = { team = "payments" }
}

resource "aws_api_gateway_base_path_mapping" "payments" {
  api_id      = aws_api_gateway_rest_api.described.id
  stage_name  = aws_api_gateway_stage.described.stage_name
  domain_name = aws_api_gateway_domain_name.payments.domain_name
  base_path   = "v1"
}

resource "aws_api_gateway_base_path_mapping" "whole" {
  api_id      = aws_api_gateway_rest_api.described.id
  domain_name = aws_api_gateway_domain_name.payments.domain_name
}

data "aws_api_gateway_domain_name" "payments" {
  domain_name = aws_api_gateway_domain_name.payments.domain_name
}
"""


def check_clients(terraform: TerraformFolder, aws: Aws) -> None:
    stage = terraform.values("aws_api_gateway_stage.live")
    account, api = terraform.values("aws_api_gateway_account.logging")["id"], stage["rest_api_id"]
    assert stage["id"] == f"ags-{api}-live"
    assert stage["invoke_url"] == f"https://{api}.execute-api.eu-central-1.amazonaws.com/live"
    assert stage["execution_arn"] == f"arn:aws:execute-api:eu-central-1:{account}:{api}/live"
    assert account == aws("sts").get_caller_identity()["Account"]
    settings = terraform.values("aws_api_gateway_method_settings.everything")
    assert settings["id"] == f"{api}-live-*/*"
    assert settings["settings"][0]["throttling_burst_limit"] == -1
    key = terraform.values("aws_api_gateway_api_key.client")
    assert key["value"] == "a-key-of-at-least-20-characters"
    assert "value = (sensitive value)" in " ".join(terraform.run("show").stdout.split())
    found = terraform.values("data.aws_api_gateway_api_key.client")
    assert {name: found[name] for name in ("arn", "customer_id", "name", "value")} == {
        name: key[name] for name in ("arn", "customer_id", "name", "value")
    }
    (item,) = terraform.values("data.aws_api_gateway_api_keys.all")["items"]
    assert (item["id"], item["value"]) == (key["id"], key["value"])
    export = terraform.values("data.aws_api_gateway_export.live")
    assert export["id"] == f"{api}:test"
    assert list(json.loads(export["body"])["paths"]) == ["/"]
    assert export["content_type"] == "application/octet-stream"


def check_domain(terraform: TerraformFolder, aws: Aws) -> None:
    domain = terraform.values("aws_api_gateway_domain_name.payments")
    assert domain["regional_domain_name"].endswith(".execute-api.eu-central-1.amazonaws.com")
    assert domain["arn"] == "arn:aws:apigateway:eu-central-1::/domainnames/payments.example.com"
    found = terraform.values("data.aws_api_gateway_domain_name.payments")
    for name in ("arn", "regional_certificate_arn", "regional_domain_name", "tags"):
        assert found[name] == domain[name], name
    mapping = terraform.values("aws_api_gateway_base_path_mapping.payments")
    assert mapping["id"] == "payments.example.com/v1"
    whole = terraform.values("aws_api_gateway_base_path_mapping.whole")
    assert whole["id"] == "payments.example.com/"
    filled = terraform.values("aws_api_gateway_rest_api.filled")["id"]
    resources = aws("apigateway").get_resources(restApiId=filled)["items"]
    assert [item["path"] for item in resources if "resourceMethods" in item] == ["/first"]


def change_stage(aws: Aws, values: Values) -> None:
    aws("apigateway").update_stage(
        restApiId=values["rest_api_id"],
        stageName=values["stage_name"],
        patchOperations=[
            *by_hand(
                **{
                    "description": "by hand",
                    "tracingEnabled": "false",
                    "accessLogSettings/format": "$context.extendedRequestId",
                    "canarySettings/percentTraffic": "7.5",
                    "variables/kind": "drifted",
                }
            ),
        ],
    )
    aws("apigateway").tag_resource(resourceArn=values["arn"], tags={"by": "hand"})


def change_methods(path: str) -> ByHand:
    def change(aws: Aws, values: Values) -> None:
        aws("apigateway").update_stage(
            restApiId=values["rest_api_id"],
            stageName=values["stage_name"],
            patchOperations=by_hand(**{f"{path}/throttling/burstLimit": "8"}),
        )

    return change


def has_method_settings(aws: Aws, values: Values) -> bool:
    if not has("get_stage", restApiId="rest_api_id", stageName="stage_name")(aws, values):
        return False
    stage = aws("apigateway").get_stage(
        restApiId=values["rest_api_id"], stageName=values["stage_name"]
    )
    return values["method_path"] in stage.get("methodSettings", {})


def forget_method_settings(aws: Aws, values: Values) -> None:
    aws("apigateway").update_stage(
        restApiId=values["rest_api_id"],
        stageName=values["stage_name"],
        patchOperations=[{"op": "remove", "path": f"/{values['method_path']}"}],
    )


def has_policy(aws: Aws, values: Values) -> bool:
    is_there = has("get_rest_api", restApiId="rest_api_id")(aws, values)
    return is_there and "policy" in aws("apigateway").get_rest_api(restApiId=values["rest_api_id"])


def set_policy(text: str) -> ByHand:
    return lambda aws, values: aws("apigateway").update_rest_api(
        restApiId=values["rest_api_id"], patchOperations=by_hand(policy=text)
    )


def set_role(role: str) -> ByHand:
    def change(aws: Aws, _values: Values) -> None:
        arn = aws("iam").get_role(RoleName=role)["Role"]["Arn"]
        aws("apigateway").update_account(patchOperations=by_hand(cloudwatchRoleArn=arn))

    return change


DENIAL = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Deny",
                "Principal": "*",
                "Action": "execute-api:Invoke",
                "Resource": "execute-api:/*",
            }
        ],
    }
)


LIVES = (
    Lives(
        "a stage and its clients",
        STAGE,
        check=check_clients,
        along_with_updates=(
            "data.aws_api_gateway_api_key.client",
            "data.aws_api_gateway_api_keys.all",
        ),
        lives=(
            Life(
                "aws_api_gateway_rest_api_policy.everybody",
                is_there=has_policy,
                update=('Effect = "Allow", Principal', 'Effect = "Deny", Principal'),
                drift=set_policy(DENIAL.replace("Deny", "Allow")),
                drifted=("policy",),
                vanish=set_policy(""),
            ),
            Life(
                "aws_api_gateway_deployment.payments",
                is_there=has("get_deployment", restApiId="rest_api_id", deploymentId="id"),
                update=('"first"\n  triggers', '"second"\n  triggers'),
                replace=('redeployment = "one"', 'redeployment = "two"'),
                drift=lambda aws, values: aws("apigateway").update_deployment(
                    restApiId=values["rest_api_id"],
                    deploymentId=values["id"],
                    patchOperations=by_hand(description="by hand"),
                ),
                drifted=("description",),
                # The documentation: "triggers" and "variables" cannot be imported, and their
                # change is a replacement.
                import_id=NOT_IMPORTABLE,
            ),
            Life(
                "aws_api_gateway_deployment.canary",
                import_id=lambda values: f"{values['rest_api_id']}/{values['id']}",
            ),
            Life(
                "aws_api_gateway_client_certificate.backend",
                is_there=has("get_client_certificate", clientCertificateId="id"),
                update=('"For the backend"', '"Towards the backend"'),
                drift=lambda aws, values: aws("apigateway").update_client_certificate(
                    clientCertificateId=values["id"],
                    patchOperations=by_hand(description="by hand"),
                ),
                drifted=("description",),
            ),
            Life(
                "aws_api_gateway_stage.live",
                is_there=has("get_stage", restApiId="rest_api_id", stageName="stage_name"),
                update=('variables             = { kind = "live" }', "variables = {}"),
                drift=change_stage,
                drifted=(
                    "access_log_settings",
                    "canary_settings",
                    "description",
                    "tags",
                    "variables",
                    "xray_tracing_enabled",
                ),
                import_id=lambda values: f"{values['rest_api_id']}/{values['stage_name']}",
            ),
            Life(
                "aws_api_gateway_method_settings.everything",
                is_there=has_method_settings,
                update=("100.5", "50"),
                drift=change_methods("*/*"),
                drifted=("settings",),
                import_id=lambda values: f"{values['rest_api_id']}/{values['stage_name']}/*/*",
                vanish=forget_method_settings,
            ),
            Life(
                "aws_api_gateway_method_settings.one",
                replace=('"hooks/GET"', '"hooks/HEAD"'),
                import_id=lambda values: (
                    f"{values['rest_api_id']}/{values['stage_name']}/{values['method_path']}"
                ),
            ),
            Life(
                "aws_api_gateway_stage.test",
                replace=('"test"\n', '"trial"\n'),
                import_id=lambda values: f"{values['rest_api_id']}/{values['stage_name']}",
                vanish=request("delete_stage", restApiId="rest_api_id", stageName="stage_name"),
            ),
            Life(
                "aws_api_gateway_usage_plan_key.client",
                is_there=has("get_usage_plan_key", usagePlanId="usage_plan_id", keyId="key_id"),
                import_id=lambda values: f"{values['usage_plan_id']}/{values['key_id']}",
                vanish=request(
                    "delete_usage_plan_key", usagePlanId="usage_plan_id", keyId="key_id"
                ),
            ),
            Life(
                "aws_api_gateway_api_key.client",
                is_there=has("get_api_key", apiKey="id"),
                update=('"c-1"', '"c-2"'),
                replace=("a-key-", "another-key-"),
                drift=lambda aws, values: aws("apigateway").update_api_key(
                    apiKey=values["id"],
                    patchOperations=by_hand(
                        enabled="false", name="by-hand", description="by hand", customerId="c-7"
                    ),
                ),
                drifted=("customer_id", "description", "enabled", "name"),
                vanish=request("delete_api_key", apiKey="id"),
            ),
            Life(
                "aws_api_gateway_usage_plan.clients",
                is_there=has("get_usage_plan", usagePlanId="id"),
                update=("1000", "500"),
                drift=lambda aws, values: aws("apigateway").update_usage_plan(
                    usagePlanId=values["id"],
                    patchOperations=by_hand(
                        **{
                            "throttle/burstLimit": "21",
                            "quota/limit": "7",
                            "name": "by-hand",
                            "description": "by hand",
                            "productCode": "P7",
                        }
                    ),
                ),
                drifted=(
                    "description",
                    "name",
                    "product_code",
                    "quota_settings",
                    "throttle_settings",
                ),
            ),
            Life(
                "aws_api_gateway_account.logging",
                is_there=lambda aws, _: "cloudwatchRoleArn" in aws("apigateway").get_account(),
                update=('"first"].arn', '"second"].arn'),
                drift=set_role("first"),
                drifted=("cloudwatch_role_arn",),
            ),
        ),
    ),
    Lives(
        "a domain and described APIs",
        DOMAIN,
        check=check_domain,
        along_with_updates=("data.aws_api_gateway_domain_name.payments",),
        lives=(
            Life(
                "aws_api_gateway_rest_api_put.filled",
                replace=('redeployment = "one"', 'redeployment = "two"'),
                # No import is without a replacement: the body, which replaces, is not known then.
                import_id=NOT_IMPORTABLE,
            ),
            Life(
                "aws_api_gateway_base_path_mapping.payments",
                is_there=has(
                    "get_base_path_mapping", domainName="domain_name", basePath="base_path"
                ),
                update=('"v1"', '"v2"'),
                drift=lambda aws, values: aws("apigateway").update_base_path_mapping(
                    domainName=values["domain_name"],
                    basePath=values["base_path"],
                    patchOperations=[{"op": "remove", "path": "/stage"}],
                ),
                drifted=("stage_name",),
                vanish=request(
                    "delete_base_path_mapping", domainName="domain_name", basePath="base_path"
                ),
            ),
            Life(
                "aws_api_gateway_base_path_mapping.whole",
            ),
            Life(
                "aws_api_gateway_domain_name.payments",
                is_there=has("get_domain_name", domainName="domain_name"),
                update=("s3://trust/store.pem", "s3://trust/stores.pem"),
                replace=('"payments.example.com"', '"pay.example.com"'),
                drift=lambda aws, values: aws("apigateway").update_domain_name(
                    domainName=values["domain_name"],
                    patchOperations=by_hand(
                        **{
                            "securityPolicy": "TLS_1_0",
                            "regionalCertificateArn": "arn:aws:acm:eu-central-1:1:certificate/a",
                            "mutualTlsAuthentication/truststoreVersion": "7",
                        }
                    ),
                ),
                drifted=(
                    "mutual_tls_authentication",
                    "regional_certificate_arn",
                    "security_policy",
                ),
                vanish=request("delete_domain_name", domainName="domain_name"),
            ),
        ),
    ),
)

from __future__ import annotations

from collections.abc import Callable
from typing import Any

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
  # triggers
  depends_on = [aws_api_gateway_integration.get]
  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_cloudwatch_log_group" "access" {
  name = "access"
}

resource "aws_api_gateway_stage" "live" {
  rest_api_id   = aws_api_gateway_rest_api.payments.id
  deployment_id = aws_api_gateway_deployment.payments.id
  stage_name    = "live"
  variables     = { kind = "live" }
  tags          = { team = "payments" }
  access_log_settings {
    destination_arn = "${aws_cloudwatch_log_group.access.arn}:*"
    format          = "$context.requestId"
  }
  depends_on = [aws_api_gateway_account.logging]
}

resource "aws_api_gateway_method_settings" "everything" {
  rest_api_id = aws_api_gateway_rest_api.payments.id
  stage_name  = aws_api_gateway_stage.live.stage_name
  method_path = "*/*"
  settings {
    metrics_enabled       = true
    throttling_rate_limit = 100.5
  }
}

resource "aws_api_gateway_api_key" "client" {
  name  = "client"
  value = "a-key-of-at-least-20-characters"
  tags  = { team = "payments" }
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
"""
IN_PLACE = [
    ('"first"', '"second"', "aws_api_gateway_deployment.payments"),
    ('kind = "live"', 'color = "blue"', "aws_api_gateway_stage.live"),
    ("context.requestId", "context.requestId $context.status", "aws_api_gateway_stage.live"),
    (
        'Effect = "Allow", Principal',
        'Effect = "Deny", Principal',
        "aws_api_gateway_rest_api_policy.everybody",
    ),
    ("100.5", "50", "aws_api_gateway_method_settings.everything"),
    ('"client"\n  value', '"customer"\n  value', "aws_api_gateway_api_key.client"),
    ('"clients"\n', '"customers"\n', "aws_api_gateway_usage_plan.clients"),
    ("rate_limit  = 5", "rate_limit  = 3", "aws_api_gateway_usage_plan.clients"),
    ("1000", "500", "aws_api_gateway_usage_plan.clients"),
    ('"first"].arn', '"second"].arn', "aws_api_gateway_account.logging"),
]
UPDATED = {address: ["update"] for *_, address in IN_PLACE}


def test_a_stage_and_its_clients_live_their_whole_life(
    terraform: TerraformFolder, aws: Callable[[str], Any], account_id: str
) -> None:
    terraform.write(STAGE)
    terraform.apply()
    assert terraform.changes() == {}
    gateway = aws("apigateway")

    stage = terraform.values("aws_api_gateway_stage.live")
    api = stage["rest_api_id"]
    assert stage["id"] == f"ags-{api}-live"
    assert stage["invoke_url"] == f"https://{api}.execute-api.eu-central-1.amazonaws.com/live"
    assert stage["execution_arn"] == f"arn:aws:execute-api:eu-central-1:{account_id}:{api}/live"
    settings = terraform.values("aws_api_gateway_method_settings.everything")
    assert settings["id"] == f"{api}-live-*/*"
    assert settings["settings"][0]["throttling_burst_limit"] == -1
    assert terraform.values("aws_api_gateway_account.logging")["id"] == account_id
    plan = terraform.values("aws_api_gateway_usage_plan.clients")["id"]
    key = terraform.values("aws_api_gateway_api_key.client")
    assert key["value"] == "a-key-of-at-least-20-characters"
    assert "value = (sensitive value)" in " ".join(terraform.run("show").stdout.split())

    changed = STAGE
    for old, new, _address in IN_PLACE:
        assert old in changed, old
        changed = changed.replace(old, new, 1)
    terraform.write(changed)
    assert terraform.changes() == {address: ["update"] for *_, address in IN_PLACE}
    terraform.apply()
    assert terraform.changes() == {}

    retriggered = changed.replace("# triggers", 'triggers = { models = "2" }')
    terraform.write(retriggered)
    assert terraform.changes() == {
        "aws_api_gateway_deployment.payments": ["create", "delete"],
        "aws_api_gateway_stage.live": ["update"],
    }
    terraform.apply()
    assert terraform.changes() == {}
    assert len(gateway.get_deployments(restApiId=api)["items"]) == 1

    replacing = retriggered.replace('"live"\n', '"test"\n').replace("a-key-", "another-key-")
    terraform.write(replacing)
    assert terraform.changes() == {
        "aws_api_gateway_api_key.client": ["delete", "create"],
        "aws_api_gateway_method_settings.everything": ["delete", "create"],
        "aws_api_gateway_stage.live": ["delete", "create"],
        "aws_api_gateway_usage_plan.clients": ["update"],
        "aws_api_gateway_usage_plan_key.client": ["delete", "create"],
    }

    def by_hand(path: str, value: str) -> list[dict[str, str]]:
        return [{"op": "replace", "path": path, "value": value}]

    terraform.write(retriggered)
    gateway.update_stage(
        restApiId=api,
        stageName="live",
        patchOperations=by_hand("/description", "by hand")
        + by_hand("/*/*/throttling/burstLimit", "7"),
    )
    gateway.update_api_key(apiKey=key["id"], patchOperations=by_hand("/enabled", "false"))
    gateway.update_usage_plan(
        usagePlanId=plan, patchOperations=by_hand("/throttle/burstLimit", "21")
    )
    gateway.delete_usage_plan_key(usagePlanId=plan, keyId=key["id"])
    drifted = terraform.drifted()
    assert "enabled" in drifted.pop("aws_api_gateway_api_key.client")
    assert drifted == {
        "aws_api_gateway_method_settings.everything": ["settings"],
        "aws_api_gateway_stage.live": ["description"],
        "aws_api_gateway_usage_plan.clients": ["throttle_settings"],
        "aws_api_gateway_usage_plan_key.client": ["(gone)"],
    }
    terraform.write(changed)
    terraform.apply()
    assert terraform.changes() == {}

    deployment = terraform.values("aws_api_gateway_deployment.payments")["id"]
    root = terraform.values("aws_api_gateway_rest_api.payments")["root_resource_id"]
    assert (
        terraform.import_all(
            {
                "aws_api_gateway_account.logging": account_id,
                "aws_api_gateway_api_key.client": key["id"],
                "aws_api_gateway_deployment.payments": f"{api}/{deployment}",
                "aws_api_gateway_integration.get": f"{api}/{root}/GET",
                "aws_api_gateway_method.get": f"{api}/{root}/GET",
                "aws_api_gateway_method_settings.everything": f"{api}/live/*/*",
                "aws_api_gateway_rest_api.payments": api,
                "aws_api_gateway_rest_api_policy.everybody": api,
                "aws_api_gateway_stage.live": f"{api}/live",
                "aws_api_gateway_usage_plan.clients": plan,
                "aws_api_gateway_usage_plan_key.client": f"{plan}/{key['id']}",
                "aws_cloudwatch_log_group.access": "access",
                'aws_iam_role.logging["first"]': "first",
                'aws_iam_role.logging["second"]': "second",
            }
        )
        == {}
    )

    terraform.destroy()
    assert gateway.get_rest_apis()["items"] == []
    assert gateway.get_usage_plans()["items"] == []
    assert gateway.get_api_keys()["items"] == []
    assert "cloudwatchRoleArn" not in gateway.get_account()

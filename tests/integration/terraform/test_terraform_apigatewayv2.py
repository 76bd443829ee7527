from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
import requests

from tests.integration.terraform.lives.lambda_functions import package
from tests.terraform_folder import TerraformFolder

SOURCE = """
def handler(event, context):
    return {"statusCode": 201, "body": event["version"] + " " + event["routeKey"]}
"""
FUNCTION = """
terraform {
  required_providers {
    aws = { source = "hashicorp/aws", version = ">= 5.0" }
  }
}

resource "aws_iam_role" "function" {
  name_prefix = "function-"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "lambda.amazonaws.com" }
    }]
  })
}

resource "aws_lambda_function" "function" {
  function_name    = aws_iam_role.function.name
  role             = aws_iam_role.function.arn
  runtime          = "python3.12"
  handler          = "main.handler"
  filename         = "function.zip"
  source_code_hash = filebase64sha256("function.zip")
}

resource "aws_lambda_permission" "gateway" {
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.function.function_name
  principal     = "apigateway.amazonaws.com"
  source_arn    = "${aws_apigatewayv2_api.http.execution_arn}/*/*"
}
"""
PROXIED = (
    FUNCTION
    + """
locals {
  routes = {
    "GET /payments/{id}" = { timeout = 5000 }
    "$default"           = { timeout = null }
  }
}

resource "aws_apigatewayv2_api" "http" {
  name          = "http"
  protocol_type = "HTTP"
  dynamic "cors_configuration" {
    for_each = var.origins == null ? [] : [var.origins]
    content {
      allow_origins     = cors_configuration.value
      allow_methods     = ["GET"]
      allow_credentials = false
    }
  }
}

variable "origins" {
  type    = list(string)
  default = ["https://example.com"]
}

resource "aws_apigatewayv2_integration" "function" {
  for_each               = local.routes
  api_id                 = aws_apigatewayv2_api.http.id
  integration_type       = "AWS_PROXY"
  integration_uri        = aws_lambda_function.function.invoke_arn
  payload_format_version = "2.0"
  timeout_milliseconds   = each.value.timeout
}

resource "aws_apigatewayv2_route" "function" {
  for_each  = local.routes
  api_id    = aws_apigatewayv2_api.http.id
  route_key = each.key
  target    = "integrations/${aws_apigatewayv2_integration.function[each.key].id}"
}

resource "aws_apigatewayv2_stage" "default" {
  api_id      = aws_apigatewayv2_api.http.id
  name        = "$default"
  auto_deploy = true
}
"""
)
DESCRIBED = (
    FUNCTION
    + """
variable "path" { default = "/first" }
variable "cors" { default = true }

resource "aws_apigatewayv2_api" "http" {
  name          = "described"
  protocol_type = "HTTP"
  version       = "3"
  body = templatefile("api.yaml", {
    path = var.path
    cors = var.cors
    uri  = aws_lambda_function.function.invoke_arn
  })
  dynamic "cors_configuration" {
    for_each = var.cors ? [true] : []
    content {
      allow_origins = ["*"]
    }
  }
}

resource "aws_apigatewayv2_stage" "default" {
  api_id      = aws_apigatewayv2_api.http.id
  name        = "$default"
  auto_deploy = true
}
"""
)
DESCRIPTION = """
openapi: "3.0.1"
info:
  title: described
%{ if cors ~}
x-amazon-apigateway-cors:
  allowOrigins: ["*"]
%{ endif ~}
paths:
  ${path}:
    get:
      operationId: list
      x-amazon-apigateway-integration:
        $ref: "#/components/x-amazon-apigateway-integrations/function"
    post:
      security:
        - tokens: [payments/write]
      x-amazon-apigateway-integration:
        $ref: "#/components/x-amazon-apigateway-integrations/function"
components:
  x-amazon-apigateway-integrations:
    function:
      type: AWS_PROXY
      httpMethod: POST
      uri: ${uri}
      payloadFormatVersion: "2.0"
  securitySchemes:
    tokens:
      type: oauth2
      x-amazon-apigateway-authorizer:
        type: jwt
        identitySource: $request.header.Authorization
        jwtConfiguration:
          issuer: https://example.com/pool
          audience: [clients]
"""


@pytest.fixture
def account_id() -> str:
    """The account for which the engine serves callers that say nothing of theirs."""
    return "000000000000"


def call(engine_url: str, api: str, path: str, **parameters: Any) -> requests.Response:
    parameters = {"method": "GET", "timeout": 30, **parameters}
    return requests.request(url=f"{engine_url}/_aws/execute-api/{api}/$default{path}", **parameters)


def test_an_http_api_made_by_terraform_answers_by_its_function(
    terraform: TerraformFolder, engine_url: str
) -> None:
    (terraform.path / "function.zip").write_bytes(package(SOURCE))
    terraform.write(PROXIED)
    terraform.apply()
    assert terraform.changes() == {}
    api = terraform.values("aws_apigatewayv2_api.http")["id"]
    answer = call(engine_url, api, "/payments/7", headers={"Origin": "https://example.com"})
    assert (answer.status_code, answer.text) == (201, "2.0 GET /payments/{id}")
    assert answer.headers["access-control-allow-origin"] == "https://example.com"
    assert call(engine_url, api, "/other", method="POST").text == "2.0 $default"

    without = "-var=origins=null"
    assert terraform.changes(without) == {"aws_apigatewayv2_api.http": ["update"]}
    terraform.apply(without)
    assert terraform.changes(without) == {}
    answer = call(engine_url, api, "/payments/7", headers={"Origin": "https://example.com"})
    assert "access-control-allow-origin" not in answer.headers
    terraform.destroy()


def test_an_http_api_is_imported_from_a_description_and_again_when_that_changes(
    terraform: TerraformFolder, engine_url: str, aws: Callable[[str], Any]
) -> None:
    (terraform.path / "function.zip").write_bytes(package(SOURCE))
    (terraform.path / "api.yaml").write_text(DESCRIPTION)
    terraform.write(DESCRIBED)
    terraform.apply()
    assert terraform.changes() == {}
    gateway = aws("apigatewayv2")
    api = terraform.values("aws_apigatewayv2_api.http")["id"]
    assert gateway.get_api(ApiId=api)["Version"] == "3", "what the description leaves out"
    assert call(engine_url, api, "/first").text == "2.0 GET /first"
    assert call(engine_url, api, "/first", method="POST").status_code == 401
    (authorizer,) = gateway.get_authorizers(ApiId=api)["Items"]
    assert authorizer["JwtConfiguration"]["Audience"] == ["clients"]
    posting = next(
        route for route in gateway.get_routes(ApiId=api)["Items"] if "POST" in route["RouteKey"]
    )
    assert posting["AuthorizerId"] == authorizer["AuthorizerId"]
    assert posting["AuthorizationScopes"] == ["payments/write"]

    moved = ("-var=path=/second", "-var=cors=false")
    assert terraform.changes(*moved) == {"aws_apigatewayv2_api.http": ["update"]}
    terraform.apply(*moved)
    assert terraform.changes(*moved) == {}
    assert call(engine_url, api, "/first").status_code == 404
    assert call(engine_url, api, "/second").status_code == 201
    assert "CorsConfiguration" not in gateway.get_api(ApiId=api)
    assert len(gateway.get_authorizers(ApiId=api)["Items"]) == 1
    terraform.destroy()
    assert gateway.get_apis()["Items"] == []


def test_a_target_makes_the_whole_api(terraform: TerraformFolder, engine_url: str) -> None:
    (terraform.path / "function.zip").write_bytes(package(SOURCE))
    terraform.write(
        FUNCTION
        + """
resource "aws_apigatewayv2_api" "http" {
  name          = "quick"
  protocol_type = "HTTP"
  target        = aws_lambda_function.function.arn
}
"""
    )
    terraform.apply()
    assert terraform.changes() == {}
    api = terraform.values("aws_apigatewayv2_api.http")["id"]
    assert call(engine_url, api, "/anything").text == "2.0 $default"
    terraform.destroy()


def test_what_the_gateway_would_refuse_is_refused_by_the_plan(terraform: TerraformFolder) -> None:
    terraform.write(
        f"""
        resource "aws_apigatewayv2_api" "odd" {{
          name          = "odd"
          protocol_type = "SMTP"
          body          = {json.dumps("- a list")}
        }}
        resource "aws_apigatewayv2_integration" "odd" {{
          api_id                 = "a"
          integration_type       = "AWS_PROXY"
          payload_format_version = "3.0"
        }}
        resource "aws_apigatewayv2_route" "odd" {{
          api_id             = "a"
          route_key          = "GET /"
          authorization_type = "TOKEN"
        }}
        resource "aws_apigatewayv2_authorizer" "odd" {{
          api_id                           = "a"
          name                             = "odd"
          authorizer_type                  = "REQUEST"
          authorizer_result_ttl_in_seconds = 3601
        }}
        """
    )
    problem = terraform.fail("plan")
    assert "expected one of HTTP, WEBSOCKET; got 'SMTP'" in problem
    assert "neither a JSON object nor a YAML mapping" in problem
    assert "expected one of 1.0, 2.0; got '3.0'" in problem
    assert "expected one of AWS_IAM, CUSTOM, JWT, NONE; got 'TOKEN'" in problem
    assert "expected a number from 0 to 3600, got 3601" in problem


def test_types_that_nothing_here_answers_are_refused_by_name(terraform: TerraformFolder) -> None:
    terraform.write(
        """
        resource "aws_apigatewayv2_vpc_link" "inside" {
          name               = "inside"
          subnet_ids         = ["subnet-1"]
          security_group_ids = []
        }
        resource "aws_apigatewayv2_model" "payment" {
          api_id       = "a"
          content_type = "application/json"
          name         = "Payment"
          schema       = "{}"
        }
        """
    )
    problem = terraform.fail("plan")
    assert "aws_apigatewayv2_vpc_link" in problem
    assert "aws_apigatewayv2_model" in problem

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from tests.terraform_folder import TerraformFolder

DESCRIBED = """
variable "mode" { default = "overwrite" }
variable "path" { default = "/first" }
variable "policy" { default = null }

resource "aws_api_gateway_rest_api" "described" {
  name                         = "configured"
  description                  = "configured"
  put_rest_api_mode            = var.mode
  fail_on_warnings             = true
  binary_media_types           = ["image/png"]
  minimum_compression_size     = "10"
  disable_execute_api_endpoint = true
  parameters                   = { basepath = "prepend" }
  policy                       = var.policy
  endpoint_configuration {
    types = ["REGIONAL"]
  }
  body = templatefile("api.json", { path = var.path })
}

resource "aws_api_gateway_deployment" "described" {
  rest_api_id = aws_api_gateway_rest_api.described.id
  triggers    = { redeployment = sha1(jsonencode(aws_api_gateway_rest_api.described.body)) }
  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_api_gateway_stage" "live" {
  for_each      = toset(["live", "test"])
  rest_api_id   = aws_api_gateway_rest_api.described.id
  deployment_id = aws_api_gateway_deployment.described.id
  stage_name    = each.key
}
"""
DESCRIPTION = """
{
  "openapi": "3.0.1",
  "info": {"title": "imported", "description": "imported", "version": "1"},
  "servers": [{"url": "/v1"}],
  "paths": {
    "${path}": {"get": {"x-amazon-apigateway-integration": {"type": "mock"}}}
  }
}
"""


def paths(gateway: Any, api: str) -> set[str]:
    items = gateway.get_resources(restApiId=api)["items"]
    return {item["path"] for item in items if "resourceMethods" in item}


def test_a_described_api_is_imported_configured_and_deployed_anew(
    terraform: TerraformFolder, aws: Callable[[str], Any]
) -> None:
    (terraform.path / "api.json").write_text(DESCRIPTION)
    terraform.write(DESCRIBED)
    terraform.apply()
    assert terraform.changes() == {}
    gateway = aws("apigateway")
    api = terraform.values("aws_api_gateway_rest_api.described")["id"]
    found = gateway.get_rest_api(restApiId=api)
    assert (found["name"], found["description"]) == ("configured", "configured")
    assert found["binaryMediaTypes"] == ["image/png"]
    assert found["minimumCompressionSize"] == 10
    assert found["disableExecuteApiEndpoint"] is True
    assert found["endpointConfiguration"]["types"] == ["REGIONAL"]
    assert paths(gateway, api) == {"/v1/first"}

    merging = ("-var=mode=merge", "-var=path=/second")
    assert terraform.changes(*merging) == {
        "aws_api_gateway_deployment.described": ["create", "delete"],
        "aws_api_gateway_rest_api.described": ["update"],
        'aws_api_gateway_stage.live["live"]': ["update"],
        'aws_api_gateway_stage.live["test"]': ["update"],
    }
    terraform.apply(*merging)
    assert terraform.changes(*merging) == {}
    assert paths(gateway, api) == {"/v1/first", "/v1/second"}
    assert len(gateway.get_deployments(restApiId=api)["items"]) == 1

    policy = {"Version": "2012-10-17", "Statement": []}
    with_policy = (*merging, f"-var=policy={json.dumps(policy)}")
    assert terraform.changes(*with_policy) == {"aws_api_gateway_rest_api.described": ["update"]}
    terraform.apply(*with_policy)
    assert terraform.changes(*with_policy) == {}
    terraform.destroy()
    assert gateway.get_rest_apis()["items"] == []


def test_a_description_with_warnings_fails_where_that_is_asked_for(
    terraform: TerraformFolder, aws: Callable[[str], Any]
) -> None:
    odd = json.loads(DESCRIPTION)
    odd["paths"]["${path}"]["get"]["x-amazon-apigateway-integration"]["type"] = "nonsense"
    (terraform.path / "api.json").write_text(json.dumps(odd))
    terraform.write(DESCRIBED)
    problem = terraform.fail("apply", "-auto-approve")
    assert "PutRestApi answered BadRequestException" in problem
    assert "aws_api_gateway_rest_api.described" in problem
    assert len(aws("apigateway").get_rest_apis()["items"]) == 1, "it is tainted, not lost"
    terraform.destroy()


def test_arguments_that_the_gateway_would_refuse_are_refused_by_the_plan(
    terraform: TerraformFolder,
) -> None:
    terraform.write(
        """
        resource "aws_api_gateway_domain_name" "twice" {
          domain_name              = "pay.example.com"
          certificate_arn          = "arn:aws:acm:us-east-1:000000000000:certificate/a"
          regional_certificate_arn = "arn:aws:acm:us-east-1:000000000000:certificate/a"
          endpoint_configuration {
            types = ["GLOBAL"]
          }
        }
        data "aws_api_gateway_export" "odd" {
          rest_api_id = "a"
          stage_name  = "b"
          export_type = "raml"
        }
        data "aws_api_gateway_sdk" "client" {
          rest_api_id = "a"
          stage_name  = "b"
          sdk_type    = "javascript"
        }
        """
    )
    problem = terraform.fail("plan")
    assert "expected one of EDGE, PRIVATE, REGIONAL; got 'GLOBAL'" in problem
    assert "certificate_arn" in problem
    assert "regional_certificate_arn" in problem
    assert "expected one of oas30, swagger; got 'raml'" in problem


def test_the_sdk_of_a_stage_is_refused_by_name(terraform: TerraformFolder) -> None:
    terraform.write(
        """
        data "aws_api_gateway_sdk" "client" {
          rest_api_id = "a"
          stage_name  = "b"
          sdk_type    = "javascript"
        }
        """
    )
    assert "aws_api_gateway_sdk" in terraform.fail("plan")

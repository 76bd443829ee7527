from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from tests.terraform_folder import TerraformFolder

API = """
resource "aws_api_gateway_rest_api" "payments" {
  name               = "payments"
  description        = "Pays customers"
  binary_media_types = ["image/png"]
  endpoint_configuration {
    types = ["REGIONAL"]
  }
  tags = { team = "payments" }
}

resource "aws_api_gateway_resource" "customers" {
  rest_api_id = aws_api_gateway_rest_api.payments.id
  parent_id   = aws_api_gateway_rest_api.payments.root_resource_id
  path_part   = "customers"
}

resource "aws_api_gateway_resource" "customer" {
  rest_api_id = aws_api_gateway_rest_api.payments.id
  parent_id   = aws_api_gateway_resource.customers.id
  path_part   = "{customer_id}"
}

resource "aws_api_gateway_model" "customer" {
  rest_api_id  = aws_api_gateway_rest_api.payments.id
  name         = "Customer"
  description  = "A customer"
  content_type = "application/json"
  schema       = jsonencode({ type = "object", required = ["email"] })
}

resource "aws_api_gateway_request_validator" "bodies" {
  rest_api_id           = aws_api_gateway_rest_api.payments.id
  name                  = "bodies"
  validate_request_body = true
}

resource "aws_api_gateway_gateway_response" "bad_body" {
  rest_api_id        = aws_api_gateway_rest_api.payments.id
  response_type      = "BAD_REQUEST_BODY"
  status_code        = "400"
  response_templates = { "application/json" = jsonencode({ message = "bad" }) }
}

resource "aws_api_gateway_authorizer" "users" {
  rest_api_id   = aws_api_gateway_rest_api.payments.id
  name          = "users"
  type          = "COGNITO_USER_POOLS"
  provider_arns = ["arn:aws:cognito-idp:eu-central-1:000000000000:userpool/eu-central-1_a"]
}

resource "aws_api_gateway_method" "put" {
  rest_api_id          = aws_api_gateway_rest_api.payments.id
  resource_id          = aws_api_gateway_resource.customer.id
  http_method          = "PUT"
  authorization        = "COGNITO_USER_POOLS"
  authorizer_id        = aws_api_gateway_authorizer.users.id
  authorization_scopes = ["payments/write", "payments/read"]
  api_key_required     = true
  request_validator_id = aws_api_gateway_request_validator.bodies.id
  request_models       = { "application/json" = aws_api_gateway_model.customer.name }
  request_parameters   = { "method.request.path.customer_id" = true }
}

resource "aws_api_gateway_method_response" "done" {
  rest_api_id         = aws_api_gateway_rest_api.payments.id
  resource_id         = aws_api_gateway_resource.customer.id
  http_method         = aws_api_gateway_method.put.http_method
  status_code         = "200"
  response_models     = { "application/json" = "Empty" }
  response_parameters = { "method.response.header.X-Kind" = true }
}

resource "aws_api_gateway_integration" "put" {
  rest_api_id          = aws_api_gateway_rest_api.payments.id
  resource_id          = aws_api_gateway_resource.customer.id
  http_method          = aws_api_gateway_method.put.http_method
  type                 = "MOCK"
  timeout_milliseconds = 5000
  request_templates    = { "application/json" = jsonencode({ statusCode = 200 }) }
}

resource "aws_api_gateway_integration_response" "done" {
  rest_api_id         = aws_api_gateway_rest_api.payments.id
  resource_id         = aws_api_gateway_resource.customer.id
  http_method         = aws_api_gateway_integration.put.http_method
  status_code         = aws_api_gateway_method_response.done.status_code
  response_templates  = { "application/json" = "" }
  response_parameters = { "method.response.header.X-Kind" = "'mock'" }
}
"""
IN_PLACE = [
    ('"Pays customers"', '"Pays"', "aws_api_gateway_rest_api.payments"),
    ('["image/png"]', '["image/png", "image/gif"]', "aws_api_gateway_rest_api.payments"),
    ('"REGIONAL"', '"EDGE"', "aws_api_gateway_rest_api.payments"),
    ('team = "payments"', 'team = "money"', "aws_api_gateway_rest_api.payments"),
    ('"{customer_id}"', '"{customer}"', "aws_api_gateway_resource.customer"),
    ('"A customer"', '"Somebody"', "aws_api_gateway_model.customer"),
    ('["email"]', '["name"]', "aws_api_gateway_model.customer"),
    ('"bodies"\n', '"all"\n', "aws_api_gateway_request_validator.bodies"),
    ('message = "bad"', 'message = "wrong"', "aws_api_gateway_gateway_response.bad_body"),
    ('"users"\n', '"people"\n', "aws_api_gateway_authorizer.users"),
    ("userpool/eu-central-1_a", "userpool/eu-central-1_b", "aws_api_gateway_authorizer.users"),
    ('"payments/read"', '"payments/all"', "aws_api_gateway_method.put"),
    ('= { "method.request.path.customer_id" = true }', "= {}", "aws_api_gateway_method.put"),
    ('= { "application/json" = "Empty" }', "= {}", "aws_api_gateway_method_response.done"),
    ("5000", "6000", "aws_api_gateway_integration.put"),
    ("statusCode = 200", "statusCode = 201", "aws_api_gateway_integration.put"),
    ("'mock'", "'other'", "aws_api_gateway_integration_response.done"),
]
UPDATED = {address: ["update"] for *_, address in IN_PLACE}
REPLACING = [
    ('"Customer"', '"Client"', "aws_api_gateway_model.customer"),
    ("BAD_REQUEST_BODY", "BAD_REQUEST_PARAMETERS", "aws_api_gateway_gateway_response.bad_body"),
    ('"200"', '"201"', "aws_api_gateway_method_response.done"),
    ('"MOCK"', '"HTTP"\n  integration_http_method="GET"\n  uri="http://localhost"', None),
]


def test_an_api_lives_its_whole_life(terraform: TerraformFolder, aws: Callable[[str], Any]) -> None:
    terraform.write(API)
    terraform.apply()
    assert terraform.changes() == {}

    api = terraform.values("aws_api_gateway_rest_api.payments")
    assert api["arn"] == f"arn:aws:apigateway:eu-central-1::/restapis/{api['id']}"
    assert api["execution_arn"].endswith(f":{api['id']}")
    method = terraform.values("aws_api_gateway_method.put")
    assert method["id"] == f"agm-{api['id']}-{method['resource_id']}-PUT"

    changed = API
    for old, new, _address in IN_PLACE:
        assert old in changed
        changed = changed.replace(old, new, 1)
    terraform.write(changed)
    assert terraform.changes() == {address: ["update"] for *_, address in IN_PLACE}
    terraform.apply()
    assert terraform.changes() == {}
    assert terraform.values("aws_api_gateway_resource.customer")["path"] == "/customers/{customer}"

    replacing = changed
    for old, new, _ in REPLACING:
        assert old in replacing
        replacing = replacing.replace(old, new, 1)
    terraform.write(replacing)
    planned = terraform.changes()
    for *_, address in REPLACING:
        assert planned[address or "aws_api_gateway_integration.put"] == ["delete", "create"]

    terraform.destroy()
    assert aws("apigateway").get_rest_apis()["items"] == []


def test_what_was_changed_or_deleted_by_hand_is_seen(
    terraform: TerraformFolder, aws: Callable[[str], Any]
) -> None:
    terraform.write(API)
    terraform.apply()
    gateway = aws("apigateway")
    customer = terraform.values("aws_api_gateway_resource.customer")
    api, resource = customer["rest_api_id"], customer["id"]
    key = {"restApiId": api, "resourceId": resource, "httpMethod": "PUT"}

    def replaced(path: str, value: str) -> list[dict[str, str]]:
        return [{"op": "replace", "path": path, "value": value}]

    gateway.update_rest_api(restApiId=api, patchOperations=replaced("/description", "by hand"))
    gateway.update_method(**key, patchOperations=replaced("/apiKeyRequired", "false"))
    gateway.update_integration(**key, patchOperations=replaced("/timeoutInMillis", "70"))
    schema = json.dumps({"type": "string"})
    gateway.update_model(
        restApiId=api, modelName="Customer", patchOperations=replaced("/schema", schema)
    )
    gateway.update_integration_response(
        **key, statusCode="200", patchOperations=replaced("/selectionPattern", "4..")
    )
    gateway.delete_gateway_response(restApiId=api, responseType="BAD_REQUEST_BODY")
    assert terraform.drifted() == {
        "aws_api_gateway_gateway_response.bad_body": ["(gone)"],
        "aws_api_gateway_integration.put": ["timeout_milliseconds"],
        "aws_api_gateway_integration_response.done": ["selection_pattern"],
        "aws_api_gateway_method.put": ["api_key_required"],
        "aws_api_gateway_model.customer": ["schema"],
        "aws_api_gateway_rest_api.payments": ["description"],
    }
    terraform.apply()
    assert terraform.changes() == {}

    validator = terraform.values("aws_api_gateway_request_validator.bodies")["id"]
    authorizer = terraform.values("aws_api_gateway_authorizer.users")["id"]
    verb = f"{api}/{resource}/PUT"
    assert (
        terraform.import_all(
            {
                "aws_api_gateway_authorizer.users": f"{api}/{authorizer}",
                "aws_api_gateway_gateway_response.bad_body": f"{api}/BAD_REQUEST_BODY",
                "aws_api_gateway_integration.put": verb,
                "aws_api_gateway_integration_response.done": f"{verb}/200",
                "aws_api_gateway_method.put": verb,
                "aws_api_gateway_method_response.done": f"{verb}/200",
                "aws_api_gateway_model.customer": f"{api}/Customer",
                "aws_api_gateway_request_validator.bodies": f"{api}/{validator}",
                "aws_api_gateway_resource.customer": f"{api}/{resource}",
                "aws_api_gateway_resource.customers": f"{api}/{customer['parent_id']}",
                "aws_api_gateway_rest_api.payments": api,
            }
        )
        == {}
    )

    gateway.delete_rest_api(restApiId=api)
    gone = terraform.drifted()
    assert gone["aws_api_gateway_rest_api.payments"] == ["(gone)"]
    assert all(attributes == ["(gone)"] for attributes in gone.values())
    terraform.destroy()

"""Amazon API Gateway: a REST API, its resources, methods, integrations and what they refer to."""

from __future__ import annotations

import json

from tests.integration.terraform.gateway_requests import api_is_there, by_hand, has, request
from tests.integration.terraform.life import Aws, Life, Lives, Values
from tests.terraform_folder import TerraformFolder

API = """
resource "aws_api_gateway_rest_api" "payments" {
  name                     = "payments"
  description              = "Pays customers"
  binary_media_types       = ["image/png"]
  minimum_compression_size = "1024"
  endpoint_configuration {
    types = ["REGIONAL"]
  }
  tags = { team = "payments" }
}

resource "aws_api_gateway_rest_api" "inner" {
  name           = "inner"
  api_key_source = "AUTHORIZER"
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

locals {
  place = aws_api_gateway_rest_api.payments # resource
}

resource "aws_api_gateway_resource" "moved" {
  rest_api_id = local.place.id
  parent_id   = local.place.root_resource_id
  path_part   = "moved"
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

resource "aws_api_gateway_request_validator" "moved" {
  rest_api_id = aws_api_gateway_rest_api.payments.id # request_validator
  name        = "moved"
}

resource "aws_api_gateway_gateway_response" "bad_body" {
  rest_api_id         = aws_api_gateway_rest_api.payments.id
  response_type       = "BAD_REQUEST_BODY"
  status_code         = "400"
  response_templates  = { "application/json" = jsonencode({ message = "bad" }) }
  response_parameters = { "gatewayresponse.header.X-Kind" = "'bad'" }
}

resource "aws_api_gateway_authorizer" "users" {
  rest_api_id   = aws_api_gateway_rest_api.payments.id
  name          = "users"
  type          = "COGNITO_USER_POOLS"
  provider_arns = ["arn:aws:cognito-idp:eu-central-1:000000000000:userpool/eu-central-1_a"]
}

resource "aws_api_gateway_authorizer" "moved" {
  rest_api_id                      = aws_api_gateway_rest_api.payments.id # authorizer
  name                             = "moved"
  type                             = "REQUEST"
  authorizer_result_ttl_in_seconds = 0
  identity_source                  = "method.request.header.X-Key"
  authorizer_uri = join("", [
    "arn:aws:apigateway:eu-central-1:lambda:path/2015-03-31/functions/",
    "arn:aws:lambda:eu-central-1:000000000000:function:check/invocations",
  ])
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
  passthrough_behavior = "WHEN_NO_TEMPLATES"
  request_templates    = { "application/json" = jsonencode({ statusCode = 200 }) }
  cache_key_parameters = ["method.request.path.customer_id"]
  cache_namespace      = "customers"
}

resource "aws_api_gateway_integration_response" "done" {
  rest_api_id         = aws_api_gateway_rest_api.payments.id
  resource_id         = aws_api_gateway_resource.customer.id
  http_method         = aws_api_gateway_integration.put.http_method
  status_code         = aws_api_gateway_method_response.done.status_code
  response_templates  = { "application/json" = "" }
  response_parameters = { "method.response.header.X-Kind" = "'mock'" }
}

resource "aws_api_gateway_method" "linked" {
  rest_api_id   = aws_api_gateway_rest_api.payments.id
  resource_id   = aws_api_gateway_resource.customers.id
  http_method   = "GET"
  authorization = "NONE"
}

resource "aws_api_gateway_vpc_link" "inside" {
  name        = "inside"
  description = "To the load balancer"
  target_arns = ["arn:aws:elasticloadbalancing:eu-central-1:000000000000:loadbalancer/net/a/1"]
  tags        = { team = "payments" }
}

resource "aws_api_gateway_integration" "linked" {
  rest_api_id             = aws_api_gateway_rest_api.payments.id
  resource_id             = aws_api_gateway_resource.customers.id
  http_method             = aws_api_gateway_method.linked.http_method
  type                    = "HTTP"
  integration_http_method = "GET"
  uri                     = "https://inside.example.com/"
  connection_type         = "VPC_LINK"
  connection_id           = aws_api_gateway_vpc_link.inside.id
  content_handling        = "CONVERT_TO_TEXT"
  tls_config {
    insecure_skip_verification = true
  }
}

resource "aws_api_gateway_documentation_part" "customer" {
  rest_api_id = aws_api_gateway_rest_api.payments.id
  properties  = jsonencode({ description = "One customer" })
  location {
    type   = "METHOD"
    method = "PUT"
    path   = "/customers/{customer_id}"
  }
}

resource "aws_api_gateway_documentation_version" "first" {
  rest_api_id = aws_api_gateway_rest_api.payments.id
  version     = "1.0"
  description = "The first"
  depends_on  = [aws_api_gateway_documentation_part.customer]
}

data "aws_api_gateway_rest_api" "payments" {
  name = aws_api_gateway_rest_api.payments.name
}

data "aws_api_gateway_resource" "customer" {
  rest_api_id = data.aws_api_gateway_rest_api.payments.id
  path        = aws_api_gateway_resource.customer.path
}

data "aws_api_gateway_authorizer" "users" {
  rest_api_id   = aws_api_gateway_rest_api.payments.id
  authorizer_id = aws_api_gateway_authorizer.users.id
}

data "aws_api_gateway_authorizers" "all" {
  rest_api_id = aws_api_gateway_authorizer.users.rest_api_id
  depends_on  = [aws_api_gateway_authorizer.moved]
}

data "aws_api_gateway_vpc_link" "inside" {
  name = aws_api_gateway_vpc_link.inside.name
}
"""


def elsewhere(mark: str) -> tuple[str, str]:
    """Move what the mark stands at to the other API."""
    api = "aws_api_gateway_rest_api"
    return f"{api}.payments.id # {mark}", f"{api}.inner.id # {mark}"


def check_data_sources(terraform: TerraformFolder, _aws: Aws) -> None:
    api = terraform.values("aws_api_gateway_rest_api.payments")
    found = terraform.values("data.aws_api_gateway_rest_api.payments")
    for name in ("id", "arn", "execution_arn", "root_resource_id", "tags", "binary_media_types"):
        assert found[name] == api[name], name
    assert found["endpoint_configuration"][0]["types"] == ["REGIONAL"]
    customer = terraform.values("aws_api_gateway_resource.customer")
    resource = terraform.values("data.aws_api_gateway_resource.customer")
    assert resource["id"] == customer["id"]
    assert resource["parent_id"] == customer["parent_id"]
    assert resource["path_part"] == "{customer_id}"
    users = terraform.values("aws_api_gateway_authorizer.users")
    assert terraform.values("data.aws_api_gateway_authorizer.users")["arn"] == users["arn"]
    listed = terraform.values("data.aws_api_gateway_authorizers.all")["ids"]
    moved = terraform.values("aws_api_gateway_authorizer.moved")
    assert set(listed) == {users["id"], moved["id"]}
    link = terraform.values("data.aws_api_gateway_vpc_link.inside")
    assert link["id"] == terraform.values("aws_api_gateway_vpc_link.inside")["id"]
    assert link["status"] == "AVAILABLE"


VERB = {"restApiId": "rest_api_id", "resourceId": "resource_id", "httpMethod": "http_method"}
ANSWER = {**VERB, "statusCode": "status_code"}


def verb(values: Values) -> dict[str, str]:
    return {parameter: values[attribute] for parameter, attribute in VERB.items()}


def answer(values: Values) -> dict[str, str]:
    return {parameter: values[attribute] for parameter, attribute in ANSWER.items()}


def verb_id(values: Values) -> str:
    return "/".join(verb(values).values())


def answer_id(values: Values) -> str:
    return "/".join(answer(values).values())


def of_api(values: Values) -> str:
    return f"{values['rest_api_id']}/{values['id']}"


def change_api(aws: Aws, values: Values) -> None:
    changes = {
        "/description": "by hand",
        "/name": "by-hand",
        "/apiKeySource": "AUTHORIZER",
        "/minimumCompressionSize": "7",
        "/disableExecuteApiEndpoint": "true",
        "/endpointConfiguration/types/REGIONAL": "EDGE",
    }
    patches = by_hand(**{path[1:]: value for path, value in changes.items()})
    patches.append({"op": "add", "path": "/binaryMediaTypes/a~1b"})
    aws("apigateway").update_rest_api(restApiId=values["id"], patchOperations=patches)
    aws("apigateway").tag_resource(resourceArn=values["arn"], tags={"by": "hand"})


LIVES = (
    Lives(
        "an API",
        API,
        along_with_updates=(
            "data.aws_api_gateway_authorizer.users",
            "data.aws_api_gateway_authorizers.all",
            "data.aws_api_gateway_resource.customer",
            "data.aws_api_gateway_rest_api.payments",
            "data.aws_api_gateway_vpc_link.inside",
        ),
        check=check_data_sources,
        lives=(
            Life(
                "aws_api_gateway_integration_response.done",
                is_there=has("get_integration_response", **ANSWER),
                update=("'mock'", "'other'"),
                drift=lambda aws, values: aws("apigateway").update_integration_response(
                    **answer(values),
                    patchOperations=by_hand(
                        selectionPattern="4..", contentHandling="CONVERT_TO_TEXT"
                    ),
                ),
                drifted=("content_handling", "selection_pattern"),
                import_id=answer_id,
                vanish=request("delete_integration_response", **ANSWER),
            ),
            Life(
                "aws_api_gateway_integration.put",
                is_there=has("get_integration", **VERB),
                update=("5000", "6000"),
                replace=('"WHEN_NO_TEMPLATES"', '"NEVER"'),
                drift=lambda aws, values: aws("apigateway").update_integration(
                    **verb(values),
                    patchOperations=[
                        *by_hand(timeoutInMillis="70", cacheNamespace="by-hand"),
                        {"op": "add", "path": "/requestTemplates/a~1b", "value": "{}"},
                        {
                            "op": "remove",
                            "path": "/cacheKeyParameters/method.request.path.customer_id",
                        },
                    ],
                ),
                drifted=(
                    "cache_key_parameters",
                    "cache_namespace",
                    "request_templates",
                    "timeout_milliseconds",
                ),
                import_id=verb_id,
                vanish=request("delete_integration", **VERB),
            ),
            Life(
                "aws_api_gateway_method_response.done",
                is_there=has("get_method_response", **ANSWER),
                update=('= { "application/json" = "Empty" }', "= {}"),
                replace=('"200"', '"201"'),
                drift=lambda aws, values: aws("apigateway").update_method_response(
                    **answer(values),
                    patchOperations=[
                        {"op": "add", "path": "/responseParameters/method.response.header.X-A"}
                    ],
                ),
                drifted=("response_parameters",),
                import_id=answer_id,
                vanish=request("delete_method_response", **ANSWER),
            ),
            Life(
                "aws_api_gateway_method.put",
                is_there=has("get_method", **VERB),
                update=('"payments/read"', '"payments/all"'),
                replace=('"PUT"\n  authorization ', '"POST"\n  authorization '),
                drift=lambda aws, values: aws("apigateway").update_method(
                    **verb(values),
                    patchOperations=[
                        *by_hand(apiKeyRequired="false", operationName="byHand"),
                        {"op": "add", "path": "/requestParameters/method.request.header.X-A"},
                        {"op": "remove", "path": "/requestModels/application~1json"},
                        {"op": "remove", "path": "/authorizationScopes", "value": "payments/write"},
                    ],
                ),
                drifted=(
                    "api_key_required",
                    "authorization_scopes",
                    "operation_name",
                    "request_models",
                    "request_parameters",
                ),
                import_id=verb_id,
                vanish=request("delete_method", **VERB),
            ),
            Life(
                "aws_api_gateway_resource.customer",
                is_there=has("get_resource", restApiId="rest_api_id", resourceId="id"),
                update=('"{customer_id}"', '"{customer}"'),
                drift=lambda aws, values: aws("apigateway").update_resource(
                    restApiId=values["rest_api_id"],
                    resourceId=values["id"],
                    patchOperations=by_hand(pathPart="{drifted}"),
                ),
                drifted=("path", "path_part"),
                import_id=of_api,
                vanish=request("delete_resource", restApiId="rest_api_id", resourceId="id"),
            ),
            Life(
                "aws_api_gateway_resource.moved",
                replace=("payments # resource", "inner # resource"),
                import_id=of_api,
            ),
            Life(
                "aws_api_gateway_model.customer",
                is_there=has("get_model", restApiId="rest_api_id", modelName="name"),
                update=('["email"]', '["name"]'),
                replace=('"Customer"', '"Client"'),
                drift=lambda aws, values: aws("apigateway").update_model(
                    restApiId=values["rest_api_id"],
                    modelName=values["name"],
                    patchOperations=by_hand(
                        schema=json.dumps({"type": "string"}), description="by hand"
                    ),
                ),
                drifted=("description", "schema"),
                import_id=lambda values: f"{values['rest_api_id']}/{values['name']}",
                vanish=request("delete_model", restApiId="rest_api_id", modelName="name"),
            ),
            Life(
                "aws_api_gateway_request_validator.bodies",
                is_there=has(
                    "get_request_validator", restApiId="rest_api_id", requestValidatorId="id"
                ),
                update=('"bodies"\n', '"all"\n'),
                drift=lambda aws, values: aws("apigateway").update_request_validator(
                    restApiId=values["rest_api_id"],
                    requestValidatorId=values["id"],
                    patchOperations=by_hand(
                        name="by-hand",
                        validateRequestBody="false",
                        validateRequestParameters="true",
                    ),
                ),
                drifted=("name", "validate_request_body", "validate_request_parameters"),
                import_id=of_api,
                vanish=request(
                    "delete_request_validator", restApiId="rest_api_id", requestValidatorId="id"
                ),
            ),
            Life(
                "aws_api_gateway_request_validator.moved",
                replace=elsewhere("request_validator"),
                import_id=of_api,
            ),
            Life(
                "aws_api_gateway_gateway_response.bad_body",
                is_there=lambda aws, values: (
                    api_is_there(aws, {"id": values["rest_api_id"]})
                    and not aws("apigateway")
                    .get_gateway_response(
                        restApiId=values["rest_api_id"], responseType=values["response_type"]
                    )
                    .get("defaultResponse")
                ),
                update=('message = "bad"', 'message = "wrong"'),
                replace=("BAD_REQUEST_BODY", "BAD_REQUEST_PARAMETERS"),
                drift=lambda aws, values: aws("apigateway").put_gateway_response(
                    restApiId=values["rest_api_id"],
                    responseType=values["response_type"],
                    statusCode="418",
                ),
                drifted=("response_parameters", "response_templates", "status_code"),
                import_id=lambda values: f"{values['rest_api_id']}/{values['response_type']}",
                vanish=request(
                    "delete_gateway_response", restApiId="rest_api_id", responseType="response_type"
                ),
            ),
            Life(
                "aws_api_gateway_authorizer.users",
                is_there=has("get_authorizer", restApiId="rest_api_id", authorizerId="id"),
                update=("userpool/eu-central-1_a", "userpool/eu-central-1_b"),
                drift=lambda aws, values: aws("apigateway").update_authorizer(
                    restApiId=values["rest_api_id"],
                    authorizerId=values["id"],
                    patchOperations=by_hand(
                        name="by-hand",
                        authorizerResultTtlInSeconds="7",
                        identitySource="method.request.header.X-Token",
                        identityValidationExpression="a+",
                    ),
                ),
                drifted=(
                    "authorizer_result_ttl_in_seconds",
                    "identity_source",
                    "identity_validation_expression",
                    "name",
                ),
                import_id=of_api,
                vanish=request("delete_authorizer", restApiId="rest_api_id", authorizerId="id"),
            ),
            Life(
                "aws_api_gateway_authorizer.moved",
                replace=elsewhere("authorizer"),
                import_id=of_api,
            ),
            Life(
                "aws_api_gateway_integration.linked",
                update=('"CONVERT_TO_TEXT"', '"CONVERT_TO_BINARY"'),
                drift=lambda aws, values: aws("apigateway").update_integration(
                    **verb(values),
                    patchOperations=by_hand(
                        **{
                            "uri": "https://drifted.example.com/",
                            "contentHandling": "CONVERT_TO_TEXT",
                            "tlsConfig/insecureSkipVerification": "false",
                            "connectionType": "INTERNET",
                        }
                    ),
                ),
                drifted=("connection_type", "content_handling", "tls_config", "uri"),
                import_id=verb_id,
            ),
            Life(
                "aws_api_gateway_vpc_link.inside",
                is_there=has("get_vpc_link", vpcLinkId="id"),
                update=('"To the load balancer"', '"Inwards"'),
                replace=("net/a/1", "net/b/1"),
                drift=lambda aws, values: aws("apigateway").update_vpc_link(
                    vpcLinkId=values["id"],
                    patchOperations=by_hand(name="by-hand", description="by hand"),
                ),
                drifted=("description", "name"),
                vanish=request("delete_vpc_link", vpcLinkId="id"),
            ),
            Life(
                "aws_api_gateway_documentation_part.customer",
                is_there=has(
                    "get_documentation_part",
                    restApiId="rest_api_id",
                    documentationPartId="documentation_part_id",
                ),
                update=('"One customer"', '"A customer"'),
                replace=('method = "PUT"', 'method = "POST"'),
                drift=lambda aws, values: aws("apigateway").update_documentation_part(
                    restApiId=values["rest_api_id"],
                    documentationPartId=values["documentation_part_id"],
                    patchOperations=by_hand(properties=json.dumps({"description": "by hand"})),
                ),
                drifted=("properties",),
                vanish=request(
                    "delete_documentation_part",
                    restApiId="rest_api_id",
                    documentationPartId="documentation_part_id",
                ),
            ),
            Life(
                "aws_api_gateway_documentation_version.first",
                is_there=has(
                    "get_documentation_version",
                    restApiId="rest_api_id",
                    documentationVersion="version",
                ),
                update=('"The first"', '"The beginning"'),
                replace=('"1.0"', '"1.1"'),
                drift=lambda aws, values: aws("apigateway").update_documentation_version(
                    restApiId=values["rest_api_id"],
                    documentationVersion=values["version"],
                    patchOperations=by_hand(description="by hand"),
                ),
                drifted=("description",),
                vanish=request(
                    "delete_documentation_version",
                    restApiId="rest_api_id",
                    documentationVersion="version",
                ),
            ),
            Life(
                "aws_api_gateway_rest_api.payments",
                is_there=api_is_there,
                update=('"Pays customers"', '"Pays"'),
                drift=change_api,
                drifted=(
                    "api_key_source",
                    "binary_media_types",
                    "description",
                    "disable_execute_api_endpoint",
                    "endpoint_configuration",
                    "minimum_compression_size",
                    "name",
                    "tags",
                ),
                vanish=request("delete_rest_api", restApiId="id"),
            ),
        ),
    ),
)

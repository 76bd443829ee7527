"""Amazon API Gateway V2: an HTTP API, a WebSocket API, and a domain for them."""

from __future__ import annotations

from collections.abc import Callable

from tests.integration.terraform.gateway_requests import ByHand, has, request
from tests.integration.terraform.life import NOT_IMPORTABLE, Aws, Life, Lives, Values
from tests.terraform_folder import TerraformFolder

HTTP = """
resource "aws_apigatewayv2_api" "payments" {
  name          = "payments"
  protocol_type = "HTTP"
  description   = "Pays customers"
  version       = "1"
  cors_configuration {
    allow_origins = ["https://example.com"]
    allow_methods = ["GET", "post"]
    allow_headers = ["X-Key"]
    max_age       = 60
  }
  tags = { team = "payments" }
}

resource "aws_apigatewayv2_api" "quick" {
  name          = "quick"
  protocol_type = "HTTP"
  target        = "https://example.com/"
  route_key     = "GET /quick"
}

resource "aws_apigatewayv2_integration" "backend" {
  api_id                 = aws_apigatewayv2_api.payments.id
  integration_type       = "HTTP_PROXY"
  integration_method     = "GET"
  integration_uri        = "https://example.com/{proxy}"
  connection_type        = "VPC_LINK"
  connection_id          = "abc123"
  timeout_milliseconds   = 5000
  payload_format_version = "1.0"
  request_parameters     = { "append:header.X-Kind" = "payments", "remove:header.X-Old" = "''" }
  response_parameters {
    status_code = "500"
    mappings    = { "append:header.X-Failed" = "yes" }
  }
  tls_config {
    server_name_to_verify = "example.com"
  }
}

resource "aws_apigatewayv2_integration" "queue" {
  api_id              = aws_apigatewayv2_api.payments.id
  integration_type    = "AWS_PROXY"
  integration_subtype = "SQS-SendMessage"
  credentials_arn     = "arn:aws:iam::000000000000:role/sender"
  request_parameters = {
    QueueUrl    = "$request.header.queueUrl"
    MessageBody = "$request.body.message"
  }
}

resource "aws_apigatewayv2_authorizer" "tokens" {
  api_id           = aws_apigatewayv2_api.payments.id
  name             = "tokens"
  authorizer_type  = "JWT"
  identity_sources = ["$request.header.Authorization"]
  jwt_configuration {
    audience = ["clients"]
    issuer   = "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_a"
  }
}

resource "aws_apigatewayv2_authorizer" "function" {
  api_id                            = aws_apigatewayv2_api.payments.id
  name                              = "function"
  authorizer_type                   = "REQUEST"
  authorizer_payload_format_version = "2.0"
  enable_simple_responses           = true
  identity_sources                  = ["$request.header.X-Key"]
  authorizer_uri = join("", [
    "arn:aws:apigateway:eu-central-1:lambda:path/2015-03-31/functions/",
    "arn:aws:lambda:eu-central-1:000000000000:function:check/invocations",
  ])
}

resource "aws_apigatewayv2_route" "get" {
  api_id               = aws_apigatewayv2_api.payments.id
  route_key            = "GET /payments/{proxy+}"
  operation_name       = "list"
  target               = "integrations/${aws_apigatewayv2_integration.backend.id}"
  authorization_type   = "JWT"
  authorizer_id        = aws_apigatewayv2_authorizer.tokens.id
  authorization_scopes = ["payments/read"]
}

resource "aws_apigatewayv2_deployment" "payments" {
  api_id      = aws_apigatewayv2_api.payments.id
  description = "first"
  triggers    = { redeployment = "one" }
  depends_on  = [aws_apigatewayv2_route.get]
  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_apigatewayv2_deployment" "untriggered" {
  api_id     = aws_apigatewayv2_api.payments.id
  depends_on = [aws_apigatewayv2_route.get]
}

resource "aws_cloudwatch_log_group" "access" {
  name = "access"
}

resource "aws_apigatewayv2_stage" "live" {
  api_id          = aws_apigatewayv2_api.payments.id
  name            = "live"
  description     = "For clients"
  deployment_id   = aws_apigatewayv2_deployment.untriggered.id
  stage_variables = { kind = "live", color = "blue" }
  access_log_settings {
    destination_arn = aws_cloudwatch_log_group.access.arn
    format          = "$context.requestId"
  }
  default_route_settings {
    detailed_metrics_enabled = true
    throttling_burst_limit   = 10
    throttling_rate_limit    = 5.5
  }
  route_settings {
    route_key              = aws_apigatewayv2_route.get.route_key
    throttling_burst_limit = 3
    throttling_rate_limit  = 2
  }
  tags = { team = "payments" }
}

resource "aws_apigatewayv2_stage" "default" {
  api_id      = aws_apigatewayv2_api.payments.id
  name        = "$default"
  auto_deploy = true
}

data "aws_apigatewayv2_api" "payments" {
  api_id = aws_apigatewayv2_api.payments.id
}

data "aws_apigatewayv2_apis" "payments" {
  protocol_type = aws_apigatewayv2_api.payments.protocol_type
  tags          = { team = "payments" }
}
"""

SOCKETS = """
resource "aws_apigatewayv2_api" "sockets" {
  name                       = "sockets"
  protocol_type              = "WEBSOCKET"
  route_selection_expression = "$request.body.action"
}

resource "aws_apigatewayv2_integration" "mock" {
  api_id                        = aws_apigatewayv2_api.sockets.id
  integration_type              = "MOCK"
  passthrough_behavior          = "NEVER"
  content_handling_strategy     = "CONVERT_TO_TEXT"
  template_selection_expression = "\\\\$default"
  request_templates             = { "200" = jsonencode({ statusCode = 200 }) }
}

resource "aws_apigatewayv2_integration_response" "done" {
  api_id                    = aws_apigatewayv2_api.sockets.id
  integration_id            = aws_apigatewayv2_integration.mock.id
  integration_response_key  = "/200/"
  content_handling_strategy = "CONVERT_TO_TEXT"
  response_templates        = { "application/json" = jsonencode({ done = true }) }
}

resource "aws_apigatewayv2_route" "pay" {
  api_id                              = aws_apigatewayv2_api.sockets.id
  route_key                           = "pay"
  target                              = "integrations/${aws_apigatewayv2_integration.mock.id}"
  route_response_selection_expression = "$default"
  request_parameter {
    request_parameter_key = "route.request.querystring.a"
    required              = true
  }
  request_parameter {
    request_parameter_key = "route.request.querystring.b"
    required              = false
  }
}

resource "aws_apigatewayv2_route_response" "pay" {
  api_id             = aws_apigatewayv2_api.sockets.id
  route_id           = aws_apigatewayv2_route.pay.id
  route_response_key = "$default"
}

resource "aws_apigatewayv2_stage" "sockets" {
  api_id = aws_apigatewayv2_api.sockets.id
  name   = "live"
  default_route_settings {
    logging_level      = "ERROR"
    data_trace_enabled = true
  }
}

resource "aws_apigatewayv2_domain_name" "sockets" {
  domain_name = "sockets.example.com"
  domain_name_configuration {
    certificate_arn = "arn:aws:acm:eu-central-1:000000000000:certificate/a"
    endpoint_type   = "REGIONAL"
    security_policy = "TLS_1_2"
  }
  mutual_tls_authentication {
    truststore_uri = "s3://trust/store.pem"
  }
  tags = { team = "payments" }
}

resource "aws_apigatewayv2_api_mapping" "sockets" {
  api_id          = aws_apigatewayv2_api.sockets.id
  domain_name     = aws_apigatewayv2_domain_name.sockets.id
  stage           = aws_apigatewayv2_stage.sockets.id
  api_mapping_key = "v1"
}
"""


def check_http(terraform: TerraformFolder, aws: Aws) -> None:
    api = terraform.values("aws_apigatewayv2_api.payments")
    account = aws("sts").get_caller_identity()["Account"]
    assert api["arn"] == f"arn:aws:apigateway:eu-central-1::/apis/{api['id']}"
    assert api["execution_arn"] == f"arn:aws:execute-api:eu-central-1:{account}:{api['id']}"
    found = terraform.values("data.aws_apigatewayv2_api.payments")
    for name in ("api_endpoint", "arn", "description", "name", "protocol_type", "tags"):
        assert found[name] == api[name], name
    assert found["cors_configuration"][0]["allow_origins"] == ["https://example.com"]
    assert terraform.values("data.aws_apigatewayv2_apis.payments")["ids"] == [api["id"]]
    host = f"{api['id']}.execute-api.eu-central-1.amazonaws.com"
    live, default = (terraform.values(f"aws_apigatewayv2_stage.{n}") for n in ("live", "default"))
    assert (live["id"], live["invoke_url"]) == ("live", f"https://{host}/live")
    assert default["invoke_url"] == f"https://{host}/"
    assert live["execution_arn"] == f"{api['execution_arn']}/live"
    assert (
        terraform.values("aws_apigatewayv2_authorizer.function")["authorizer_result_ttl_in_seconds"]
        == 300
    )
    quick = {"ApiId": terraform.values("aws_apigatewayv2_api.quick")["id"]}
    gateway = aws("apigatewayv2")
    (route,) = gateway.get_routes(**quick)["Items"]
    (integration,) = gateway.get_integrations(**quick)["Items"]
    (stage,) = gateway.get_stages(**quick)["Items"]
    assert route["RouteKey"] == "GET /quick"
    assert route["Target"] == f"integrations/{integration['IntegrationId']}"
    assert integration["IntegrationUri"] == "https://example.com/"
    assert (stage["StageName"], stage["AutoDeploy"]) == ("$default", True)
    assert route["ApiGatewayManaged"] is integration["ApiGatewayManaged"] is True


def check_sockets(terraform: TerraformFolder, _aws: Aws) -> None:
    stage = terraform.values("aws_apigatewayv2_stage.sockets")
    host = f"{stage['api_id']}.execute-api.eu-central-1.amazonaws.com"
    assert stage["invoke_url"] == f"wss://{host}/live"
    (settings,) = stage["default_route_settings"]
    assert settings["logging_level"] == "ERROR"
    (domain,) = terraform.values("aws_apigatewayv2_domain_name.sockets")[
        "domain_name_configuration"
    ]
    assert domain["target_domain_name"].endswith(".execute-api.eu-central-1.amazonaws.com")


def v2(operation: str, **keys: str) -> ByHand:
    return request(operation, "apigatewayv2", **keys)


def is_there(operation: str, **keys: str) -> Callable[[Aws, Values], bool]:
    return has(operation, "apigatewayv2", **keys)


def change(operation: str, keys: dict[str, str], **members: object) -> ByHand:
    """Update something by hand; `keys` name the attribute that each parameter comes from."""

    def by_hand(aws: Aws, values: Values) -> None:
        named = {parameter: values[attribute] for parameter, attribute in keys.items()}
        getattr(aws("apigatewayv2"), operation)(**named, **members)

    return by_hand


def of_api(values: Values) -> str:
    return f"{values['api_id']}/{values['id']}"


def key(parameter: str) -> dict[str, str]:
    return {"ApiId": "api_id", parameter: "id"}


def change_api(aws: Aws, values: Values) -> None:
    gateway = aws("apigatewayv2")
    gateway.update_api(
        ApiId=values["id"],
        Name="by-hand",
        Description="by hand",
        Version="7",
        DisableExecuteApiEndpoint=True,
        CorsConfiguration={"AllowOrigins": ["*"]},
    )
    gateway.tag_resource(ResourceArn=values["arn"], Tags={"by": "hand"})


ROUTE_RESPONSE = {"ApiId": "api_id", "RouteId": "route_id", "RouteResponseId": "id"}
INTEGRATION_RESPONSE = {
    "ApiId": "api_id",
    "IntegrationId": "integration_id",
    "IntegrationResponseId": "id",
}
MAPPING = {"DomainName": "domain_name", "ApiMappingId": "id"}


LIVES = (
    Lives(
        "an HTTP API",
        HTTP,
        check=check_http,
        along_with_updates=(
            "data.aws_apigatewayv2_api.payments",
            "data.aws_apigatewayv2_apis.payments",
        ),
        lives=(
            Life(
                "aws_apigatewayv2_route.get",
                is_there=is_there("get_route", **key("RouteId")),
                update=('"GET /payments/{proxy+}"', '"ANY /payments/{proxy+}"'),
                drift=change(
                    "update_route",
                    key("RouteId"),
                    OperationName="byHand",
                    AuthorizationScopes=["payments/all"],
                    Target="integrations/none",
                ),
                drifted=("authorization_scopes", "operation_name", "target"),
                import_id=of_api,
                vanish=v2("delete_route", **key("RouteId")),
            ),
            Life(
                "aws_apigatewayv2_integration.backend",
                is_there=is_there("get_integration", **key("IntegrationId")),
                update=('"remove:header.X-Old" = "\'\'"', '"append:header.X-New" = "new"'),
                drift=change(
                    "update_integration",
                    key("IntegrationId"),
                    IntegrationUri="https://drifted.example.com/",
                    TimeoutInMillis=70,
                    ConnectionId="def456",
                    TlsConfig={"ServerNameToVerify": "drifted.example.com"},
                    RequestParameters={"append:header.X-Kind": "drifted"},
                    ResponseParameters={"500": {"append:header.X-Failed": "no"}},
                ),
                drifted=(
                    "connection_id",
                    "integration_uri",
                    "request_parameters",
                    "response_parameters",
                    "timeout_milliseconds",
                    "tls_config",
                ),
                import_id=of_api,
            ),
            Life(
                "aws_apigatewayv2_integration.queue",
                replace=('"SQS-SendMessage"', '"SQS-ReceiveMessage"'),
                import_id=of_api,
                vanish=v2("delete_integration", **key("IntegrationId")),
            ),
            Life(
                "aws_apigatewayv2_authorizer.tokens",
                is_there=is_there("get_authorizer", **key("AuthorizerId")),
                update=('["clients"]', '["clients", "partners"]'),
                drift=change(
                    "update_authorizer",
                    key("AuthorizerId"),
                    Name="by-hand",
                    IdentitySource=["$request.header.X-Token"],
                    JwtConfiguration={"Audience": ["others"], "Issuer": "https://example.com"},
                ),
                drifted=("identity_sources", "jwt_configuration", "name"),
                import_id=of_api,
            ),
            Life(
                "aws_apigatewayv2_authorizer.function",
                drift=change(
                    "update_authorizer",
                    key("AuthorizerId"),
                    AuthorizerResultTtlInSeconds=7,
                    EnableSimpleResponses=False,
                    AuthorizerPayloadFormatVersion="1.0",
                ),
                drifted=(
                    "authorizer_payload_format_version",
                    "authorizer_result_ttl_in_seconds",
                    "enable_simple_responses",
                ),
                update=('= "function"\n', '= "checker"\n'),
                import_id=of_api,
                vanish=v2("delete_authorizer", **key("AuthorizerId")),
            ),
            Life(
                "aws_apigatewayv2_deployment.payments",
                is_there=is_there("get_deployment", **key("DeploymentId")),
                update=('"first"', '"second"'),
                replace=('redeployment = "one"', 'redeployment = "two"'),
                drift=change("update_deployment", key("DeploymentId"), Description="by hand"),
                drifted=("description",),
                # The documentation: "triggers" can't be imported, and their change replaces.
                import_id=NOT_IMPORTABLE,
                vanish=v2("delete_deployment", **key("DeploymentId")),
            ),
            Life("aws_apigatewayv2_deployment.untriggered", import_id=of_api),
            Life(
                "aws_apigatewayv2_stage.live",
                is_there=is_there("get_stage", ApiId="api_id", StageName="name"),
                update=(', color = "blue"', ', size = "large"'),
                replace=('name            = "live"', 'name            = "test"'),
                drift=change(
                    "update_stage",
                    {"ApiId": "api_id", "StageName": "name"},
                    Description="by hand",
                    StageVariables={"kind": "drifted"},
                    AccessLogSettings={
                        "DestinationArn": "arn:aws:logs:eu-central-1:1:log-group:other",
                        "Format": "$context.status",
                    },
                    DefaultRouteSettings={"ThrottlingBurstLimit": 7},
                    RouteSettings={"GET /other": {"ThrottlingBurstLimit": 7}},
                ),
                drifted=(
                    "access_log_settings",
                    "default_route_settings",
                    "description",
                    "route_settings",
                    "stage_variables",
                ),
                import_id=of_api,
                vanish=v2("delete_stage", ApiId="api_id", StageName="name"),
            ),
            Life("aws_apigatewayv2_stage.default", import_id=of_api),
            Life(
                "aws_apigatewayv2_api.payments",
                is_there=is_there("get_api", ApiId="id"),
                update=('"Pays customers"', '"Pays"'),
                drift=change_api,
                drifted=(
                    "cors_configuration",
                    "description",
                    "disable_execute_api_endpoint",
                    "name",
                    "tags",
                    "version",
                ),
            ),
            Life(
                "aws_apigatewayv2_api.quick",
                replace=('"GET /quick"', '"GET /quicker"'),
                # How it was made is not told again, and a change of it replaces.
                import_id=NOT_IMPORTABLE,
                vanish=v2("delete_api", ApiId="id"),
            ),
        ),
    ),
    Lives(
        "a WebSocket API and a domain",
        SOCKETS,
        check=check_sockets,
        lives=(
            Life(
                "aws_apigatewayv2_route_response.pay",
                is_there=is_there("get_route_response", **ROUTE_RESPONSE),
                update=(
                    'route_response_key = "$default"',
                    'route_response_key = "$default"\n  model_selection_expression = "action"',
                ),
                drift=change(
                    "update_route_response", ROUTE_RESPONSE, ModelSelectionExpression="by-hand"
                ),
                drifted=("model_selection_expression",),
                import_id=lambda values: f"{values['api_id']}/{values['route_id']}/{values['id']}",
                vanish=v2("delete_route_response", **ROUTE_RESPONSE),
            ),
            Life(
                "aws_apigatewayv2_integration_response.done",
                is_there=is_there("get_integration_response", **INTEGRATION_RESPONSE),
                update=("done = true", "done = false"),
                drift=change(
                    "update_integration_response",
                    INTEGRATION_RESPONSE,
                    ContentHandlingStrategy="CONVERT_TO_BINARY",
                    TemplateSelectionExpression="by-hand",
                ),
                drifted=("content_handling_strategy", "template_selection_expression"),
                import_id=lambda values: (
                    f"{values['api_id']}/{values['integration_id']}/{values['id']}"
                ),
                vanish=v2("delete_integration_response", **INTEGRATION_RESPONSE),
            ),
            Life(
                "aws_apigatewayv2_route.pay",
                update=("querystring.b", "querystring.c"),
                drift=change(
                    "delete_route_request_parameter",
                    key("RouteId"),
                    RequestParameterKey="route.request.querystring.a",
                ),
                drifted=("request_parameter",),
                import_id=of_api,
            ),
            Life(
                "aws_apigatewayv2_integration.mock",
                update=('"NEVER"', '"WHEN_NO_TEMPLATES"'),
                drift=change(
                    "update_integration",
                    key("IntegrationId"),
                    PassthroughBehavior="NEVER",
                    ContentHandlingStrategy="CONVERT_TO_BINARY",
                ),
                drifted=("content_handling_strategy", "passthrough_behavior"),
                import_id=of_api,
            ),
            Life(
                "aws_apigatewayv2_stage.sockets",
                update=('"ERROR"', '"INFO"'),
                drift=change(
                    "update_stage",
                    {"ApiId": "api_id", "StageName": "name"},
                    DefaultRouteSettings={"LoggingLevel": "OFF"},
                ),
                drifted=("default_route_settings",),
                import_id=of_api,
            ),
            Life(
                "aws_apigatewayv2_api.sockets",
                update=('= "sockets"\n', '= "plugs"\n'),
            ),
            Life(
                "aws_apigatewayv2_api_mapping.sockets",
                is_there=is_there("get_api_mapping", **MAPPING),
                update=('"v1"', '"v2"'),
                drift=change(
                    "update_api_mapping", {**MAPPING, "ApiId": "api_id"}, ApiMappingKey="v7"
                ),
                drifted=("api_mapping_key",),
                import_id=lambda values: f"{values['id']}/{values['domain_name']}",
                vanish=v2("delete_api_mapping", **MAPPING),
            ),
            Life(
                "aws_apigatewayv2_domain_name.sockets",
                is_there=is_there("get_domain_name", DomainName="domain_name"),
                update=("s3://trust/store.pem", "s3://trust/stores.pem"),
                replace=('"sockets.example.com"', '"plugs.example.com"'),
                drift=change(
                    "update_domain_name",
                    {"DomainName": "domain_name"},
                    MutualTlsAuthentication={"TruststoreUri": "s3://trust/drifted.pem"},
                ),
                drifted=("mutual_tls_authentication",),
                vanish=v2("delete_domain_name", DomainName="domain_name"),
            ),
        ),
    ),
)

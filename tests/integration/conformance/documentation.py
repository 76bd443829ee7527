"""The pages of AWS's documentation that the conformance rows take their answers from."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Documentation:
    """A page by its title and address."""

    title: str
    url: str


def _gateway(title: str, page: str) -> Documentation:
    return Documentation(
        title, f"https://docs.aws.amazon.com/apigateway/latest/developerguide/{page}.html"
    )


GATEWAY_RESPONSE_TYPES = _gateway("Gateway response types", "supported-gateway-response-types")
PROXY_INTEGRATION = _gateway("Lambda proxy integrations", "set-up-lambda-proxy-integrations")
PROXY_RESOURCES = _gateway(
    "Set up a proxy integration with a proxy resource",
    "api-gateway-set-up-simple-proxy",
)
INVOKE = _gateway("Invoke REST APIs", "how-to-call-api")
DEPLOYMENTS = _gateway("Deploy REST APIs", "how-to-deploy-api")
STAGE_VARIABLES = _gateway("Use stage variables", "stage-variables")
DISABLED_ENDPOINT = _gateway(
    "Disable the default endpoint for REST APIs", "rest-api-disable-default-endpoint"
)
LAMBDA_ERRORS = _gateway(
    "Handle Lambda errors in API Gateway", "handle-errors-in-lambda-integration"
)


def _lambda(title: str, page: str) -> Documentation:
    return Documentation(title, f"https://docs.aws.amazon.com/lambda/latest/dg/{page}.html")


EXECUTION_ENVIRONMENT = _lambda(
    "Understanding the Lambda execution environment lifecycle", "lambda-runtime-environment"
)
LAMBDA_QUOTAS = _lambda("Lambda quotas", "gettingstarted-limits")
PYTHON_LOGGING = _lambda("Log and monitor Python Lambda functions", "python-logging")

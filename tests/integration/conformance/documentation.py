"""The pages of AWS's documentation that the conformance rows take their answers from."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Documentation:
    """A page by its title and address."""

    title: str
    url: str


def gateway_guide(title: str, page: str) -> Documentation:
    """A page of API Gateway's developer guide."""
    return Documentation(
        title, f"https://docs.aws.amazon.com/apigateway/latest/developerguide/{page}.html"
    )


GATEWAY_RESPONSE_TYPES = gateway_guide("Gateway response types", "supported-gateway-response-types")
PROXY_INTEGRATION = gateway_guide("Lambda proxy integrations", "set-up-lambda-proxy-integrations")
PROXY_RESOURCES = gateway_guide(
    "Set up a proxy integration with a proxy resource",
    "api-gateway-set-up-simple-proxy",
)
INVOKE = gateway_guide("Invoke REST APIs", "how-to-call-api")
DEPLOYMENTS = gateway_guide("Deploy REST APIs", "how-to-deploy-api")
STAGE_VARIABLES = gateway_guide("Use stage variables", "stage-variables")
DISABLED_ENDPOINT = gateway_guide(
    "Disable the default endpoint for REST APIs", "rest-api-disable-default-endpoint"
)
LAMBDA_ERRORS = gateway_guide(
    "Handle Lambda errors in API Gateway", "handle-errors-in-lambda-integration"
)


def lambda_guide(title: str, page: str) -> Documentation:
    """A page of Lambda's developer guide."""
    return Documentation(title, f"https://docs.aws.amazon.com/lambda/latest/dg/{page}.html")


EXECUTION_ENVIRONMENT = lambda_guide(
    "Understanding the Lambda execution environment lifecycle", "lambda-runtime-environment"
)
LAMBDA_QUOTAS = lambda_guide("Lambda quotas", "gettingstarted-limits")
PYTHON_LOGGING = lambda_guide("Log and monitor Python Lambda functions", "python-logging")
PROXY_EVENT = Documentation(
    "Input format of a Lambda function for proxy integration",
    f"{PROXY_INTEGRATION.url}#api-gateway-simple-proxy-for-lambda-input-format",
)
PROXY_RESPONSE = Documentation(
    "Output format of a Lambda function for proxy integration",
    f"{PROXY_INTEGRATION.url}#api-gateway-simple-proxy-for-lambda-output-format",
)
KNOWN_ISSUES = gateway_guide("Amazon API Gateway important notes", "api-gateway-known-issues")
BINARY_MEDIA_TYPES = gateway_guide(
    "Binary media types for REST APIs", "api-gateway-payload-encodings"
)
RECORDED_PROXY_RESPONSES = Documentation(
    "Recorded on AWS by LocalStack's test_apigateway_lambda.py",
    "https://github.com/localstack/localstack/blob/v4.14.0/tests/aws/services/apigateway/"
    "test_apigateway_lambda.snapshot.json",
)
LAMBDA_AUTHORIZERS = gateway_guide(
    "Use API Gateway Lambda authorizers", "apigateway-use-lambda-authorizer"
)
AUTHORIZER_INPUT = gateway_guide(
    "Input to an API Gateway Lambda authorizer", "api-gateway-lambda-authorizer-input"
)
COGNITO_AUTHORIZERS = gateway_guide(
    "Control access to REST APIs using Cognito user pools as an authorizer",
    "apigateway-integrate-with-cognito",
)
IAM_AUTHORIZATION = gateway_guide(
    "Control access to a REST API with IAM permissions", "permissions"
)
GATEWAY_QUOTAS = gateway_guide(
    "Quotas for configuring and running a REST API", "api-gateway-execution-service-limits-table"
)
PASSTHROUGH = gateway_guide(
    "Method request behavior for payloads without mapping templates",
    "integration-passthrough-behaviors",
)
COMPRESSION = gateway_guide(
    "Payload compression for REST APIs", "api-gateway-gzip-compression-decompression"
)
RECORDED_INTEGRATIONS = Documentation(
    "Recorded on AWS by LocalStack's test_apigateway_integrations.py",
    "https://github.com/localstack/localstack/blob/v4.14.0/tests/aws/services/apigateway/"
    "test_apigateway_integrations.snapshot.json",
)
API_KEYS = gateway_guide("Set up API keys for REST APIs", "api-gateway-setup-api-keys")
API_KEY_SOURCE = gateway_guide(
    "Choose an API key source for REST APIs", "api-gateway-api-key-source"
)
USAGE_PLANS = gateway_guide("Usage plans and API keys for REST APIs", "api-gateway-api-usage-plans")
THROTTLING = gateway_guide("Throttle requests to your REST APIs", "api-gateway-request-throttling")
VALIDATION = gateway_guide(
    "Request validation for REST APIs", "api-gateway-method-request-validation"
)
CACHING = gateway_guide("Cache settings for REST APIs", "api-gateway-caching")
RECORDED_COMMON = Documentation(
    "Recorded on AWS by LocalStack's test_apigateway_common.py",
    "https://github.com/localstack/localstack/blob/v4.14.0/tests/aws/services/apigateway/"
    "test_apigateway_common.snapshot.json",
)
CONTENT_CONVERSIONS = gateway_guide(
    "Content type conversions for REST APIs", "api-gateway-payload-encodings-workflow"
)

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
CONTENT_CONVERSIONS = gateway_guide(
    "Content type conversions for REST APIs", "api-gateway-payload-encodings-workflow"
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
MOCK = gateway_guide("Mock integrations for REST APIs", "how-to-mock-integration")
MAPPING_TEMPLATES = gateway_guide(
    "Mapping template transformations for REST APIs", "models-mappings"
)
TEMPLATE_VARIABLES = gateway_guide(
    "Variables for data transformations", "api-gateway-mapping-template-reference"
)
OVERRIDES = gateway_guide(
    "Override your API's request and response parameters and status codes",
    "apigateway-override-request-response-parameters",
)
CORS = gateway_guide("CORS for REST APIs", "how-to-cors")
LAMBDA_CUSTOM = gateway_guide(
    "Set up Lambda custom integrations", "set-up-lambda-custom-integrations"
)
LAMBDA_ASYNC_INTEGRATION = gateway_guide(
    "Set up asynchronous invocation of the backend Lambda function",
    "set-up-lambda-integration-async",
)
LAMBDA_PERMISSIONS = gateway_guide(
    "Control access for invoking an API: Lambda function permissions",
    "api-gateway-control-access-using-iam-policies-to-invoke-api",
)
AWS_INTEGRATION = gateway_guide(
    "Set up an API integration request", "api-gateway-integration-settings-integration-request"
)
HTTP_INTEGRATION = gateway_guide("HTTP integrations for REST APIs", "setup-http-integrations")
HTTP_FAILURES = Documentation(
    "Recorded on AWS by LocalStack's test_apigateway_http.py",
    "https://github.com/localstack/localstack/blob/v4.14.0/tests/aws/services/apigateway/"
    "test_apigateway_http.snapshot.json",
)
PARAMETER_MAPPING = gateway_guide(
    "Parameter mapping examples for REST APIs", "request-response-data-mappings"
)
GATEWAY_RESPONSES = gateway_guide(
    "Gateway responses for REST APIs", "api-gateway-gatewayResponse-definition"
)
ACCESS_LOGS = gateway_guide(
    "Variables for access logging for API Gateway", "api-gateway-variables-for-access-logging"
)
GATEWAY_METRICS = gateway_guide(
    "Amazon API Gateway dimensions and metrics", "api-gateway-metrics-and-dimensions"
)
LOGGING = gateway_guide("Set up CloudWatch logging for REST APIs in API Gateway", "set-up-logging")
RECORDED_CONTROL_PLANE = Documentation(
    "Recorded on AWS by LocalStack's test_apigateway_api.py",
    "https://github.com/localstack/localstack/blob/v4.14.0/tests/aws/services/apigateway/"
    "test_apigateway_api.snapshot.json",
)
OPENAPI = gateway_guide("Develop REST APIs using OpenAPI in API Gateway", "api-gateway-import-api")
KEY_FILE = gateway_guide("API Gateway API key file format", "api-key-file-format")
TEST_INVOKE_METHOD = gateway_guide(
    "Use the API Gateway console to test a REST API method", "how-to-test-method"
)
BASE_PATH_MAPPINGS = gateway_guide(
    "Use API mappings to connect API stages to a custom domain name for REST APIs",
    "rest-api-mappings",
)
DOCUMENTATION_VERSIONS = gateway_guide(
    "Documentation for REST APIs in API Gateway", "api-gateway-documenting-api"
)
INVOKE_API = Documentation(
    "Invoke (Lambda API reference)",
    "https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html",
)
PYTHON_EXCEPTIONS = lambda_guide("Python function errors in Lambda", "python-exceptions")
TROUBLESHOOTING = lambda_guide(
    "Troubleshoot execution issues in Lambda", "troubleshooting-execution"
)
RECORDED_LAMBDA = Documentation(
    "Recorded on AWS by LocalStack's test_lambda.py",
    "https://github.com/localstack/localstack/blob/v4.14.0/tests/aws/services/lambda_/"
    "test_lambda.snapshot.json",
)
ENVIRONMENT_VARIABLES = lambda_guide(
    "Working with Lambda environment variables", "configuration-envvars"
)
PYTHON_RUNTIME = lambda_guide("Building Lambda functions with Python", "lambda-python")
PYTHON_CONTEXT = lambda_guide(
    "Using the Lambda context object to retrieve Python function information", "python-context"
)
EXECUTION_ROLE = lambda_guide(
    "Defining Lambda function permissions with an execution role", "lambda-intro-execution-role"
)
RUNTIME_ENVIRONMENT = lambda_guide("Lambda runtimes", "lambda-runtimes")
LAYERS = lambda_guide("Working with layers for Python Lambda functions", "python-layers")
LAMBDA_LOGS = lambda_guide(
    "Sending Lambda function logs to CloudWatch Logs", "monitoring-cloudwatchlogs"
)
JSON_LOGS = lambda_guide(
    "Configuring JSON and plain text log formats", "monitoring-cloudwatchlogs-logformat"
)
ASYNC_ERRORS = lambda_guide(
    "How Lambda handles errors and retries with asynchronous invocation",
    "invocation-async-error-handling",
)
ASYNC_DESTINATIONS = lambda_guide(
    "Capturing records of Lambda asynchronous invocations",
    "invocation-async-retain-records",
)
DEAD_LETTERS = Documentation(
    "Adding a dead-letter queue", f"{ASYNC_DESTINATIONS.url}#invocation-dlq"
)
SQS_SOURCE = lambda_guide("Using Lambda with Amazon SQS", "with-sqs")
SQS_ERRORS = lambda_guide(
    "Handling errors for an SQS event source in Lambda", "services-sqs-errorhandling"
)
FILTERING = lambda_guide(
    "Control which events Lambda sends to your function", "invocation-eventfiltering"
)
STREAM_SOURCE = lambda_guide("Using AWS Lambda with Amazon DynamoDB", "with-ddb")
STREAM_ERRORS = lambda_guide(
    "Retain discarded records for a DynamoDB event source in Lambda", "services-dynamodb-errors"
)
SNS_SOURCE = lambda_guide("Invoking Lambda functions with Amazon SNS notifications", "with-sns")
EVENTBRIDGE = Documentation(
    "Event bus targets in Amazon EventBridge",
    "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-targets.html",
)
SCHEDULER = Documentation(
    "Invoke a Lambda function with EventBridge Scheduler",
    "https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-templated.html",
)
S3_SOURCE = lambda_guide("Process Amazon S3 event notifications with Lambda", "with-s3")
STEP_FUNCTIONS = Documentation(
    "Invoke an AWS Lambda function with Step Functions",
    "https://docs.aws.amazon.com/step-functions/latest/dg/connect-lambda.html",
)


def lambda_api(operation: str) -> Documentation:
    """An operation's page in Lambda's API reference."""
    return Documentation(
        f"{operation} (Lambda API reference)",
        f"https://docs.aws.amazon.com/lambda/latest/api/API_{operation}.html",
    )


CONCURRENCY = lambda_guide("Understanding Lambda function scaling", "lambda-concurrency")
VERSIONS = lambda_guide("Manage Lambda function versions", "configuration-versions")
ALIASES = lambda_guide("Create an alias for a Lambda function", "configuration-aliases")
WEIGHTED_ALIASES = lambda_guide(
    "Implement Lambda canary deployments using a weighted alias", "configuring-alias-routing"
)
FUNCTION_URLS = lambda_guide("Creating and managing Lambda function URLs", "lambda-urls")
URL_INVOCATION = lambda_guide("Invoking Lambda function URLs", "urls-invocation")
FUNCTION_STATES = lambda_guide("Lambda function states", "functions-states")
RESOURCE_POLICIES = lambda_guide(
    "Viewing resource-based IAM policies in Lambda", "access-control-resource-based"
)
PROVISIONED_CONCURRENCY = lambda_guide(
    "Configuring provisioned concurrency for a function", "provisioned-concurrency"
)


def cloudwatch_guide(title: str, page: str) -> Documentation:
    """A page of CloudWatch's user guide."""
    return Documentation(
        title, f"https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/{page}.html"
    )


EMF = cloudwatch_guide(
    "Specification: Embedded metric format", "CloudWatch_Embedded_Metric_Format_Specification"
)
METRIC_MATH = cloudwatch_guide("Using math expressions with metrics", "using-metric-math")
STATISTICS = cloudwatch_guide("CloudWatch statistics definitions", "Statistics-definitions")
ALARMS = cloudwatch_guide("Alarm evaluation", "alarm-evaluation")
COMPOSITE_ALARMS = cloudwatch_guide("Combining alarms", "alarm-combining")
METRIC_FILTERS = Documentation(
    "Filter pattern syntax for metric filters",
    "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/"
    "FilterAndPatternSyntaxForMetricFilters.html",
)
LAMBDA_METRICS = lambda_guide("Types of metrics for Lambda functions", "monitoring-metrics-types")


def iam_guide(title: str, page: str) -> Documentation:
    """A page of IAM's user guide."""
    return Documentation(title, f"https://docs.aws.amazon.com/IAM/latest/UserGuide/{page}.html")


IAM_DENIALS = iam_guide("Troubleshoot access denied error messages", "troubleshoot_access-denied")
IAM_EVALUATION = iam_guide("Policy evaluation logic", "reference_policies_evaluation-logic")
PASS_ROLE = iam_guide(
    "Grant a user permissions to pass a role to an AWS service", "id_roles_use_passrole"
)
SIGNATURE_ERRORS = iam_guide(
    "Troubleshoot Signature Version 4 signing for AWS API requests",
    "reference_sigv-troubleshooting",
)
LEADING_KEYS = Documentation(
    "Using IAM policy conditions for fine-grained access control",
    "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html",
)
TRANSACT_WRITE_ITEMS = Documentation(
    "TransactWriteItems",
    "https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html",
)
AT_LEAST_ONCE = Documentation(
    "Amazon SQS at-least-once delivery",
    "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/"
    "standard-queues-at-least-once-delivery.html",
)
DYNAMODB_ERRORS = Documentation(
    "Error handling with DynamoDB",
    "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html",
)
SQS_ERROR_CODES = Documentation(
    "Common errors (Amazon SQS API reference)",
    "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/CommonErrors.html",
)
SNS_ERROR_CODES = Documentation(
    "Common errors (Amazon SNS API reference)",
    "https://docs.aws.amazon.com/sns/latest/api/CommonErrors.html",
)
S3_ERROR_CODES = Documentation(
    "Error responses (Amazon S3 API reference)",
    "https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html",
)
LOGS_SUBSCRIPTIONS = Documentation(
    "Log group-level subscription filters",
    "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html",
)
HTTP_API_LAMBDA = gateway_guide(
    "Create AWS Lambda proxy integrations for HTTP APIs", "http-api-develop-integrations-lambda"
)
COGNITO_TRIGGERS = Documentation(
    "Pre token generation Lambda trigger",
    "https://docs.aws.amazon.com/cognito/latest/developerguide/"
    "user-pool-lambda-pre-token-generation.html",
)
ROTATION = Documentation(
    "Rotation by Lambda function",
    "https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda.html",
)
CACHING = gateway_guide("Cache settings for REST APIs", "api-gateway-caching")
RECORDED_COMMON = Documentation(
    "Recorded on AWS by LocalStack's test_apigateway_common.py",
    "https://github.com/localstack/localstack/blob/v4.14.0/tests/aws/services/apigateway/"
    "test_apigateway_common.snapshot.json",
)
GATEWAY_IMPORT_FINDINGS = gateway_guide(
    "Errors and warnings from importing your API", "api-gateway-import-api-errors-warnings"
)
GATEWAY_EXPORT = gateway_guide("Export a REST API", "api-gateway-export-api")
CANARY = gateway_guide("Set up an API Gateway canary release deployment", "canary-release")
RESOURCE_POLICY = gateway_guide(
    "Control access to a REST API with API Gateway resource policies",
    "apigateway-resource-policies",
)
STREAMING = lambda_guide(
    "Response streaming for Lambda functions", "configuration-response-streaming"
)
KINESIS_SOURCE = lambda_guide(
    "Using Lambda to process records from Amazon Kinesis Data Streams", "with-kinesis"
)
DASHBOARDS = cloudwatch_guide("Using Amazon CloudWatch dashboards", "CloudWatch_Dashboards")
USER_POOL_TRIGGERS = Documentation(
    "Customizing user pool workflows with Lambda triggers",
    "https://docs.aws.amazon.com/cognito/latest/developerguide/"
    "cognito-user-pools-working-with-lambda-triggers.html",
)

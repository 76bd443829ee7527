"""From what a request says of its service to botocore's name of it.

A request names its service by the signing name in its credential scope, and in the JSON protocols
by the prefix of `X-Amz-Target`. Most signing names are botocore's own service names; the others,
and names that several services share, stand here, as the models of botocore 1.43.106 have them
(`signingName`, `targetPrefix`).
"""

from __future__ import annotations

_SERVICES_OF_SIGNING_NAME = {
    "airflow": ("mwaa",),
    "aoss": ("opensearchserverless",),
    "apigateway": ("apigateway", "apigatewayv2"),
    "appconfig": ("appconfig", "appconfigdata"),
    "bedrock": ("bedrock", "bedrock-runtime", "bedrock-agent", "bedrock-agent-runtime"),
    "cloudcontrolapi": ("cloudcontrol",),
    "dynamodb": ("dynamodb", "dynamodbstreams"),
    "elasticfilesystem": ("efs",),
    "elasticloadbalancing": ("elbv2", "elb"),
    "elasticmapreduce": ("emr",),
    "es": ("opensearch", "es"),
    "execute-api": ("apigatewaymanagementapi",),
    "geo": ("location",),
    "iotdata": ("iot-data",),
    "kinesisanalytics": ("kinesisanalyticsv2", "kinesisanalytics"),
    "monitoring": ("cloudwatch",),
    "rds": ("rds", "docdb", "neptune"),
    "s3": ("s3", "s3control"),
    "ses": ("ses", "sesv2"),
    "states": ("stepfunctions",),
    "tagging": ("resourcegroupstaggingapi",),
}
# Unsigned requests tell no signing name. Cognito is called like that by every sign-in, and the
# others by mistake, which has to be answered in the protocol of the service.
_SERVICE_OF_TARGET_PREFIX = {
    "AWSCognitoIdentityProviderService": "cognito-idp",
    "AWSCognitoIdentityService": "cognito-identity",
    "AWSEvents": "events",
    "AWSStepFunctions": "stepfunctions",
    "AmazonSQS": "sqs",
    "AmazonSSM": "ssm",
    "DynamoDBStreams_20120810": "dynamodbstreams",
    "DynamoDB_20120810": "dynamodb",
    "GraniteServiceVersion20100801": "cloudwatch",
    "Kinesis_20131202": "kinesis",
    "Logs_20140328": "logs",
    "TrentService": "kms",
    "secretsmanager": "secretsmanager",
}
# Operations of the Query protocol that are called without a signature, and those services of it
# that clients reach most; an Action in an unsigned form belongs to the first that knows it.
_UNSIGNED_QUERY_SERVICES = ("sts", "iam", "sns", "sqs")


def services_of_signing_name(signing_name: str) -> tuple[str, ...]:
    """Botocore's names of the services that sign with this name, likelier ones first."""
    return _SERVICES_OF_SIGNING_NAME.get(signing_name, (signing_name,))


def signing_names() -> tuple[str, ...]:
    """The signing names that are not their service's own name in botocore."""
    return tuple(_SERVICES_OF_SIGNING_NAME)


def service_of_target_prefix(prefix: str) -> str | None:
    """Botocore's name of the service behind a prefix of X-Amz-Target, None for an unknown one."""
    return _SERVICE_OF_TARGET_PREFIX.get(prefix)


def unsigned_query_services() -> tuple[str, ...]:
    """The services that an unsigned form with an Action may be for."""
    return _UNSIGNED_QUERY_SERVICES

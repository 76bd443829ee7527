"""Errors by service, with status and message, from botocore's models and AWS's documentation."""

from __future__ import annotations

import pytest

from localtender.edge.faults.error_codes import ErrorCodes
from localtender.edge.protocol.models import ServiceModels


@pytest.fixture(scope="module")
def known() -> ErrorCodes:
    return ErrorCodes(ServiceModels())


@pytest.mark.parametrize(
    ("service", "operation", "code", "status"),
    [
        ("dynamodb", "PutItem", "ProvisionedThroughputExceededException", 400),
        ("dynamodb", "CreateTable", "ThrottlingException", 400),
        ("kinesis", "PutRecord", "ProvisionedThroughputExceededException", 400),
        ("s3", "GetObject", "SlowDown", 503),
        ("lambda", "GetFunction", "TooManyRequestsException", 429),
        ("apigateway", "GetRestApis", "TooManyRequestsException", 429),
        ("cognito-idp", "InitiateAuth", "TooManyRequestsException", 400),
        ("ec2", "DescribeInstances", "RequestLimitExceeded", 503),
        ("sqs", "SendMessage", "RequestThrottled", 400),
        ("sns", "Publish", "Throttling", 400),
        ("iam", "GetRole", "Throttling", 400),
        ("secretsmanager", "GetSecretValue", "ThrottlingException", 400),
        ("execute-api", "GET /", "TooManyRequestsException", 429),
    ],
)
def test_each_service_throttles_in_its_own_words(
    known: ErrorCodes, service: str, operation: str, code: str, status: int
) -> None:
    error = known.throttling(service, operation)

    assert (error.code, error.status) == (code, status)


@pytest.mark.parametrize(
    ("service", "codes"),
    [
        ("dynamodb", ["InternalServerError", "ServiceUnavailable"]),
        ("s3", ["InternalError", "ServiceUnavailable"]),
        ("lambda", ["ServiceException", "ServiceUnavailable"]),
        ("ec2", ["InternalError", "Unavailable"]),
        ("kinesis", ["InternalFailureException", "ServiceUnavailable"]),
        ("sts", ["InternalFailure", "ServiceUnavailable"]),
    ],
)
def test_a_service_at_fault_has_an_internal_error_or_is_unavailable(
    known: ErrorCodes, service: str, codes: list[str]
) -> None:
    errors = known.server_errors(service)

    assert [error.code for error in errors] == codes
    assert [error.status for error in errors] == [500, 503]


@pytest.mark.parametrize(
    ("service", "code", "status"),
    [
        ("dynamodb", "ConditionalCheckFailedException", 400),
        ("dynamodb", "AccessDeniedException", 400),
        ("lambda", "ResourceConflictException", 409),
        ("lambda", "AccessDeniedException", 403),
        ("sns", "NotFound", 404),
        ("s3", "NoSuchKey", 404),
        ("monitoring", "ResourceNotFound", 404),
        ("events", "InternalException", 500),
    ],
)
def test_an_error_has_its_own_http_status(
    known: ErrorCodes, service: str, code: str, status: int
) -> None:
    assert known.of_service(service)[code].status == status


def test_a_message_is_the_services_own_or_what_the_model_says_of_the_error(
    known: ErrorCodes,
) -> None:
    dynamodb, secrets = known.of_service("dynamodb"), known.of_service("secretsmanager")

    message = dynamodb["ConditionalCheckFailedException"].message
    assert message == "The conditional request failed"
    assert secrets["DecryptionFailure"].message.startswith("Secrets Manager can't decrypt")

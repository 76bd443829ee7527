"""Errors that services answer and botocore's models do not have, with their HTTP statuses.

After "Common errors" of the API references, "Error responses" of the Amazon S3 API reference,
"Error codes for the Amazon EC2 API", and for DynamoDB "Error handling with DynamoDB" of its
developer guide.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class ErrorCode:
    """An error as a service answers it: its code, HTTP status and usual message."""

    code: str
    status: int
    message: str


def _table(*rows: tuple[str, int, str]) -> Mapping[str, ErrorCode]:
    return {code: ErrorCode(code, status, message) for code, status, message in rows}


_RATE = "Rate exceeded"
_DENIED = "User is not authorized to perform this action"
_TOKEN = "The security token included in the request is expired"
_INTERNAL = "The request processing has failed because of an unknown error, exception or failure."
_UNAVAILABLE = "The request has failed due to a temporary failure of the server."

COMMON_ERRORS = _table(
    ("AccessDenied", 403, _DENIED),
    ("AccessDeniedException", 403, _DENIED),
    ("ExpiredToken", 403, _TOKEN),
    ("ExpiredTokenException", 403, _TOKEN),
    ("IncompleteSignature", 400, "The request signature does not conform to AWS standards."),
    ("InternalFailure", 500, _INTERNAL),
    ("InvalidClientTokenId", 403, "The security token included in the request is invalid."),
    ("OptInRequired", 403, "The AWS access key ID needs a subscription for the service."),
    ("RequestExpired", 400, "Request has expired."),
    ("RequestTimeoutException", 408, "The request timed out."),
    ("ServiceUnavailable", 503, _UNAVAILABLE),
    ("ServiceUnavailableException", 503, _UNAVAILABLE),
    ("Throttling", 400, _RATE),
    ("ThrottlingException", 400, _RATE),
    ("UnrecognizedClientException", 403, "The security token included in the request is invalid."),
    ("ValidationError", 400, "The input fails to satisfy the constraints of the service."),
    ("ValidationException", 400, "The input fails to satisfy the constraints of the service."),
)
STATUS_OF_JSON_SERVICES = 400
"""Services of the AWS JSON protocol refuse a caller with this instead of 403."""

_DYNAMODB = _table(
    (
        "ProvisionedThroughputExceededException",
        400,
        "The level of configured provisioned throughput for the table was exceeded. Consider "
        "increasing your provisioning level with the UpdateTable API.",
    ),
    (
        "RequestLimitExceeded",
        400,
        "Throughput exceeds the current throughput limit for your account. Please contact AWS "
        "Support at https://aws.amazon.com/support request a limit increase",
    ),
    ("ConditionalCheckFailedException", 400, "The conditional request failed"),
    ("TransactionConflictException", 400, "Transaction is ongoing for the item"),
    ("InternalServerError", 500, "Internal server error"),
    ("ServiceUnavailable", 503, "Service Unavailable. Please try again later."),
    ("ThrottlingException", 400, "Rate of requests exceeds the allowed throughput."),
)
_S3 = _table(
    ("SlowDown", 503, "Please reduce your request rate."),
    ("InternalError", 500, "We encountered an internal error. Please try again."),
    ("ServiceUnavailable", 503, "Service is unable to handle request."),
    ("RequestTimeout", 400, "Your socket connection to the server was not read from or written to "
     "within the timeout period."),
    ("OperationAborted", 409, "A conflicting conditional operation is currently in progress "
     "against this resource. Try again."),
    ("PreconditionFailed", 412, "At least one of the preconditions you specified did not hold"),
    ("AccessDenied", 403, "Access Denied"),
    ("NoSuchBucket", 404, "The specified bucket does not exist"),
    ("NoSuchKey", 404, "The specified key does not exist."),
)  # fmt: skip
_EC2 = _table(
    ("RequestLimitExceeded", 503, "Request limit exceeded."),
    ("InternalError", 500, "An internal error has occurred"),
    ("Unavailable", 503, "The server is overloaded and can't handle the request."),
    ("InsufficientInstanceCapacity", 500, "Insufficient capacity."),
    ("UnauthorizedOperation", 403, "You are not authorized to perform this operation."),
)
_LAMBDA = _table(
    ("TooManyRequestsException", 429, "Rate Exceeded."),
    ("ServiceException", 500, "An error occurred and the request cannot be processed."),
)
_SQS = _table(
    ("RequestThrottled", 400, "Request is throttled."),
    ("OverLimit", 403, "Too many messages in flight."),
    ("InternalError", 500, "We encountered an internal error. Please try again."),
)
_API_GATEWAY = _table(("TooManyRequestsException", 429, "Too Many Requests"))
_SECRETS_MANAGER = _table(
    ("InternalServiceError", 500, "An error occurred on the server side."),
    (
        "ResourceNotFoundException",
        400,
        "Secrets Manager can't find the specified secret.",
    ),
)

# What answers a request to a deployed REST API, after "Gateway response types for API Gateway".
EXECUTE_API_ERRORS = _table(
    ("InternalServerErrorException", 500, "Internal server error"),
    ("ServiceUnavailableException", 503, "Service Unavailable"),
    ("TooManyRequestsException", 429, "Too Many Requests"),
    ("LimitExceededException", 429, "Limit Exceeded"),
    ("EndpointRequestTimedOutException", 504, "Endpoint request timed out"),
    ("BadGatewayException", 502, "Internal server error"),
    ("ForbiddenException", 403, "Forbidden"),
    ("AccessDeniedException", 403, "User is not authorized to access this resource"),
    ("UnauthorizedException", 401, "Unauthorized"),
)
# After "Monitoring Lambda function URLs" and the errors of Invoke in the Lambda guide.
FUNCTION_URL_ERRORS = _table(
    ("InternalServerErrorException", 502, "Internal Server Error"),
    ("TooManyRequestsException", 429, "Rate Exceeded."),
    ("ServiceUnavailableException", 503, "Service Unavailable"),
    ("AccessDeniedException", 403, "Forbidden"),
)

SERVICE_ERRORS: Mapping[str, Mapping[str, ErrorCode]] = {
    "apigateway": _API_GATEWAY,
    "dynamodb": _DYNAMODB,
    "ec2": _EC2,
    "lambda": _LAMBDA,
    "s3": _S3,
    "secretsmanager": _SECRETS_MANAGER,
    "sqs": _SQS,
}

"""The ways in which API Gateway itself fails a request.

Response types, statuses and messages are those of "Gateway response types for API Gateway" in the
developer guide; the names in `x-amzn-errortype` are those that AWS sends with them.
"""

from __future__ import annotations


class GatewayError(Exception):
    """A request that ends in a gateway response instead of an integration's answer.

    `reason` is for the log and for nobody else; `validation_errors` is told by
    `$context.error.validationErrorString`. `spaced` says how AWS writes the default body: errors
    of validation and integration have a blank after the colon. `member` is the body's only one.

    ```
    GatewayError
    ├── MissingAuthenticationTokenError   ├── ThrottledError
    ├── ForbiddenError                    ├── QuotaExceededError
    ├── UnauthorizedError                 ├── RequestTooLargeError
    ├── ExpiredTokenError                 ├── UnsupportedMediaTypeError
    ├── AccessDeniedError                 ├── ApiConfigurationError
    ├── AuthorizerConfigurationError      ├── IntegrationTimeoutError
    ├── AuthorizerFailureError            ├── IntegrationConnectionError
    ├── BadRequestParametersError         ├── InternalServerError
    ├── BadRequestBodyError               └── BadGatewayError
    └── InvalidSignatureError
        ├── IncompleteRequestSignatureError
        └── UnrecognizedClientError
    ```
    """

    response_type = "DEFAULT_5XX"
    error_type = "InternalServerErrorException"
    status = 500
    message: str | None = "Internal server error"
    spaced = True
    member = "message"

    def __init__(
        self,
        message: str | None = None,
        *,
        reason: str | None = None,
        validation_errors: str | None = None,
    ) -> None:
        if message is not None:
            self.message = message
        self.reason = reason
        self.validation_errors = validation_errors
        super().__init__(reason or self.message)


class MissingAuthenticationTokenError(GatewayError):
    """No such resource or method in the deployment."""

    response_type = "MISSING_AUTHENTICATION_TOKEN"
    error_type = "MissingAuthenticationTokenException"
    status = 403
    message = "Missing Authentication Token"
    spaced = False


class ForbiddenError(GatewayError):
    """No API key, or one that does not cover the stage."""

    response_type = "INVALID_API_KEY"
    error_type = "ForbiddenException"
    status = 403
    message = "Forbidden"
    spaced = False


class UnauthorizedError(GatewayError):
    """No token, or one that does not hold."""

    response_type = "UNAUTHORIZED"
    error_type = "UnauthorizedException"
    status = 401
    message = "Unauthorized"
    spaced = False


class ExpiredTokenError(UnauthorizedError):
    """A token that was good once; Cognito authorizers answer it as UNAUTHORIZED."""

    message = "The incoming token has expired"


class AccessDeniedError(GatewayError):
    """A policy that does not allow the call."""

    response_type = "ACCESS_DENIED"
    error_type = "AccessDeniedException"
    status = 403
    message = "User is not authorized to access this resource"
    spaced = False
    member = "Message"


class InvalidSignatureError(GatewayError):
    """A signature that does not hold, or none that can be read as one."""

    response_type = "INVALID_SIGNATURE"
    error_type = "InvalidSignatureException"
    status = 403
    message = (
        "The request signature we calculated does not match the signature you provided. Check your "
        "AWS Secret Access Key and signing method. Consult the service documentation for details."
    )
    spaced = False


class IncompleteRequestSignatureError(InvalidSignatureError):
    """An Authorization header that is no signature."""

    error_type = "IncompleteSignatureException"


class UnrecognizedClientError(InvalidSignatureError):
    """A signature by an access key that does not exist."""

    error_type = "UnrecognizedClientException"
    message = "The security token included in the request is invalid."


class AuthorizerConfigurationError(GatewayError):
    """A function that cannot be asked, fails, or answers nonsense as an authorizer."""

    response_type = "AUTHORIZER_CONFIGURATION_ERROR"
    error_type = "AuthorizerConfigurationException"
    status = 500
    message = None
    spaced = False


class AuthorizerFailureError(GatewayError):
    """A user pool whose keys cannot be had."""

    response_type = "AUTHORIZER_FAILURE"
    error_type = "AuthorizerFailureException"
    status = 500
    message = None
    spaced = False


class BadRequestParametersError(GatewayError):
    """A required parameter is missing or blank."""

    response_type = "BAD_REQUEST_PARAMETERS"
    error_type = "BadRequestException"
    status = 400
    message = "Missing required request parameters"


class BadRequestBodyError(GatewayError):
    """The body is not what the method's model asks for."""

    response_type = "BAD_REQUEST_BODY"
    error_type = "BadRequestException"
    status = 400
    message = "Invalid request body"


class RequestTooLargeError(GatewayError):
    """More than 10 MB."""

    response_type = "REQUEST_TOO_LARGE"
    error_type = "RequestTooLargeException"
    status = 413
    message = "Request Too Long"
    spaced = False


class UnsupportedMediaTypeError(GatewayError):
    """No mapping template for the content type, and passing through is forbidden."""

    response_type = "UNSUPPORTED_MEDIA_TYPE"
    error_type = "BadRequestException"
    status = 415
    message = "Unsupported Media Type"
    spaced = False


class ThrottledError(GatewayError):
    """More requests a second than the stage or the usage plan allows."""

    response_type = "THROTTLED"
    error_type = "TooManyRequestsException"
    status = 429
    message = "Too Many Requests"
    spaced = False


class QuotaExceededError(GatewayError):
    """More requests in the period than the usage plan allows."""

    response_type = "QUOTA_EXCEEDED"
    error_type = "LimitExceededException"
    status = 429
    message = "Limit Exceeded"
    spaced = False


class ApiConfigurationError(GatewayError):
    """The API's own set-up keeps the request from being served."""

    response_type = "API_CONFIGURATION_ERROR"


class IntegrationTimeoutError(GatewayError):
    """The integration took longer than its time-out."""

    response_type = "INTEGRATION_TIMEOUT"
    status = 504
    message = "Endpoint request timed out"


class IntegrationConnectionError(GatewayError):
    """The integration's endpoint cannot be reached."""

    response_type = "INTEGRATION_FAILURE"
    status = 504
    message = "Network error communicating with endpoint"


class InternalServerError(GatewayError):
    """A failure that is nobody's business outside: permission, throttled function, our own."""


class BadGatewayError(GatewayError):
    """The function failed, or answered in a form that is no proxy result."""

    status = 502

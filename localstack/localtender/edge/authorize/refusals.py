"""Refusals of callers and of calls, as each service words them.

After "Common errors" of the services' API references, "Error responses" of S3's, and "Common error
types" of EC2's. JSON services refuse with 400, the others with 403.
"""

from __future__ import annotations

from typing import Literal

from localtender.edge.authorize.authentication import AuthenticationError, Failure
from localtender.edge.protocol.error_answers import speaks_query_too
from localtender.edge.protocol.errors import ServiceError
from localtender.edge.protocol.service_calls import ServiceCall

_Family = Literal["json", "query", "s3"]
_MISMATCH = (
    "The request signature we calculated does not match the signature you provided. Check your AWS "
    "Secret Access Key and signing method. Consult the service documentation for details."
)
_INVALID_TOKEN = "The security token included in the request is invalid."
_EXPIRED_TOKEN = "The security token included in the request is expired"
_REFUSALS: dict[_Family, dict[Failure, tuple[str, str]]] = {
    "json": {
        Failure.MISSING: ("MissingAuthenticationTokenException", "Missing Authentication Token"),
        Failure.INCOMPLETE: (
            "IncompleteSignatureException",
            "The request signature is incomplete.",
        ),
        Failure.UNKNOWN_KEY: ("UnrecognizedClientException", _INVALID_TOKEN),
        Failure.INVALID_TOKEN: ("UnrecognizedClientException", _INVALID_TOKEN),
        Failure.EXPIRED_TOKEN: ("ExpiredTokenException", _EXPIRED_TOKEN),
        Failure.SKEWED: ("InvalidSignatureException", _MISMATCH),
        Failure.MISMATCH: ("InvalidSignatureException", _MISMATCH),
    },
    "query": {
        Failure.MISSING: ("MissingAuthenticationToken", "Request is missing Authentication Token"),
        Failure.INCOMPLETE: ("IncompleteSignature", "The request signature is incomplete."),
        Failure.UNKNOWN_KEY: ("InvalidClientTokenId", _INVALID_TOKEN),
        Failure.INVALID_TOKEN: ("InvalidClientTokenId", _INVALID_TOKEN),
        Failure.EXPIRED_TOKEN: ("ExpiredToken", _EXPIRED_TOKEN),
        Failure.SKEWED: ("SignatureDoesNotMatch", _MISMATCH),
        Failure.MISMATCH: ("SignatureDoesNotMatch", _MISMATCH),
    },
    "s3": {
        Failure.MISSING: ("AccessDenied", "Access Denied"),
        Failure.INCOMPLETE: (
            "AuthorizationHeaderMalformed",
            "The authorization header is invalid.",
        ),
        Failure.UNKNOWN_KEY: (
            "InvalidAccessKeyId",
            "The AWS Access Key Id you provided does not exist in our records.",
        ),
        Failure.INVALID_TOKEN: (
            "InvalidToken",
            "The provided token is malformed or otherwise invalid.",
        ),
        Failure.EXPIRED_TOKEN: ("ExpiredToken", "The provided token has expired."),
        Failure.SKEWED: (
            "RequestTimeTooSkewed",
            "The difference between the request time and the current time is too large.",
        ),
        Failure.MISMATCH: (
            "SignatureDoesNotMatch",
            "The request signature we calculated does not match the signature you provided. "
            "Check your key and signing method.",
        ),
    },
}
_S3_BAD_REQUESTS = frozenset({Failure.INCOMPLETE, Failure.INVALID_TOKEN, Failure.EXPIRED_TOKEN})


def unauthenticated(call: ServiceCall, error: AuthenticationError) -> ServiceError:
    """The answer to a caller that is not believed."""
    family = _family(call)
    code, message = _REFUSALS[family][error.failure]
    if family == "s3":
        status = 400 if error.failure in _S3_BAD_REQUESTS else 403
        if error.failure is Failure.SKEWED and "X-Amz-Expires" in dict(call.request.query):
            code, message = "AccessDenied", "Request has expired"
        return ServiceError(code, message, status)
    status = 400 if family == "json" and call.protocol == "json" else 403
    if error.failure is Failure.INCOMPLETE:
        status = 400
    return ServiceError(code, error.detail or message, status)


def unauthorized(call: ServiceCall, message: str) -> ServiceError:
    """The answer to a caller that may not do what it calls."""
    if call.service == "sns":
        return ServiceError("AuthorizationError", message, 403)
    if call.protocol == "ec2":
        return ServiceError("UnauthorizedOperation", message, 403)
    if _family(call) != "json":
        return ServiceError("AccessDenied", message, 403)
    return ServiceError("AccessDeniedException", message, 400 if call.protocol == "json" else 403)


def _family(call: ServiceCall) -> _Family:
    if call.service == "s3":
        return "s3"
    in_query = call.protocol in ("query", "ec2", "rest-xml") or speaks_query_too(call.model)
    return "query" if in_query else "json"

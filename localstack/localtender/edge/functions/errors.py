"""Lambda's errors, with the codes and statuses of the API reference.

https://docs.aws.amazon.com/lambda/latest/api/CommonErrors.html and each operation's page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from localtender.edge.protocol.errors import ServiceError

if TYPE_CHECKING:
    from collections.abc import Sequence


def not_found(message: str) -> ServiceError:
    """404: the function, version, alias, mapping or policy does not exist."""
    return ServiceError("ResourceNotFoundException", message, 404)


def function_not_found(arn: str) -> ServiceError:
    """404, naming the function."""
    return not_found(f"Function not found: {arn}")


def conflict(message: str) -> ServiceError:
    """409: it exists already, or something is going on with it."""
    return ServiceError("ResourceConflictException", message, 409)


def invalid_parameter(message: str) -> ServiceError:
    """400: a parameter's value can't be taken."""
    return ServiceError("InvalidParameterValueException", message, 400)


def invalid_parameter_untyped(message: str) -> ServiceError:
    """As `invalid_parameter`; AWS gives some of them, limits above all, without a Type."""
    return ServiceError("InvalidParameterValueException", message, 400, fields={"Type": None})


def cannot_be_processed() -> ServiceError:
    """400: AWS does not say what is wrong."""
    return invalid_parameter("An error occurred and the request cannot be processed.")


def alias_not_found(arn: str) -> ServiceError:
    """404, naming the alias."""
    return not_found(f"Cannot find alias arn: {arn}")


def functions_only() -> ServiceError:
    """400: the operation does not take a version or alias."""
    return invalid_parameter(
        "This operation is permitted on Lambda functions only. Aliases and versions do not support "
        "this operation. Please specify either a function name or an unqualified function ARN."
    )


def too_large(message: str) -> ServiceError:
    """413: a request or an archive is beyond its quota."""
    return ServiceError("RequestEntityTooLargeException", message, 413)


def validation_text(failures: Sequence[str]) -> str:
    """How AWS counts the constraints that are missed."""
    noun = "error" if len(failures) == 1 else "errors"
    return f"{len(failures)} validation {noun} detected: {'; '.join(failures)}"


def validation(*failures: str) -> ServiceError:
    """400: values that miss a constraint of the API's model."""
    return ServiceError("ValidationException", validation_text(failures), 400)


def precondition_failed() -> ServiceError:
    """412: the RevisionId given is not the current one."""
    return ServiceError(
        "PreconditionFailedException",
        "The Revision Id provided does not match the latest Revision Id. Call the GetFunction/"
        "GetAlias API to retrieve the latest Revision Id",
        412,
    )


def layer_precondition_failed() -> ServiceError:
    """412: the RevisionId given is not the current one of a layer version's policy."""
    return ServiceError(
        "PreconditionFailedException",
        "The Revision Id provided does not match the latest Revision Id. Call the GetLayerPolicy "
        "API to retrieve the latest Revision Id",
        412,
    )


def access_denied(message: str = "") -> ServiceError:
    """403: a policy does not allow it; AWS says nothing more of another account's function."""
    return ServiceError("AccessDeniedException", message, 403)


_PAYLOAD_LIMITS = {"RequestResponse": 6_291_456, "DryRun": 6_291_456, "Event": 1_048_576}


def check_payload_size(size: int, invocation_type: str) -> None:
    """Raise RequestEntityTooLargeException, 413, for an invocation's payload beyond its quota."""
    limit = _PAYLOAD_LIMITS[invocation_type]
    if size > limit:
        raise too_large(
            f"{size} byte payload is too large for the {invocation_type} invocation type "
            f"(limit {limit} bytes)"
        )


def throttled(reason: str) -> ServiceError:
    """429: no concurrency is left; `reason` is one of the API's ThrottleReason values."""
    return ServiceError(
        "TooManyRequestsException",
        "Rate Exceeded.",
        429,
        fields={"Reason": reason, "Type": "User"},
    )


def invalid_payload(detail: str) -> ServiceError:
    """400: the payload of an invocation is not JSON."""
    return ServiceError(
        "InvalidRequestContentException",
        f"Could not parse request body into json: {detail}",
        400,
    )


def invalid_runtime(message: str) -> ServiceError:
    """502: the function's runtime can't be run."""
    return ServiceError("InvalidRuntimeException", message, 502)


def role_not_assumable() -> ServiceError:
    """400 at creation and update: Lambda can't take the function's role."""
    return invalid_parameter("The role defined for the function cannot be assumed by Lambda.")


def provisioned_concurrency_not_found() -> ServiceError:
    """404: nothing is provisioned for this version or alias."""
    return ServiceError(
        "ProvisionedConcurrencyConfigNotFoundException",
        "No Provisioned Concurrency Config found for this function",
        404,
    )


def policy_too_long(size: int, limit: int) -> ServiceError:
    """400: a resource policy grew beyond its quota, in bytes."""
    return ServiceError(
        "PolicyLengthExceededException",
        f"The final policy size ({size}) is bigger than the limit ({limit}).",
        400,
    )

"""Reading botocore's errors without importing botocore."""

from __future__ import annotations

from typing import Final

# What engines answer for an operation they do not have.
_UNSUPPORTED: Final = frozenset(
    {
        "501",
        "InternalFailure.NotImplemented",
        "InvalidAction",
        "NotImplemented",
        "NotImplementedError",
        "NotImplementedException",
        "UnknownOperation",
        "UnknownOperationException",
        "UnsupportedOperation",
        "UnsupportedOperationException",
    }
)


def error_code(failure: Exception) -> str | None:
    """Return AWS's error code of a failed call; None if the failure is not an answer of AWS."""
    answer = getattr(failure, "response", None)
    if not isinstance(answer, dict):
        return None
    code = answer.get("Error", {}).get("Code")
    return str(code) if code is not None else None


def is_unsupported(failure: Exception) -> bool:
    """Tell whether the service says that it does not have the operation at all."""
    answer = getattr(failure, "response", None)
    status = (
        answer.get("ResponseMetadata", {}).get("HTTPStatusCode")
        if isinstance(answer, dict)
        else None
    )
    return status == 501 or error_code(failure) in _UNSUPPORTED

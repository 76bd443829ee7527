"""Failures as Terraform shows them: one summary, one explanation, the argument where known."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from localtender.provider.errors import InvalidArgumentError, ProviderError, WaitTimeoutError
from localtender.provider.wire import messages

log = logging.getLogger(__name__)

Step = str | int


def attribute_path(steps: Sequence[Step]) -> Any:
    """Return an ``AttributePath`` message; numbers are positions in lists."""
    return messages.AttributePath(
        steps=[
            messages.AttributePath.Step(element_key_int=step)
            if isinstance(step, int)
            else messages.AttributePath.Step(attribute_name=step)
            for step in steps
        ]
    )


def error(summary: str, detail: str = "", path: Sequence[Step] = ()) -> Any:
    """Return an error diagnostic."""
    return _diagnostic(messages.Diagnostic.ERROR, summary, detail, path)


def warning(summary: str, detail: str = "", path: Sequence[Step] = ()) -> Any:
    """Return a warning diagnostic."""
    return _diagnostic(messages.Diagnostic.WARNING, summary, detail, path)


def invalid_argument(problem: InvalidArgumentError) -> Any:
    """Return the error diagnostic of an argument that cannot be used."""
    head = problem.argument.split(".")[0]
    return error(f'invalid value for "{problem.argument}"', str(problem), (head,))


def not_implemented(kind: str, type_name: str) -> Any:
    """Return the diagnostic for a type that the real provider has and this one does not."""
    return error(
        f"{kind} {type_name} is not implemented yet",
        f"The local AWS provider knows {type_name} and has checked its arguments, but can not "
        "manage it. Run with PROVIDER=registry to use the provider from the Terraform registry "
        "against the same endpoint.",
    )


def from_exception(doing: str, failure: Exception, endpoint_url: str) -> Any:
    """Return the diagnostic of a failed operation.

    AWS's own code and message where AWS answered; never a traceback, which goes to the log.

    Parameters
    ----------
    doing
        What was tried and with what, as in ``creating aws_sqs_queue "orders"``.
    endpoint_url
        Where the service was expected.
    """
    if isinstance(failure, InvalidArgumentError):
        return invalid_argument(failure)
    if isinstance(failure, ProviderError):
        hint = " Is the service healthy?" if isinstance(failure, WaitTimeoutError) else ""
        return error(doing, f"{failure}{hint}")
    answer = getattr(failure, "response", None)
    if isinstance(answer, dict) and "Error" in answer:
        return _service_error(doing, failure, answer)
    name = type(failure).__name__
    if name == "ConnectionClosedError":
        return error(
            f"{doing}: the connection was closed",
            f"{endpoint_url} took the request and closed the connection before the answer was "
            "whole. See `localtender status` and `localtender logs`.",
        )
    if name in ("EndpointConnectionError", "ConnectTimeoutError"):
        return error(
            f"{doing}: no connection",
            f"Nothing answers at {endpoint_url} ({failure}). Start the local stack with "
            "`localtender up`, or correct AWS_ENDPOINT_URL.",
        )
    if name == "ReadTimeoutError":
        return error(
            f"{doing}: no answer in time",
            f"{endpoint_url} took the request and did not answer ({failure}). "
            "See `localtender logs`.",
        )
    if name == "ParamValidationError":
        return error(f"{doing}: invalid parameters", str(failure))
    if isinstance(failure, OSError) and failure.filename is not None:
        return error(doing, f"{failure.filename}: {failure.strerror}")
    log.error("%s failed", doing, exc_info=failure)
    return error(
        f"{doing}: {name}",
        f"{failure or name}. This is a fault of the local provider; its log has the details.",
    )


def _service_error(doing: str, failure: Exception, answer: dict[str, Any]) -> Any:
    fault = answer["Error"]
    code, message = fault.get("Code", "Unknown"), fault.get("Message", "")
    metadata = answer.get("ResponseMetadata", {})
    operation = getattr(failure, "operation_name", "the request")
    return error(
        f"{doing}: {code}",
        f"{operation} answered {code}: {message or 'without a message'} "
        f"(HTTP status {metadata.get('HTTPStatusCode', 'unknown')}, "
        f"request id {metadata.get('RequestId', 'unknown')}).",
    )


def _diagnostic(severity: Any, summary: str, detail: str, path: Sequence[Step]) -> Any:
    diagnostic = messages.Diagnostic(severity=severity, summary=summary, detail=detail)
    if path:
        diagnostic.attribute.CopyFrom(attribute_path(path))
    return diagnostic

"""AWS Lambda: waiting for states of functions.

Follows "Lambda function states" of the Lambda developer guide.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from localtender.provider.call import Call
from localtender.provider.errors import OperationError, WaitTimeoutError
from localtender.provider.values import Values

# Seconds that a role may come later than the function that it is for.
_ROLE_SETTLES_SECONDS: Final = 3.0
_ROLE_NOT_READY: Final = (
    "The role defined for the function cannot be assumed by Lambda",
    "The provided execution role does not have permissions",
)


def with_usable_role(call: Call, request: Callable[..., Any], **parameters: Any) -> None:
    """Make a request that names a role, again while Lambda cannot use that role yet.

    The failure of the last attempt is raised when the role stays unusable.
    """
    failures: list[Exception] = []

    def is_done() -> bool:
        try:
            request(**parameters)
        except Exception as failure:
            if not any(text in str(failure) for text in _ROLE_NOT_READY):
                raise
            failures.append(failure)
            return False
        return True

    try:
        call.wait(
            is_done,
            awaited="the role to be usable",
            operation="propagation",
            timeout=_ROLE_SETTLES_SECONDS,
        )
    except WaitTimeoutError:
        raise failures[-1] from None


def wait_until_active(call: Call, name: str) -> None:
    """Wait until a new function can be invoked."""

    def is_active() -> bool:
        found = call.client().get_function_configuration(FunctionName=name)
        return _has_reached(found, "State", ("Active", "ActiveNonInvocable", "Inactive"), name)

    call.wait(is_active, awaited=f"function {name} to become Active")


def wait_until_updated(call: Call, name: str) -> None:
    """Wait until a change of a function has taken hold."""

    def is_updated() -> bool:
        found = call.client().get_function_configuration(FunctionName=name)
        return _has_reached(found, "LastUpdateStatus", ("Successful",), name)

    call.wait(is_updated, awaited=f"function {name} to be updated", operation="update")


def wait_until_gone(call: Call, name: str) -> None:
    """Wait until a deleted function does not exist any more."""
    client = call.client()

    def is_gone() -> bool:
        try:
            client.get_function_configuration(FunctionName=name)
        except client.exceptions.ResourceNotFoundException:
            return True
        return False

    call.wait(is_gone, awaited=f"function {name} to be deleted", operation="delete")


def _has_reached(found: Values, member: str, wanted: tuple[str, ...], name: str) -> bool:
    # Engines that change functions at once may leave the status out.
    status = found.get(member, wanted[0])
    if status == "Failed":
        reason = found.get(f"{member}Reason") or found.get(f"{member}ReasonCode", "no reason given")
        raise OperationError(f"the {member} of function {name} is Failed: {reason}")
    return status in wanted

"""How initialisations and invocations end, and what the caller gets to see of it.

The payloads follow https://docs.aws.amazon.com/lambda/latest/dg/python-exceptions.html and answers
recorded from AWS in LocalStack's ``tests/aws/services/lambda_/test_lambda.snapshot.json``.
"""

from __future__ import annotations

import json
import signal
from dataclasses import dataclass

MAXIMUM_RESPONSE_BYTES = 6 * 1024 * 1024 + 100
"""Of a synchronous answer; Lambda allows 100 bytes beyond 6 MB."""

MAXIMUM_STREAM_BYTES = 200 * 1024 * 1024
"""Of a streamed response (page "Lambda quotas"); it was 20 MB before August 2025."""


@dataclass(frozen=True)
class Answered:
    """The handler returned, or raised (`failed`)."""

    payload: bytes
    failed: bool


@dataclass(frozen=True)
class TooLarge:
    """The handler returned more bytes than Lambda passes on; `limit` where it streamed them."""

    limit: int | None = None


@dataclass(frozen=True)
class InitFailed:
    """The runtime said why the handler can't be loaded."""

    payload: bytes
    error_type: str


@dataclass(frozen=True)
class Exited:
    """The process ended by itself; negative for a signal."""

    status: int


@dataclass(frozen=True)
class OutOfMemory:
    """It took more memory than the function has; the process has been killed."""


@dataclass(frozen=True)
class TimedOut:
    """The limit passed; the process has been killed."""


InitOutcome = InitFailed | Exited | TimedOut | None
"""None when the runtime is ready for invocations."""
SessionOutcome = Answered | TooLarge | Exited | OutOfMemory | TimedOut


@dataclass(frozen=True)
class PlatformFailure:
    """Why the platform ended an invocation, as it says in the log."""

    error_type: str
    text: str


@dataclass(frozen=True)
class InvocationOutcome:
    """How an invocation ended.

    `failed` says that the payload describes an error. `status` (success, error, timeout) and
    `error_type` are those of the report; `error_type` is None when the handler answered or raised.
    `duration_ms` is the report's duration.
    """

    payload: bytes
    failed: bool
    status: str = "success"
    error_type: str | None = None
    platform_failure: PlatformFailure | None = None
    log_tail: bytes = b""
    duration_ms: float = 0.0


def interpret(
    outcome: SessionOutcome | InitFailed, *, request_id: str, timeout_seconds: int
) -> InvocationOutcome:
    """What the caller gets for the end of a runtime's work."""
    match outcome:
        case Answered(payload, failed):
            return InvocationOutcome(payload, failed)
        case InitFailed(payload, error_type):
            return InvocationOutcome(payload, True, "error", error_type)
        case TooLarge(limit):
            text = (
                "Response payload size exceeded maximum allowed payload size "
                f"({limit or MAXIMUM_RESPONSE_BYTES} bytes)."
            )
            error_type = "Function.ResponseSizeTooLarge"
            return InvocationOutcome(_error(error_type, text), True, "error", error_type)
        case Exited(status):
            failure = PlatformFailure("Runtime.ExitError", _exit_text(status))
            return _ended(request_id, failure, "error", failure.error_type)
        case OutOfMemory():
            failure = PlatformFailure("Runtime.ExitError", _exit_text(-signal.SIGKILL))
            return _ended(request_id, failure, "error", "Runtime.OutOfMemory")
        case TimedOut():
            text = f"Task timed out after {timeout_seconds:.2f} seconds"
            failure = PlatformFailure("Sandbox.Timedout", text)
            return _ended(request_id, failure, "timeout", failure.error_type)


def _ended(
    request_id: str, failure: PlatformFailure, status: str, error_type: str
) -> InvocationOutcome:
    payload = _error(failure.error_type, f"RequestId: {request_id} Error: {failure.text}")
    return InvocationOutcome(payload, True, status, error_type, failure)


def _error(error_type: str, message: str) -> bytes:
    return json.dumps({"errorType": error_type, "errorMessage": message}).encode()


def _exit_text(status: int) -> str:
    if status < 0:
        name = signal.strsignal(-status) or f"signal {-status}"
        return f"Runtime exited with error: signal: {name.lower()}"
    if status == 0:
        return "Runtime exited without providing a reason"
    return f"Runtime exited with error: exit status {status}"

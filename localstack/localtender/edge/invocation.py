"""The port between whatever calls a function (the gateway, an API client) and Lambda."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

InvocationType = Literal["RequestResponse", "Event", "DryRun"]


class ResponseSink(Protocol):
    """Takes a response piece by piece, where the runtime streams it."""

    def begin(self, content_type: str, executed_version: str) -> None:
        """The runtime has begun to respond."""
        ...

    def write(self, chunk: bytes) -> None:
        """The runtime has responded so much more."""
        ...


@dataclass(frozen=True)
class Invocation:
    """One call of a function; `function_arn` is a full ARN and may carry a qualifier.

    With a `response_stream` what the runtime streams goes there and not into the result.
    """

    function_arn: str
    payload: bytes
    invocation_type: InvocationType = "RequestResponse"
    client_context: str | None = None
    trace_id: str | None = None
    request_id: str | None = None
    response_stream: ResponseSink | None = None


@dataclass(frozen=True)
class InvocationResult:
    """What a function answered.

    `function_error` is None, or `Unhandled` when the payload describes an error. `log_tail` is
    at most the last 4 KB of the invocation's log.
    """

    payload: bytes
    function_error: str | None
    executed_version: str
    request_id: str
    log_tail: bytes = b""


class FunctionInvoker(Protocol):
    """Lambda as its callers inside the edge see it."""

    async def invoke(self, invocation: Invocation) -> InvocationResult:
        """Run the function. Raises ServiceError where the Invoke API would refuse.

        A caller that gives up does not stop the function.
        """
        ...

    def permits(
        self, function_arn: str, *, principal: str, source_arn: str, source_account: str
    ) -> bool:
        """Whether the function's resource policy (AddPermission) lets this source invoke it."""
        ...

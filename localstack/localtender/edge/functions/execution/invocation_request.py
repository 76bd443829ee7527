"""One invocation as the runtime gets it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from localtender.edge.functions.disturbance import UNDISTURBED, Disturbance

if TYPE_CHECKING:
    from localtender.edge.invocation import ResponseSink


@dataclass(frozen=True)
class InvocationRequest:
    """What an environment is asked to run; `response_stream` takes a response as it comes.

    `disturbance` is what befalls it on the way.
    """

    request_id: str
    function_arn: str
    payload: bytes
    trace_id: str
    client_context: str | None = None
    response_stream: ResponseSink | None = None
    disturbance: Disturbance = UNDISTURBED

    def headers(self, limit_seconds: float) -> dict[str, str]:
        """The headers of the Runtime API's answer to "next invocation"."""
        deadline_ms = int((time.time() + limit_seconds) * 1000)
        headers = {
            "Lambda-Runtime-Aws-Request-Id": self.request_id,
            "Lambda-Runtime-Deadline-Ms": str(deadline_ms),
            "Lambda-Runtime-Invoked-Function-Arn": self.function_arn,
            "Lambda-Runtime-Trace-Id": _one_line(self.trace_id),
        }
        if self.client_context:
            headers["Lambda-Runtime-Client-Context"] = _one_line(self.client_context)
        return headers


def _one_line(text: str) -> str:
    return text.replace("\r", " ").replace("\n", " ")

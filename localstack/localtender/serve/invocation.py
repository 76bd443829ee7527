"""What a function gets beside its event: the context of one invocation."""

from __future__ import annotations

import time
import uuid


class LocalContext:
    """The parts of Lambda's context object that are documented and make sense here.

    Lambda developer guide, "Using the Lambda context object to retrieve Python function
    information".
    """

    memory_limit_in_mb = 512
    function_version = "$LATEST"

    def __init__(self, function_name: str, timeout_seconds: float) -> None:
        self.function_name = function_name
        self.aws_request_id = str(uuid.uuid4())
        self.invoked_function_arn = f"arn:aws:lambda:local:000000000000:function:{function_name}"
        self._ends_at = time.monotonic() + timeout_seconds

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until Lambda would end the invocation, never less than 0."""
        return max(0, int((self._ends_at - time.monotonic()) * 1000))

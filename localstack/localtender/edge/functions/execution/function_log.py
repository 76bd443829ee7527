"""The log stream of one execution environment."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from localtender.edge.functions.configuration import FunctionConfiguration
    from localtender.telemetry.log_delivery import LogDelivery


class FunctionLog:
    """Takes events for a stream; while it is not `open` they are lost.

    So they are on AWS where the function's role does not let Lambda write them.
    """

    def __init__(
        self, logs: LogDelivery, configuration: FunctionConfiguration, stream: str
    ) -> None:
        self._logs = logs
        self._reference = configuration.reference
        self._group = configuration.logging.log_group
        self._stream = stream
        self.open = True

    def write(self, message: str, timestamp_ms: int | None = None) -> None:
        """Deliver one event; `timestamp_ms` is milliseconds since 1970, now when None."""
        if self.open:
            self._logs.deliver(
                self._reference.account_id,
                self._reference.region,
                self._group,
                self._stream,
                message,
                timestamp_ms,
            )

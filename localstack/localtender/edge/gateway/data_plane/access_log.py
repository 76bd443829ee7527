"""A stage's access log.

After "Set up CloudWatch logging for REST APIs in API Gateway" of the developer guide: one line a
request in the stage's own format, `-` for what has no value.
"""

from __future__ import annotations

import hashlib
from typing import Protocol

from localtender.edge.gateway.data_plane.context_variables import log_variables
from localtender.edge.gateway.data_plane.exchange import Exchange
from localtender.edge.gateway.data_plane.substitution import substitute


class LogSink(Protocol):
    """What is needed of `localtender.telemetry.log_delivery.LogDelivery`."""

    def deliver(
        self,
        account_id: str,
        region: str,
        log_group: str,
        log_stream: str,
        message: str,
        timestamp_ms: int | None = None,
    ) -> None:
        """Take an event and return at once."""
        ...


class AccessLog:
    """Writes one line a request to the log group that the stage names."""

    def __init__(self, logs: LogSink) -> None:
        self._logs = logs

    def write(self, exchange: Exchange) -> None:
        """Log a finished exchange where its stage wants that."""
        endpoint = exchange.endpoint
        settings = endpoint.stage.access_log_settings
        if settings is None or not settings.format or not settings.destination_arn:
            return
        parts = settings.destination_arn.split(":", 6)
        line = substitute(settings.format.rstrip("\n"), log_variables(exchange), missing="-")
        # AWS names the streams by hashes; one for each stage keeps the order of its requests.
        stream = hashlib.md5(
            f"{endpoint.api_id}/{endpoint.stage.name}".encode(), usedforsecurity=False
        ).hexdigest()
        self._logs.deliver(
            parts[4] or endpoint.account_id,
            parts[3] or endpoint.region,
            parts[6],
            stream,
            line,
            int(exchange.began_at * 1000),
        )

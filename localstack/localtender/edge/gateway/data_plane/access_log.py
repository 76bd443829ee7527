"""A stage's access log.

After "Set up CloudWatch logging for REST APIs in API Gateway" of the developer guide: one line a
request in the stage's own format, `-` for what has no value.
"""

from __future__ import annotations

from localtender.edge.gateway.data_plane.context_variables import log_variables
from localtender.edge.gateway.data_plane.exchange import Exchange
from localtender.edge.gateway.data_plane.execution_log import LogSink, log_stream_name
from localtender.edge.gateway.data_plane.substitution import substitute


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
        self._logs.deliver(
            parts[4] or endpoint.account_id,
            parts[3] or endpoint.region,
            parts[6],
            log_stream_name(exchange),
            line,
            int(exchange.began_at * 1000),
        )

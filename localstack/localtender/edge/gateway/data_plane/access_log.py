"""A stage's access log.

After "Set up CloudWatch logging for REST APIs in API Gateway" and "Log API calls to Amazon Data
Firehose in API Gateway" of the developer guide: one line a request in the stage's own format, `-`
for what has no value, to a log group or a stream.
"""

from __future__ import annotations

import asyncio
import logging

import httpx

from localtender.edge.gateway.data_plane.context_variables import log_variables
from localtender.edge.gateway.data_plane.exchange import Exchange
from localtender.edge.gateway.data_plane.execution_log import LogSink, log_stream_name
from localtender.edge.gateway.data_plane.substitution import substitute
from localtender.engines.calls import EngineCalls
from localtender.engines.client import EngineCallError

_STREAM = "deliverystream/"

_log = logging.getLogger(__name__)


class AccessLog:
    """Writes one line a request to the log group or the stream that the stage names."""

    def __init__(self, logs: LogSink, engine: EngineCalls) -> None:
        self._logs = logs
        self._engine = engine
        self._puts: set[asyncio.Task[None]] = set()

    def write(self, exchange: Exchange) -> None:
        """Log a finished exchange where its stage wants that; nobody waits for a stream."""
        endpoint = exchange.endpoint
        settings = endpoint.stage.access_log_settings
        if settings is None or not settings.format or not settings.destination_arn:
            return
        parts = settings.destination_arn.split(":", 6)
        account_id, region = parts[4] or endpoint.account_id, parts[3] or endpoint.region
        line = substitute(settings.format.rstrip("\n"), log_variables(exchange), missing="-")
        if parts[2] == "firehose":
            stream = parts[5].removeprefix(_STREAM)
            task = asyncio.create_task(self._put(stream, line, account_id, region))
            self._puts.add(task)
            task.add_done_callback(self._puts.discard)
            return
        self._logs.deliver(
            account_id,
            region,
            parts[6],
            log_stream_name(exchange),
            line,
            int(exchange.began_at * 1000),
        )

    async def close(self) -> None:
        """Wait until streams have what was written."""
        await asyncio.gather(*self._puts)

    async def _put(self, stream: str, line: str, account_id: str, region: str) -> None:
        record = {"DeliveryStreamName": stream, "Record": {"Data": f"{line}\n".encode()}}
        try:
            await self._engine.call(
                "firehose", "PutRecord", record, account_id=account_id, region=region
            )
        except (EngineCallError, httpx.HTTPError) as error:
            _log.warning("A line of an access log for %s was lost: %s", stream, error)

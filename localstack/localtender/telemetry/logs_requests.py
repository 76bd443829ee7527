"""Requests to CloudWatch Logs on their way to the engine, and what they mean for metrics."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from localtender.edge.protocol.messages import Caller

if TYPE_CHECKING:
    from localtender.engines.port import Engine, Message, Receive, Scope, Send
    from localtender.telemetry.log_metrics import LogMetrics
    from localtender.telemetry.metric_filters import MetricFilters

_TARGET = b"Logs_20140328."
_PUT = b"Logs_20140328.PutLogEvents"
_CHANGES_FILTERS = (
    b"Logs_20140328.PutMetricFilter",
    b"Logs_20140328.DeleteMetricFilter",
    b"Logs_20140328.DeleteLogGroup",
    b"Logs_20140328.CreateLogGroup",
)


class LogsRequests:
    """Passes requests on unchanged and notes those that were successful."""

    def __init__(self, metrics: LogMetrics, filters: MetricFilters) -> None:
        self._metrics = metrics
        self._filters = filters

    def concern(self, headers: Mapping[bytes, bytes]) -> bool:
        """Whether a request with these headers says something about metrics."""
        target = headers.get(b"x-amz-target", b"")
        return target.startswith(_TARGET) and (target == _PUT or target in _CHANGES_FILTERS)

    async def forward(
        self, engine: Engine, scope: Scope, receive: Receive, send: Send, caller: Caller
    ) -> None:
        """Let the engine answer, then note what it has accepted."""
        target = dict(scope["headers"]).get(b"x-amz-target", b"")
        chunks: list[bytes] = []
        status = 500

        async def receive_and_keep() -> Message:
            message = await receive()
            if target == _PUT and message["type"] == "http.request":
                chunks.append(message.get("body", b""))
            return message

        async def send_and_look(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        await engine(scope, receive_and_keep, send_and_look)
        if status >= 300:
            return
        if target == _PUT:
            self._take(b"".join(chunks), caller)
        else:
            self._filters.forget()

    def _take(self, body: bytes, caller: Caller) -> None:
        try:
            document: Any = json.loads(body)
            events = [
                (int(event["timestamp"]), str(event["message"])) for event in document["logEvents"]
            ]
            group = str(document.get("logGroupName") or document["logGroupIdentifier"])
        except (ValueError, KeyError, TypeError):
            return
        for timestamp_ms, message in events:
            self._metrics.take(caller.account_id, caller.region, group, timestamp_ms, message)

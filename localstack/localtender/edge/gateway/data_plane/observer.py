"""Who is told of every answered request: the port towards telemetry."""

from __future__ import annotations

from typing import Protocol

from localtender.edge.gateway.data_plane.exchange import Exchange


class RequestObserver(Protocol):
    """Told of requests to deployed stages, on the event loop, without waiting."""

    def answered(self, exchange: Exchange) -> None:
        """A request has its answer; status and latencies are set."""
        ...

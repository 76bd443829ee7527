"""The metrics that API Gateway publishes about REST APIs: namespace AWS/ApiGateway.

Names and dimensions are those of "Amazon API Gateway dimensions and metrics"
(https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html):
by ApiName and by ApiName and Stage always, by Method and Resource too where the stage's method
settings enable detailed metrics.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from localtender.edge.gateway.data_plane.method_settings import settings_of_method
from localtender.telemetry.metrics.datum import Datum, Metric, Scope
from localtender.telemetry.metrics.distribution import single

if TYPE_CHECKING:
    from localtender.edge.gateway.data_plane.exchange import Exchange
    from localtender.telemetry.metrics.store import MetricStore

_NAMESPACE = "AWS/ApiGateway"


class GatewayMetrics:
    """Records answered requests; a `localtender.edge.gateway.data_plane.observer` observer."""

    def __init__(self, store: MetricStore) -> None:
        self._store = store

    def answered(self, exchange: Exchange) -> None:
        """Record Count, 4XXError, 5XXError, Latency, IntegrationLatency and the cache's counts."""
        values = [
            ("Count", 1.0, "Count"),
            ("4XXError", float(400 <= exchange.status < 500), "Count"),
            ("5XXError", float(exchange.status >= 500), "Count"),
            ("Latency", float(exchange.response_latency), "Milliseconds"),
        ]
        if exchange.integration_latency is not None:
            latency = float(exchange.integration_latency)
            values.append(("IntegrationLatency", latency, "Milliseconds"))
        if exchange.cache_hit is not None:
            values.append(("CacheHitCount", float(exchange.cache_hit), "Count"))
            values.append(("CacheMissCount", float(not exchange.cache_hit), "Count"))
        endpoint = exchange.endpoint
        method = resource = None
        if exchange.resource is not None and _is_detailed(exchange):
            method, resource = exchange.request.method, exchange.resource.path
        data: list[Datum] = []
        for name, value, unit in values:
            distribution = single(value)
            names = (endpoint.snapshot.name, endpoint.stage.name, method, resource)
            for metric in _metrics(name, *names):
                data.append(Datum(metric, exchange.began_at, distribution, unit))
        self._store.record(Scope(endpoint.account_id, endpoint.region), data)


@lru_cache(maxsize=4096)
def _metrics(
    name: str, api_name: str, stage_name: str, method: str | None, resource: str | None
) -> tuple[Metric, ...]:
    api, stage = ("ApiName", api_name), ("Stage", stage_name)
    dimension_sets: list[tuple[tuple[str, str], ...]] = [(api,), (api, stage)]
    if method is not None and resource is not None:
        dimension_sets.append((api, ("Method", method), ("Resource", resource), stage))
    return tuple(Metric(_NAMESPACE, name, dimensions) for dimensions in dimension_sets)


def _is_detailed(exchange: Exchange) -> bool:
    found = settings_of_method(exchange)
    return found is not None and found[1].metrics_enabled

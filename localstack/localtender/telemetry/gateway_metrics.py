"""The metrics that API Gateway publishes about REST APIs: namespace AWS/ApiGateway.

Names and dimensions are those of "Amazon API Gateway dimensions and metrics"
(https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html):
by ApiName and by ApiName and Stage always, by Method and Resource too where the stage's method
settings enable detailed metrics.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from localtender.edge.gateway.data_plane.method_settings import settings_of_method
from localtender.telemetry.metrics.datum import Metric, Scope

if TYPE_CHECKING:
    from localtender.edge.gateway.data_plane.exchange import Exchange
    from localtender.telemetry.metrics.sampler import Sampler
    from localtender.telemetry.metrics.store import MetricStore

_NAMESPACE = "AWS/ApiGateway"


_UNITS = {
    "Count": "Count",
    "4XXError": "Count",
    "5XXError": "Count",
    "Latency": "Milliseconds",
    "IntegrationLatency": "Milliseconds",
    "CacheHitCount": "Count",
    "CacheMissCount": "Count",
}


class GatewayMetrics:
    """Records answered requests; a `localtender.edge.gateway.data_plane.observer` observer."""

    def __init__(self, store: MetricStore) -> None:
        self._store = store
        self._samplers: dict[tuple[str | None, ...], Mapping[str, Sampler]] = {}

    def answered(self, exchange: Exchange) -> None:
        """Record Count, 4XXError, 5XXError, Latency, IntegrationLatency and the cache's counts."""
        values = [
            ("Count", 1.0),
            ("4XXError", float(400 <= exchange.status < 500)),
            ("5XXError", float(exchange.status >= 500)),
            ("Latency", float(exchange.response_latency)),
        ]
        if exchange.integration_latency is not None:
            values.append(("IntegrationLatency", float(exchange.integration_latency)))
        if exchange.cache_hit is not None:
            values.append(("CacheHitCount", float(exchange.cache_hit)))
            values.append(("CacheMissCount", float(not exchange.cache_hit)))
        samplers = self._samplers_of(exchange)
        for name, value in values:
            samplers[name].add(exchange.began_at, value)

    def _samplers_of(self, exchange: Exchange) -> Mapping[str, Sampler]:
        endpoint = exchange.endpoint
        method = resource = None
        if exchange.resource is not None and _is_detailed(exchange):
            method, resource = exchange.request.method, exchange.resource.path
        names = (endpoint.snapshot.name, endpoint.stage.name, method, resource)
        key = (endpoint.account_id, endpoint.region, *names)
        samplers = self._samplers.get(key)
        if samplers is None:
            scope = Scope(endpoint.account_id, endpoint.region)
            samplers = self._samplers[key] = {
                name: self._store.sampler(scope, _metrics(name, *names), unit)
                for name, unit in _UNITS.items()
            }
        return samplers


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

"""The metrics that API Gateway publishes about REST APIs: namespace AWS/ApiGateway.

Names and dimensions are those of "Amazon API Gateway dimensions and metrics"
(https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html):
by ApiName and by ApiName and Stage always, by Method and Resource too where the stage's method
settings enable detailed metrics.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

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
        """Record Count, 4XXError, 5XXError, Latency and IntegrationLatency."""
        values = [
            ("Count", 1.0, "Count"),
            ("4XXError", float(400 <= exchange.status < 500), "Count"),
            ("5XXError", float(exchange.status >= 500), "Count"),
            ("Latency", float(exchange.response_latency), "Milliseconds"),
        ]
        if exchange.integration_latency is not None:
            latency = float(exchange.integration_latency)
            values.append(("IntegrationLatency", latency, "Milliseconds"))
        endpoint = exchange.endpoint
        api = ("ApiName", endpoint.snapshot.name)
        stage = ("Stage", endpoint.stage.name)
        dimension_sets: list[tuple[tuple[str, str], ...]] = [(api,), (api, stage)]
        if exchange.resource is not None and _is_detailed(exchange):
            method = ("Method", exchange.request.method)
            resource = ("Resource", exchange.resource.path)
            dimension_sets.append((api, method, resource, stage))
        self._store.record(
            Scope(endpoint.account_id, endpoint.region),
            [
                Datum(Metric(_NAMESPACE, name, dimensions), exchange.began_at, single(value), unit)
                for dimensions in dimension_sets
                for name, value, unit in values
            ],
        )


def _is_detailed(exchange: Exchange) -> bool:
    """Whether metrics are enabled for the method, the more specific setting deciding."""
    enabled = False
    resource, method = exchange.resource, exchange.method
    if resource is None or method is None:
        return enabled
    own = f"{resource.path}/{method.http_method}".lstrip("/")
    for path, settings in exchange.endpoint.stage.method_settings.items():
        if path.replace("~1", "/").lstrip("/") == own:
            return settings.metrics_enabled
        if path == "*/*":
            enabled = settings.metrics_enabled
    return enabled

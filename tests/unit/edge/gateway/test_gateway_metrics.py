"""Requests to deployed stages are counted as API Gateway counts them."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from localtender.edge.gateway.service import GatewayService
from localtender.telemetry.gateway_metrics import GatewayMetrics
from localtender.telemetry.metrics.datum import Metric, Scope
from localtender.telemetry.metrics.store import MetricStore
from tests.unit.edge.gateway.in_process import ACCOUNT, REGION, Gateway, patch


@pytest.fixture
def store(gateway: Gateway) -> Iterator[MetricStore]:
    """What the gateway's requests publish."""
    published = MetricStore()
    before = gateway.service
    gateway.service = GatewayService(
        engine=gateway.engine,  # type: ignore[arg-type]
        functions=gateway.functions,
        logs=gateway.logs,
        endpoint_url="http://127.0.0.1:4566",
        observer=GatewayMetrics(published),
    )
    yield published
    gateway.run(gateway.service.close())
    gateway.service = before


def _sums(store: MetricStore, **dimensions: str) -> dict[str, float]:
    wanted = {"ApiName": "payments", **dimensions}
    found = {}
    for metric in store.metrics(Scope(ACCOUNT, REGION)):
        if dict(metric.dimensions) == wanted:
            found[metric.name] = _sum(store, metric)
    return found


def _sum(store: MetricStore, metric: Metric) -> float:
    periods = store.periods(
        Scope(ACCOUNT, REGION), metric, start=0, end=time.time() + 60, period=60
    )
    return sum(each.sum for each in periods.values())


def test_a_request_counts_for_its_api_and_its_stage(gateway: Gateway, store: MetricStore) -> None:
    api = gateway.rest_api()
    api.method("/pay", "GET")
    api.deploy()
    api.call("/pay")
    api.call("/nowhere")
    for dimensions in ({}, {"Stage": "dev"}):
        sums = _sums(store, **dimensions)
        assert (sums["Count"], sums["4XXError"], sums["5XXError"]) == (2, 1, 0)
        assert {"Latency", "IntegrationLatency"} <= set(sums)


def test_an_integration_that_fails_is_a_server_error(gateway: Gateway, store: MetricStore) -> None:
    api = gateway.rest_api()
    api.method("/pay", "GET", function_arn="arn:aws:lambda:eu-west-1:111122223333:function:none")
    api.deploy()
    api.call("/pay")
    assert _sums(store, Stage="dev")["5XXError"] == 1


def test_a_method_has_metrics_of_its_own_when_the_stage_says_so(
    gateway: Gateway, store: MetricStore
) -> None:
    api = gateway.rest_api()
    api.method("/pay", "GET")
    api.deploy()
    place = {"Stage": "dev", "Method": "GET", "Resource": "/pay"}
    api.call("/pay")
    assert _sums(store, **place) == {}
    gateway.client.update_stage(
        restApiId=api.id,
        stageName="dev",
        patchOperations=[patch("replace", "/*/*/metrics/enabled", "true")],
    )
    api.call("/pay")
    assert _sums(store, **place)["Count"] == 1


def test_a_stage_with_a_cache_counts_hits_and_misses(gateway: Gateway, store: MetricStore) -> None:
    api = gateway.rest_api()
    api.method("/pay", "GET")
    api.deploy(cacheClusterEnabled=True)
    gateway.client.update_stage(
        restApiId=api.id,
        stageName="dev",
        patchOperations=[patch("replace", "/*/*/caching/enabled", "true")],
    )
    for _ in range(3):
        api.call("/pay")
    sums = _sums(store, Stage="dev")
    assert (sums["CacheHitCount"], sums["CacheMissCount"]) == (2, 1)

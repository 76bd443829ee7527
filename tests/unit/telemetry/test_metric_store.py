from __future__ import annotations

import pytest

from localtender.telemetry.metrics.datum import Datum, Metric, Scope
from localtender.telemetry.metrics.distribution import single, statistic
from localtender.telemetry.metrics.sampler import Sampler
from localtender.telemetry.metrics.store import MetricStore

SCOPE = Scope("000000000000", "us-east-1")
METRIC = Metric("Payments", "Latency", (("Operation", "pay"),))
NOON = 1_800_000_000 // 3600 * 3600


def _datum(at: float, value: float, *, unit: str = "None", resolution: int = 60) -> Datum:
    return Datum(METRIC, at, single(value), unit, resolution)


def _store(*data: Datum, now: float = NOON + 60) -> MetricStore:
    store = MetricStore(clock=lambda: now)
    store.record(SCOPE, data)
    return store


def test_values_of_standard_resolution_are_kept_by_the_minute() -> None:
    store = _store(_datum(NOON + 3, 1.0), _datum(NOON + 59, 2.0), _datum(NOON + 60, 4.0))
    found = store.periods(SCOPE, METRIC, start=NOON, end=NOON + 120, period=60)
    assert {at: each.sum for at, each in found.items()} == {NOON: 3.0, NOON + 60: 4.0}


def test_values_of_high_resolution_are_kept_by_the_second() -> None:
    store = _store(_datum(NOON + 3, 1.0, resolution=1), _datum(NOON + 12, 2.0, resolution=1))
    found = store.periods(SCOPE, METRIC, start=NOON, end=NOON + 20, period=10)
    assert {at: each.sum for at, each in found.items()} == {NOON: 1.0, NOON + 10: 2.0}


def test_a_metric_is_its_exact_dimensions() -> None:
    store = _store(_datum(NOON, 1.0))
    other = Metric("Payments", "Latency")
    assert store.periods(SCOPE, other, start=NOON, end=NOON + 60, period=60) == {}


def test_accounts_do_not_see_each_other() -> None:
    store = _store(_datum(NOON, 1.0))
    assert store.metrics(Scope("111111111111", "us-east-1")) == []


def test_units_are_told_apart() -> None:
    store = _store(_datum(NOON, 1.0, unit="Seconds"), _datum(NOON, 5.0, unit="Count"))
    assert store.units(SCOPE, METRIC, start=NOON, end=NOON + 60) == ("Count", "Seconds")
    found = store.periods(SCOPE, METRIC, start=NOON, end=NOON + 60, period=60, unit="Count")
    assert found[NOON].sum == 5.0


def test_old_values_are_dropped() -> None:
    now = [float(NOON)]
    store = MetricStore(clock=lambda: now[0])
    store.record(SCOPE, [_datum(NOON, 1.0)])
    now[0] = NOON + 16 * 86_400.0
    store.record(SCOPE, [_datum(now[0], 1.0)])
    found = store.periods(SCOPE, METRIC, start=0, end=now[0] + 60, period=60)
    assert len(found) == 1


def test_a_minute_with_very_many_values_keeps_its_percentiles() -> None:
    store = MetricStore(clock=lambda: NOON + 60)
    store.record(SCOPE, [_datum(NOON, 1.0 + n / 1000) for n in range(10_000)])
    found = store.periods(SCOPE, METRIC, start=NOON, end=NOON + 60, period=60)[NOON]
    assert found.sample_count == 10_000
    assert statistic(found, "p90") == pytest.approx(10.0, rel=0.01)
    assert len(found.values or ()) <= 2_000


def test_a_sample_is_seen_by_whoever_reads_in_every_metric_it_belongs_to() -> None:
    store = MetricStore(clock=lambda: NOON + 60)
    everywhere = Metric("Payments", "Latency")
    sampler = store.sampler(SCOPE, [METRIC, everywhere], "Count")
    sampler.add(NOON + 1, 2.0)
    assert store.metrics(SCOPE) == [METRIC, everywhere]
    sampler.add(NOON + 2, 2.0)
    sampler.add(NOON + 61, 5.0)
    for metric in (METRIC, everywhere):
        found = store.periods(SCOPE, metric, start=NOON, end=NOON + 120, period=60)
        assert {at: (each.sample_count, each.sum) for at, each in found.items()} == {
            NOON: (2.0, 4.0),
            NOON + 60: (1.0, 5.0),
        }
    assert store.units(SCOPE, METRIC, start=NOON, end=NOON + 60) == ("Count",)


def test_very_many_samples_do_not_wait_for_a_reader() -> None:
    recorded: list[float] = []
    sampler = Sampler(
        [METRIC], "None", lambda data, _: recorded.append(data[0].distribution.sample_count)
    )
    for _ in range(2_500):
        sampler.add(NOON, 1.0)
    assert recorded == [1_000.0, 1_000.0]


def test_a_metric_is_as_old_as_its_last_sample_not_as_its_first_reading() -> None:
    store = MetricStore(clock=lambda: NOON + 7_200)
    store.sampler(SCOPE, [METRIC], "None").add(NOON, 1.0)
    assert store.metrics(SCOPE, written_since=NOON + 3_600) == []
    assert store.metrics(SCOPE, written_since=NOON) == [METRIC]

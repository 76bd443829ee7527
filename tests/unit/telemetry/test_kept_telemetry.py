"""CloudWatch's state beyond the end of the process."""

from __future__ import annotations

import time
from pathlib import Path

from localtender.edge.append_log import AppendLog
from localtender.telemetry.metrics.datum import Datum, Metric, Scope
from localtender.telemetry.metrics.distribution import single
from localtender.telemetry.persistence import KeptMetricStore

SCOPE = Scope("123456789012", "us-east-1")
METRIC = Metric("App", "Paid", (("Provider", "paypal"),))


def published(value: float, *, resolution: int = 60) -> Datum:
    return Datum(METRIC, time.time(), single(value), "Count", resolution)


def totals(store: KeptMetricStore) -> list[tuple[float, float]]:
    now = time.time()
    found = store.periods(SCOPE, METRIC, start=now - 600, end=now + 60, period=3600)
    return [(one.sample_count, one.sum) for one in found.values()]


def test_values_are_there_after_a_kill(tmp_path: Path) -> None:
    store = KeptMetricStore(AppendLog(tmp_path / "metrics", "1"))
    store.record(SCOPE, [published(1.0), published(2.0)])
    store.record(SCOPE, [published(4.0, resolution=1)])
    again = KeptMetricStore(AppendLog(tmp_path / "metrics", "1"))
    assert sum(count for count, _ in totals(again)) == 3
    assert sum(total for _, total in totals(again)) == 7.0
    assert again.metrics(SCOPE) == [METRIC]


def test_the_file_is_written_anew_before_it_grows_without_end(tmp_path: Path) -> None:
    log = AppendLog(tmp_path / "metrics", "1")
    store = KeptMetricStore(log, log_bytes=4096)
    for _ in range(500):
        store.record(SCOPE, [published(1.0)])
    assert log.size < 3 * 4096
    again = KeptMetricStore(AppendLog(tmp_path / "metrics", "1"))
    assert sum(total for _, total in totals(again)) == 500.0

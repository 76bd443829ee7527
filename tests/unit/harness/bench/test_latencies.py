from __future__ import annotations

import pytest

from localtender.harness.bench.latencies import latencies, median_difference, percentile


def test_the_median_lies_in_the_middle_whatever_the_order() -> None:
    assert latencies([9.0, 1.0, 2.0], 1.0).p50_ms == 2.0
    assert latencies([4.0, 1.0, 2.0, 3.0], 1.0).p50_ms == 2.5


def test_a_single_request_is_its_own_median_and_slow_end() -> None:
    summary = latencies([7.0], 0.5)
    assert (summary.p50_ms, summary.p99_ms, summary.requests_per_second) == (7.0, 7.0, 2.0)


def test_the_rate_is_of_the_time_the_clients_were_busy_not_of_the_sum() -> None:
    eight_at_once = [1000.0] * 8
    assert latencies(eight_at_once, 1.0).requests_per_second == 8.0


def test_one_slow_request_in_a_hundred_is_what_the_slow_end_shows() -> None:
    values = [1.0] * 99 + [101.0]
    assert latencies(values, 1.0).p50_ms == 1.0
    assert percentile(values, 99) == pytest.approx(2.0)
    assert percentile([1.0] * 98 + [101.0] * 2, 99) == pytest.approx(101.0)


def test_a_percentile_lies_between_neighbours_in_proportion() -> None:
    assert percentile([0.0, 10.0], 50) == 5.0
    assert percentile([0.0, 10.0], 99) == pytest.approx(9.9)


@pytest.mark.parametrize(("values", "elapsed"), [([], 1.0), ([1.0], 0.0)])
def test_nothing_measured_is_no_figure(values: list[float], elapsed: float) -> None:
    with pytest.raises(ValueError, match="nothing"):
        latencies(values, elapsed)


def test_what_slows_both_of_a_pair_drops_out_of_their_difference() -> None:
    edge = [1.1, 1.2, 50.3, 1.1, 9.1]
    engine = [1.0, 1.1, 50.2, 1.0, 1.0]
    assert median_difference(edge, engine) == pytest.approx(0.1)


def test_unequal_numbers_of_requests_are_no_pairs() -> None:
    with pytest.raises(ValueError, match="shorter"):
        median_difference([1.0, 2.0], [1.0])

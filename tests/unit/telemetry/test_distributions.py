from __future__ import annotations

import pytest

from localtender.telemetry.metrics.distribution import (
    counted,
    is_statistic,
    merge,
    single,
    statistic,
    summarized,
)

ONE_TO_TEN = counted(float(n) for n in range(1, 11))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("SampleCount", 10.0),
        ("Sum", 55.0),
        ("Average", 5.5),
        ("Minimum", 1.0),
        ("Maximum", 10.0),
        ("p50", 5.5),
        ("p90", 9.1),
        ("p100", 10.0),
        ("tm90", 5.0),
        ("TM(2:8)", 5.5),
        ("TC(2:8)", 6.0),
        ("TS(2:8)", 33.0),
        ("PR(:5)", 50.0),
        ("PR(5:)", 50.0),
        ("IQM", 5.5),
    ],
)
def test_a_statistic_is_computed_as_cloudwatch_defines_it(name: str, expected: float) -> None:
    assert statistic(ONE_TO_TEN, name) == pytest.approx(expected)


def test_values_beyond_the_bounds_of_a_winsorized_mean_count_as_the_bound() -> None:
    assert statistic(counted([1.0, 2.0, 100.0]), "WM(:2)") == pytest.approx(5 / 3)


def test_counts_weigh_the_values() -> None:
    distribution = counted([1.0, 10.0], [9.0, 1.0])
    assert statistic(distribution, "Sum") == 19.0
    assert statistic(distribution, "p50") == 1.0


def test_a_statistic_set_has_no_percentile() -> None:
    assert statistic(summarized(4, 10.0, 1.0, 4.0), "p50") is None


def test_a_statistic_set_of_equal_values_has_percentiles() -> None:
    assert statistic(summarized(4, 8.0, 2.0, 2.0), "p50") == 2.0


def test_negative_values_have_no_percentile() -> None:
    assert statistic(counted([-1.0, 1.0]), "p50") is None


def test_distributions_merge() -> None:
    merged = merge([single(1.0), single(3.0), counted([5.0], [2.0])])
    assert (merged.sample_count, merged.sum, merged.minimum, merged.maximum) == (4, 14, 1, 5)


@pytest.mark.parametrize("name", ["Sum", "p99.9", "p100", "tm95", "IQM", "TM(10%:90%)", "PR(:300)"])
def test_cloudwatchs_statistics_are_known(name: str) -> None:
    assert is_statistic(name)


@pytest.mark.parametrize("name", ["sum", "p101", "median", "p", "TM"])
def test_other_names_are_no_statistics(name: str) -> None:
    assert not is_statistic(name)

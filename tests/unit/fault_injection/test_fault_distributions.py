from __future__ import annotations

from random import Random
from statistics import median
from typing import Any

from fault_injection.distributions import parse_distribution
from fault_injection.fields import RuleFields


def draw(count: int, **fields: Any) -> list[float]:
    distribution = parse_distribution(RuleFields(fields))
    random = Random(1)
    return [distribution.draw(random) for _ in range(count)]


def test_a_fixed_delay_is_always_the_same() -> None:
    assert draw(3, milliseconds=40) == [40, 40, 40]


def test_a_uniform_delay_stays_between_its_bounds() -> None:
    drawn = draw(500, distribution="uniform", minimum_milliseconds=100, maximum_milliseconds=200)

    assert 100 <= min(drawn) < 110
    assert 190 < max(drawn) <= 200


def test_half_of_lognormal_delays_are_longer_than_the_median() -> None:
    drawn = draw(2000, distribution="lognormal", median_milliseconds=100, sigma=1)

    assert 90 < median(drawn) < 110
    assert max(drawn) > 1000


def test_a_lognormal_delay_is_cut_at_its_maximum() -> None:
    drawn = draw(
        500,
        distribution="lognormal",
        median_milliseconds=100,
        sigma=2,
        maximum_milliseconds=150,
    )

    assert max(drawn) == 150


def test_a_lognormal_delay_around_nothing_is_nothing() -> None:
    assert draw(2, distribution="lognormal", median_milliseconds=0) == [0, 0]

from __future__ import annotations

from datetime import date

import pytest

from sandbox_mocks.ach.banking_calendar import add_banking_days, is_banking_day


@pytest.mark.parametrize(
    "day",
    [
        date(2024, 1, 1),
        date(2024, 1, 15),
        date(2024, 2, 19),
        date(2024, 5, 27),
        date(2024, 6, 19),
        date(2024, 7, 4),
        date(2024, 9, 2),
        date(2024, 10, 14),
        date(2024, 11, 11),
        date(2024, 11, 28),
        date(2024, 12, 25),
        date(2023, 1, 2),
        date(2024, 7, 6),
        date(2024, 7, 7),
    ],
)
def test_banks_rest_on_weekends_and_on_the_holidays_of_the_federal_reserve(day: date) -> None:
    assert not is_banking_day(day)


def test_a_holiday_on_a_saturday_is_not_observed_on_friday() -> None:
    assert date(2026, 7, 4).weekday() == 5
    assert is_banking_day(date(2026, 7, 3))


def test_banking_days_are_counted_over_weekends_and_holidays() -> None:
    assert add_banking_days(date(2024, 7, 3), 2) == date(2024, 7, 8)

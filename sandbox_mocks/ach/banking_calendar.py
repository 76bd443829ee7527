"""Banking days and the hours of the ACH network, all in the Eastern time of the Federal Reserve.

Sources: "Holidays Observed by the Federal Reserve System" (a holiday on a Sunday is observed on
Monday, one on a Saturday is not observed) and "FedACH Processing Schedule". The windows are
simplified to one a day and one for same-day transfers.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

EASTERN = ZoneInfo("America/New_York")
CUT_OFF = time(17, 0)
SAME_DAY_CUT_OFF = time(14, 45)
SETTLEMENT = time(8, 30)
SAME_DAY_SETTLEMENT = time(17, 0)

_MONDAY, _THURSDAY = 0, 3


def is_banking_day(day: date) -> bool:
    """Say whether banks settle on a day."""
    return day.weekday() < 5 and day not in _holidays(day.year)


def banking_day_on_or_after(day: date) -> date:
    """Return the first banking day from a day on."""
    while not is_banking_day(day):
        day += timedelta(days=1)
    return day


def add_banking_days(day: date, count: int) -> date:
    """Return the banking day so many banking days after a day."""
    for _ in range(count):
        day = banking_day_on_or_after(day + timedelta(days=1))
    return day


def origination(created: float, *, same_day: bool) -> float:
    """Return when a transfer leaves, for one that was created; seconds since the epoch."""
    moment = datetime.fromtimestamp(created, EASTERN)
    cut_off = SAME_DAY_CUT_OFF if same_day else CUT_OFF
    day = banking_day_on_or_after(moment.date())
    if day == moment.date() and moment.time() >= cut_off:
        day = add_banking_days(day, 1)
    return at(day, cut_off)


def settlement(originated: float, *, same_day: bool) -> float:
    """Return when a transfer that left settles: the next banking day, or the same one."""
    day = banking_date(originated)
    return at(day, SAME_DAY_SETTLEMENT) if same_day else at(add_banking_days(day, 1), SETTLEMENT)


def banking_date(seconds: float) -> date:
    """Return the Eastern date of a moment."""
    return datetime.fromtimestamp(seconds, EASTERN).date()


def at(day: date, hour: time) -> float:
    """Return the moment of an Eastern hour, in seconds since the epoch."""
    return datetime.combine(day, hour, EASTERN).astimezone(UTC).timestamp()


@lru_cache(maxsize=32)
def _holidays(year: int) -> frozenset[date]:
    fixed = [date(year, *day) for day in ((1, 1), (6, 19), (7, 4), (11, 11), (12, 25))]
    observed = {day + timedelta(days=1) if day.weekday() == 6 else day for day in fixed}
    moving = {
        _nth_weekday(year, 1, _MONDAY, 3),
        _nth_weekday(year, 2, _MONDAY, 3),
        _last_monday_of_may(year),
        _nth_weekday(year, 9, _MONDAY, 1),
        _nth_weekday(year, 10, _MONDAY, 2),
        _nth_weekday(year, 11, _THURSDAY, 4),
    }
    return frozenset(observed | moving)


def _nth_weekday(year: int, month: int, weekday: int, nth: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (nth - 1))


def _last_monday_of_may(year: int) -> date:
    last = date(year, 5, 31)
    return last - timedelta(days=last.weekday())

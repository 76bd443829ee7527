"""When a secret is rotated: its rotation rules.

Follows "Schedule expressions in Secrets Manager rotation"
(https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_schedule.html) and the
API's RotationRulesType.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from croniter import croniter  # type: ignore[import-untyped]

_RATE = re.compile(r"rate\((\d+) (hours?|days?)\)")
_CRON = re.compile(r"cron\((.+)\)")
_DURATION = re.compile(r"(\d+)h")
_LEAST_HOURS = 4
_LONGEST_DAYS = 1000
_DAY_NUMBER = re.compile(r"(?<![#\w])[1-7](?=\D|$)")
_ANY = ("*", "?")


class InvalidRotationRulesError(Exception):
    """Rules that Secrets Manager does not take."""


@dataclass(frozen=True)
class RotationWindow:
    """The span of time in which a rotation may happen; both ends in UTC."""

    opens: datetime
    closes: datetime


@dataclass(frozen=True)
class RotationRules:
    """The rules as they were given: days, or an expression; `duration` is like ``3h``."""

    automatically_after_days: int | None = None
    schedule_expression: str | None = None
    duration: str | None = None

    @classmethod
    def from_api(cls, document: dict[str, Any]) -> RotationRules:
        """Read RotationRulesType. Raises InvalidRotationRulesError."""
        rules = cls(
            document.get("AutomaticallyAfterDays"),
            document.get("ScheduleExpression"),
            document.get("Duration"),
        )
        rules.check()
        return rules

    def to_api(self) -> dict[str, Any]:
        """As RotationRulesType."""
        given = {
            "AutomaticallyAfterDays": self.automatically_after_days,
            "ScheduleExpression": self.schedule_expression,
            "Duration": self.duration,
        }
        return {name: value for name, value in given.items() if value is not None}

    def check(self) -> None:
        """Raise InvalidRotationRulesError for rules that Secrets Manager refuses."""
        days, expression = self.automatically_after_days, self.schedule_expression
        if days is not None and expression is not None:
            raise InvalidRotationRulesError(
                "You can't specify both AutomaticallyAfterDays and ScheduleExpression."
            )
        if days is not None and not 1 <= days <= _LONGEST_DAYS:
            raise InvalidRotationRulesError(
                f"AutomaticallyAfterDays must be between 1 and {_LONGEST_DAYS}."
            )
        if self.duration is not None and not _DURATION.fullmatch(self.duration):
            raise InvalidRotationRulesError(f"Invalid duration {self.duration}.")
        if expression is not None:
            self.window_after(datetime.now(UTC))

    def window_after(self, moment: datetime) -> RotationWindow | None:
        """The next window after a rotation; None without a schedule.

        Raises InvalidRotationRulesError for an expression that can't be read.
        """
        if self.automatically_after_days is not None:
            return self._days_after(moment, self.automatically_after_days)
        if self.schedule_expression is None:
            return None
        rate = _RATE.fullmatch(self.schedule_expression)
        if rate:
            number = int(rate[1])
            if rate[2].startswith("day"):
                if number < 1:
                    raise self._unreadable()
                return self._days_after(moment, number)
            if number < _LEAST_HOURS:
                raise self._unreadable()
            return self._hours_after(moment, number)
        cron = _CRON.fullmatch(self.schedule_expression)
        if not cron:
            raise self._unreadable()
        return self._cron_after(moment, cron[1].split())

    def _days_after(self, moment: datetime, days: int) -> RotationWindow:
        opens = _midnight(moment + timedelta(days=days))
        return RotationWindow(opens, self._closes(opens, in_hours=False))

    def _hours_after(self, moment: datetime, hours: int) -> RotationWindow:
        midnight = _midnight(moment)
        passed = int((moment - midnight).total_seconds() // (hours * 3600))
        opens = midnight + timedelta(hours=hours * (passed + 1))
        return RotationWindow(opens, self._closes(opens, in_hours=True))

    def _cron_after(self, moment: datetime, fields: list[str]) -> RotationWindow:
        if len(fields) != 6:
            raise self._unreadable()
        minutes, hours, days, months, weekdays, years = fields
        try:
            upcoming = croniter(
                " ".join((minutes, hours, days, months, _weekdays_from_sunday(weekdays))), moment
            )
            wanted = _years(years)
            # A year that is not wanted is stepped over match by match; daily is the densest that
            # reaches far, since years beyond the next ones are rare in a schedule.
            for _ in range(4000):
                opens: datetime = upcoming.get_next(datetime)
                if wanted is None or opens.year in wanted:
                    in_hours = not hours.isdecimal()
                    return RotationWindow(opens, self._closes(opens, in_hours=in_hours))
        except (ValueError, KeyError) as error:
            raise self._unreadable() from error
        raise self._unreadable()

    def _closes(self, opens: datetime, *, in_hours: bool) -> datetime:
        if self.duration is not None:
            return opens + timedelta(hours=int(self.duration[:-1]))
        if in_hours:
            return opens + timedelta(hours=1)
        return datetime.combine(opens.date(), time(23, 59, 59), UTC)

    def _unreadable(self) -> InvalidRotationRulesError:
        return InvalidRotationRulesError(f"Invalid schedule expression {self.schedule_expression}.")


def _midnight(moment: datetime) -> datetime:
    return datetime.combine(moment.astimezone(UTC).date(), time(), UTC)


def _weekdays_from_sunday(field: str) -> str:
    """AWS counts weekdays from Sunday, 1; cron from Sunday, 0."""
    if field.endswith("L") and field[:-1].isdecimal():
        return f"L{int(field[:-1]) - 1}"
    return _DAY_NUMBER.sub(lambda found: str(int(found[0]) - 1), field)


def _years(field: str) -> frozenset[int] | None:
    if field in _ANY:
        return None
    years: set[int] = set()
    for part in field.split(","):
        first, _, last = part.partition("-")
        years.update(range(int(first), int(last or first) + 1))
    return frozenset(years)

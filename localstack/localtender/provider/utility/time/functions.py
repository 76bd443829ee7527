"""``rfc3339_parse``, ``unix_timestamp_parse`` and ``duration_parse``."""

from __future__ import annotations

import calendar
import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Final

from localtender.provider.errors import InvalidArgumentError
from localtender.provider.functions import Function, FunctionArgumentError, Parameter
from localtender.provider.sessions import Caller
from localtender.provider.utility.time.moments import parse, text_of
from localtender.provider.values import CtyType, Values

_NUMBERS: Final = (
    *("year", "year_day", "day", "month", "weekday"),
    *("hour", "minute", "second", "iso_year", "iso_week"),
)
_PARTS: Final[dict[str, CtyType]] = {
    **dict.fromkeys(_NUMBERS, "number"),
    **dict.fromkeys(("month_name", "weekday_name"), "string"),
}
_NANOSECONDS: Final = {
    "ns": 1,
    "us": 10**3,
    "µs": 10**3,
    "μs": 10**3,
    "ms": 10**6,
    "s": 10**9,
    "m": 60 * 10**9,
    "h": 3600 * 10**9,
}
_TERM: Final = r"(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)"
_LONGEST: Final = 1 << 63


class Rfc3339Parse(Function):
    """``rfc3339_parse``: the parts of a moment."""

    name = "rfc3339_parse"
    summary = "Parse an RFC3339 timestamp string into an object"
    parameters = (Parameter("timestamp"),)
    returns = ["object", {**_PARTS, "unix": "number"}]

    def call(self, caller: Caller, timestamp: str) -> Values:
        """Take the moment apart, in its own offset."""
        try:
            moment = parse("timestamp", timestamp)
        except InvalidArgumentError as failure:
            raise FunctionArgumentError(0, str(failure)) from failure
        return {**_parts(moment), "unix": int(moment.timestamp())}


class UnixTimestampParse(Function):
    """``unix_timestamp_parse``: the parts of the moment so many seconds after 1970."""

    name = "unix_timestamp_parse"
    summary = "Parse a unix timestamp integer into an object"
    parameters = (Parameter("unix_timestamp", "number"),)
    returns = ["object", {**_PARTS, "rfc3339": "string"}]

    def call(self, caller: Caller, seconds: float) -> Values:
        """Take the moment apart, in UTC."""
        if seconds != int(seconds):
            raise FunctionArgumentError(0, f"{seconds} is not a whole number")
        try:
            moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=int(seconds))
        except OverflowError as failure:
            raise FunctionArgumentError(0, f"{seconds} is out of range") from failure
        return {**_parts(moment), "rfc3339": text_of(moment)}


class DurationParse(Function):
    """``duration_parse``: a duration of Go's, such as ``-1h30m``, in several units."""

    name = "duration_parse"
    summary = "Parse a Go duration string into an object"
    parameters = (Parameter("duration"),)
    returns = [
        "object",
        dict.fromkeys(
            ("hours", "minutes", "seconds", "milliseconds", "microseconds", "nanoseconds"),
            "number",
        ),
    ]

    def call(self, caller: Caller, text: str) -> Values:
        """Convert the duration; the smaller units are whole numbers."""
        total = _nanoseconds(text)
        if total is None or not -_LONGEST <= total < _LONGEST:
            raise FunctionArgumentError(0, f"{text!r} is not a valid duration string")
        sign = -1 if total < 0 else 1
        return {
            "hours": total / _NANOSECONDS["h"],
            "minutes": total / _NANOSECONDS["m"],
            "seconds": total / _NANOSECONDS["s"],
            "milliseconds": sign * (abs(total) // _NANOSECONDS["ms"]),
            "microseconds": sign * (abs(total) // _NANOSECONDS["us"]),
            "nanoseconds": total,
        }


def _nanoseconds(text: str) -> int | None:
    found = re.fullmatch(rf"([+-]?)(?:0|((?:{_TERM})+))", text)
    if found is None:
        return None
    total = sum(
        int(Decimal(amount) * _NANOSECONDS[unit])
        for amount, unit in re.findall(_TERM, found[2] or "")
    )
    return -total if found[1] == "-" else total


def _parts(moment: datetime) -> Values:
    iso = moment.isocalendar()
    return {
        "year": moment.year,
        "year_day": moment.timetuple().tm_yday,
        "day": moment.day,
        "month": moment.month,
        "month_name": calendar.month_name[moment.month],
        # Sunday is 0, as in Go.
        "weekday": iso.weekday % 7,
        "weekday_name": calendar.day_name[moment.weekday()],
        "hour": moment.hour,
        "minute": moment.minute,
        "second": moment.second,
        "iso_year": iso.year,
        "iso_week": iso.week,
    }

"""Moments as these resources keep them: RFC 3339 to the second, and their parts."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Final

from localtender.provider.errors import InvalidArgumentError
from localtender.provider.schema.model import Attribute
from localtender.provider.utility.declared import computed
from localtender.provider.values import Values

_FORM: Final = re.compile(
    r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})", re.IGNORECASE
)
PARTS: Final[dict[str, Attribute]] = {
    name: computed("number")
    for name in ("day", "hour", "minute", "month", "second", "unix", "year")
}


def now() -> datetime:
    """Return this moment, to the second."""
    return datetime.now(UTC).replace(microsecond=0)


def parse(argument: str, text: str) -> datetime:
    """Return the moment that an argument names.

    Raises
    ------
    InvalidArgumentError
        When it is not of RFC 3339's form.
    """
    problem = is_rfc3339(text)
    if problem:
        raise InvalidArgumentError(argument, problem)
    return datetime.fromisoformat(text.upper())


def is_rfc3339(text: str) -> str | None:
    """Check: the text must be a moment as in RFC 3339."""
    try:
        if _FORM.fullmatch(text):
            datetime.fromisoformat(text.upper())
            return None
    except ValueError:
        pass
    return f"expected a moment such as 2026-01-31T12:00:00Z; got {text!r}"


def text_of(moment: datetime) -> str:
    """Return a moment in RFC 3339's form, in its own offset."""
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")


def parts_of(moment: datetime) -> Values:
    """Return the parts of a moment, in its own offset, and its seconds since 1970."""
    return {
        "day": moment.day,
        "hour": moment.hour,
        "minute": moment.minute,
        "month": moment.month,
        "second": moment.second,
        "unix": int(moment.timestamp()),
        "year": moment.year,
    }


def later(moment: datetime, amount: int, unit: str) -> datetime:
    """Return the moment some ``years``, ``months``, ``days``, ... after another one.

    A day that a month does not have counts on into the next, as with Go's ``AddDate``: a month
    after 31 January is 3 March, or 2 March.

    Raises
    ------
    InvalidArgumentError
        When it lies outside of the years 1 to 9999.
    """
    try:
        if unit not in ("months", "years"):
            return moment + timedelta(**{unit: amount})
        months = amount * (12 if unit == "years" else 1) + moment.month - 1
        first = moment.replace(year=moment.year + months // 12, month=months % 12 + 1, day=1)
        return first + timedelta(days=moment.day - 1)
    except (OverflowError, ValueError) as failure:
        raise InvalidArgumentError(unit, f"{amount} {unit} after {moment} is out of range") from (
            failure
        )

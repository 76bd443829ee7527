"""What the three kinds of filter patterns share."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cached_property, lru_cache
from typing import Any, Protocol

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")


class FilterPatternError(Exception):
    """A pattern that CloudWatch Logs would refuse; the message says why."""


class Event:
    """A log event's message, taken apart when a pattern asks for it."""

    def __init__(self, message: str) -> None:
        self.message = message

    @cached_property
    def document(self) -> Any:
        """The message as JSON, None when it is no object or array."""
        import json

        if self.message.lstrip()[:1] not in ("{", "["):
            return None
        try:
            return json.loads(self.message)
        except ValueError:
            return None


class Pattern(Protocol):
    """One filter pattern."""

    def matches(self, event: Event) -> bool:
        """Whether an event matches."""
        ...

    def extract(self, event: Event, selector: str) -> Any:
        """What a selector (`$.latency`, `$bytes`) finds in an event, None when nothing."""
        ...


def number(text: str) -> float | None:
    """A number as it stands in a pattern or a log, None when it is none."""
    return float(text) if _NUMBER.fullmatch(text) else None


def compare(operator: str, found: float, wanted: float) -> bool:
    """Apply a comparison of numbers."""
    match operator:
        case "=":
            return found == wanted
        case "!=":
            return found != wanted
        case "<":
            return found < wanted
        case "<=":
            return found <= wanted
        case ">":
            return found > wanted
        case _:
            return found >= wanted


@lru_cache(maxsize=4096)
def text_test(wanted: str) -> Callable[[str], bool]:
    """Whether a text is the wanted one, with `*` for anything, or meets a `%regular expression%`.

    Raises FilterPatternError.
    """
    if len(wanted) > 1 and wanted.startswith("%") and wanted.endswith("%"):
        expression = regular_expression(wanted[1:-1])
        return lambda text: expression.search(text) is not None
    if "*" in wanted:
        parts = (re.escape(part) for part in wanted.split("*"))
        wildcard = re.compile(".*".join(parts), re.DOTALL)
        return lambda text: wildcard.fullmatch(text) is not None
    return lambda text: text == wanted


def regular_expression(text: str) -> re.Pattern[str]:
    """Compile an expression between percent signs. Raises FilterPatternError."""
    try:
        return re.compile(text)
    except re.error as error:
        raise FilterPatternError(f"Invalid regular expression in the filter: {error}") from error

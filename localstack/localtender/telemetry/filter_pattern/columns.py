"""Patterns of columns: for events whose fields are separated by spaces.

`[ip, user, ..., request = "*html*", status = 4* || status = 5*, bytes > 1000]`; a field in brackets
or quotes is one field.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from localtender.telemetry.filter_pattern.matching import (
    Event,
    FilterPatternError,
    compare,
    number,
    text_test,
)

_FIELD = re.compile(r'"((?:[^"\\]|\\.)*)"|\[([^\]]*)\]|(\S+)')
_COLUMN = re.compile(r'(?:[^,"%]|"(?:[^"\\]|\\.)*"|%[^%]*%)+')
_CONDITION = re.compile(
    r"\s*(?P<name>[\w$.-]+)\s*(?P<operator>!=|<=|>=|=|<|>)\s*"
    r'(?:"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<bare>[^\s]+))\s*'
)
_ANY_FIELDS = "..."

Condition = Callable[[str], bool]


class ColumnPattern:
    """A pattern in brackets."""

    def __init__(self, text: str) -> None:
        if not text.endswith("]"):
            raise FilterPatternError("Invalid filter pattern: the bracket is not closed")
        columns = [found.strip() for found in _COLUMN.findall(text[1:-1])]
        parsed = [_column(column) for column in columns if column]
        if sum(name == _ANY_FIELDS for name, _ in parsed) > 1:
            raise FilterPatternError("Only one ellipsis is allowed in a filter pattern")
        self._columns = parsed

    def matches(self, event: Event) -> bool:
        """Whether the event has these fields and they meet the conditions."""
        fields = self._fields(event)
        if fields is None:
            return False
        return all(
            condition is None or condition(fields[n])
            for n, (_, condition) in enumerate(self._columns)
        )

    def extract(self, event: Event, selector: str) -> Any:
        """The field of a column: `$bytes`."""
        fields = self._fields(event)
        wanted = selector.removeprefix("$").removeprefix(".")
        if fields is None:
            return None
        for (name, _), value in zip(self._columns, fields, strict=True):
            if name == wanted:
                return value
        return None

    def _fields(self, event: Event) -> list[str] | None:
        """As many fields as columns; the ellipsis takes what the others leave."""
        fields = [
            next(group for group in found if group) if any(found) else ""
            for found in _FIELD.findall(event.message.strip())
        ]
        names = [name for name, _ in self._columns]
        if _ANY_FIELDS not in names:
            return fields if len(fields) == len(names) else None
        place = names.index(_ANY_FIELDS)
        after = len(names) - place - 1
        if len(fields) < place + after:
            return None
        tail = fields[len(fields) - after :] if after else []
        middle = " ".join(fields[place : len(fields) - after])
        return [*fields[:place], middle, *tail]


def _column(text: str) -> tuple[str, Condition | None]:
    if text == _ANY_FIELDS or not re.search(r"[=<>]", text):
        return text, None
    alternatives = []
    names = set()
    for alternative in text.split("||"):
        conditions = []
        for part in alternative.split("&&"):
            found = _CONDITION.fullmatch(part)
            if found is None:
                raise FilterPatternError(f"Invalid condition '{part.strip()}' in the filter")
            names.add(found["name"])
            conditions.append(_condition(found))
        alternatives.append(conditions)
    if len(names) != 1:
        raise FilterPatternError(f"A column has one name, not {', '.join(sorted(names))}")
    return names.pop(), lambda value: any(
        all(each(value) for each in conditions) for conditions in alternatives
    )


def _condition(found: re.Match[str]) -> Condition:
    operator, quoted = found["operator"], found["quoted"]
    wanted = found["bare"] if quoted is None else re.sub(r"\\(.)", r"\1", quoted)
    limit = None if quoted is not None else number(wanted)
    if limit is not None:

        def meets(value: str) -> bool:
            parsed = number(value)
            return parsed is not None and compare(operator, parsed, limit)

        return meets
    if operator not in ("=", "!="):
        raise FilterPatternError(f"'{wanted}' is no number, as {operator} needs")
    test = text_test(wanted)
    return lambda value: test(value) is (operator == "=")

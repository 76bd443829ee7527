"""Patterns of terms: for events that are plain text.

All terms must occur, those with `?` at least one of, those with `-` must not; a term with `?`
beside others is disregarded, as the documentation says.
"""

from __future__ import annotations

import re
from typing import Any

from localtender.telemetry.filter_pattern.matching import (
    Event,
    FilterPatternError,
    regular_expression,
)

_TERM = re.compile(
    r'\s*(?P<sign>[?-])?(?:"(?P<quoted>(?:[^"\\]|\\.)*)"|%(?P<regex>[^%]+)%|(?P<bare>[^\s"]+))'
)


class TermPattern:
    """A pattern of terms; an empty one matches everything."""

    def __init__(self, text: str) -> None:
        self._required: list[re.Pattern[str]] = []
        self._optional: list[re.Pattern[str]] = []
        self._excluded: list[re.Pattern[str]] = []
        at = 0
        while at < len(text.rstrip()):
            found = _TERM.match(text, at)
            if found is None:
                raise FilterPatternError(f"Invalid term at position {at} of the filter pattern")
            kinds = {"?": self._optional, "-": self._excluded}
            kinds.get(found["sign"] or "", self._required).append(_expression(found))
            at = found.end()

    def matches(self, event: Event) -> bool:
        """Whether the terms occur in the message."""
        message = event.message
        if any(each.search(message) for each in self._excluded):
            return False
        if self._required or not self._optional:
            return all(each.search(message) for each in self._required)
        return any(each.search(message) for each in self._optional)

    def extract(self, event: Event, selector: str) -> Any:  # noqa: ARG002
        """Nothing: terms name no fields."""
        return None


def _expression(found: re.Match[str]) -> re.Pattern[str]:
    if found["regex"] is not None:
        return regular_expression(found["regex"])
    quoted = found["quoted"]
    text = found["bare"] if quoted is None else re.sub(r"\\(.)", r"\1", quoted)
    return re.compile(re.escape(text))

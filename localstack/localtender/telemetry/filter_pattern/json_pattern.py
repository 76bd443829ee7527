"""Patterns of property selectors: for events that are JSON.

`{ ($.user.id = "a*") && ($.items[0].amount >= 5 || $.error IS TRUE) }`
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from localtender.telemetry.filter_pattern.matching import (
    Event,
    FilterPatternError,
    compare,
    number,
    text_test,
)

_TOKEN = re.compile(
    r"\s*(?:(?P<selector>\$(?:\.?[\w@-]+|\.\*|\.?\[[^\]]*\])*)"
    r"|(?P<join>&&|\|\||[()])"
    r"|(?P<test>(?:IS|NOT)\s+(?:NULL|TRUE|FALSE|EXISTS))"
    r"|(?P<operator>!=|<=|>=|=|<|>)"
    r'|"(?P<quoted>(?:[^"\\]|\\.)*)"'
    r"|(?P<regex>%[^%]+%)"
    r"|(?P<bare>[^\s()=<>!&|\"]+))"
)
_STEP = re.compile(
    r"\.?\[(?:(?P<index>\d+)|(?P<any>\*)|['\"](?P<quoted>[^'\"]*)['\"])\]"
    r"|\.(?P<name>[\w@-]+)|\.(?P<star>\*)"
)
_MISSING = object()
_DEEPEST = 40

Condition = Callable[[Any], bool]
Step = str | int | None


class JsonPattern:
    """A pattern in braces."""

    def __init__(self, text: str) -> None:
        if not text.endswith("}"):
            raise FilterPatternError("Invalid filter pattern: the brace is not closed")
        reader = _Reader(text[1:-1])
        self._condition = reader.either()
        reader.expect_end()

    def matches(self, event: Event) -> bool:
        """Whether the message is JSON that meets the conditions."""
        document = event.document
        return document is not None and self._condition(document)

    def extract(self, event: Event, selector: str) -> Any:
        """The first value that a selector finds."""
        if event.document is None:
            return None
        return next(iter(_found(event.document, _steps(selector))), None)


class _Reader:
    def __init__(self, text: str) -> None:
        self._tokens: list[tuple[str, str]] = []
        at, end = 0, len(text.rstrip())
        while at < end:
            found = _TOKEN.match(text, at)
            if found is None:
                raise FilterPatternError(f"Invalid character(s) in term '{text[at:].strip()}'")
            self._tokens.append((str(found.lastgroup), found[str(found.lastgroup)]))
            at = found.end()
        self._at = 0
        self._depth = 0

    def either(self) -> Condition:
        conditions = [self._all()]
        while self._take(("join", "||")):
            conditions.append(self._all())
        return lambda document: any(each(document) for each in conditions)

    def expect_end(self) -> None:
        if self._at < len(self._tokens):
            raise FilterPatternError(f"Unexpected '{self._tokens[self._at][1]}' in the filter")

    def _all(self) -> Condition:
        conditions = [self._one()]
        while self._take(("join", "&&")):
            conditions.append(self._one())
        return lambda document: all(each(document) for each in conditions)

    def _one(self) -> Condition:
        if self._take(("join", "(")):
            self._depth += 1
            if self._depth > _DEEPEST:
                raise FilterPatternError("The filter is nested too deeply")
            condition = self.either()
            self._depth -= 1
            if not self._take(("join", ")")):
                raise FilterPatternError("A parenthesis of the filter is not closed")
            return condition
        kind, text = self._next()
        if kind != "selector":
            raise FilterPatternError(f"Expected a selector instead of '{text}' in the filter")
        steps = _steps(text)
        kind, operator = self._next()
        if kind == "test":
            return _state_test(steps, " ".join(operator.split()))
        if kind != "operator":
            raise FilterPatternError(f"Expected a comparison instead of '{operator}'")
        kind, wanted = self._next()
        if kind == "quoted":
            wanted = re.sub(r"\\(.)", r"\1", wanted)
        elif kind not in ("bare", "regex"):
            raise FilterPatternError(f"Expected a value instead of '{wanted}' in the filter")
        return _comparison(steps, operator, wanted, quoted=kind == "quoted")

    def _next(self) -> tuple[str, str]:
        if self._at >= len(self._tokens):
            raise FilterPatternError("The filter ends too early")
        self._at += 1
        return self._tokens[self._at - 1]

    def _take(self, token: tuple[str, str]) -> bool:
        taken = self._at < len(self._tokens) and self._tokens[self._at] == token
        self._at += taken
        return taken


def _comparison(steps: tuple[Step, ...], operator: str, wanted: str, *, quoted: bool) -> Condition:
    limit = None if quoted else number(wanted)
    if limit is not None:

        def meets(value: Any) -> bool:
            found = _as_number(value)
            return found is not None and compare(operator, found, limit)
    elif operator in ("=", "!="):
        test = text_test(wanted)

        def meets(value: Any) -> bool:
            text = _as_text(value)
            return text is not None and test(text) is (operator == "=")
    else:
        raise FilterPatternError(f"'{wanted}' is no number, as {operator} needs")
    return lambda document: any(meets(value) for value in _found(document, steps))


def _state_test(steps: tuple[Step, ...], test: str) -> Condition:
    match test:
        case "NOT EXISTS":
            return lambda document: next(iter(_found(document, steps)), _MISSING) is _MISSING
        case "IS NULL":
            return lambda document: any(value is None for value in _found(document, steps))
        case "IS TRUE":
            return lambda document: any(value is True for value in _found(document, steps))
        case "IS FALSE":
            return lambda document: any(value is False for value in _found(document, steps))
    raise FilterPatternError(f"{test} is no test of a filter")


def _steps(selector: str) -> tuple[Step, ...]:
    """The way from the root; None stands for every member."""
    steps: list[Step] = []
    at = 1
    if not selector.startswith("$"):
        raise FilterPatternError(f"{selector} is no selector")
    while at < len(selector):
        found = _STEP.match(selector, at)
        if found is None:
            raise FilterPatternError(f"{selector} is no selector")
        if found["index"] is not None:
            steps.append(int(found["index"]))
        elif found["any"] or found["star"]:
            steps.append(None)
        else:
            steps.append(found["name"] if found["name"] is not None else found["quoted"])
        at = found.end()
    return tuple(steps)


def _found(document: Any, steps: tuple[Step, ...]) -> Iterator[Any]:
    if not steps:
        yield document
        return
    step, rest = steps[0], steps[1:]
    if isinstance(document, dict):
        if step is None:
            for value in document.values():
                yield from _found(value, rest)
        elif step in document:
            yield from _found(document[step], rest)
    elif isinstance(document, list):
        if step is None:
            for value in document:
                yield from _found(value, rest)
        elif isinstance(step, int) and step < len(document):
            yield from _found(document[step], rest)


def _as_number(value: Any) -> float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, float)):
        return float(value)
    return number(value) if isinstance(value, str) else None


def _as_text(value: Any) -> str | None:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, (int, float)) else None

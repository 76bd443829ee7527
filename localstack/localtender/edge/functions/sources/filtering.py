"""Which events of a source reach the function: filter criteria.

Syntax and rules follow https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

_MISSING = object()
_MAXIMUM_FILTERS = 10
_MAXIMUM_PATTERN_LENGTH = 4096
_COMPARISONS: Mapping[str, Callable[[float, float], bool]] = {
    "=": lambda value, bound: value == bound,
    ">": lambda value, bound: value > bound,
    ">=": lambda value, bound: value >= bound,
    "<": lambda value, bound: value < bound,
    "<=": lambda value, bound: value <= bound,
}


class InvalidPatternError(Exception):
    """A filter pattern is not one of those that Lambda documents."""


class EventFilter:
    """Lets an event through that matches any of its patterns; without patterns, every event."""

    def __init__(self, patterns: Iterable[str]) -> None:
        """Raises InvalidPatternError."""
        self._patterns = [_read(pattern) for pattern in patterns]
        if len(self._patterns) > _MAXIMUM_FILTERS:
            raise InvalidPatternError("Too many filters")

    def passes(self, event: Mapping[str, Any], payload_key: str, payload: bytes) -> bool:
        """Whether an event goes to the function.

        `payload_key` (SQS `body`, Kinesis `data`) holds `payload`, which a pattern treats as JSON
        where it names keys in it, and as plain text otherwise.
        """
        return not self._patterns or any(
            _matches(pattern, _view(pattern, event, payload_key, payload))
            for pattern in self._patterns
        )


def _view(
    pattern: Mapping[str, Any], event: Mapping[str, Any], payload_key: str, payload: bytes
) -> Mapping[str, Any]:
    wanted = pattern.get(payload_key)
    if wanted is None:
        return event
    text = payload.decode("utf-8", "replace")
    if isinstance(wanted, list):
        return {**event, payload_key: text}
    try:
        document = json.loads(text)
    except ValueError:
        return {**event, payload_key: _MISSING}
    return {**event, payload_key: document if isinstance(document, dict) else _MISSING}


def _read(text: str) -> dict[str, Any]:
    if len(text) > _MAXIMUM_PATTERN_LENGTH:
        raise InvalidPatternError(text)
    try:
        pattern = json.loads(text)
    except ValueError as error:
        raise InvalidPatternError(text) from error
    if not isinstance(pattern, dict):
        raise InvalidPatternError(text)
    _check(pattern)
    return pattern


def _check(pattern: Mapping[str, Any]) -> None:
    for key, wanted in pattern.items():
        if key == "$or":
            if not isinstance(wanted, list) or len(wanted) < 2:
                raise InvalidPatternError(key)
            for alternative in wanted:
                if not isinstance(alternative, dict):
                    raise InvalidPatternError(key)
                _check(alternative)
        elif isinstance(wanted, dict):
            _check(wanted)
        elif not isinstance(wanted, list) or not wanted:
            raise InvalidPatternError(key)
        else:
            for rule in wanted:
                _check_rule(rule)


def _check_rule(rule: Any) -> None:
    if isinstance(rule, list):
        raise InvalidPatternError("nested list")
    if not isinstance(rule, dict):
        return
    if len(rule) != 1:
        raise InvalidPatternError(str(rule))
    name, operand = next(iter(rule.items()))
    valid = {
        "exists": lambda: isinstance(operand, bool),
        "prefix": lambda: isinstance(operand, str),
        "suffix": lambda: isinstance(operand, str),
        "equals-ignore-case": lambda: isinstance(operand, str),
        "numeric": lambda: _is_range(operand),
        "anything-but": lambda: isinstance(operand, (str, int, float, list, dict)),
    }.get(name)
    if valid is None or not valid():
        raise InvalidPatternError(name)
    if name == "anything-but" and isinstance(operand, dict):
        _check_rule(operand)


def _is_range(operand: Any) -> bool:
    return (
        isinstance(operand, list)
        and len(operand) in (2, 4)
        and all(name in _COMPARISONS for name in operand[::2])
        and all(_is_number(bound) for bound in operand[1::2])
    )


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _matches(pattern: Mapping[str, Any], event: Any) -> bool:
    for key, wanted in pattern.items():
        if key == "$or":
            if not any(_matches(alternative, event) for alternative in wanted):
                return False
            continue
        value = event.get(key, _MISSING) if isinstance(event, Mapping) else _MISSING
        if isinstance(wanted, dict):
            if not _matches_inside(wanted, value):
                return False
        elif not any(_satisfies(rule, value) for rule in wanted):
            return False
    return True


def _matches_inside(wanted: Mapping[str, Any], value: Any) -> bool:
    if isinstance(value, list):
        return any(_matches(wanted, item) for item in value)
    return _matches(wanted, value)


def _satisfies(rule: Any, value: Any) -> bool:
    if isinstance(rule, dict):
        name, operand = next(iter(rule.items()))
        if name == "exists":
            present = value is not _MISSING and not isinstance(value, Mapping)
            return present is operand
    if isinstance(value, list):
        return any(_satisfies_one(rule, item) for item in value)
    return _satisfies_one(rule, value)


def _satisfies_one(rule: Any, value: Any) -> bool:
    if value is _MISSING:
        return False
    if not isinstance(rule, dict):
        return bool(value == rule) and isinstance(value, bool) == isinstance(rule, bool)
    name, operand = next(iter(rule.items()))
    if name == "anything-but":
        unwanted = operand if isinstance(operand, list) else [operand]
        return not any(_satisfies_one(item, value) for item in unwanted)
    if name == "numeric":
        return _is_number(value) and all(
            _COMPARISONS[comparison](value, bound)
            for comparison, bound in zip(operand[::2], operand[1::2], strict=True)
        )
    if not isinstance(value, str):
        return False
    if name == "prefix":
        return value.startswith(operand)
    if name == "suffix":
        return value.endswith(operand)
    return value.lower() == str(operand).lower()

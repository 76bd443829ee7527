"""Ready-made checks of argument values (``ValidateFunc`` in the real provider)."""

from __future__ import annotations

import re

from localtender.provider.declaration import Check


def one_of(*allowed: str) -> Check:
    """Return a check that a text is one of the given."""

    def check(value: str) -> str | None:
        if value in allowed:
            return None
        return f"expected one of {', '.join(allowed)}; got {value!r}"

    return check


def each_of(*allowed: str) -> Check:
    """Return a check that every text of a list or set is one of the given."""
    check = one_of(*allowed)

    def check_all(values: list[str]) -> str | None:
        return next((problem for value in values if (problem := check(value))), None)

    return check_all


def between(lowest: float, highest: float) -> Check:
    """Return a check that a number lies in a range, ends included."""

    def check(value: float) -> str | None:
        if lowest <= value <= highest:
            return None
        return f"expected a number from {lowest:g} to {highest:g}, got {value:g}"

    return check


def at_least(lowest: float) -> Check:
    """Return a check that a number is not below a bound."""

    def check(value: float) -> str | None:
        return None if value >= lowest else f"expected at least {lowest:g}, got {value:g}"

    return check


def one_of_numbers(*allowed: int) -> Check:
    """Return a check that a number is one of the given."""

    def check(value: float) -> str | None:
        if value in allowed:
            return None
        return f"expected one of {', '.join(map(str, allowed))}; got {value:g}"

    return check


def length(shortest: int, longest: int) -> Check:
    """Return a check of the number of characters, ends included."""

    def check(value: str) -> str | None:
        if shortest <= len(value) <= longest:
            return None
        return f"expected {shortest} to {longest} characters, got {len(value)}"

    return check


def matches(pattern: str, meaning: str) -> Check:
    """Return a check that a text is wholly of a regular expression's form."""
    compiled = re.compile(pattern)

    def check(value: str) -> str | None:
        return None if compiled.fullmatch(value) else f"{meaning}; got {value!r}"

    return check


def every(*checks: Check) -> Check:
    """Return a check that all the given checks pass."""

    def check(value: object) -> str | None:
        return next((problem for each in checks if (problem := each(value))), None)

    return check


def is_arn(value: str) -> str | None:
    """Check: the text must be an Amazon Resource Name."""
    if re.fullmatch(r"arn:[\w-]+:[\w-]+:[^:]*:[^:]*:.+", value, re.DOTALL):
        return None
    return f"not an ARN (arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE): {value!r}"

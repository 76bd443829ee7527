"""Reading the fields of a fault rule, with errors that name the field and what it may be."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class FaultRuleError(ValueError):
    """A rule can't be used; says which field, why, and what is allowed there."""

    def __init__(self, field: str, message: str, allowed: Sequence[str] | str | None = None):
        super().__init__(f"{field}: {message}")
        self.field = field
        self.message = message
        self.allowed = list(allowed) if isinstance(allowed, list | tuple) else allowed

    def document(self) -> dict[str, Any]:
        """Return the error for a JSON answer."""
        shown = {"error": "InvalidFaultRule", "field": self.field, "message": self.message}
        return shown if self.allowed is None else {**shown, "allowed": self.allowed}


class RuleFields:
    """The fields of one rule; remembers which were asked for, so that others are mistakes."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = values
        self._known: list[str] = []

    def value(self, name: str) -> Any:
        """Return a field as it stands, None when it is absent."""
        self._known.append(name)
        return self._values.get(name)

    def text(self, name: str) -> str | None:
        """Return a non-empty string, or None when it is absent."""
        value = self.value(name)
        if value is None:
            return None
        if not isinstance(value, str) or not value:
            raise FaultRuleError(name, "must be a non-empty string", "a string")
        return value

    def choice(self, name: str, choices: Sequence[str], default: str) -> str:
        """Return one of some words."""
        value = self.value(name)
        if value is None:
            return default
        if value not in choices:
            raise FaultRuleError(name, f"{value!r} is not known", tuple(choices))
        return str(value)

    def integer(
        self, name: str, *, minimum: int, maximum: int | None = None, default: int | None = None
    ) -> int | None:
        """Return a whole number in a range, or the default."""
        value = self.value(name)
        if value is None:
            return default
        allowed = f"a whole number, {_range(minimum, maximum)}"
        if not isinstance(value, int) or isinstance(value, bool):
            raise FaultRuleError(name, "must be a whole number", allowed)
        if value < minimum or (maximum is not None and value > maximum):
            raise FaultRuleError(name, f"{value} is out of range", allowed)
        return value

    def number(
        self, name: str, *, minimum: float, maximum: float, default: float | None = None
    ) -> float:
        """Return a finite number in a range; a field without default must be there."""
        value = self.value(name)
        allowed = f"a number, {_range(minimum, maximum)}"
        if value is None:
            if default is None:
                raise FaultRuleError(name, "is required", allowed)
            return default
        if not isinstance(value, int | float) or isinstance(value, bool):
            raise FaultRuleError(name, "must be a number", allowed)
        if not math.isfinite(value) or not minimum <= value <= maximum:
            raise FaultRuleError(name, f"{value} is out of range", allowed)
        return value

    def finish(self) -> None:
        """Refuse fields that nobody asked for.

        Raises:
            FaultRuleError: naming the first of them and the fields that are known.
        """
        for name in self._values:
            if name not in self._known:
                raise FaultRuleError(str(name), "is not a field of this rule", sorted(self._known))


def _range(minimum: float, maximum: float | None) -> str:
    if maximum is None:
        return f"{minimum} or more"
    return f"{minimum} to {maximum}"

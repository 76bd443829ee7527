"""Reads the fields of a request's body, each problem named by its dotted path."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from sandbox_mocks.ach.answers import AchError, invalid

if TYPE_CHECKING:
    from collections.abc import Sequence

_CENT = Decimal("0.01")


class Fields:
    """The fields of one object; raises AchError for what can't be used."""

    def __init__(self, document: Any, known: Sequence[str], path: str = "") -> None:
        if not isinstance(document, dict):
            if path:
                raise invalid(path, "must be an object")
            raise AchError(400, "invalid_request", "The body must be a JSON object.")
        self._document = document
        self._prefix = f"{path}." if path else ""
        for name in document:
            if name not in known:
                raise invalid(self._prefix + name, f"is not known; known are {', '.join(known)}")

    def text(
        self, name: str, *, longest: int, shortest: int = 1, default: str | None = None
    ) -> str:
        """Return a printable text; one without default must be there."""
        value = self._document.get(name)
        if value is None:
            if default is None:
                raise self.problem(name, "is required")
            return default
        if not isinstance(value, str) or not shortest <= len(value) <= longest:
            raise self.problem(name, f"must be a text of {shortest} to {longest} characters")
        if not value.isprintable():
            raise self.problem(name, "must be printable")
        return value

    def digits(self, name: str, *, longest: int, shortest: int) -> str:
        """Return a text of digits."""
        value = self.text(name, longest=longest, shortest=shortest)
        if not (value.isascii() and value.isdigit()):
            raise self.problem(name, "must consist of digits")
        return value

    def choice(self, name: str, allowed: Sequence[str], default: str | None = None) -> str:
        """Return one of the allowed texts."""
        value = self._document.get(name, default)
        if value is None:
            raise self.problem(name, "is required")
        if value not in allowed:
            raise self.problem(name, f"must be one of {', '.join(allowed)}")
        return str(value)

    def flag(self, name: str) -> bool:
        """Return true or false, false by default."""
        value = self._document.get(name, False)
        if not isinstance(value, bool):
            raise self.problem(name, "must be true or false")
        return value

    def dollars(self, name: str, *, most: Decimal) -> Decimal:
        """Return an amount written as a text with at most two decimals."""
        value = self._document.get(name)
        if value is None:
            raise self.problem(name, "is required")
        if not isinstance(value, str) or not value.isascii() or len(value) > 20:
            raise self.problem(name, 'must be a text such as "12.50"')
        try:
            amount = Decimal(value)
        except InvalidOperation:
            raise self.problem(name, 'must be a text such as "12.50"') from None
        if not amount.is_finite() or amount <= 0 or amount > most:
            raise self.problem(name, f"must be more than 0 and at most {most}")
        if amount != amount.quantize(_CENT):
            raise self.problem(name, "must have at most two decimals")
        return amount.quantize(_CENT)

    def texts(self, name: str) -> dict[str, str]:
        """Return an object of texts, empty by default."""
        value = self._document.get(name) or {}
        usable = isinstance(value, dict) and all(isinstance(each, str) for each in value.values())
        if not usable or len(value) > 50:
            raise self.problem(name, "must be an object of at most 50 texts")
        return dict(value)

    def names(self, name: str, default: tuple[str, ...]) -> tuple[str, ...]:
        """Return a list of texts."""
        value = self._document.get(name)
        if value is None:
            return default
        if not isinstance(value, list) or not value or not all(isinstance(v, str) for v in value):
            raise self.problem(name, "must be a list of texts")
        return tuple(value)

    def problem(self, name: str, message: str) -> AchError:
        """Return the error that blames a field."""
        return invalid(self._prefix + name, message)

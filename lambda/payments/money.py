"""An amount of money in one currency, exact to the currency's own decimals."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Final

from payments.currency import DECIMALS
from payments.errors import InvalidFieldError

MAXIMUM_AMOUNT: Final = Decimal(1_000_000)
"""Largest amount of one payment, in units of its currency (not minor units)."""

_PLAIN_NUMBER = re.compile(r"\d{1,12}(\.\d{1,12})?", re.ASCII)


@dataclass(frozen=True)
class Money:
    """A positive amount, always quantized to the decimals of its currency."""

    amount: Decimal
    currency: str

    @classmethod
    def parse(cls, amount: object, currency: object) -> Money:
        """Check what a client sent and make money of it.

        ``amount`` is a JSON number (read as ``Decimal`` or ``int``) or a string holding a plain
        decimal number such as ``"12.50"``: both are exact, and clients of languages whose only
        number is a binary float need the string. Trailing zeros do not count as decimals.

        Raises:
            InvalidFieldError: naming ``amount`` or ``currency`` and the rule that was broken.
        """
        code = _currency(currency)
        number = _number(amount)
        if not number.is_finite():
            raise InvalidFieldError("amount", "must be a finite number")
        if number <= 0:
            raise InvalidFieldError("amount", "must be greater than 0")
        if number > MAXIMUM_AMOUNT:
            raise InvalidFieldError("amount", f"must not be more than {MAXIMUM_AMOUNT}")
        exact = number.quantize(Decimal(1).scaleb(-DECIMALS[code]))
        if exact != number:
            raise InvalidFieldError("amount", f"{code} has {_decimals(DECIMALS[code])}")
        return cls(exact, code)

    @property
    def decimals(self) -> int:
        """Number of decimals of the currency."""
        return DECIMALS[self.currency]

    def __str__(self) -> str:
        return f"{self.amount:f}"


def _currency(value: object) -> str:
    if value is None:
        raise InvalidFieldError("currency", "is missing")
    if not isinstance(value, str):
        raise InvalidFieldError("currency", "must be a string")
    if value not in DECIMALS:
        raise InvalidFieldError("currency", "must be an ISO 4217 code in upper case, such as USD")
    return value


def _number(value: object) -> Decimal:
    if value is None:
        raise InvalidFieldError("amount", "is missing")
    # bool is an int in Python, but true is not an amount.
    if isinstance(value, Decimal):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    if isinstance(value, str):
        if not _PLAIN_NUMBER.fullmatch(value):
            raise InvalidFieldError("amount", "must be a decimal number such as 12.50")
        try:
            return Decimal(value)
        except InvalidOperation as error:
            raise InvalidFieldError("amount", "must be a decimal number such as 12.50") from error
    raise InvalidFieldError("amount", "must be a number")


def _decimals(count: int) -> str:
    return "no decimals" if count == 0 else f"at most {count} decimals"

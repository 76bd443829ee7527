"""Reads the parameters of a call; what is wrong is said in Stripe's words.

Source: https://docs.stripe.com/error-codes (parameter_missing, parameter_unknown,
parameter_invalid_integer, parameter_invalid_empty, parameter_invalid_string_empty).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sandbox_mocks.stripe.answers import StripeError, invalid_request

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

CURRENCIES = frozenset(
    [
        "usd",
        "aed",
        "ars",
        "aud",
        "bgn",
        "brl",
        "cad",
        "chf",
        "clp",
        "cny",
        "cop",
        "czk",
        "dkk",
        "egp",
        "eur",
        "gbp",
        "hkd",
        "huf",
        "idr",
        "ils",
        "inr",
        "isk",
        "jpy",
        "kes",
        "krw",
        "mad",
        "mxn",
        "myr",
        "ngn",
        "nok",
        "nzd",
        "pen",
        "php",
        "pkr",
        "pln",
        "qar",
        "ron",
        "rub",
        "sar",
        "sek",
        "sgd",
        "thb",
        "try",
        "twd",
        "uah",
        "vnd",
        "zar",
    ]
)
_INTEGER = re.compile(r"-?\d{1,15}")
_LARGEST_AMOUNT = 99_999_999
_METADATA_KEYS, _METADATA_KEY, _METADATA_VALUE = 50, 40, 500


class Parameters:
    """The parameters of one level; names that nobody asked for are refused by `finish`."""

    def __init__(self, document: dict[str, Any], path: str = "") -> None:
        self._document = document
        self._path = path
        self._asked: set[str] = {"expand"} if not path else set()

    def __contains__(self, name: str) -> bool:
        return self._document.get(name) is not None

    def is_nested(self, name: str) -> bool:
        """Say whether a parameter has parameters inside."""
        return isinstance(self._document.get(name), dict)

    def text(self, name: str, *, longest: int = 5_000) -> str | None:
        """Return a text, None when it is not there."""
        value = self._value(name)
        if value is None:
            return None
        if not isinstance(value, str):
            raise invalid_request("Invalid string: {...}", param=self._param(name))
        if len(value) > longest:
            message = f"Invalid string: {value[:10]}…; must be at most {longest} characters"
            raise invalid_request(message, param=self._param(name))
        return value

    def required_text(self, name: str) -> str:
        """Return a text that must be there."""
        value = self.text(name)
        if value is None:
            raise self.missing(name)
        if not value:
            message = (
                f"You passed an empty string for '{self._param(name)}'. We assume empty values are "
                f"an attempt to unset a parameter; however '{self._param(name)}' cannot be unset. "
                "You should remove it from your request or supply a non-empty value."
            )
            raise invalid_request(message, code="parameter_invalid_empty", param=self._param(name))
        return value

    def integer(
        self, name: str, *, least: int | None = None, most: int | None = None
    ) -> int | None:
        """Return a whole number, None when it is not there."""
        value = self._value(name)
        if value is None:
            return None
        code, param = "parameter_invalid_integer", self._param(name)
        if not isinstance(value, str) or not _INTEGER.fullmatch(value):
            raise invalid_request(f"Invalid integer: {value}", code=code, param=param)
        number = int(value)
        if least is not None and number < least:
            message = f"This value must be greater than or equal to {least}."
            raise invalid_request(message, code=code, param=param)
        if most is not None and number > most:
            message = f"This value must be less than or equal to {most}."
            raise invalid_request(message, code=code, param=param)
        return number

    def amount(self, name: str = "amount") -> int | None:
        """Return an amount in the smallest unit of its currency."""
        number = self.integer(name, least=1)
        if number is not None and number > _LARGEST_AMOUNT:
            message = "Amount must be no more than $999,999.99"
            raise invalid_request(message, code="amount_too_large", param=self._param(name))
        return number

    def required_amount(self) -> int:
        """Return the amount, which must be there."""
        number = self.amount()
        if number is None:
            raise self.missing("amount")
        return number

    def currency(self) -> str:
        """Return the currency, which must be there, in lower case."""
        value = self.required_text("currency").lower()
        if value not in CURRENCIES:
            known = ", ".join(sorted(CURRENCIES))
            message = (
                f"Invalid currency: {value}. Stripe currently supports these currencies: {known}"
            )
            raise invalid_request(message, param="currency")
        return value

    def flag(self, name: str) -> bool | None:
        """Return true or false, None when it is not there."""
        value = self._value(name)
        if value is None:
            return None
        if value not in ("true", "false"):
            raise invalid_request(f"Invalid boolean: {value}", param=self._param(name))
        return bool(value == "true")

    def choice(self, name: str, allowed: Sequence[str]) -> str | None:
        """Return one of some texts, None when it is not there."""
        value = self.text(name)
        if value is not None and value not in allowed:
            words = (
                " or ".join([", ".join(allowed[:-1]), allowed[-1]]) if allowed[1:] else allowed[0]
            )
            message = f"Invalid {self._param(name)}: must be one of {words}"
            raise invalid_request(message, param=self._param(name))
        return value

    def texts(self, name: str) -> list[str] | None:
        """Return a list of texts, None when it is not there."""
        value = self._value(name)
        if value is None:
            return None
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            raise invalid_request("Invalid array", param=self._param(name))
        return value

    def nested(self, name: str) -> Parameters | None:
        """Return the parameters inside another one, None when it is not there."""
        value = self._value(name)
        if value is None:
            return None
        if not isinstance(value, dict):
            raise invalid_request("Invalid object", param=self._param(name))
        return Parameters(value, self._param(name))

    def metadata(self, before: dict[str, str] | None = None) -> dict[str, str]:
        """Return metadata after a change: given keys are set, an empty value takes one away."""
        value = self._value("metadata")
        kept = dict(before or {})
        if value is None:
            return kept
        if value == "":
            return {}
        if not isinstance(value, dict) or not all(isinstance(v, str) for v in value.values()):
            raise invalid_request("Invalid metadata object", param=self._param("metadata"))
        for key, text in value.items():
            if len(key) > _METADATA_KEY or len(text) > _METADATA_VALUE:
                message = "Metadata keys can be at most 40 characters long and values at most 500."
                raise invalid_request(message, param=f"metadata[{key[:_METADATA_KEY]}]")
            kept[key] = text
        kept = {key: text for key, text in kept.items() if text != ""}
        if len(kept) > _METADATA_KEYS:
            raise invalid_request("You can have up to 50 metadata keys.", param="metadata")
        return kept

    def ignore(self, *names: str) -> None:
        """Take parameters that have no effect here."""
        self._asked.update(names)

    def finish(self) -> None:
        """Refuse what nobody asked for."""
        unknown = [self._param(name) for name in self._document if name not in self._asked]
        if len(unknown) == 1:
            message = f"Received unknown parameter: {unknown[0]}"
            raise invalid_request(message, code="parameter_unknown", param=unknown[0])
        if unknown:
            message = f"Received unknown parameters: {', '.join(unknown)}"
            raise invalid_request(message, code="parameter_unknown", param=unknown[0])

    def missing(self, name: str) -> StripeError:
        """Return the error of a parameter that must be there."""
        param = self._param(name)
        return invalid_request(
            f"Missing required param: {param}.", code="parameter_missing", param=param
        )

    def _value(self, name: str) -> Any:
        self._asked.add(name)
        return self._document.get(name)

    def _param(self, name: str) -> str:
        return f"{self._path}[{name}]" if self._path else name


def one_of(parameters: Parameters, names: Iterable[str]) -> str:
    """Return the one of some parameters that is there; raises StripeError for none or more."""
    present = [name for name in names if name in parameters]
    if len(present) != 1:
        listed = ", ".join(names)
        raise invalid_request(f"You must specify exactly one of these parameters: {listed}.")
    return present[0]

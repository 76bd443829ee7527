"""What PayPal can pay out, and how it wants amounts written.

Source: PayPal developer documentation, "Currency codes". PayPal's decimals are not ISO 4217's for
HUF and TWD, and currencies with three decimals are not offered at all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from payments.errors import InvalidFieldError

if TYPE_CHECKING:
    from payments.money import Money

_NO_DECIMALS: Final = frozenset({"HUF", "JPY", "TWD"})
_TWO_DECIMALS: Final = """
    AUD BRL CAD CHF CNY CZK DKK EUR GBP HKD ILS MXN MYR NOK NZD PHP PLN RUB SEK SGD THB USD
"""
CURRENCIES: Final = _NO_DECIMALS.union(_TWO_DECIMALS.split())


def check(money: Money) -> None:
    """Refuse what PayPal can't pay.

    Raises:
        InvalidFieldError: naming ``currency`` or ``amount``.
    """
    if money.currency not in CURRENCIES:
        raise InvalidFieldError("currency", f"{money.currency} can't be paid out by paypal")
    if money.currency in _NO_DECIMALS and money.amount != int(money.amount):
        raise InvalidFieldError("amount", f"paypal takes {money.currency} without decimals")


def as_paypal(money: Money) -> dict[str, str]:
    """Return the amount as PayPal's ``currency`` object: a code and a decimal string."""
    value = f"{money.amount:.0f}" if money.currency in _NO_DECIMALS else f"{money.amount:.2f}"
    return {"currency": money.currency, "value": value}

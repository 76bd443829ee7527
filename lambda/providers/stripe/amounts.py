"""What can be sent by Stripe, and in which unit.

Source: docs.stripe.com/currencies ("Zero-decimal currencies", "Three-decimal currencies", "Special
cases"). An amount is a whole number of the smallest unit as Stripe counts it, which is not always
ISO 4217's: MGA has none, ISK and UGX have two that must be zero.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

from payments.errors import InvalidFieldError

if TYPE_CHECKING:
    from payments.money import Money

_NO_DECIMALS: Final = frozenset(
    {
        *("BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV"),
        *("XAF", "XOF", "XPF"),
    }
)
# Written with two decimals, both of which must be zero.
_HUNDREDS: Final = frozenset({"HUF", "ISK", "TWD", "UGX"})
# Written with three decimals, of which the last must be zero.
_THREE_DECIMALS: Final = frozenset({"BHD", "JOD", "KWD", "OMR", "TND"})
_TWO_DECIMALS: Final = """
    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BWP BYN BZD CAD CDF CHF CNY
    COP CRC CVE CZK DKK DOP DZD EGP ETB EUR FJD FKP GBP GEL GIP GMD GTQ GYD HKD HNL HTG IDR ILS INR
    JMD KES KGS KHR KYD KZT LAK LBP LKR LRD LSL MAD MDL MKD MMK MNT MOP MUR MVR MWK MXN MYR MZN NAD
    NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SEK SGD SHP SLE SOS SRD
    STN SZL THB TJS TOP TRY TTD TZS UAH USD UYU UZS WST XCD XCG YER ZAR ZMW
"""
CURRENCIES: Final = _NO_DECIMALS.union(_HUNDREDS, _THREE_DECIMALS, _TWO_DECIMALS.split())
_LARGEST_UNITS: Final = 99_999_999


def check(money: Money) -> None:
    """Refuse what Stripe can't send.

    Raises:
        InvalidFieldError: naming ``currency`` or ``amount``.
    """
    code = money.currency
    if code not in CURRENCIES:
        raise InvalidFieldError("currency", f"{code} can't be paid out by stripe")
    if code in _NO_DECIMALS | _HUNDREDS and money.amount != int(money.amount):
        raise InvalidFieldError("amount", f"stripe takes {code} without decimals")
    if code in _THREE_DECIMALS and money.amount != round(money.amount, 2):
        raise InvalidFieldError("amount", f"stripe takes {code} with at most two decimals")
    if as_units(money) > _LARGEST_UNITS:
        largest = Decimal(_LARGEST_UNITS).scaleb(-_decimals(code))
        raise InvalidFieldError("amount", f"stripe sends at most {largest} {code} at a time")


def as_units(money: Money) -> int:
    """Return the amount in Stripe's smallest unit of its currency."""
    return int(money.amount.scaleb(_decimals(money.currency)))


def _decimals(code: str) -> int:
    if code in _NO_DECIMALS:
        return 0
    return 3 if code in _THREE_DECIMALS else 2

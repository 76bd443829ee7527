from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.currency import DECIMALS
from payments.errors import InvalidFieldError
from payments.money import MAXIMUM_AMOUNT, Money


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        (Decimal("12.5"), "USD", "12.50"),
        (Decimal(1), "USD", "1.00"),
        (7, "EUR", "7.00"),
        ("0.01", "USD", "0.01"),
        (Decimal("100.00"), "JPY", "100"),
        (Decimal("1E+2"), "JPY", "100"),
        (Decimal("1.234"), "KWD", "1.234"),
        (Decimal("0.0001"), "CLF", "0.0001"),
        (MAXIMUM_AMOUNT, "USD", "1000000.00"),
    ],
)
def test_an_amount_gets_the_decimals_of_its_currency(
    amount: object, currency: str, text: str
) -> None:
    assert str(Money.parse(amount, currency)) == text


@pytest.mark.parametrize(
    "amount",
    [
        None,
        True,
        False,
        0,
        -1,
        Decimal("-0.01"),
        Decimal("0.001"),
        Decimal("1000000.01"),
        Decimal("NaN"),
        Decimal("sNaN"),
        Decimal("Infinity"),
        Decimal("1E+400"),
        Decimal("1E-400"),
        "",
        "ten",
        "1e2",
        "-1",
        "+1",
        " 1",
        "1_000",
        "0x10",
        "١٢",  # digits, but not ASCII ones
        "1,50",
        [],
        {},
        1.5,  # a binary float never comes from the reader of bodies
    ],
)
def test_a_wrong_amount_is_refused_by_name(amount: object) -> None:
    with pytest.raises(InvalidFieldError) as refusal:
        Money.parse(amount, "USD")
    assert refusal.value.field == "amount"


@pytest.mark.parametrize("currency", [None, "", "usd", "XXX", "XAU", "US", 840, ["USD"], "USD "])
def test_a_wrong_currency_is_refused_by_name(currency: object) -> None:
    with pytest.raises(InvalidFieldError) as refusal:
        Money.parse(1, currency)
    assert refusal.value.field == "currency"


def test_the_refusal_says_how_many_decimals_the_currency_has() -> None:
    with pytest.raises(InvalidFieldError, match="JPY has no decimals"):
        Money.parse(Decimal("1.5"), "JPY")
    with pytest.raises(InvalidFieldError, match="USD has at most 2 decimals"):
        Money.parse(Decimal("1.234"), "USD")


@given(
    minor_units=st.integers(min_value=1, max_value=10**6),
    currency=st.sampled_from(sorted(DECIMALS)),
)
def test_every_whole_number_of_minor_units_is_kept_exactly(minor_units: int, currency: str) -> None:
    amount = Decimal(minor_units).scaleb(-DECIMALS[currency])
    money = Money.parse(amount, currency)
    assert money.amount == amount
    assert Money.parse(str(money), currency) == money


@given(st.decimals(allow_nan=True, allow_infinity=True), st.sampled_from(sorted(DECIMALS)))
def test_any_decimal_is_either_refused_or_kept_exactly(amount: Decimal, currency: str) -> None:
    try:
        money = Money.parse(amount, currency)
    except InvalidFieldError:
        return
    assert money.amount == amount
    assert 0 < money.amount <= MAXIMUM_AMOUNT

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from payments.customers import CustomerRegistry, parse_customer_id, parse_email
from payments.errors import EmailMismatchError, InvalidFieldError, UnknownCustomerError
from tests.unit.payments.in_memory import Customers


def registry() -> CustomerRegistry:
    return CustomerRegistry(Customers(), lambda: datetime(2026, 1, 1, tzinfo=UTC))


def test_a_new_customer_is_registered_and_found() -> None:
    customers = registry()
    registered = customers.register("c-1", "ada@example.com")
    assert customers.find("c-1") == registered


def test_the_same_customer_again_is_fine_whatever_the_letter_case() -> None:
    customers = registry()
    first = customers.register("c-1", "ada@example.com")
    assert customers.register("c-1", "Ada@Example.com") == first


def test_another_address_for_the_same_customer_is_a_conflict() -> None:
    customers = registry()
    customers.register("c-1", "ada@example.com")
    with pytest.raises(EmailMismatchError) as conflict:
        customers.register("c-1", "eve@example.com")
    assert "example.com" not in str(conflict.value)


def test_an_unknown_customer_is_not_found() -> None:
    with pytest.raises(UnknownCustomerError):
        registry().find("nobody")


@pytest.mark.parametrize("value", ["c-1", "42", "a.b_c~d", "_x", "A" * 128])
def test_a_url_safe_customer_id_is_accepted(value: str) -> None:
    assert parse_customer_id(value) == value


@pytest.mark.parametrize(
    "value", [None, 42, "", ".", "..", "a/b", "a b", "a%2Fb", "ü", "A" * 129, "a\n", "a\x00"]
)
def test_another_customer_id_is_refused(value: object) -> None:
    with pytest.raises(InvalidFieldError, match=r"^customer_id: "):
        parse_customer_id(value)


@pytest.mark.parametrize(
    "value", ["a@b.co", "ada.lovelace+pay@mail.example.com", "o'brien@example.ie"]
)
def test_an_address_is_accepted(value: str) -> None:
    assert parse_email(value) == value


@pytest.mark.parametrize(
    "value",
    [
        None,
        7,
        "",
        "ada",
        "ada@",
        "@example.com",
        "ada@example",
        "a b@example.com",
        "ada@@example.com",
        ".ada@example.com",
        "ada@-example.com",
        "ada@example.com\n",
        "ädä@example.com",
        "a" * 65 + "@example.com",
        "a@" + "b" * 60 + "." + "c" * 60 + "." + "d" * 60 + "." + "e" * 60 + "." + "f" * 60,
    ],
)
def test_what_is_no_address_is_refused_without_repeating_it(value: object) -> None:
    with pytest.raises(InvalidFieldError, match=r"^email: ") as refusal:
        parse_email(value)
    assert "@" not in str(refusal.value)

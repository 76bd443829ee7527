"""Customers: who can be paid, and at which e-mail address."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from payments.errors import EmailMismatchError, InvalidFieldError, UnknownCustomerError
from payments.payment import PaymentMethod

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from payments.ports import CustomerStore

_CUSTOMER_ID = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._~-]{0,127}", re.ASCII)
# RFC 5321 limits (local part 64, whole address 254) and a dot-atom local part as in RFC 5322.
# Quoted local parts and address literals are left out: no provider pays to them.
_EMAIL = re.compile(
    r"(?=.{3,254}\Z)(?=[^@]{1,64}@)"
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z0-9-]{2,63}",
    re.ASCII,
)
_CUSTOMER_ID_RULE: Final = (
    "must be 1 to 128 letters, digits, '.', '_', '~' or '-', beginning with a letter, digit or '_'"
)
_ACCOUNT_RULES: Final = {
    # Stripe API reference, "Accounts": ids of connected accounts.
    PaymentMethod.STRIPE: (
        re.compile(r"acct_[A-Za-z0-9]{1,64}", re.ASCII),
        "must be the id of a connected account, such as acct_1MTfjCQ9PRzxEwkZ",
    ),
    PaymentMethod.ACH: (
        re.compile(r"acct_[A-Za-z0-9]{1,64}", re.ASCII),
        "must be the processor's id of a bank account, such as acct_0f3c; never its number",
    ),
}


@dataclass(frozen=True)
class Customer:
    """Somebody who receives payments."""

    customer_id: str
    email: str
    created_at: datetime
    accounts: Mapping[PaymentMethod, str] = field(default_factory=dict)
    """The customer's accounts at providers that do not pay to an e-mail address."""

    def has_email(self, email: str) -> bool:
        """Say whether the address is the customer's; letter case makes no difference."""
        return self.email.casefold() == email.casefold()


def parse_customer_id(value: object) -> str:
    """Check a customer id: URL-safe, so that it can stand in a path segment as it is.

    Raises:
        InvalidFieldError: when it is missing, no string, or breaks the rule.
    """
    if value is None:
        raise InvalidFieldError("customer_id", "is missing")
    if not isinstance(value, str):
        raise InvalidFieldError("customer_id", "must be a string")
    if not _CUSTOMER_ID.fullmatch(value):
        raise InvalidFieldError("customer_id", _CUSTOMER_ID_RULE)
    return value


def parse_email(value: object) -> str:
    """Check an e-mail address.

    Raises:
        InvalidFieldError: when it is missing, no string, or no address.
    """
    if value is None:
        raise InvalidFieldError("email", "is missing")
    if not isinstance(value, str):
        raise InvalidFieldError("email", "must be a string")
    if not _EMAIL.fullmatch(value):
        raise InvalidFieldError("email", "must be an e-mail address")
    return value


def account_field(method: PaymentMethod) -> str:
    """Name the field that holds a customer's account at a provider: ``stripe_account``."""
    return f"{method.value}_account"


def parse_accounts(body: Mapping[str, object]) -> dict[PaymentMethod, str]:
    """Check the accounts that a body names, all of them optional.

    They are references that the providers gave: no number of a bank account comes here.

    Raises:
        InvalidFieldError: one is no string or no reference.
    """
    accounts = {}
    for method, (pattern, rule) in _ACCOUNT_RULES.items():
        name = account_field(method)
        value = body.get(name)
        if value is None:
            continue
        if not isinstance(value, str):
            raise InvalidFieldError(name, "must be a string")
        if not pattern.fullmatch(value):
            raise InvalidFieldError(name, rule)
        accounts[method] = value
    return accounts


@dataclass(frozen=True)
class CustomerRegistry:
    """Registers and finds customers."""

    store: CustomerStore
    now: Callable[[], datetime]

    def register(
        self, customer_id: str, email: str, accounts: Mapping[PaymentMethod, str] | None = None
    ) -> Customer:
        """Add a customer; the same again changes nothing.

        ``accounts`` of a customer who exists are added, or replace the ones of the same provider;
        payments that were accepted before go where they were meant to go.

        Raises:
            EmailMismatchError: the customer exists with another address.
        """
        accounts = accounts or {}
        customer = Customer(customer_id, email, self.now(), accounts)
        existing = self.store.add(customer)
        if existing is None:
            return customer
        if not existing.has_email(email):
            raise EmailMismatchError
        if accounts.items() <= existing.accounts.items():
            return existing
        self.store.set_accounts(customer_id, accounts)
        return replace(existing, accounts={**existing.accounts, **accounts})

    def find(self, customer_id: str) -> Customer:
        """Return the customer.

        Raises:
            UnknownCustomerError: there is none of that id.
        """
        customer = self.store.find(customer_id)
        if customer is None:
            raise UnknownCustomerError
        return customer

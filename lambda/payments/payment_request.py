"""What a client asks for when it posts a payment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from payments.customers import parse_customer_id, parse_email
from payments.money import Money
from payments.payment import PaymentMethod

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class PaymentRequest:
    """A checked request to pay a customer."""

    customer_id: str
    email: str
    money: Money
    payment_method: PaymentMethod

    @classmethod
    def parse(cls, body: Mapping[str, object]) -> PaymentRequest:
        """Check the body of a request; fields it does not know are ignored.

        Raises:
            InvalidFieldError: naming the first field that is missing or wrong.
        """
        return cls(
            customer_id=parse_customer_id(body.get("customer_id")),
            email=parse_email(body.get("email")),
            money=Money.parse(body.get("amount"), body.get("currency")),
            payment_method=PaymentMethod.parse(body.get("payment_method")),
        )

    def as_text(self) -> dict[str, str]:
        """Return the checked values; equal for two bodies that ask for the same."""
        return {
            "customer_id": self.customer_id,
            "email": self.email.casefold(),
            "amount": str(self.money),
            "currency": self.money.currency,
            "payment_method": self.payment_method.value,
        }

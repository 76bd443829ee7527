"""The bank accounts that money goes to or comes from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sandbox_mocks.ach.answers import standard_error
from sandbox_mocks.ach.fields import Fields
from sandbox_mocks.shared.clock import internet_time

if TYPE_CHECKING:
    from sandbox_mocks.shared.clock import VirtualClock
    from sandbox_mocks.shared.identifiers import IdentifierSource
    from sandbox_mocks.shared.json_documents import JsonObject

ACCOUNT_TYPES = ("checking", "savings")
_FIELDS = ("holder_name", "routing_number", "account_number", "account_type", "metadata")
_CHECK_WEIGHTS = (3, 7, 1) * 3


@dataclass(slots=True)
class Account:
    """An account at another bank."""

    id: str
    holder_name: str
    routing_number: str
    account_number: str = field(repr=False)
    account_type: str
    created: float
    metadata: dict[str, str]

    def document(self) -> JsonObject:
        """Return the account as the API shows it: of its number the last four digits."""
        return {
            "id": self.id,
            "object": "account",
            "holder_name": self.holder_name,
            "routing_number": self.routing_number,
            "account_number_last4": self.account_number[-4:],
            "account_type": self.account_type,
            "created_at": internet_time(self.created),
            "metadata": self.metadata,
        }


class Accounts:
    """All accounts, by id."""

    def __init__(self, clock: VirtualClock, identifiers: IdentifierSource) -> None:
        self._clock = clock
        self._identifiers = identifiers
        self._accounts: dict[str, Account] = {}

    def create(self, document: Any) -> Account:
        """Add an account; raises AchError."""
        fields = Fields(document, _FIELDS)
        holder_name = fields.text("holder_name", longest=100)
        routing_number = fields.digits("routing_number", shortest=9, longest=9)
        if not is_routing_number(routing_number):
            raise fields.problem("routing_number", "is no routing number: its check digit is wrong")
        account = Account(
            id=f"acct_{self._identifiers.hexadecimal(24)}",
            holder_name=holder_name,
            routing_number=routing_number,
            account_number=fields.digits("account_number", shortest=4, longest=17),
            account_type=fields.choice("account_type", ACCOUNT_TYPES, "checking"),
            created=self._clock.now(),
            metadata=fields.texts("metadata"),
        )
        self._accounts[account.id] = account
        return account

    def find(self, account_id: str) -> Account:
        """Return an account; raises AchError."""
        if account_id not in self._accounts:
            raise standard_error(404)
        return self._accounts[account_id]

    def knows(self, account_id: str) -> bool:
        """Say whether there is such an account."""
        return account_id in self._accounts

    def all(self) -> list[Account]:
        """Return all accounts, oldest first."""
        return list(self._accounts.values())

    def reset(self) -> None:
        """Forget all accounts."""
        self._accounts.clear()


def is_routing_number(digits: str) -> bool:
    """Say whether nine digits are a routing number, by the check digit of the ABA."""
    weighted = sum(
        int(digit) * weight for digit, weight in zip(digits, _CHECK_WEIGHTS, strict=True)
    )
    return weighted % 10 == 0 and digits != "000000000"

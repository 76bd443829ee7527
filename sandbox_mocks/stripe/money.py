"""What the platform and its connected accounts own, in the smallest unit of each currency."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox_mocks.stripe.answers import invalid_request

if TYPE_CHECKING:
    from sandbox_mocks.shared.json_documents import JsonObject
    from sandbox_mocks.stripe.store import ObjectStore

DEFAULT_BALANCE = {"usd": 100_000_000}


class Balances:
    """Available money by owner ("" is the platform) and currency; every change is a transaction."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store
        self.first_balance = dict(DEFAULT_BALANCE)
        self._available: dict[str, dict[str, int]] = {}

    def require(self, owner: str, amount: int, currency: str, *, what: str) -> None:
        """Refuse what the balance does not allow; raises StripeError."""
        if self._of(owner).get(currency, 0) < amount:
            message = (
                "You have insufficient available funds in your Stripe account. Try adding funds "
                f"directly to your available balance before making this {what}."
            )
            code = "balance_insufficient"
            raise invalid_request(message, code=code)

    def move(
        self, owner: str, amount: int, currency: str, *, kind: str, source: str, time: float
    ) -> JsonObject:
        """Add an amount, or take a negative one, and return the balance transaction."""
        balance = self._of(owner)
        balance[currency] = balance.get(currency, 0) + amount
        return self._store.add(
            "balance_transaction",
            owner,
            {
                "amount": amount,
                "available_on": int(time),
                "created": int(time),
                "currency": currency,
                "description": None,
                "exchange_rate": None,
                "fee": 0,
                "fee_details": [],
                "net": amount,
                "reporting_category": kind,
                "source": source,
                "status": "available",
                "type": kind,
            },
        )

    def document(self, owner: str) -> JsonObject:
        """Return ``GET /v1/balance``."""
        rows = [
            {"amount": amount, "currency": currency, "source_types": {"card": amount}}
            for currency, amount in sorted(self._of(owner).items())
        ] or [{"amount": 0, "currency": "usd", "source_types": {"card": 0}}]
        nothing = [{**row, "amount": 0, "source_types": {"card": 0}} for row in rows]
        return {"object": "balance", "available": rows, "livemode": False, "pending": nothing}

    def reset(self) -> None:
        """Return to the first balance."""
        self.first_balance = dict(DEFAULT_BALANCE)
        self._available.clear()

    def _of(self, owner: str) -> dict[str, int]:
        first = {} if owner else self.first_balance
        return self._available.setdefault(owner, dict(first))

"""Payout batches and their items: what is stored of them, and their state at a time."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from sandbox_mocks.paypal.money import WITHOUT_DECIMALS
from sandbox_mocks.paypal.payout_simulations import Outcome, outcome_for

if TYPE_CHECKING:
    from sandbox_mocks.shared.identifiers import IdentifierSource
    from sandbox_mocks.shared.json_documents import JsonObject

UNCLAIMED_SECONDS = 30 * 86_400
_NO_FEE = Decimal(0)
# PayPal's fixed fee for a payout in the examples of its documentation.
_FEE = Decimal("0.25")
_FEE_WITHOUT_DECIMALS = Decimal(25)


@dataclass(slots=True)
class PayoutItem:
    """One payment of a batch; ``number`` is its place in the batch."""

    id: str
    transaction_id: str
    activity_id: str
    batch: PayoutBatch
    number: int
    sent: JsonObject
    recipient_type: str
    outcome: Outcome
    cancelled: bool = False

    @property
    def currency(self) -> str:
        """The currency of the payment."""
        return str(self.sent["amount"]["currency"])

    @property
    def value(self) -> Decimal:
        """The amount of the payment."""
        return Decimal(self.sent["amount"]["value"])

    def status(self, now: float) -> str:
        """Return the transaction status; ``now`` in seconds since the epoch."""
        if self.cancelled:
            return "RETURNED"
        if now < self.batch.completes:
            return "PENDING"
        unclaimed = self.outcome.status == "UNCLAIMED"
        if unclaimed and now >= self.batch.completes + UNCLAIMED_SECONDS:
            return "RETURNED"
        return self.outcome.status

    def fee(self, now: float) -> Decimal:
        """Return PayPal's fee: none before processing, or for a payment that failed."""
        if now < self.batch.starts or self.outcome.status in {"FAILED", "BLOCKED"}:
            return _NO_FEE
        return _FEE_WITHOUT_DECIMALS if self.currency in WITHOUT_DECIMALS else _FEE


@dataclass(slots=True)
class PayoutBatch:
    """A batch; times in seconds since the epoch.

    It is PENDING until ``starts``, PROCESSING until ``completes``, then SUCCESS, or DENIED when
    no item could be paid.
    """

    id: str
    header: JsonObject
    items: tuple[PayoutItem, ...]
    created: float
    starts: float
    completes: float

    @property
    def sender_batch_id(self) -> str | None:
        """The client's own id of the batch, which is its idempotency key."""
        value: str | None = self.header.get("sender_batch_id")
        return value

    @property
    def denied(self) -> bool:
        """Whether no item can be paid, so that the batch comes to nothing."""
        return all(item.outcome.status == "FAILED" for item in self.items)

    def status(self, now: float) -> str:
        """Return the batch status at a time."""
        if now < self.starts:
            return "PENDING"
        if now < self.completes:
            return "PROCESSING"
        return "DENIED" if self.denied else "SUCCESS"


def new_batch(
    document: JsonObject, *, now: float, processing_seconds: float, identifiers: IdentifierSource
) -> PayoutBatch:
    """Make a batch from a request that has passed validation."""
    header = document["sender_batch_header"]
    common_type = header.get("recipient_type")
    batch = PayoutBatch(
        id=identifiers.letters(13),
        header=header,
        items=(),
        created=now,
        starts=now + processing_seconds / 2,
        completes=now + processing_seconds,
    )
    items = []
    for number, sent in enumerate(document["items"]):
        recipient_type = (sent.get("recipient_type") or common_type).upper()
        outcome = outcome_for(recipient_type, sent["receiver"])
        identifier, transaction, activity = (identifiers.letters(n) for n in (13, 17, 17))
        items.append(
            PayoutItem(
                identifier, transaction, activity, batch, number, sent, recipient_type, outcome
            )
        )
    batch.items = tuple(items)
    return batch

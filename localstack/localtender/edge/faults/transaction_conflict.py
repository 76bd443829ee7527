"""Somebody else is at the same item right now.

    client ──TransactWriteItems──▶ ✗ ──▶ TransactionCanceledException [TransactionConflict, None]
    client ──PutItem──▶ ✗ ──▶ TransactionConflictException

No work is done. After "Transaction conflict handling in DynamoDB" of the developer guide.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Any, ClassVar, Self

from fault_injection.effects import Effect
from fault_injection.fields import RuleFields
from localtender.edge.faults.actions import AnswerError
from localtender.edge.faults.calls import Call
from localtender.edge.faults.error_members import cancelled, item_of
from localtender.edge.protocol.errors import ServiceError

OPERATIONS = frozenset(
    f"dynamodb.{operation}"
    for operation in (
        *("TransactWriteItems", "TransactGetItems"),
        *("PutItem", "UpdateItem", "DeleteItem"),
    )
)


@dataclass(frozen=True)
class TransactionConflict:
    """Refuses the call for the sake of a transaction that is going on; `item` counts from 0."""

    kind: ClassVar[str] = "transaction-conflict"

    item: int = 0

    @classmethod
    def parse(cls, fields: RuleFields) -> Self:
        """Read `item`, the one of a transaction that is in conflict."""
        return cls(item_of(fields) or 0)

    def describe(self) -> dict[str, Any]:
        """Return the parameters as they are written in a rule."""
        return {"item": self.item}

    def effect(self, random: Random) -> Effect:  # noqa: ARG002 - the port's signature
        """Refuse the call."""
        return Effect("before", AnswerError(self._error))

    def _error(self, call: Call) -> ServiceError:
        message = "Transaction is ongoing for the item"
        if call.operation.startswith("Transact"):
            reason = {"Code": "TransactionConflict", "Message": message}
            return cancelled(call, self.item, reason)
        return ServiceError("TransactionConflictException", message, 400)

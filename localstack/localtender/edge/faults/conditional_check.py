"""A conditional write that loses a race.

    client ──PutItem if not there──▶ ✗ ──▶ ConditionalCheckFailedException          when: before
    client ──PutItem if not there──▶ work ──▶ ConditionalCheckFailedException       when: after

Before: somebody else was first. After: the write was done, its answer was lost on the way, and the
SDK's own retry fails on what the first attempt has written. Only calls with a condition are struck;
one in a transaction cancels it.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Any, ClassVar, Self, cast

from fault_injection.effects import WHENS, Effect, When
from fault_injection.fields import RuleFields
from localtender.edge.faults.actions import AnswerError
from localtender.edge.faults.calls import Call, has_condition, transact_items
from localtender.edge.faults.error_members import cancelled, item_of
from localtender.edge.protocol.errors import ServiceError

OPERATIONS = frozenset(
    f"dynamodb.{operation}"
    for operation in ("PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems")
)


@dataclass(frozen=True)
class ConditionalCheckFailed:
    """Answers that the condition does not hold; `item` of a transaction counts from 0."""

    kind: ClassVar[str] = "conditional-check-failed"

    when: When = "before"
    item: int | None = None

    @classmethod
    def parse(cls, fields: RuleFields) -> Self:
        """Read `when`, and `item`: by default the first one that has a condition."""
        return cls(cast("When", fields.choice("when", WHENS, "before")), item_of(fields))

    def describe(self) -> dict[str, Any]:
        """Return the parameters as they are written in a rule."""
        shown: dict[str, Any] = {"when": self.when}
        return shown if self.item is None else {**shown, "item": self.item}

    def effect(self, random: Random) -> Effect:  # noqa: ARG002 - the port's signature
        """Fail the condition."""
        return Effect(self.when, AnswerError(self._error))

    def _error(self, call: Call) -> ServiceError:
        message = "The conditional request failed"
        if call.operation != "TransactWriteItems":
            return ServiceError("ConditionalCheckFailedException", message, 400)
        items = transact_items(call.parameters)
        first = next((number for number, item in enumerate(items) if has_condition(item)), 0)
        reason = {"Code": "ConditionalCheckFailed", "Message": message}
        return cancelled(call, first if self.item is None else self.item, reason)

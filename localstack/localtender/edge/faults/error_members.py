"""What some errors tell beside code and message, as clients rely on it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fault_injection.fields import RuleFields
from localtender.edge.faults.calls import Call, transact_items
from localtender.edge.protocol.errors import ServiceError

_CONFLICT = {"Code": "TransactionConflict", "Message": "Transaction is ongoing for the item"}
_MOST_ITEMS = 100


def members_of(code: str, call: Call) -> Mapping[str, Any]:
    """Further members of an error, for a call."""
    if code == "TransactionCanceledException":
        return {"CancellationReasons": _reasons(call, 0, _CONFLICT)}
    if code == "TooManyRequestsException" and call.service == "lambda":
        return {"Reason": "ConcurrentInvocationLimitExceeded"}
    return {}


def cancelled(call: Call, culprit: int, reason: Mapping[str, str]) -> ServiceError:
    """The error of a transaction that one of its items cancels; the first one is number 0.

    After "TransactWriteItems" of the DynamoDB API reference: there is a reason for each item in
    their order, whose code is None for those not to blame, and the message lists the codes.
    """
    reasons = _reasons(call, culprit, reason)
    codes = ", ".join(reason["Code"] for reason in reasons)
    message = (
        f"Transaction cancelled, please refer cancellation reasons for specific reasons [{codes}]"
    )
    fields = {"CancellationReasons": reasons}
    return ServiceError("TransactionCanceledException", message, 400, fields=fields)


def item_of(fields: RuleFields) -> int | None:
    """The `item` of a transaction that a rule is about, from 0. Raises FaultRuleError."""
    return fields.integer("item", minimum=0, maximum=_MOST_ITEMS - 1)


def _reasons(call: Call, culprit: int, reason: Mapping[str, str]) -> list[dict[str, str]]:
    count = len(transact_items(call.parameters)) or 1
    return [
        dict(reason) if number == min(culprit, count - 1) else {"Code": "None"}
        for number in range(count)
    ]

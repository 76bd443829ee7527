"""What some errors tell beside code and message, as clients rely on it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from localtender.edge.faults.calls import Call

_CONFLICT = {"Code": "TransactionConflict", "Message": "Transaction is ongoing for the item"}
_FAILED = {"Code": "ConditionalCheckFailed", "Message": "The conditional request failed"}


def members_of(code: str, call: Call) -> Mapping[str, Any]:
    """Further members of an error, for a call."""
    if code == "TransactionCanceledException":
        return {"CancellationReasons": cancellation_reasons(call, 0)}
    if code == "TooManyRequestsException" and call.service == "lambda":
        return {"Reason": "ConcurrentInvocationLimitExceeded"}
    return {}


def cancellation_reasons(
    call: Call, culprit: int, *, condition_failed: bool = False
) -> list[dict[str, str]]:
    """Why a transaction was cancelled: a reason for each item, in their order.

    After "Transaction conflict handling in DynamoDB" of the developer guide; items that are not to
    blame have the code None.
    """
    count = len(call.parameters.get("TransactItems") or ()) or 1
    reason = _FAILED if condition_failed else _CONFLICT
    return [
        dict(reason) if number == min(culprit, count - 1) else {"Code": "None"}
        for number in range(count)
    ]

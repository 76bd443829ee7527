"""Writes of several items, all or nothing.

Sources: DynamoDB developer guide, "Amazon DynamoDB Transactions: How it works" (conflicts); API
reference, ``TransactionCanceledException`` (reasons in the order of the items). The SDK sends a
token with each call, so its own repetition of a call whose answer was lost changes nothing.
"""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from collections.abc import Sequence

CONDITION_FAILED: Final = "ConditionalCheckFailed"
CONFLICT: Final = "TransactionConflict"
_ATTEMPTS: Final = 12
_FIRST_PAUSE_SECONDS: Final = 0.01
_LONGEST_PAUSE_SECONDS: Final = 0.2


class CancelledError(Exception):
    """The transaction was cancelled; nothing was written."""

    def __init__(self, codes: tuple[str, ...]) -> None:
        super().__init__(", ".join(codes))
        self.codes = codes
        """One per item, "None" for the items that were no reason."""


def write(
    client: Any,
    items: Sequence[dict[str, Any]],
    *,
    contended: int | None = None,
) -> None:
    """Write the items.

    ``contended`` is the index of an item that others are expected to write at the same time;
    DynamoDB refuses all but one of them, which is no verdict, so it is tried again for up to two
    seconds.

    Raises:
        CancelledError: a condition does not hold, or the item stayed contended.
        ClientError: any other failure.
    """
    pause = _FIRST_PAUSE_SECONDS
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            client.transact_write_items(TransactItems=list(items))
        except ClientError as error:
            codes = _codes(error)
            only_contended = contended is not None and {
                index for index, code in enumerate(codes) if code != "None"
            } == {contended}
            if only_contended and codes[contended or 0] == CONFLICT and attempt < _ATTEMPTS:
                # Full jitter: those who met once should not meet again.
                time.sleep(random.uniform(pause / 4, pause))
                pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)
                continue
            if CONDITION_FAILED in codes or CONFLICT in codes:
                raise CancelledError(codes) from error
            raise
        return


def _codes(error: ClientError) -> tuple[str, ...]:
    if error.response["Error"]["Code"] != "TransactionCanceledException":
        return ()
    reasons: Any = error.response.get("CancellationReasons") or []
    return tuple(str(reason.get("Code")) for reason in reasons)

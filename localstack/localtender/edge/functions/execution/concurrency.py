"""Concurrency limits: how many invocations may run at once.

Follows https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html: a function with
reserved concurrency has that much and no more; the others share what the account has left.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from localtender.edge.functions import errors

if TYPE_CHECKING:
    from collections.abc import Callable

    from localtender.edge.functions.names import FunctionReference


class ConcurrencyLimits:
    """Counts what runs, by function and by account and region."""

    def __init__(self, account_limit: int, reserved_total: Callable[[str, str], int]) -> None:
        """`reserved_total` gives the sum reserved in an account and a region."""
        self._account_limit = account_limit
        self._reserved_total = reserved_total
        self._functions: Counter[str] = Counter()
        self._unreserved: Counter[tuple[str, str]] = Counter()

    def enter(self, reference: FunctionReference, reserved: int | None) -> Callable[[], None]:
        """Count an invocation in; the callable returned counts it out.

        Raises ServiceError (TooManyRequestsException) when nothing is left.
        """
        function = reference.unqualified_arn
        if reserved is not None:
            if self._functions[function] >= reserved:
                raise errors.throttled("ReservedFunctionConcurrentInvocationLimitExceeded")
            self._functions[function] += 1
            return lambda: self._functions.subtract((function,))
        account = (reference.account_id, reference.region)
        if self._unreserved[account] >= self._account_limit - self._reserved_total(*account):
            raise errors.throttled("ConcurrentInvocationLimitExceeded")
        self._unreserved[account] += 1
        return lambda: self._unreserved.subtract((account,))

"""Concurrency limits: how many invocations may run at once.

Follows https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html: a function with
reserved concurrency has that much and no more; the others share what the account has left. How
reserved and provisioned concurrency go together is recorded in LocalStack's
``tests/aws/services/lambda_/test_lambda.snapshot.json`` (test_reserved_provisioned_overlap).
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from localtender.edge.functions import errors

if TYPE_CHECKING:
    from collections.abc import Callable

    from localtender.edge.functions.function import Function


class ConcurrencyLimits:
    """Counts what runs, by function and by account and region."""

    def __init__(self, account_limit: int, reserved_total: Callable[[str, str], int]) -> None:
        """`reserved_total` gives the sum reserved in an account and a region."""
        self._account_limit = account_limit
        self._reserved_total = reserved_total
        self._functions: Counter[str] = Counter()
        self._provisioned: Counter[tuple[str, str]] = Counter()
        self._unreserved: Counter[tuple[str, str]] = Counter()

    def enter(self, function: Function, version: str) -> Callable[[], None]:
        """Count an invocation of a version in; the callable returned counts it out.

        A version's provisioned concurrency is its own; what it asks for beyond comes out of what
        the function has left. Raises ServiceError (TooManyRequestsException) when nothing is left.
        """
        reference, provisioned = function.reference, function.provisioned_by_version()
        name = reference.unqualified_arn
        own = (name, version)
        if provisioned and self._provisioned[own] < provisioned.get(version, 0):
            self._provisioned[own] += 1
            return lambda: self._provisioned.subtract((own,))
        reserved = function.reserved_concurrency
        if reserved is not None:
            if self._functions[name] >= reserved - sum(provisioned.values()):
                raise errors.throttled("ReservedFunctionConcurrentInvocationLimitExceeded")
            self._functions[name] += 1
            return lambda: self._functions.subtract((name,))
        account = (reference.account_id, reference.region)
        if self._unreserved[account] >= self._account_limit - self._reserved_total(*account):
            raise errors.throttled("ConcurrentInvocationLimitExceeded")
        self._unreserved[account] += 1
        return lambda: self._unreserved.subtract((account,))

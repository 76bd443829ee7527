"""Which permissions were used and which were refused, by role and user."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from localtender.edge.authorize.requests import AuthorizationRequest
from localtender.edge.authorize.verdicts import Verdict

_MOST_KEPT = 10_000


@dataclass
class PrincipalRecord:
    """One role's or user's calls; both counters are by action and resource.

    `statements` counts by policy and position in it what allowed a call.
    """

    used: Counter[tuple[str, str]] = field(default_factory=Counter)
    denied: Counter[tuple[str, str]] = field(default_factory=Counter)
    messages: dict[tuple[str, str], str] = field(default_factory=dict)
    statements: Counter[tuple[str, int]] = field(default_factory=Counter)


class AccessRecords:
    """Counts decisions; past the limit of a principal's distinct entries new ones are left out."""

    def __init__(self) -> None:
        self._records: dict[str, PrincipalRecord] = {}

    def note(self, request: AuthorizationRequest, verdict: Verdict) -> None:
        """Count one decision."""
        principal = request.principal
        name = principal.role_arn or principal.arn or "anonymous"
        record = self._records.setdefault(name, PrincipalRecord())
        key = (request.action, request.resource)
        counter = record.used if verdict.allowed else record.denied
        if key not in counter and len(counter) >= _MOST_KEPT:
            return
        counter[key] += 1
        if not verdict.allowed:
            record.messages[key] = verdict.message(request)
        elif verdict.policy is not None and verdict.statement is not None:
            record.statements[verdict.policy, verdict.statement.position] += 1

    def principals(self) -> dict[str, PrincipalRecord]:
        """The records by the ARN of a role or user."""
        return dict(self._records)

    def clear(self) -> None:
        """Forget all calls."""
        self._records.clear()

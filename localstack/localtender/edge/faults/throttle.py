"""The service has had enough for now, and says so in its own words.

    client ──call──▶ ✗ ──▶ ProvisionedThroughputExceededException ──▶ client

No work is done. Which error that is depends on service and operation: DynamoDB's, `SlowDown` of S3,
`TooManyRequestsException` of Lambda, `RequestLimitExceeded` of EC2, `Throttling`.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Any, ClassVar

from fault_injection.effects import Effect
from fault_injection.fields import RuleFields
from localtender.edge.faults.actions import AnswerError
from localtender.edge.faults.calls import Call
from localtender.edge.faults.error_codes import ErrorCodes
from localtender.edge.faults.error_members import members_of
from localtender.edge.protocol.errors import ServiceError


@dataclass(frozen=True)
class Throttle:
    """Refuses the call as the service throttles it."""

    kind: ClassVar[str] = "throttle"

    known: ErrorCodes

    def describe(self) -> dict[str, Any]:
        """Return the parameters as they are written in a rule: none."""
        return {}

    def effect(self, random: Random) -> Effect:  # noqa: ARG002 - the port's signature
        """Refuse the call."""
        return Effect("before", AnswerError(self._error))

    def _error(self, call: Call) -> ServiceError:
        error = self.known.throttling(call.service, call.operation)
        return ServiceError(
            error.code, error.message, error.status, fields=members_of(error.code, call)
        )


def parse_throttle(known: ErrorCodes, fields: RuleFields) -> Throttle:  # noqa: ARG001
    """Read nothing: this kind has no parameters."""
    return Throttle(known)

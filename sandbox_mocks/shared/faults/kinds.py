"""Every kind of fault, by the name it has in a rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fault_injection.hang import Hang
from fault_injection.latency import Latency
from fault_injection.reset import ConnectionReset
from fault_injection.rules import FaultKind
from fault_injection.truncated import Truncated
from sandbox_mocks.shared.faults.malformed import Malformed
from sandbox_mocks.shared.faults.rate_limit import RateLimit
from sandbox_mocks.shared.faults.status import Status
from sandbox_mocks.shared.faults.webhooks import (
    WebhookDuplicate,
    WebhookForged,
    WebhookLate,
    WebhookLost,
    WebhookReordered,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

# The two sorts of happenings that one list of rules is for.
CALL, WEBHOOK = "call", "webhook"

_OF_CALLS = (Latency, Hang, Status, ConnectionReset, RateLimit, Malformed, Truncated)
_OF_WEBHOOKS = (WebhookLate, WebhookDuplicate, WebhookReordered, WebhookForged, WebhookLost)

FAULT_KINDS: Mapping[str, FaultKind] = {
    **{f.kind: FaultKind(f.parse, {"happening": frozenset({CALL})}) for f in _OF_CALLS},
    **{f.kind: FaultKind(f.parse, {"happening": frozenset({WEBHOOK})}) for f in _OF_WEBHOOKS},
}

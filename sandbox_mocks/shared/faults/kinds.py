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

if TYPE_CHECKING:
    from collections.abc import Mapping

FAULT_KINDS: Mapping[str, FaultKind] = {
    fault.kind: FaultKind(fault.parse)
    for fault in (Latency, Hang, Status, ConnectionReset, RateLimit, Malformed, Truncated)
}

"""Every kind of fault, by the name it has in a rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox_mocks.shared.faults.hang import Hang
from sandbox_mocks.shared.faults.latency import Latency
from sandbox_mocks.shared.faults.malformed import Malformed
from sandbox_mocks.shared.faults.rate_limit import RateLimit
from sandbox_mocks.shared.faults.reset import ConnectionReset
from sandbox_mocks.shared.faults.status import Status
from sandbox_mocks.shared.faults.truncated import Truncated

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox_mocks.shared.faults.effects import Fault

FAULT_KINDS: Mapping[str, type[Fault]] = {
    fault.kind: fault
    for fault in (Latency, Hang, Status, ConnectionReset, RateLimit, Malformed, Truncated)
}

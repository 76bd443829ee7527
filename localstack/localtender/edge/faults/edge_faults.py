"""The faults in force in front of AWS, and what they do to one call."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from fault_injection.effects import Action, When
from fault_injection.rules import FaultRules, FiredFault
from localtender.edge.faults.calls import MATCH_FIELDS, Call
from localtender.edge.faults.error_codes import ErrorCodes
from localtender.edge.faults.kinds import fault_kinds
from localtender.edge.journal import Journal, JournalEntry


@dataclass(frozen=True)
class Strike:
    """The faults that strike one call, in the order of their rules."""

    faults: tuple[FiredFault, ...]

    def actions(self, when: When) -> list[Action]:
        """What is to be done before the work of the call, or after it."""
        return [fault.effect.action for fault in self.faults if fault.effect.when == when]

    @property
    def names(self) -> str:
        """The faults by kind and rule, for the journal."""
        return ", ".join(f"{fault.kind} ({fault.rule_id})" for fault in self.faults)


class EdgeFaults:
    """Holds the rules; whatever carries calls asks here what befalls each."""

    def __init__(self, known: ErrorCodes, journal: Journal) -> None:
        self.rules = FaultRules(MATCH_FIELDS, fault_kinds(known))
        self._journal = journal

    def __bool__(self) -> bool:
        return len(self.rules) > 0

    def strike(self, call: Call) -> Strike | None:
        """What befalls a call, None when it is spared."""
        faults = self.rules.fire(call.fields)
        return Strike(faults) if faults else None

    def note(self, call: Call, struck: str, *, target: str, path: str, status: int) -> None:
        """Put a call that is no request of its own into the journal, with what struck it."""
        entry: dict[str, Any] = {"request_id": "", "method": "", "duration_ms": 0.0}
        self._journal.record(
            JournalEntry(
                time=time.time(),
                target=target,
                service=call.service,
                path=path,
                operation=call.operation,
                status=status,
                fault=struck,
                **entry,
            )
        )

"""Reads what `terraform apply -json` prints, one event a line.

The events are those of Terraform's page "Machine-readable UI".
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass
class ApplyOutcome:
    """What the events so far say of an apply.

    `planned` and `done` count resource instances, data sources left out; `changes` has the final
    numbers under `add`, `change` and `remove`; `errors` are diagnostics, `other` lines that are no
    events: a panic, a warning about the CLI's own configuration.
    """

    planned: int = 0
    done: int = 0
    changes: Mapping[str, int] = field(default_factory=lambda: {"add": 0, "change": 0, "remove": 0})
    errors: list[str] = field(default_factory=list)
    other: list[str] = field(default_factory=list)

    def read(self, line: str) -> bool:
        """Take in one line; True when another resource is done."""
        event = _event(line)
        match event.get("type"):
            case "planned_change" if event["change"]["action"] != "read":
                self.planned += 1
            case "apply_complete" if event["hook"]["action"] != "read":
                self.done += 1
                return True
            case "diagnostic" if event.get("@level") == "error":
                self.errors.append(_diagnostic_text(event["diagnostic"]))
            case "change_summary" if event["changes"]["operation"] == "apply":
                self.changes = event["changes"]
            case None if line.strip():
                self.other.append(line.rstrip())
        return False


def _event(line: str) -> dict[str, Any]:
    try:
        event = json.loads(line)
    except ValueError:
        return {}
    return event if isinstance(event, dict) else {}


def _diagnostic_text(diagnostic: Mapping[str, Any]) -> str:
    """The diagnostic as Terraform shows it: summary, place, detail."""
    address = diagnostic.get("address")
    place = f"{address}: " if address else ""
    range_ = diagnostic.get("range")
    where = f" ({range_['filename']}:{range_['start']['line']})" if range_ else ""
    detail = str(diagnostic.get("detail") or "").replace("\n", "\n    ")
    return f"  {place}{diagnostic['summary']}{where}" + (f"\n    {detail}" if detail else "")

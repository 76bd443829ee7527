"""What a running stack leaves on disk so that a later command finds it again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import psutil


@dataclass(frozen=True)
class StackRecord:
    """A stack's process group and what was deployed on it.

    `supervisor_started` (Unix seconds) tells the process from another that got its pid.
    `instance_id` is the emulator's, so that a deployment is never taken for one on an earlier,
    emptied emulator. `outputs` are Terraform's.
    """

    supervisor_pid: int
    supervisor_started: float
    engine: str
    endpoint_url: str
    sandbox_url: str
    region: str
    instance_id: str = ""
    outputs: Mapping[str, Any] = field(default_factory=dict)

    def is_running(self) -> bool:
        """Whether the recorded process group is still there."""
        try:
            process = psutil.Process(self.supervisor_pid)
            same = abs(process.create_time() - self.supervisor_started) < 1
            return same and process.status() != psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return False


def read_record(state_directory: Path) -> StackRecord | None:
    """The record of the last `up`, or None when there is none or it can't be read."""
    try:
        record = StackRecord(**json.loads(_path(state_directory).read_text()))
    except (FileNotFoundError, ValueError, TypeError):
        return None
    return record if _is_whole(record) else None


def write_record(state_directory: Path, record: StackRecord) -> None:
    """Replace the record in one step; it holds an API key, so only its owner may read it."""
    path = _path(state_directory)
    unfinished = path.with_suffix(".new")
    unfinished.touch(mode=0o600)
    unfinished.write_text(json.dumps(asdict(record), indent=2))
    unfinished.replace(path)


def remove_record(state_directory: Path) -> None:
    """Forget the stack."""
    _path(state_directory).unlink(missing_ok=True)


def _is_whole(record: StackRecord) -> bool:
    texts = (record.engine, record.endpoint_url, record.sandbox_url, record.region)
    return (
        isinstance(record.supervisor_pid, int)
        and record.supervisor_pid > 0
        and isinstance(record.supervisor_started, int | float)
        and all(isinstance(text, str) for text in (*texts, record.instance_id))
        and isinstance(record.outputs, dict)
    )


def _path(state_directory: Path) -> Path:
    return state_directory / "stack.json"

"""What of the emulator's state is kept on disk, and where.

API Gateway, Lambda and CloudWatch are written at each change, so a kill loses nothing of theirs.
The embedded engine saves by itself, on an orderly end only (ministack's PERSIST_STATE); after a
kill the next apply of Terraform makes anew what it lost.
"""

from __future__ import annotations

import uuid
from pathlib import Path

from localtender.edge.append_log import AppendLog
from localtender.edge.snapshot import Snapshot
from localtender.telemetry.persistence import TelemetryFiles


class Persistence:
    """Places for the parts of the state; without `enabled` earlier state is removed instead."""

    def __init__(self, state_directory: Path, version: str, *, enabled: bool) -> None:
        self._directory = state_directory
        self._version = version
        self._enabled = enabled

    def snapshot(self, part: str) -> Snapshot | None:
        """The file of one part (``functions``, ``gateway``), or None when nothing is kept."""
        snapshot = Snapshot(self._directory / part / "state.pickle", self._version)
        if self._enabled:
            return snapshot
        snapshot.remove()
        return None

    def append_log(self, part: str) -> AppendLog | None:
        """The same for a part that is added to."""
        log = AppendLog(self._directory / part / "state.log", self._version)
        if self._enabled:
            return log
        log.remove()
        return None

    def telemetry_files(self) -> TelemetryFiles:
        """The files of CloudWatch's state."""
        return TelemetryFiles(
            alarms=self.snapshot("telemetry/alarms"),
            dashboards=self.snapshot("telemetry/dashboards"),
            filter_minutes=self.snapshot("telemetry/filter-minutes"),
            alarm_history=self.append_log("telemetry/alarm-history"),
            metrics=self.append_log("telemetry/metrics"),
        )

    def instance_id(self) -> str:
        """The same one for as long as the state is."""
        file = self._directory / "instance"
        if not self._enabled:
            file.unlink(missing_ok=True)
            return uuid.uuid4().hex
        if not file.is_file():
            file.write_text(uuid.uuid4().hex)
        return file.read_text()

    def engine_environment(self) -> dict[str, str]:
        """Ministack's settings for its own state."""
        if not self._enabled:
            return {}
        directory = self._directory / "engine"
        directory.mkdir(parents=True, exist_ok=True)
        return {"PERSIST_STATE": "1", "STATE_DIR": str(directory.resolve())}

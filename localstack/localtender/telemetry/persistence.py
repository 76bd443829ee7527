"""What of CloudWatch's state is on disk; every change is written before it is answered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from localtender.edge.append_log import AppendLog
from localtender.edge.snapshot import Snapshot
from localtender.telemetry.metrics.datum import Datum, Scope
from localtender.telemetry.metrics.store import MetricStore

# Values of a minute are added up when the file is written anew, which makes it small again.
_LOG_BYTES = 16 * 1024 * 1024


@dataclass(frozen=True)
class TelemetryFiles:
    """Where the parts are: what changes rarely is written whole, the rest is added to.

    A part without a file is not kept.
    """

    alarms: Snapshot | None = None
    dashboards: Snapshot | None = None
    filter_minutes: Snapshot | None = None
    alarm_history: AppendLog | None = None
    metrics: AppendLog | None = None


NOTHING_KEPT = TelemetryFiles()


class KeptMetricStore(MetricStore):
    """A store whose values are on disk when they are recorded; samplers' when they give theirs."""

    def __init__(self, log: AppendLog, log_bytes: int = _LOG_BYTES) -> None:
        """Begin with what an earlier run left; `log_bytes` is when the file is written anew."""
        super().__init__()
        self._log = log
        self._log_bytes = log_bytes
        for scope, data, written_at in log.load():
            super().record_at(scope, data, written_at)
        self._write_anew()

    def record_at(self, scope: Scope, data: Iterable[Datum], written_at: float) -> None:
        """Add values that were published at a time. Raises OSError."""
        published = tuple(data)
        if not published:
            return
        super().record_at(scope, published, written_at)
        self._log.append((scope, published, written_at))
        if self._log.size > self._log_bytes:
            self._write_anew()

    def _write_anew(self) -> None:
        self._log.replace(self.contents())
        self._log_bytes = max(self._log_bytes, 2 * self._log.size)

"""The records that Lambda itself writes into a function's log: START, END, REPORT and their kin.

Text as https://docs.aws.amazon.com/lambda/latest/dg/python-logging.html shows it, JSON as the
Telemetry API's schema has it
(https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html).
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from localtender.edge.functions.configuration import LoggingConfiguration

_QUIET_LEVELS = ("WARN", "ERROR", "FATAL")


@dataclass(frozen=True)
class Report:
    """The figures of a finished invocation, in milliseconds and bytes.

    `error_type` is set when the platform ended it; `status` is success, error or timeout.
    """

    duration_ms: float
    memory_size_mb: int
    peak_memory_bytes: int
    init_duration_ms: float | None = None
    status: str = "success"
    error_type: str | None = None

    @property
    def billed_ms(self) -> int:
        """Whole milliseconds, the init phase included, as Lambda bills since August 2025."""
        return math.ceil(self.duration_ms + (self.init_duration_ms or 0.0))

    @property
    def peak_memory_mb(self) -> int:
        """Whole megabytes, at most the memory size."""
        return min(math.ceil(self.peak_memory_bytes / 1024 / 1024), self.memory_size_mb)


class PlatformLog(Protocol):
    """Writes the platform's records in one of the two formats; None where the level hides one."""

    def init_start(self, runtime: str, version_arn: str) -> str | None:
        """A new environment begins to initialise."""
        ...

    def init_report(
        self, duration_ms: float, phase: str, status: str, error_type: str | None
    ) -> str | None:
        """The init phase did not succeed."""
        ...

    def start(self, request_id: str, version: str) -> str | None:
        """An invocation begins."""
        ...

    def failure(self, request_id: str, text: str, error_type: str) -> str | None:
        """The platform ended an invocation."""
        ...

    def end(self, request_id: str) -> str | None:
        """An invocation is over."""
        ...

    def report(self, request_id: str, report: Report) -> str | None:
        """The figures of an invocation."""
        ...


def platform_log(logging: LoggingConfiguration) -> PlatformLog:
    """The platform's log in the function's own format."""
    if logging.log_format == "JSON":
        return JsonPlatformLog(quiet=logging.system_level in _QUIET_LEVELS)
    return TextPlatformLog()


class TextPlatformLog:
    """The plain text format."""

    def init_start(self, runtime: str, version_arn: str) -> str | None:
        """INIT_START."""
        name = runtime.replace("python", "python:")
        return f"INIT_START Runtime Version: {name}\tRuntime Version ARN: {version_arn}\n"

    def init_report(
        self, duration_ms: float, phase: str, status: str, error_type: str | None
    ) -> str | None:
        """INIT_REPORT."""
        text = f"INIT_REPORT Init Duration: {duration_ms:.2f} ms\tPhase: {phase}\tStatus: {status}"
        return text + (f"\tError Type: {error_type}\n" if error_type else "\n")

    def start(self, request_id: str, version: str) -> str | None:
        """START."""
        return f"START RequestId: {request_id} Version: {version}\n"

    def failure(self, request_id: str, text: str, error_type: str) -> str | None:
        """Why the platform ended the invocation."""
        if error_type == "Sandbox.Timedout":
            return f"{_instant()} {request_id} {text}\n\n"
        return f"RequestId: {request_id} Error: {text}\n{error_type}\n"

    def end(self, request_id: str) -> str | None:
        """END."""
        return f"END RequestId: {request_id}\n"

    def report(self, request_id: str, report: Report) -> str | None:
        """REPORT."""
        fields = [
            f"REPORT RequestId: {request_id}",
            f"Duration: {report.duration_ms:.2f} ms",
            f"Billed Duration: {report.billed_ms} ms",
            f"Memory Size: {report.memory_size_mb} MB",
            f"Max Memory Used: {report.peak_memory_mb} MB",
        ]
        if report.init_duration_ms is not None:
            fields.append(f"Init Duration: {report.init_duration_ms:.2f} ms")
        if report.status == "success":
            return "\t".join([*fields, "\n"])
        fields.append(f"Status: {report.status}")
        if report.error_type and report.status == "error":
            fields.append(f"Error Type: {report.error_type}")
        return "\t".join(fields) + "\n"


class JsonPlatformLog:
    """The JSON format; `quiet` keeps what went well out, as the WARN system level does."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet

    def init_start(self, runtime: str, version_arn: str) -> str | None:
        """platform.initStart."""
        record = {
            "initializationType": "on-demand",
            "phase": "init",
            "runtimeVersion": runtime.replace("python", "python:"),
            "runtimeVersionArn": version_arn,
        }
        return None if self._quiet else _event("platform.initStart", record)

    def init_report(
        self, duration_ms: float, phase: str, status: str, error_type: str | None
    ) -> str | None:
        """platform.initReport."""
        record: dict[str, Any] = {
            "initializationType": "on-demand",
            "phase": phase,
            "status": status,
            "metrics": {"durationMs": round(duration_ms, 3)},
        }
        if error_type:
            record["errorType"] = error_type
        return _event("platform.initReport", record)

    def start(self, request_id: str, version: str) -> str | None:
        """platform.start."""
        record = {"requestId": request_id, "version": version}
        return None if self._quiet else _event("platform.start", record)

    def failure(self, request_id: str, text: str, error_type: str) -> str | None:  # noqa: ARG002
        """Nothing: platform.report carries the status and the type."""
        return None

    def end(self, request_id: str) -> str | None:  # noqa: ARG002
        """Nothing: the JSON format has no END record."""
        return None

    def report(self, request_id: str, report: Report) -> str | None:
        """platform.report."""
        if self._quiet and report.status == "success":
            return None
        metrics: dict[str, Any] = {
            "durationMs": round(report.duration_ms, 3),
            "billedDurationMs": report.billed_ms,
            "memorySizeMB": report.memory_size_mb,
            "maxMemoryUsedMB": report.peak_memory_mb,
        }
        if report.init_duration_ms is not None:
            metrics["initDurationMs"] = round(report.init_duration_ms, 3)
        record: dict[str, Any] = {
            "requestId": request_id,
            "metrics": metrics,
            "status": report.status,
        }
        if report.error_type:
            record["errorType"] = report.error_type
        return _event("platform.report", record)


def _event(kind: str, record: dict[str, Any]) -> str:
    return json.dumps({"time": _instant(), "type": kind, "record": record}) + "\n"


def _instant() -> str:
    now = datetime.now(UTC)
    return now.strftime("%Y-%m-%dT%H:%M:%S.") + f"{now.microsecond // 1000:03d}Z"

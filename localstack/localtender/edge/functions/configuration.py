"""The configuration of a function's version, and its form in the Lambda API."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from localtender.edge.functions.names import LATEST, FunctionReference

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class LoggingConfiguration:
    """Where and in which form logs go; the levels are those of the JSON format."""

    log_group: str
    log_format: str = "Text"
    application_level: str | None = None
    system_level: str | None = None

    def to_api(self) -> dict[str, Any]:
        """As LoggingConfig."""
        return {
            "LogFormat": self.log_format,
            "ApplicationLogLevel": self.application_level,
            "SystemLogLevel": self.system_level,
            "LogGroup": self.log_group,
        }


@dataclass(frozen=True)
class CodeIdentity:
    """A code archive: SHA-256 in base64 as the API has it, and its size in bytes."""

    sha256: str
    size: int


@dataclass(frozen=True)
class AttachedLayer:
    """A layer's version as a function has it; it stays usable when the version is deleted."""

    arn: str
    code: CodeIdentity


@dataclass(frozen=True)
class FunctionConfiguration:
    """One version of a function as it is configured.

    `timeout` is in seconds, `memory_size` and `ephemeral_storage` in MB. What this service only
    stores and gives back stands in `further`, as the API names it.
    """

    reference: FunctionReference
    runtime: str
    handler: str
    role: str
    code: CodeIdentity
    logging: LoggingConfiguration
    description: str = ""
    timeout: int = 3
    memory_size: int = 128
    environment: Mapping[str, str] | None = None
    architectures: tuple[str, ...] = ("x86_64",)
    ephemeral_storage: int = 512
    tracing_mode: str = "PassThrough"
    snap_start: str = "None"
    dead_letter_target: str | None = None
    layers: tuple[AttachedLayer, ...] = ()
    further: Mapping[str, Any] = field(default_factory=dict)
    last_modified: str = ""
    revision_id: str = field(default_factory=lambda: str(uuid.uuid4()))

    @property
    def version(self) -> str:
        """``$LATEST`` or the number of a published version."""
        return self.reference.qualifier or LATEST

    def changed(self, **changes: Any) -> FunctionConfiguration:
        """A changed copy that is still the same revision."""
        return replace(self, **changes)

    def revised(self, **changes: Any) -> FunctionConfiguration:
        """A changed copy with a new revision id and date of modification."""
        return replace(
            self,
            **{"revision_id": str(uuid.uuid4()), "last_modified": modification_date(), **changes},
        )

    def renewed(self) -> FunctionConfiguration:
        """The same under a new revision id, as it is once it has become active."""
        return replace(self, revision_id=str(uuid.uuid4()))

    def execution_key(self) -> tuple[object, ...]:
        """Equal for configurations that the same execution environments can serve."""
        variables = tuple(sorted((self.environment or {}).items()))
        return (
            self.code.sha256,
            self.runtime,
            self.handler,
            self.role,
            self.timeout,
            self.memory_size,
            variables,
            self.ephemeral_storage,
            self.logging,
            tuple(layer.arn for layer in self.layers),
        )

    @property
    def _is_snapshot(self) -> bool:
        return self.snap_start == "PublishedVersions" and self.version != LATEST

    def to_api(self, *, arn: str | None = None) -> dict[str, Any]:
        """As FunctionConfiguration; `arn` is the one it was asked for by."""
        document: dict[str, Any] = {
            "FunctionName": self.reference.name,
            "FunctionArn": arn or self.reference.arn,
            "Runtime": self.runtime,
            "Role": self.role,
            "Handler": self.handler,
            "CodeSize": self.code.size,
            "Description": self.description,
            "Timeout": self.timeout,
            "MemorySize": self.memory_size,
            "LastModified": self.last_modified,
            "CodeSha256": self.code.sha256,
            "Version": self.version,
            "TracingConfig": {"Mode": self.tracing_mode},
            "RevisionId": self.revision_id,
            "State": "Active",
            "LastUpdateStatus": "Successful",
            "PackageType": "Zip",
            "Architectures": list(self.architectures),
            "EphemeralStorage": {"Size": self.ephemeral_storage},
            "SnapStart": {
                "ApplyOn": self.snap_start,
                "OptimizationStatus": "On" if self._is_snapshot else "Off",
            },
            "RuntimeVersionConfig": {
                "RuntimeVersionArn": runtime_version_arn(self.reference.region, self.runtime)
            },
            "LoggingConfig": self.logging.to_api(),
            **self.further,
        }
        if self.environment is not None:
            document["Environment"] = {"Variables": dict(self.environment)}
        if self.dead_letter_target:
            document["DeadLetterConfig"] = {"TargetArn": self.dead_letter_target}
        if self.layers:
            document["Layers"] = [
                {"Arn": layer.arn, "CodeSize": layer.code.size} for layer in self.layers
            ]
        return document


def modification_date() -> str:
    """Now, as LastModified is written: ISO 8601 with milliseconds and +0000."""
    now = datetime.now(UTC)
    return now.strftime("%Y-%m-%dT%H:%M:%S.") + f"{now.microsecond // 1000:03d}+0000"


def runtime_version_arn(region: str, runtime: str) -> str:
    """The ARN of a runtime's version; ours has one version, named by the runtime's hash."""
    return f"arn:aws:lambda:{region}::runtime:{hashlib.sha256(runtime.encode()).hexdigest()}"

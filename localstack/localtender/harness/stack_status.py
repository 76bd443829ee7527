"""What a stack is and whether it is well."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from localtender.configuration import Configuration
from localtender.harness.errors import StackNotRunningError
from localtender.harness.stack_health import health_of
from localtender.harness.stack_record import StackRecord, read_record


@dataclass(frozen=True)
class StackStatus:
    """The public description of a stack; addresses and key are empty before a deployment."""

    engine: str
    api_url: str
    api_key: str
    sandbox_url: str
    endpoint_url: str
    healthy: bool
    versions: Mapping[str, str]


def stack_status(configuration: Configuration) -> StackStatus:
    """Describe the stack of this project, running or not."""
    record = read_record(configuration.state_directory)
    health = health_of(configuration) if record is not None and record.is_running() else None
    if record is None or health is None:
        return StackStatus(
            engine=configuration.engine,
            api_url="",
            api_key="",
            sandbox_url=configuration.sandbox_url,
            endpoint_url=configuration.endpoint_url,
            healthy=False,
            versions={},
        )
    return StackStatus(
        engine=record.engine,
        api_url=api_url(record.endpoint_url, record.outputs),
        api_key=str(record.outputs.get("api_key", "")),
        sandbox_url=record.sandbox_url,
        endpoint_url=record.endpoint_url,
        healthy=health["instance_id"] == record.instance_id,
        versions=health["versions"],
    )


def require_running(configuration: Configuration) -> StackRecord:
    """The record of the running stack. Raises StackNotRunningError."""
    record = read_record(configuration.state_directory)
    if record is None or not record.is_running():
        raise StackNotRunningError("No stack is running here. Start it with: make up")
    return record


def api_url(endpoint_url: str, outputs: Mapping[str, Any]) -> str:
    """Where the deployed REST API answers locally; empty without the outputs that name it."""
    api_id, stage = outputs.get("api_id"), outputs.get("api_stage")
    return f"{endpoint_url}/_aws/execute-api/{api_id}/{stage}" if api_id and stage else ""

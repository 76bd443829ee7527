"""Whether the processes of a stack answer, and what their logs say when they do not."""

from __future__ import annotations

import json
import socket
import time
import urllib.request
from pathlib import Path
from typing import Any

from localtender.configuration import Configuration
from localtender.harness.errors import StartError
from localtender.harness.stack_record import StackRecord

_HEALTH_SECONDS = 30.0
_REPAIR_SECONDS = 5.0
_LOG_LINES = 8

# The processes are on this machine: a proxy of the environment must not be asked for them.
_open = urllib.request.build_opener(urllib.request.ProxyHandler({})).open


def wait_until_healthy(configuration: Configuration, record: StackRecord) -> dict[str, Any]:
    """Wait for all processes and return the edge's health document.

    Raises StartError, with the end of the logs that tell why, when they do not come up.
    """
    limit = time.monotonic() + _HEALTH_SECONDS
    while time.monotonic() < limit:
        health = health_of(configuration)
        if health is not None:
            return health
        if not record.is_running():
            break
        time.sleep(0.03)
    raise StartError(_start_failure(configuration))


def health_of(configuration: Configuration) -> dict[str, Any] | None:
    """The edge's health document when every process of the stack answers, else None."""
    return None if _silent(configuration) else edge_health(configuration)


def health_after_repair(configuration: Configuration, record: StackRecord) -> dict[str, Any] | None:
    """The health of a running stack, with time for the supervisor to restart what died.

    None when it does not become healthy, or when its emulator is another one than recorded.
    """
    limit = time.monotonic() + _REPAIR_SECONDS
    while time.monotonic() < limit and record.is_running():
        edge = edge_health(configuration)
        if edge is None or edge["instance_id"] != record.instance_id:
            return None
        health = health_of(configuration)
        if health is not None:
            return health
        time.sleep(0.05)
    return None


def edge_health(configuration: Configuration) -> dict[str, Any] | None:
    """The health document of the edge, None when it does not answer with one."""
    document = _get_json(f"{configuration.endpoint_url}/_localtender/health")
    return document if document is not None and "instance_id" in document else None


def _silent(configuration: Configuration) -> list[str]:
    """The names of the processes that do not answer."""
    answers = {
        "edge": edge_health(configuration) is not None,
        "sandboxes": _get_json(f"{configuration.sandbox_url}/_sandbox/health") is not None,
        "provider": _listens(configuration.provider_socket),
    }
    return [name for name, answered in answers.items() if not answered]


def _listens(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(str(path))
        except OSError:
            return False
        return True


def _get_json(url: str) -> dict[str, Any] | None:
    try:
        with _open(url, timeout=2) as answer:
            document = json.load(answer)
    except (OSError, ValueError):
        return None
    return document if isinstance(document, dict) else None


def _start_failure(configuration: Configuration) -> str:
    silent = _silent(configuration)
    lines = [f"The stack did not become healthy: no answer from {' and '.join(silent) or 'it'}."]
    for name in (*silent, "supervisor"):
        log = configuration.logs_directory / f"{name}.log"
        tail = log.read_text(errors="replace").splitlines()[-_LOG_LINES:] if log.is_file() else []
        if tail:
            lines += [f"Last lines of {log}:", *(f"  {line}" for line in tail)]
    lines.append("What had started was stopped. When the cause is mended, run `make up` again.")
    return "\n".join(lines)

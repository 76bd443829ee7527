"""Starts, finds and stops the background process group of a stack."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import psutil

from localtender.configuration import LOOPBACK, Configuration
from localtender.harness.errors import StartError
from localtender.harness.function_runtime import runtimes_directory
from localtender.harness.ports import require_free_port
from localtender.harness.stack_record import StackRecord, read_record, remove_record

_HEALTH_SECONDS = 30.0
_STOP_SECONDS = 2.0
_REPAIR_SECONDS = 5.0


def start_processes(configuration: Configuration) -> StackRecord:
    """Start the supervisor with the edge, the sandboxes and the Terraform provider.

    Raises PortTakenError when a port is held. Returns before they are healthy.
    """
    require_free_port(configuration.edge_port, "EDGE_PORT")
    require_free_port(configuration.sandbox_port, "SANDBOX_PORT")
    logs = configuration.logs_directory
    logs.mkdir(parents=True, exist_ok=True)
    for log in logs.glob("*.log"):
        log.unlink()
    specification = configuration.state_directory / "supervisor.json"
    specification.write_text(json.dumps(_specification(configuration), indent=2))
    with (logs / "supervisor.log").open("ab") as log:
        supervisor = subprocess.Popen(
            [sys.executable, "-m", "localtender.harness.supervisor", str(specification)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            env=_process_environment(configuration),
        )
    return StackRecord(
        supervisor_pid=supervisor.pid,
        supervisor_started=psutil.Process(supervisor.pid).create_time(),
        engine=configuration.engine,
        endpoint_url=configuration.endpoint_url,
        sandbox_url=configuration.sandbox_url,
        region=configuration.region,
    )


def wait_until_healthy(configuration: Configuration, record: StackRecord) -> dict[str, Any]:
    """Wait for all processes and return the edge's health document.

    Raises StartError, with the end of the log that tells why, when they do not come up.
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
    edge = _get_json(f"{configuration.endpoint_url}/_localtender/health")
    sandbox = _get_json(f"{configuration.sandbox_url}/_sandbox/health")
    if edge is None or sandbox is None or not _listens(configuration.provider_socket):
        return None
    return edge


def health_after_repair(configuration: Configuration, record: StackRecord) -> dict[str, Any] | None:
    """The health of a running stack, with time for the supervisor to restart what died.

    None when it does not become healthy, or when its emulator is another one than recorded.
    """
    limit = time.monotonic() + _REPAIR_SECONDS
    while time.monotonic() < limit and record.is_running():
        edge = _get_json(f"{configuration.endpoint_url}/_localtender/health")
        if edge is None or edge["instance_id"] != record.instance_id:
            return None
        health = health_of(configuration)
        if health is not None:
            return health
        time.sleep(0.05)
    return None


def stop_processes(configuration: Configuration) -> bool:
    """Stop exactly what an earlier `up` started; False when nothing ran."""
    record = read_record(configuration.state_directory)
    if record is None or not record.is_running():
        return False
    os.kill(record.supervisor_pid, signal.SIGTERM)
    limit = time.monotonic() + _STOP_SECONDS
    while record.is_running() and time.monotonic() < limit:
        time.sleep(0.02)
    group_is_ours = record.is_running()
    if group_is_ours:
        os.killpg(record.supervisor_pid, signal.SIGKILL)
    remove_record(configuration.state_directory)
    return True


def process_ids(state_directory: Path) -> dict[str, int]:
    """The pids of the stack's processes by name; empty when it is down."""
    try:
        pids: dict[str, int] = json.loads((state_directory / "processes.json").read_text())
    except (FileNotFoundError, ValueError):
        return {}
    return pids


def _specification(configuration: Configuration) -> list[dict[str, Any]]:
    def entry(name: str, module: str, *arguments: str) -> dict[str, Any]:
        return {
            "name": name,
            "arguments": [sys.executable, "-m", module, *arguments],
            "log": str(configuration.logs_directory / f"{name}.log"),
        }

    return [
        entry(
            "edge",
            "localtender.edge",
            *("--port", str(configuration.edge_port)),
            *("--state-directory", str(configuration.state_directory)),
            *("--runtimes-directory", str(runtimes_directory(configuration.cache_directory))),
            *("--region", configuration.region),
            *_hot_reload(configuration),
        ),
        entry(
            "sandboxes",
            "sandbox_mocks",
            *("--host", LOOPBACK),
            *("--port", str(configuration.sandbox_port)),
        ),
        entry(
            "provider",
            "localtender.provider",
            *("--socket", str(configuration.provider_socket)),
            *("--endpoint-url", configuration.endpoint_url),
        ),
    ]


def _hot_reload(configuration: Configuration) -> tuple[str, ...]:
    if not configuration.hot_reload:
        return ()
    return ("--hot-reload", f"*={configuration.project_directory / 'lambda'}")


def _process_environment(configuration: Configuration) -> dict[str, str]:
    # The processes stand for AWS: none of the caller's AWS settings may reach them, a profile or
    # a real key least of all.
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("AWS_", "TF_"))}
    environment["AWS_DEFAULT_REGION"] = configuration.region
    environment["AWS_EC2_METADATA_DISABLED"] = "true"
    return environment


def _listens(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(str(path))
        except OSError:
            return False
        return True


def _get_json(url: str) -> dict[str, Any] | None:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            document: dict[str, Any] = json.load(answer)
            return document
    except (OSError, ValueError):
        return None


def _start_failure(configuration: Configuration) -> str:
    lines = ["The stack did not become healthy."]
    for log in sorted(configuration.logs_directory.glob("*.log")):
        tail = log.read_text(errors="replace").strip().splitlines()[-8:]
        if tail:
            lines += [f"Last lines of {log}:", *(f"  {line}" for line in tail)]
    lines.append("Run `make down`, then `make up` again.")
    return "\n".join(lines)

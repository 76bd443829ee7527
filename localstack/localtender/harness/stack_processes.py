"""Starts, finds and stops the background process group of a stack."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psutil

from localtender.configuration import LOOPBACK, Configuration
from localtender.harness.function_runtime import runtimes_directory
from localtender.harness.loopback_proxy import loopback_without_proxy
from localtender.harness.ports import require_free_port
from localtender.harness.stack_record import StackRecord, read_record, remove_record

_STOP_SECONDS = 2.0


def start_processes(configuration: Configuration) -> StackRecord:
    """Start the supervisor with the edge, the sandboxes and the Terraform provider.

    Raises PortTakenError when a port is held. Returns before they are healthy.
    """
    require_free_port(configuration.edge_port, "EDGE_PORT")
    require_free_port(configuration.sandbox_port, "SANDBOX_PORT")
    logs = configuration.logs_directory
    logs.mkdir(parents=True, exist_ok=True)
    for earlier in logs.glob("*.log"):
        earlier.unlink()
    specification = _specification_path(configuration)
    specification.write_text(json.dumps(_specification(configuration), indent=2))
    with (logs / "supervisor.log").open("ab") as log:
        supervisor = subprocess.Popen(
            [sys.executable, *_supervisor_arguments(configuration)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            env=process_environment(configuration),
        )
    return StackRecord(
        supervisor_pid=supervisor.pid,
        supervisor_started=psutil.Process(supervisor.pid).create_time(),
        engine=configuration.engine,
        endpoint_url=configuration.endpoint_url,
        sandbox_url=configuration.sandbox_url,
        region=configuration.region,
    )


def stop_processes(configuration: Configuration) -> bool:
    """Stop exactly what an earlier `up` started; False when nothing ran."""
    record = read_record(configuration.state_directory)
    if record is not None and record.is_running():
        supervisor = psutil.Process(record.supervisor_pid)
    else:
        found = _supervisor_without_record(configuration)
        if found is None:
            return False
        supervisor = found
    _stop(supervisor)
    remove_record(configuration.state_directory)
    return True


def process_environment(configuration: Configuration) -> dict[str, str]:
    """The variables of a process that stands for AWS.

    None of the caller's AWS settings may reach it, a profile or a real key least of all.
    """
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("AWS_", "TF_"))}
    environment |= loopback_without_proxy(os.environ)
    environment["AWS_DEFAULT_REGION"] = configuration.region
    environment["AWS_EC2_METADATA_DISABLED"] = "true"
    return environment


def _stop(supervisor: psutil.Process) -> None:
    """End the supervisor and with it what it started; kill its group when that takes too long."""
    try:
        supervisor.terminate()
        limit = time.monotonic() + _STOP_SECONDS
        while _is_alive(supervisor) and time.monotonic() < limit:
            time.sleep(0.02)
        if _is_alive(supervisor):
            os.killpg(supervisor.pid, signal.SIGKILL)
    except (psutil.NoSuchProcess, ProcessLookupError):
        return


def _is_alive(process: psutil.Process) -> bool:
    return process.is_running() and process.status() != psutil.STATUS_ZOMBIE


def _supervisor_without_record(configuration: Configuration) -> psutil.Process | None:
    """The supervisor of this state folder, although the record of it is lost or damaged.

    Its command line names the folder, so it can't be taken for that of another stack.
    """
    arguments = _supervisor_arguments(configuration)
    for process in psutil.process_iter(["cmdline", "status"]):
        alive = process.info["status"] != psutil.STATUS_ZOMBIE
        if alive and (process.info["cmdline"] or [])[-len(arguments) :] == arguments:
            return process
    return None


def _supervisor_arguments(configuration: Configuration) -> list[str]:
    return ["-m", "localtender.harness.supervisor", str(_specification_path(configuration))]


def _specification_path(configuration: Configuration) -> Path:
    return configuration.state_directory / "supervisor.json"


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
            *(("--persist",) if configuration.persist else ()),
            *("--iam", configuration.iam),
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

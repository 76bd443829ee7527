"""Takes a stack down and leaves nothing of it but caches and logs, and what is to persist."""

from __future__ import annotations

import shutil

from localtender.configuration import Configuration
from localtender.harness.stack_lock import only_one
from localtender.harness.stack_processes import stop_processes
from localtender.harness.stack_record import remove_record
from localtender.harness.terraform_state import discard_state
from localtender.provider.reattach import ATTACHED, socket_of


def take_down(configuration: Configuration) -> bool:
    """Stop the processes and forget their state unless it persists; False when none ran.

    Raises StackBusyError while an `up` is at work.
    """
    directory = configuration.state_directory
    if not directory.is_dir():
        return stop_processes(configuration)
    with only_one(directory):
        stopped = stop_processes(configuration)
        remove_record(directory)
        if not configuration.persist:
            discard_state(configuration)
            for state in ("functions", "gateway", "engine"):
                shutil.rmtree(directory / state, ignore_errors=True)
            (directory / "instance").unlink(missing_ok=True)
        for leftover in ("supervisor.json", "processes.json"):
            (directory / leftover).unlink(missing_ok=True)
        for provider in ATTACHED:
            socket_of(provider, configuration.provider_socket).unlink(missing_ok=True)
    return stopped

"""Takes a stack down and leaves nothing of it but caches and logs."""

from __future__ import annotations

import shutil

from localtender.configuration import Configuration
from localtender.harness.stack_processes import stop_processes
from localtender.harness.stack_record import remove_record
from localtender.harness.terraform_state import discard_state


def take_down(configuration: Configuration) -> bool:
    """Stop the processes and forget the state that described them; False when none ran."""
    stopped = stop_processes(configuration)
    remove_record(configuration.state_directory)
    discard_state(configuration)
    shutil.rmtree(configuration.state_directory / "functions", ignore_errors=True)
    for leftover in ("supervisor.json", "processes.json", "provider.sock"):
        (configuration.state_directory / leftover).unlink(missing_ok=True)
    return stopped

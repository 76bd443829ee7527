"""The configuration of the stack that a command means."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from localtender.configuration import Configuration, read_configuration
from localtender.harness.stack_record import read_record


def current_configuration(
    environment: Mapping[str, str] | None = None, start: Path | None = None
) -> Configuration:
    """The settings, with the ports of the running stack where the environment names none.

    So what was started by `make up EDGE_PORT=5566` is found by a plain `make status`, and a plain
    `make up` does not move it. Raises ConfigurationError.
    """
    variables = os.environ if environment is None else environment
    configuration = read_configuration(variables, start)
    record = read_record(configuration.state_directory)
    if record is None or not record.is_running():
        return configuration
    if not variables.get("EDGE_PORT"):
        edge = urlsplit(record.endpoint_url).port or configuration.edge_port
        configuration = replace(configuration, edge_port=edge)
    if not variables.get("SANDBOX_PORT"):
        sandbox = urlsplit(record.sandbox_url).port or configuration.sandbox_port
        configuration = replace(configuration, sandbox_port=sandbox)
    return configuration

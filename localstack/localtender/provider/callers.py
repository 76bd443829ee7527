"""Finding out who is at the other end of a unix socket: folder and environment of Terraform.

An attached provider is started once, somewhere; relative paths in a configuration mean the folder
in which Terraform runs (after ``-chdir``). The kernel knows the process behind a connection.
"""

from __future__ import annotations

import logging
import os
import socket
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from localtender.provider.sessions import Caller

log = logging.getLogger(__name__)

_CREDENTIALS: Final = struct.Struct("3i")
_VARIABLES: Final = ("AWS_", "TF_AWS_", "TF_DATA_DIR")


def caller_of(connection: socket.socket, fallback: Caller) -> Caller:
    """Return the process at the other end of an accepted connection.

    Where the system does not tell (it is Linux that has ``SO_PEERCRED`` and ``/proc``), the
    fallback is returned.
    """
    option = getattr(socket, "SO_PEERCRED", None)
    if option is None:
        return fallback
    packed = connection.getsockopt(socket.SOL_SOCKET, option, _CREDENTIALS.size)
    process_id = _CREDENTIALS.unpack(packed)[0]
    process = Path("/proc") / str(process_id)
    try:
        working_directory = (process / "cwd").readlink()
        environment = parse_environment((process / "environ").read_bytes())
    except OSError as failure:
        log.warning("cannot tell where Terraform (process %d) runs: %s", process_id, failure)
        return fallback
    return Caller(working_directory, environment, process_id)


def own_surroundings() -> Caller:
    """Return the folder and environment of this process, for where nothing better is known."""
    return Caller(Path.cwd(), relevant_variables(os.environ))


def whole_environment(caller: Caller) -> dict[str, str]:
    """Return all of Terraform's environment, for what is to run as if Terraform had started it.

    It is read when it is needed and kept nowhere; where the system does not tell it, it is the one
    of this process.
    """
    if caller.process_id is not None:
        try:
            return _variables((Path("/proc") / str(caller.process_id) / "environ").read_bytes())
        except OSError as failure:
            log.warning("cannot read Terraform's environment: %s", failure)
    return {**os.environ, **caller.environment}


def parse_environment(block: bytes) -> dict[str, str]:
    """Return the relevant variables of a ``/proc/PID/environ`` block."""
    return relevant_variables(_variables(block))


def _variables(block: bytes) -> dict[str, str]:
    pairs = (item.partition("=") for item in block.decode(errors="surrogateescape").split("\0"))
    return {name: value for name, _equals, value in pairs if name}


def relevant_variables(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the variables that the real provider reads too."""
    return {
        name: value for name, value in environment.items() if name.startswith(_VARIABLES) and value
    }

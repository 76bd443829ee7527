"""Who holds a TCP port of the loopback address."""

from __future__ import annotations

import socket

import psutil

from localtender.configuration import LOOPBACK
from localtender.harness.errors import PortTakenError


def require_free_port(port: int, variable: str) -> None:
    """Raise PortTakenError, naming the holder, unless the port can be bound.

    `variable` is the setting by which another port can be chosen.
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError as error:
            raise PortTakenError(
                f"Port {port} is held by {_holder(port)}. "
                f"Stop it, or choose another port: {variable}=<port> make up"
            ) from error


def _holder(port: int) -> str:
    try:
        connections = psutil.net_connections("tcp")
    except psutil.AccessDenied:
        connections = []
    for connection in connections:
        listens = connection.status == psutil.CONN_LISTEN
        if listens and connection.laddr and connection.laddr.port == port and connection.pid:
            try:
                process = psutil.Process(connection.pid)
                command = " ".join(process.cmdline())[:120] or process.name()
            except psutil.Error:
                command = "a process that just ended"
            return f"process {connection.pid} ({command})"
    return "another user's process"

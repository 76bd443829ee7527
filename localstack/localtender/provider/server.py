"""The providers as a server: gRPC behind a front door for each."""

from __future__ import annotations

import logging
import shutil
import socket
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

import grpc

from localtender.provider.callers import own_surroundings
from localtender.provider.errors import SocketInUseError
from localtender.provider.front_door import FrontDoor
from localtender.provider.providers import SERVED
from localtender.provider.reattach import ATTACHED, socket_of
from localtender.provider.servicer import Servicer
from localtender.provider.sessions import Sessions
from localtender.provider.wire import add_services

log = logging.getLogger(__name__)

# Several Terraforms with -parallelism=50 each; threads are only made when they are needed.
_WORKERS: Final = 256
_LONGEST_SOCKET_PATH: Final = 100
_MESSAGE_BYTES: Final = 256 * 1024 * 1024


class ProviderServer:
    """Serves every provider on a unix socket of its own until it is stopped.

    Parameters
    ----------
    socket_path
        Where Terraform connects to the main provider; the others' sockets stand beside it.
    endpoint_url
        Where the AWS services are, unless a configuration says otherwise.

    Raises
    ------
    SocketInUseError
        When another process answers on a socket, or the path is too long for one.
    """

    def __init__(self, socket_path: Path, endpoint_url: str) -> None:
        self._socket_paths = {name: socket_of(name, socket_path) for name in SERVED}
        for path in self._socket_paths.values():
            _free(path)
        self._directory = Path(tempfile.mkdtemp(prefix="localtender-provider-"))
        sessions = Sessions()
        servicer = Servicer(SERVED, sessions, endpoint_url)
        servicer.prepare(ATTACHED[0])
        self._server = grpc.server(
            ThreadPoolExecutor(max_workers=_WORKERS),
            options=[
                ("grpc.max_receive_message_length", _MESSAGE_BYTES),
                ("grpc.max_send_message_length", _MESSAGE_BYTES),
            ],
        )
        add_services(self._server, servicer.handlers())
        inner = self._directory / "grpc.sock"
        self._server.add_insecure_port(f"unix:{inner}")
        here = own_surroundings()
        self._front_doors = [
            FrontDoor(path, inner, self._directory, sessions, here, provider=name)
            for name, path in self._socket_paths.items()
        ]

    def start(self) -> None:
        """Begin to serve."""
        self._server.start()
        for door in self._front_doors:
            door.start()

    def stop(self) -> None:
        """Stop at once; requests under way are cut off."""
        for door in self._front_doors:
            door.stop()
        self._server.stop(grace=None)
        for path in self._socket_paths.values():
            path.unlink(missing_ok=True)
        shutil.rmtree(self._directory, ignore_errors=True)


def _free(socket_path: Path) -> None:
    """Remove what a dead process left behind at the path."""
    if len(str(socket_path)) > _LONGEST_SOCKET_PATH:
        raise SocketInUseError(
            f"the socket path {socket_path} is longer than {_LONGEST_SOCKET_PATH} characters, "
            "which is more than a unix socket takes; choose a shorter one"
        )
    if not socket_path.exists():
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        try:
            probe.connect(str(socket_path))
        except OSError:
            socket_path.unlink(missing_ok=True)
            return
    raise SocketInUseError(f"another process serves {socket_path}")

"""The socket on which Terraform finds one provider, in front of the gRPC server of them all.

::

    terraform ──unix──▶ front door ──unix──▶ gRPC server
                        │ whose connection is it, and to which provider?
                        └ sessions

gRPC does not tell who is at the other end of a connection, nor by which door it came. The front
door accepts, asks the kernel, opens a session under the name of its own onward connection, which
gRPC does tell (``context.peer()``), and then only copies bytes.
"""

from __future__ import annotations

import contextlib
import itertools
import logging
import socket
import threading
from pathlib import Path
from typing import Final

from localtender.provider.callers import caller_of
from localtender.provider.sessions import Caller, Sessions

log = logging.getLogger(__name__)

_CHUNK_BYTES: Final = 64 * 1024
_BACKLOG: Final = 64


class FrontDoor:
    """Accepts connections and passes them on.

    Parameters
    ----------
    address
        The unix socket that Terraform connects to.
    inner_address
        The unix socket of the gRPC server.
    private_directory
        Where the onward connections have their names; nobody else may write there.
    fallback
        Who is calling where the system does not tell.
    provider
        The provider behind this door.
    """

    def __init__(
        self,
        address: Path,
        inner_address: Path,
        private_directory: Path,
        sessions: Sessions,
        fallback: Caller,
        *,
        provider: str,
    ) -> None:
        self._provider = provider
        self._inner_address = inner_address
        self._directory = private_directory
        self._sessions = sessions
        self._fallback = fallback
        self._numbers = itertools.count(1)
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._listener.bind(str(address))
        address.chmod(0o600)
        self._thread = threading.Thread(target=self._accept, name="front-door", daemon=True)

    def start(self) -> None:
        """Begin to accept."""
        self._listener.listen(_BACKLOG)
        self._thread.start()

    def stop(self) -> None:
        """Accept no more connections."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        if self._thread.is_alive():
            self._thread.join(timeout=1)

    def _accept(self) -> None:
        while True:
            try:
                connection, _address = self._listener.accept()
            except OSError:
                return
            threading.Thread(
                target=self._serve, args=(connection,), name="connection", daemon=True
            ).start()

    def _serve(self, connection: socket.socket) -> None:
        name = self._directory / f"{self._provider}-{next(self._numbers)}"
        peer = f"unix:{name}"
        with connection, socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as onward:
            try:
                # Terraform first only looks whether somebody listens: wait for its first bytes.
                first = connection.recv(_CHUNK_BYTES)
                if not first:
                    return
                caller = caller_of(connection, self._fallback)
                self._sessions.open(peer, caller, self._provider)
                onward.bind(str(name))
                onward.connect(str(self._inner_address))
                onward.sendall(first)
                back = threading.Thread(
                    target=_copy, args=(onward, connection), name="answers", daemon=True
                )
                back.start()
                _copy(connection, onward)
                back.join()
            except OSError as failure:
                log.debug("connection %s ended: %s", name.name, failure)
            finally:
                self._sessions.close(peer)
                name.unlink(missing_ok=True)


def _copy(source: socket.socket, target: socket.socket) -> None:
    """Copy until the source ends, then end the target, both ways: HTTP/2 has no half-closing."""
    try:
        while chunk := source.recv(_CHUNK_BYTES):
            target.sendall(chunk)
    except OSError:
        pass
    for end in (target, source):
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)

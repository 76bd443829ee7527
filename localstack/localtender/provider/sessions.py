"""Which Terraform is asking: one session for each connection.

Terraform opens one connection for each provider block or alias and configures the provider on it,
so whatever a request needs beyond its own content hangs on the connection it came by.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from localtender.provider.configuration import ProviderConfiguration


@dataclass(frozen=True)
class Caller:
    """The calling Terraform: its working directory and the AWS part of its environment.

    ``process_id`` is None where the system does not tell it.
    """

    working_directory: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    process_id: int | None = None

    def path(self, name: str) -> Path:
        """Return the file that a configured path names, seen from where Terraform runs."""
        return self.working_directory / Path(name).expanduser()


@dataclass
class Session:
    """One connection of a Terraform run.

    ``provider`` is the one that the connection leads to;
    ``configuration`` is None until Terraform has configured the provider; ``stopping`` is set when
    Terraform was interrupted or has gone.
    """

    caller: Caller
    configuration: ProviderConfiguration | None = None
    stopping: threading.Event = field(default_factory=threading.Event)
    account_id: str | None = None
    provider: str = "aws"


class Sessions:
    """The open sessions, by the name that gRPC gives the connection's other end."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._by_peer: dict[str, Session] = {}

    def open(self, peer: str, caller: Caller, provider: str) -> Session:
        """Begin the session of a new connection to a provider."""
        session = Session(caller, provider=provider)
        with self._lock:
            self._by_peer[peer] = session
        return session

    def find(self, peer: str) -> Session | None:
        """Return the session of a connection; None if it did not come by the front door."""
        with self._lock:
            return self._by_peer.get(peer)

    def close(self, peer: str) -> None:
        """End the session of a connection and whatever still waits in it."""
        with self._lock:
            session = self._by_peer.pop(peer, None)
        if session is not None:
            session.stopping.set()

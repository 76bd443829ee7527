from __future__ import annotations

import os
import socket

import pytest

from localtender.harness.errors import PortTakenError
from localtender.harness.ports import require_free_port


def test_a_free_port_is_accepted_and_left_free() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    require_free_port(port, "EDGE_PORT")
    require_free_port(port, "EDGE_PORT")


@pytest.mark.parametrize("address", ["127.0.0.1", "0.0.0.0"])
def test_a_held_port_is_refused_with_its_holder_and_the_setting(address: str) -> None:
    with socket.socket() as holder:
        holder.bind((address, 0))
        holder.listen()
        port = holder.getsockname()[1]
        with pytest.raises(PortTakenError, match=f"process {os.getpid()} .*SANDBOX_PORT="):
            require_free_port(port, "SANDBOX_PORT")

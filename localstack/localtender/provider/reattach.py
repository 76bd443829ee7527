"""``TF_REATTACH_PROVIDERS``: how Terraform finds a provider that is running already.

See "Debugging Providers" in Terraform's plugin development documentation.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

ADDRESSES: Final = (
    "registry.terraform.io/hashicorp/aws",
    "registry.opentofu.org/hashicorp/aws",
)


def reattach_configuration(socket: Path, pid: int) -> str:
    """Return the value of ``TF_REATTACH_PROVIDERS`` for the provider served on a socket.

    Parameters
    ----------
    socket
        The unix socket that the provider listens on.
    pid
        The provider's process id; Terraform watches whether it lives.
    """
    connection = {
        "Protocol": "grpc",
        "ProtocolVersion": 6,
        "Pid": pid,
        # "Test" is what go-plugin calls a process that Terraform must not end.
        "Test": True,
        "Addr": {"Network": "unix", "String": str(socket.absolute())},
    }
    return json.dumps(dict.fromkeys(ADDRESSES, connection))

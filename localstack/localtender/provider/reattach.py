"""``TF_REATTACH_PROVIDERS``: how Terraform finds providers that are running already.

See "Debugging Providers" in Terraform's plugin development documentation. A connection does not
say which provider it is for, so each of them has a socket of its own.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Final

REGISTRIES: Final = ("registry.terraform.io", "registry.opentofu.org")
ATTACHED: Final = (
    "aws",
    "archive",
    "external",
    "http",
    "local",
    "null",
    "random",
    "template",
    "time",
    "tls",
)
"""The names of the providers that are served, the main one first."""


def socket_of(provider: str, socket: Path) -> Path:
    """Return where a provider listens when the main one does on ``socket``."""
    if provider == ATTACHED[0]:
        return socket
    return socket.with_name(f"{socket.stem}-{provider}{socket.suffix}")


def reattach_configuration(socket: Path, pid: int, providers: Sequence[str] = ATTACHED) -> str:
    """Return the value of ``TF_REATTACH_PROVIDERS`` for the providers that one process serves.

    Parameters
    ----------
    socket
        The unix socket that the main provider listens on.
    pid
        The process id; Terraform watches whether it lives.
    """
    return json.dumps(
        {
            f"{registry}/hashicorp/{provider}": {
                "Protocol": "grpc",
                "ProtocolVersion": 6,
                "Pid": pid,
                # "Test" is what go-plugin calls a process that Terraform must not end.
                "Test": True,
                "Addr": {
                    "Network": "unix",
                    "String": str(socket_of(provider, socket).absolute()),
                },
            }
            for provider in providers
            for registry in REGISTRIES
        }
    )

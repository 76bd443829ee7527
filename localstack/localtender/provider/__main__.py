"""``python -m localtender.provider``: serve hashicorp/aws and its companions to Terraform."""

from __future__ import annotations

import argparse
import logging
import os
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from localtender.provider.endpoints import loopback_url
from localtender.provider.errors import ProviderError
from localtender.provider.reattach import reattach_configuration

if TYPE_CHECKING:
    from localtender.provider.server import ProviderServer


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until SIGTERM or SIGINT; returns the process's exit status."""
    parser = argparse.ArgumentParser(prog="python -m localtender.provider", description=__doc__)
    parser.add_argument(
        "--socket",
        type=Path,
        required=True,
        help="unix socket to serve hashicorp/aws on; the other providers' stand beside it",
    )
    parser.add_argument("--endpoint-url", required=True, help="where the AWS services are")
    parser.add_argument("--ready-file", type=Path, help="written when the provider is ready")
    options = parser.parse_args(arguments)
    logging.basicConfig(
        level=os.environ.get("LOCALTENDER_LOG", "WARNING").upper(),
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
        stream=sys.stderr,
    )
    _forget_aws_settings()
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stopping.set())
    try:
        server = _start(options.socket, options.endpoint_url)
    except (ProviderError, OSError) as failure:
        sys.stderr.write(f"the Terraform provider cannot start: {failure}\n")
        return 1
    reattach = reattach_configuration(options.socket, os.getpid())
    if options.ready_file is not None:
        _write_whole(options.ready_file, reattach)
    sys.stdout.write(f"TF_REATTACH_PROVIDERS='{reattach}'\n")
    sys.stdout.flush()
    stopping.wait()
    if options.ready_file is not None:
        options.ready_file.unlink(missing_ok=True)
    server.stop()
    sys.stdout.flush()
    sys.stderr.flush()
    # Not `return`: worker threads that wait for an answer would hold the process up.
    os._exit(0)


def _start(socket_path: Path, endpoint_url: str) -> ProviderServer:
    from localtender.provider.server import ProviderServer

    server = ProviderServer(socket_path, loopback_url(endpoint_url))
    server.start()
    return server


def _forget_aws_settings() -> None:
    """Drop the AWS settings of whoever started this process; each Terraform brings its own."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]


def _write_whole(path: Path, text: str) -> None:
    """Write a file so that nobody sees half of it."""
    partial = path.with_name(f"{path.name}.partial")
    partial.write_text(text)
    partial.replace(path)


if __name__ == "__main__":
    sys.exit(main())

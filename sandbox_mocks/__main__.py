"""``python -m sandbox_mocks``: serve the payment providers' sandboxes over HTTP.

The credentials that PayPal clients must show come from ``SANDBOX_PAYPAL_CLIENT_ID`` and
``SANDBOX_PAYPAL_CLIENT_SECRET``, the keys of Stripe's and ACH's from ``SANDBOX_STRIPE_SECRET_KEY``
and ``SANDBOX_ACH_API_KEY``; without these, the well-known defaults.
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
from pathlib import Path

from sandbox_mocks.credentials import SandboxCredentials
from sandbox_mocks.server.application import SandboxApplication, all_sandboxes
from sandbox_mocks.server.run import AddressUnavailableError, serve

DEFAULT_PORT = 4567


def main(arguments: list[str] | None = None) -> int:
    """Serve until stopped; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m sandbox_mocks", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=int, default=DEFAULT_PORT, help="0 takes a free one")
    parser.add_argument(
        "--ready-file", type=Path, help="written (JSON: host, port, pid) once requests are served"
    )
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(message)s")
    credentials = SandboxCredentials.from_environment(os.environ)
    application = SandboxApplication(
        all_sandboxes(
            credentials.paypal,
            stripe_secret_key=credentials.stripe_secret_key,
            ach_api_key=credentials.ach_api_key,
        )
    )
    try:
        serve(application, host=options.host, port=options.port, ready_file=options.ready_file)
    except AddressUnavailableError as error:
        sys.stderr.write(f"{error}; choose another one with --host and --port\n")
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())

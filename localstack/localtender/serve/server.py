"""Runs the API, the settlement worker and, unless there is one already, the sandboxes.

One process, no reloader and no child: a `breakpoint()` anywhere in `lambda/` stops here, on the
terminal in which the command runs.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from localtender.harness.errors import HarnessError

HOST = "127.0.0.1"
# The time-out of the API function: the budget, and time to store what was reached.
_MARGIN_SECONDS = 4.0

Write = Callable[[str], None]


class ServeError(HarnessError):
    """The API can't be served here; the message says what to do."""


def serve(lambda_directory: Path, *, port: int, sandbox_url: str | None, write: Write) -> None:
    """Serve until Ctrl-C. Raises ServeError."""
    with running(lambda_directory, port=port, sandbox_url=sandbox_url, write=write) as server:
        # Returns on Ctrl-C, which werkzeug takes for the wish to stop.
        server.serve_forever(poll_interval=0.2)
        write("Stopped; nothing was kept.")


@contextmanager
def running(
    lambda_directory: Path, *, port: int, sandbox_url: str | None, write: Write
) -> Iterator[BaseWSGIServer]:
    """A server that is bound and whose worker runs; call its `serve_forever`. Raises ServeError."""
    _make_importable(lambda_directory)
    from localtender.serve.sandbox import sandboxes

    providers = nullcontext(_checked(sandbox_url)) if sandbox_url else sandboxes(HOST)
    with providers as sandbox, _api(port, sandbox, write) as server:
        for line in start_message(server.port, sandbox):
            write(line)
        yield server


@contextmanager
def _api(port: int, sandbox_url: str, write: Write) -> Iterator[BaseWSGIServer]:
    import handlers.api
    import handlers.composition
    import handlers.settlement
    from localtender.serve.application import REQUEST_BUDGET_SECONDS, application_in_memory
    from localtender.serve.queue import QueueInMemory, SettlementWorker
    from localtender.serve.web import ApiOverWsgi

    queue = QueueInMemory()
    handlers.composition.root.install(application_in_memory(sandbox_url, queue, write))
    app = ApiOverWsgi(
        handlers.api.handler, timeout_seconds=REQUEST_BUDGET_SECONDS + _MARGIN_SECONDS
    )
    server = _bound(port, app)
    worker = SettlementWorker(queue, handlers.settlement.handler)
    worker.start()
    try:
        yield server
    finally:
        worker.stop()
        server.server_close()


def start_message(port: int, sandbox_url: str) -> list[str]:
    """What to do with it, in lines that can be pasted."""
    api = f"http://{HOST}:{port}"
    person = '"customer_id": "c-1", "email": "ada@example.com"'
    json_type = '-H "Content-Type: application/json"'
    return [
        f"The payments API is at {api}, in this process and without AWS; Ctrl-C stops it.",
        f"What the providers saw: {sandbox_url}/_sandbox/paypal/requests",
        "No token and no API key are needed; everything is forgotten at the end.",
        "",
        f"curl -s -w '\\n' {api}/v1/api/customer {json_type} -d '{{{person}}}'",
        f"curl -s -w '\\n' {api}/v1/api/payments {json_type} "
        f'-d \'{{{person}, "amount": 12.34, "currency": "USD"}}\'',
        f"curl -s -w '\\n' {api}/v1/api/payment/c-1",
        "",
    ]


def _make_importable(lambda_directory: Path) -> None:
    """Let the functions' code be imported as Lambda imports it, from its own folder."""
    if not (lambda_directory / "handlers").is_dir():
        raise ServeError(
            f"There are no functions in {lambda_directory}. Run the command in the project's "
            "folder, or name it in LOCALTENDER_PROJECT."
        )
    if str(lambda_directory) not in sys.path:
        sys.path.insert(0, str(lambda_directory))
    # Lines in the embedded metric format are for CloudWatch, which is not here.
    os.environ.setdefault("POWERTOOLS_METRICS_DISABLED", "true")
    os.environ.setdefault("POWERTOOLS_TRACE_DISABLED", "true")


def _checked(sandbox_url: str) -> str:
    parts = urlsplit(sandbox_url)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise ServeError(
            f"--sandbox-url must be an address such as http://127.0.0.1:4567, not {sandbox_url!r}."
        )
    return sandbox_url.rstrip("/")


def _bound(port: int, app: Any) -> BaseWSGIServer:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    try:
        return make_server(HOST, port, app, threaded=True, request_handler=_QuietRequests)
    except (OSError, OverflowError, SystemExit) as error:
        raise ServeError(
            f"{HOST}:{port} can't be listened on ({getattr(error, 'strerror', None) or error}); "
            "choose another one with --port, 0 for any that is free."
        ) from error


class _QuietRequests(WSGIRequestHandler):
    """Writes one short line per request: the query may hold what is nobody's business."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:  # noqa: ARG002
        sys.stderr.write(f"{self.command} {self.path.partition('?')[0]!s} {code}\n")

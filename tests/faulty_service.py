"""A service that answers every request of the AWS SDK in one way, right or wrong."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event


@dataclass
class FaultyService:
    """How a service answers: `status` and `body`, or not at all while `hangs`.

    `asked` is set when a request has come.
    """

    url: str = ""
    status: int = 200
    body: bytes = b"{}"
    cut_off: bool = False
    hangs: bool = False
    asked: Event = field(default_factory=Event)
    released: Event = field(default_factory=Event)


@contextmanager
def faulty_service() -> Iterator[FaultyService]:
    """Serve on a free port of this machine."""
    service = FaultyService()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("content-length") or 0))
            service.asked.set()
            if service.hangs:
                service.released.wait()
            self.send_response(service.status)
            missing = 1 if service.cut_off else 0
            self.send_header("content-length", str(len(service.body) + missing))
            self.end_headers()
            self.wfile.write(service.body)
            self.close_connection = True

        def log_message(self, format: str, *arguments: object) -> None:
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        def handle_error(self, request: object, client_address: object) -> None:
            """Say nothing: clients that give up are part of the tests."""

    with Server(("127.0.0.1", 0), Handler) as server:
        service.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield service
        finally:
            service.released.set()
            server.shutdown()
            thread.join()

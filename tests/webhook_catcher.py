"""A server of this machine that keeps the webhooks it is sent, headers and bytes."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True)
class CaughtWebhook:
    """A delivery as it came over the wire."""

    headers: dict[str, str]
    body: bytes


@dataclass
class WebhookCatcher:
    """What came so far."""

    url: str = ""
    caught: list[CaughtWebhook] = field(default_factory=list)

    def wait(self, text: str, seconds: float = 20) -> CaughtWebhook:
        """The first delivery whose body contains the text."""
        limit = time.monotonic() + seconds
        while time.monotonic() < limit:
            for each in list(self.caught):
                if text.encode() in each.body:
                    return each
            time.sleep(0.05)
        raise AssertionError(f"no webhook about {text} came")


@contextmanager
def webhook_catcher() -> Iterator[WebhookCatcher]:
    """Listen on a free port until the end; every delivery is answered with 200."""
    catcher = WebhookCatcher()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            catcher.caught.append(CaughtWebhook(dict(self.headers.items()), body))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *arguments: object) -> None:
            """Keep the test's output clean."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    catcher.url = f"http://127.0.0.1:{server.server_port}/hook"
    try:
        yield catcher
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

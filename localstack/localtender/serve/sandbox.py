"""The provider sandboxes on a thread of this process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

from sandbox_mocks.server.application import SandboxApplication, all_sandboxes
from sandbox_mocks.server.run import SandboxServer, listen

_STOP_SECONDS = 5.0


@contextmanager
def sandboxes(host: str) -> Iterator[str]:
    """Serve every sandbox on a free port until the context ends; its address."""
    with listen(host, 0) as listener:
        server = SandboxServer(SandboxApplication(all_sandboxes()))
        thread = Thread(
            target=server.run, kwargs={"sockets": [listener]}, name="sandboxes", daemon=True
        )
        thread.start()
        try:
            yield f"http://{host}:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(_STOP_SECONDS)

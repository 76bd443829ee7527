"""The embedded engine: ministack 1.5.33 as an ASGI application inside the emulator's process.

Only its public faces are used here: `ministack.app:app`, its environment variables and
`POST /_ministack/reset`.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any

import httpx

from localtender.engines.in_process import InProcessTransport
from localtender.engines.managed_policies import give_managed_policies
from localtender.engines.port import EngineStartError, Message, Receive, Scope, Send

_START_LIMIT_SECONDS = 20.0
# What a shell set up for LocalStack or for another ministack may hold; here it would take services
# away, answer https addresses or keep state beyond the process.
_AMBIENT_SETTINGS = frozenset(
    {
        *("SERVICES", "USE_SSL", "LOCALSTACK_HOSTNAME", "EDGE_PORT"),
        *("PERSIST_STATE", "STATE_DIR", "S3_PERSIST", "S3_DATA_DIR", "RDS_PERSIST", "MWAA_PERSIST"),
        *("SFN_MOCK_CONFIG", "SFN_WAIT_SCALE"),
    }
)


class EmbeddedEngine:
    """Runs ministack in process; its application is imported on start, not before."""

    name = "embedded"

    def __init__(self, *, port: int, region: str, environment: Mapping[str, str] | None = None):
        self._port = port
        self._region = region
        self._environment = dict(environment or {})
        self._application: Any = None
        self._lifespan: asyncio.Task[None] | None = None
        self._to_lifespan: asyncio.Queue[Message] = asyncio.Queue()
        self._from_lifespan: asyncio.Queue[Message] = asyncio.Queue()
        self._transport: httpx.AsyncBaseTransport | None = None

    @property
    def version(self) -> str:
        """The installed ministack's version."""
        return version("ministack")

    @property
    def transport(self) -> httpx.AsyncBaseTransport:
        """A transport that calls the application without a socket."""
        if self._transport is None:
            raise EngineStartError("The embedded engine has not been started.")
        return self._transport

    async def start(self) -> None:
        """Import the application and run its start-up. Raises EngineStartError."""
        # Ministack reads these while it is imported: the port goes into the URLs that it answers,
        # and listeners that nobody here uses stay closed.
        for name in [name for name in os.environ if _is_ambient_setting(name)]:
            del os.environ[name]
        os.environ.update(
            {
                "GATEWAY_PORT": str(self._port),
                "MINISTACK_HOST": "127.0.0.1",
                "MINISTACK_REGION": self._region,
                "IOT_MTLS_ENABLED": "0",
                "SFTP_ENABLED": "0",
                # At INFO it logs the bodies of messages, which hold personal data.
                "LOG_LEVEL": "WARNING",
                **self._environment,
            }
        )
        from ministack.app import app

        give_managed_policies()
        self._application = app
        self._transport = InProcessTransport(app, client=("127.0.0.1", 0))
        self._lifespan = asyncio.create_task(
            app({"type": "lifespan", "asgi": {"version": "3.0"}}, self._receive, self._send)
        )
        await self._lifespan_step("lifespan.startup")

    async def stop(self) -> None:
        """Run the application's shutdown."""
        if self._lifespan is None:
            return
        await self._lifespan_step("lifespan.shutdown")
        self._lifespan.cancel()
        self._lifespan = None

    async def reset(self) -> None:
        """Forget all state of all accounts."""
        async with httpx.AsyncClient(
            transport=self.transport, base_url=f"http://127.0.0.1:{self._port}"
        ) as client:
            answer = await client.post("/_ministack/reset")
            answer.raise_for_status()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a connection to ministack."""
        await self._application(scope, receive, send)

    async def _receive(self) -> Message:
        return await self._to_lifespan.get()

    async def _send(self, message: Message) -> None:
        await self._from_lifespan.put(message)

    async def _lifespan_step(self, step: str) -> None:
        await self._to_lifespan.put({"type": step})
        try:
            answer = await asyncio.wait_for(self._from_lifespan.get(), _START_LIMIT_SECONDS)
        except TimeoutError as error:
            raise EngineStartError(
                f"The embedded engine did not answer {step} in {_START_LIMIT_SECONDS:.0f} s."
            ) from error
        if answer["type"] != f"{step}.complete":
            raise EngineStartError(f"The embedded engine failed: {answer.get('message', step)}")


def _is_ambient_setting(name: str) -> bool:
    return name in _AMBIENT_SETTINGS or name.startswith("MINISTACK_")

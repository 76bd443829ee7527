"""The ASGI application: control, the providers by path prefix, and a clear no to all else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fault_injection.holding import HeldRequests
from sandbox_mocks.ach.model import DEFAULT_API_KEY, AchModel
from sandbox_mocks.paypal.model import PayPalModel
from sandbox_mocks.server.asgi import send_answer
from sandbox_mocks.server.control import ROOT, Control
from sandbox_mocks.server.provider_endpoint import ProviderEndpoint
from sandbox_mocks.shared.clock import VirtualClock
from sandbox_mocks.shared.json_documents import write_json
from sandbox_mocks.shared.messages import Answer
from sandbox_mocks.shared.sandbox import ProviderSandbox, Sandboxes
from sandbox_mocks.stripe.model import DEFAULT_SECRET_KEY, StripeModel

if TYPE_CHECKING:
    from sandbox_mocks.paypal.authorization import Credentials
    from sandbox_mocks.server.asgi import Receive, Scope, Send
    from sandbox_mocks.shared.model import ProviderModel


def all_sandboxes(
    credentials: Credentials | None = None,
    *,
    stripe_secret_key: str = DEFAULT_SECRET_KEY,
    ach_api_key: str = DEFAULT_API_KEY,
    clock: VirtualClock | None = None,
) -> Sandboxes:
    """Return the sandboxes there are, with fresh state; `credentials` are those for PayPal."""
    clock = clock or VirtualClock()
    models: tuple[ProviderModel, ...] = (
        PayPalModel(credentials=credentials, clock=clock),
        StripeModel(secret_key=stripe_secret_key, clock=clock),
        AchModel(api_key=ach_api_key, clock=clock),
    )
    return Sandboxes({model.name: ProviderSandbox(model) for model in models}, clock)


class SandboxApplication:
    """Serves sandboxes, each below ``/{name}``, and their control below ``/_sandbox``."""

    def __init__(self, sandboxes: Sandboxes | None = None) -> None:
        self.sandboxes = sandboxes or all_sandboxes()
        self._held = HeldRequests()
        self._control = Control(self.sandboxes, self._held).router
        self._endpoints = {
            name: ProviderEndpoint(provider, self._held)
            for name, provider in self.sandboxes.providers.items()
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; other ASGI events than HTTP are none of ours."""
        if scope["type"] != "http":
            raise NotImplementedError(f"the sandboxes serve HTTP, not {scope['type']}")
        path: str = scope["path"]
        name = path[1:].partition("/")[0]
        endpoint = self._endpoints.get(name)
        if endpoint is not None:
            await endpoint(scope, receive, send)
        elif path == ROOT or path.startswith(ROOT + "/"):
            await self._control(scope, receive, send)
        else:
            await send_answer(send, self._no_such_sandbox(name))

    def release_held_requests(self) -> None:
        """Break off every request that a fault holds, so that the server can stop."""
        self._held.stop()

    def _no_such_sandbox(self, name: str) -> Answer:
        served = ", ".join(f"/{provider}" for provider in self._endpoints)
        message = f"there is no sandbox at /{name}; served: {served} and {ROOT}/health"
        body = write_json({"error": "UnknownSandbox", "message": message})
        return Answer(404, (("Content-Type", "application/json"),), body)

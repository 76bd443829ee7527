"""The services behind all stages: each request goes to the one that it is routed to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from localtender.edge.asgi_messages import send_response
from localtender.edge.authorize.credentials import KnownSecrets
from localtender.edge.authorize.observed_answers import learning
from localtender.edge.control_routes import ControlRoutes
from localtender.edge.engine_requests import EngineRequests, forwarding
from localtender.edge.functions.engine_triggers.shadows import DELIVERY_PATH
from localtender.edge.functions.service import FunctionsService
from localtender.edge.gateway.service import GatewayService
from localtender.edge.protocol.messages import HttpResponse
from localtender.edge.routes import Target
from localtender.edge.stages import Arrival
from localtender.engines.port import Engine, Send
from localtender.telemetry.service import Telemetry


@dataclass(frozen=True)
class EdgeServices:
    """What answers requests: our own services, what stands before the engine, and the engine."""

    engine: Engine
    engine_requests: Sequence[EngineRequests]
    gateway: GatewayService
    functions: FunctionsService
    telemetry: Telemetry
    secrets: KnownSecrets
    control: ControlRoutes

    async def serve(self, arrival: Arrival, send: Send) -> None:
        """Have the service answer that the request is routed to."""
        match arrival.route.target:
            case Target.ENGINE:
                await self._engine(arrival, learning(send, self.secrets, arrival.identity.service))
            case Target.CLOUDWATCH:
                await self._cloudwatch(arrival, send)
            case _:
                response = await self._answer(arrival)
                await send_response(response, send, head=arrival.scope["method"] == "HEAD")

    async def _engine(self, arrival: Arrival, send: Send) -> None:
        scope, caller = arrival.scope, arrival.identity.caller
        headers: dict[bytes, bytes] = dict(scope["headers"])
        target = headers.get(b"x-amz-target", b"").decode("latin-1")
        for asked in self.engine_requests:
            if asked.concerns(target):
                forward = forwarding(self.engine, scope)
                response = await asked.answer(arrival.request, caller, forward)
                await send_response(response, send, head=False)
                return
        logs = self.telemetry.logs_requests
        if logs.concern(headers):
            await logs.forward(self.engine, scope, arrival.replay(), send, caller)
        else:
            await self.engine(scope, arrival.replay(), send)

    async def _cloudwatch(self, arrival: Arrival, send: Send) -> None:
        """Answer a request of the CloudWatch API; what is none may be one of the engine's own."""
        response = await self.telemetry.control(arrival.request, arrival.identity.caller)
        if response is None:
            await self.engine(arrival.scope, arrival.replay(), send)
        else:
            await send_response(response, send, head=False)

    async def _answer(self, arrival: Arrival) -> HttpResponse:
        request, route, identity = arrival.request, arrival.route, arrival.identity
        match route.target:
            case Target.EXECUTE_API:
                return await self.gateway.execute(
                    request,
                    api_id=route.api_id,
                    stage=route.stage,
                    path=route.path,
                    domain=arrival.domain,
                )
            case Target.API_GATEWAY:
                return await self.gateway.control(request, identity.caller)
            case Target.FUNCTION_URL:
                signed = identity.caller if identity.service == "lambda" else None
                return await self.functions.serve_url(
                    request, identifier=route.api_id, path=route.path, caller=signed
                )
            case Target.LAMBDA:
                return await self.functions.control(request, identity.caller)
        if request.method == "POST" and request.path.startswith(DELIVERY_PATH):
            return await self.functions.deliver(request, request.path.removeprefix(DELIVERY_PATH))
        return await self.control.answer(request)

"""The edge: one ASGI application, the only address that clients use.

```
client ── journal ── route ── stages ──┬── gateway ── functions   (ours: API Gateway, Lambda)
                                       ├── telemetry              (ours: CloudWatch)
                                       └── engine                 (everything else of AWS)
```
"""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from localtender.edge.asgi_messages import (
    ClientGoneError,
    read_body,
)
from localtender.edge.authorize.access_report import AccessReport
from localtender.edge.authorize.credentials import KnownSecrets
from localtender.edge.control_routes import ControlRoutes
from localtender.edge.engine_requests import EngineRequests
from localtender.edge.faults.edge_faults import EdgeFaults
from localtender.edge.functions.service import FunctionsService
from localtender.edge.gateway.data_plane.custom_domains import DomainRoute
from localtender.edge.gateway.service import GatewayService
from localtender.edge.http_apis import EngineHttpApis, in_path_form
from localtender.edge.journal import Journal, JournalEntry
from localtender.edge.protocol.credential_scope import (
    DEFAULT_ACCOUNT_ID,
    CredentialScope,
    credential_scope,
)
from localtender.edge.protocol.models import ServiceModels
from localtender.edge.protocol.service_calls import ServiceCalls
from localtender.edge.routes import Route, Target, route_request
from localtender.edge.services import EdgeServices
from localtender.edge.stages import Arrival, Stage, in_order
from localtender.engines.client import EngineClient
from localtender.engines.port import Engine, Message, Receive, Scope, Send
from localtender.telemetry.log_delivery import LogDelivery
from localtender.telemetry.service import Telemetry

# API Gateway takes 10 MB (10,485,760 bytes), Lambda's control plane a 50 MB zip in base64; an
# engine knows itself what is too much.
_CONTROL_BODY_LIMIT = 80 * 1024 * 1024
_BODY_LIMITS = {
    Target.EXECUTE_API: 10 * 1024 * 1024,
    **dict.fromkeys(
        (Target.API_GATEWAY, Target.LAMBDA, Target.FUNCTION_URL, Target.CLOUDWATCH, Target.CONTROL),
        _CONTROL_BODY_LIMIT,
    ),
}

_log = logging.getLogger(__name__)


@dataclass
class EdgeApplication:
    """Routes every request and owns the life of the services behind it.

    `stages` stand in front of all services, in the order in which a request passes them.
    `instance_id` tells one run of the emulator from the next: state lives in memory.
    """

    engine: Engine
    client: EngineClient
    logs: LogDelivery
    functions: FunctionsService
    gateway: GatewayService
    telemetry: Telemetry
    region: str
    versions: Mapping[str, str]
    engine_requests: Sequence[EngineRequests] = ()
    journal: Journal = field(default_factory=Journal)
    secrets: KnownSecrets = field(default_factory=KnownSecrets)
    models: ServiceModels = field(default_factory=ServiceModels)
    stages: Sequence[Stage] = ()
    faults: EdgeFaults | None = None
    access_report: AccessReport | None = None
    instance_id: str = field(default_factory=lambda: uuid.uuid4().hex)

    def __post_init__(self) -> None:
        self._calls = ServiceCalls(self.models)
        self._http_apis = EngineHttpApis(
            self.client, account_id=DEFAULT_ACCOUNT_ID, region=self.region
        )
        control = ControlRoutes(
            journal=self.journal,
            functions=self.functions,
            faults=self.faults,
            access_report=self.access_report,
            health={
                "healthy": True,
                "engine": self.engine.name,
                "instance_id": self.instance_id,
                "versions": {**self.versions, "engine": self.engine.version},
            },
        )
        self._services = EdgeServices(
            engine=self.engine,
            engine_requests=self.engine_requests,
            gateway=self.gateway,
            functions=self.functions,
            telemetry=self.telemetry,
            secrets=self.secrets,
            control=control,
        )
        self._onward = in_order(self.stages, self._services.serve)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one ASGI connection."""
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        elif scope["type"] == "http":
            await self._http(scope, receive, send)
        else:
            await self.engine(scope, receive, send)

    async def start(self) -> None:
        """Bring up what serves requests; the engine is started before the application is made."""
        await self.logs.start()
        await self.telemetry.start()
        await self.functions.start()
        for requests in self.engine_requests:
            await requests.start()

    async def stop(self) -> None:
        """Take everything down, functions first."""
        for requests in self.engine_requests:
            await requests.stop()
        await self.functions.stop()
        await self.gateway.close()
        await self.logs.stop()
        await self.telemetry.stop()
        await self.client.close()
        await self.engine.stop()

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                await self.start()
                await send({"type": "lifespan.startup.complete"})
            else:
                await self.stop()
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        began = time.time()
        request_id = str(uuid.uuid4())
        headers: dict[bytes, bytes] = dict(scope["headers"])
        identity = credential_scope(
            headers.get(b"authorization"), scope["query_string"], self.region
        )
        raw_path = scope["raw_path"].decode("latin-1")
        scope, route, domain = await self._route(
            scope, raw_path, headers.get(b"host", b"").decode("latin-1"), identity
        )
        status = 500

        async def send_and_note(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                if route.target in (Target.ENGINE, Target.CLOUDWATCH):
                    message = _with_one_date(message)
            await send(message)

        struck: list[str] = []
        operation = ""
        try:
            body = await read_body(receive, _BODY_LIMITS.get(route.target))
            arrival = Arrival(
                scope, receive, body, identity, route, request_id, self._calls, domain, struck
            )
            if route.target is Target.CONTROL:
                await self._services.serve(arrival, send)
            else:
                operation = arrival.call.name if arrival.call else ""
                await self._onward(arrival, send_and_note)
        except ClientGoneError:
            _log.info("%s %s: the client left too early", scope["method"], raw_path)
        finally:
            if identity.service == "apigateway" and route.target is Target.ENGINE:
                self._http_apis.managed(identity.caller)
            if route.target is not Target.CONTROL:
                self.journal.record(
                    JournalEntry(
                        request_id=request_id,
                        time=began,
                        target=route.target.value,
                        service=identity.service or route.target.value,
                        method=scope["method"],
                        path=raw_path,
                        operation=operation,
                        status=status,
                        duration_ms=round((time.time() - began) * 1000, 3),
                        fault=", ".join(struck) or None,
                    )
                )

    async def _route(
        self, scope: Scope, raw_path: str, host: str, identity: CredentialScope
    ) -> tuple[Scope, Route, DomainRoute | None]:
        """Where a request goes, and the scope in which the service there understands it."""
        domain = self.gateway.route_domain(host, raw_path)
        if domain is not None:
            return (
                scope,
                Route(Target.EXECUTE_API, domain.api_id, domain.stage, domain.path),
                domain,
            )
        route = route_request(raw_path, host, identity.service)
        if route.target is Target.EXECUTE_API and await self._is_http_api(route.api_id):
            return in_path_form(scope, host), Route(Target.ENGINE, route.api_id), None
        return scope, route, None

    async def _is_http_api(self, api_id: str) -> bool:
        return not self.gateway.owns(api_id) and await self._http_apis.has(api_id)


def _with_one_date(message: Message) -> Message:
    # The server writes a Date of its own, and a response has one (RFC 9110, section 6.6.1).
    headers = [pair for pair in message.get("headers", ()) if pair[0].lower() != b"date"]
    return {**message, "headers": headers}

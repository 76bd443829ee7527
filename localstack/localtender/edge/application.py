"""The edge: one ASGI application, the only address that clients use.

```
client ── journal ── route ──┬── gateway ── functions     (ours: API Gateway, Lambda)
                             └── engine                   (everything else of AWS)
```
"""

from __future__ import annotations

import json
import logging
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, parse_qsl

from localtender.edge.authorize.credentials import KnownSecrets
from localtender.edge.authorize.observed_answers import learning
from localtender.edge.functions.service import FunctionsService
from localtender.edge.gateway.data_plane.custom_domains import DomainRoute
from localtender.edge.gateway.service import GatewayService
from localtender.edge.http_protocol import wire_headers
from localtender.edge.journal import Journal, JournalEntry
from localtender.edge.protocol.credential_scope import CredentialScope, credential_scope
from localtender.edge.protocol.messages import HttpRequest, HttpResponse
from localtender.edge.routes import Route, Target, route_request
from localtender.engines.client import EngineClient
from localtender.engines.port import Engine, Message, Receive, Scope, Send
from localtender.telemetry.log_delivery import LogDelivery

# API Gateway takes 10 MB (10,485,760 bytes), Lambda's control plane a 50 MB zip in base64.
_EXECUTE_BODY_LIMIT = 10 * 1024 * 1024
_CONTROL_BODY_LIMIT = 80 * 1024 * 1024

# Where GetFunction's Code.Location points.
_CODE_PATH = "/_localtender/functions/code/"

_log = logging.getLogger(__name__)


class ClientGoneError(Exception):
    """The client closed its connection before the request was whole."""


@dataclass
class EdgeApplication:
    """Routes every request and owns the life of the services behind it.

    `instance_id` tells one run of the emulator from the next: state lives in memory.
    """

    engine: Engine
    client: EngineClient
    logs: LogDelivery
    functions: FunctionsService
    gateway: GatewayService
    region: str
    versions: Mapping[str, str]
    journal: Journal = field(default_factory=Journal)
    secrets: KnownSecrets = field(default_factory=KnownSecrets)
    instance_id: str = field(default_factory=lambda: uuid.uuid4().hex)

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
        await self.functions.start()

    async def stop(self) -> None:
        """Take everything down, functions first."""
        await self.functions.stop()
        await self.gateway.close()
        await self.logs.stop()
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
        headers: dict[bytes, bytes] = dict(scope["headers"])
        identity = credential_scope(
            headers.get(b"authorization"), scope["query_string"], self.region
        )
        raw_path = scope["raw_path"].decode("latin-1")
        host = headers.get(b"host", b"").decode("latin-1")
        route = route_request(raw_path, host, identity.service)
        domain = self.gateway.route_domain(host, raw_path)
        if domain is not None:
            route = Route(Target.EXECUTE_API, domain.api_id, domain.stage, domain.path)
        elif route.target is Target.EXECUTE_API and not self.gateway.owns(route.api_id):
            route = Route(Target.ENGINE)
        request_id = str(uuid.uuid4())
        status = 500

        async def send_and_note(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            if route.target is Target.ENGINE:
                told = learning(send_and_note, self.secrets, identity.service)
                await self.engine(scope, receive, told)
            else:
                response = await self._answer(scope, receive, route, identity, request_id, domain)
                await _send_response(response, send_and_note, head=scope["method"] == "HEAD")
        except ClientGoneError:
            _log.info("%s %s: the client left too early", scope["method"], raw_path)
        finally:
            if route.target is not Target.CONTROL:
                self.journal.record(
                    JournalEntry(
                        request_id=request_id,
                        time=began,
                        target=route.target.value,
                        service=identity.service or route.target.value,
                        method=scope["method"],
                        path=raw_path,
                        operation=headers.get(b"x-amz-target", b"").decode("latin-1"),
                        status=status,
                        duration_ms=round((time.time() - began) * 1000, 3),
                    )
                )

    async def _answer(
        self,
        scope: Scope,
        receive: Receive,
        route: Route,
        identity: CredentialScope,
        request_id: str,
        domain: DomainRoute | None,
    ) -> HttpResponse:
        executes = route.target is Target.EXECUTE_API
        body = await _read_body(receive, _EXECUTE_BODY_LIMIT if executes else _CONTROL_BODY_LIMIT)
        request = _request(scope, body, request_id)
        if executes:
            return await self.gateway.execute(
                request,
                api_id=route.api_id,
                stage=route.stage,
                path=route.path,
                domain_name=f"{route.api_id}.execute-api.{self.region}.amazonaws.com"
                if domain is None
                else domain.domain_name,
                base_path=None if domain is None else domain.base_path,
            )
        if route.target is Target.API_GATEWAY:
            return await self.gateway.control(request, identity.caller)
        if route.target is Target.LAMBDA:
            return await self.functions.control(request, identity.caller)
        return await self._control(request)

    async def _control(self, request: HttpRequest) -> HttpResponse:
        match request.method, request.path:
            case "GET", "/_localtender/health":
                return _json(
                    {
                        "healthy": True,
                        "engine": self.engine.name,
                        "instance_id": self.instance_id,
                        "versions": {**self.versions, "engine": self.engine.version},
                    }
                )
            case "GET", "/_localtender/requests":
                query = parse_qs("&".join(f"{key}={value}" for key, value in request.query))
                limit = query.get("limit", ["0"])[0]
                if not limit.isdigit():
                    return _json({"message": "limit must be a whole number"}, 400)
                service = query.get("service", [None])[0]
                return _json(self.journal.entries(service=service, limit=int(limit)))
            case "DELETE", "/_localtender/requests":
                self.journal.clear()
                return _json({})
            case "GET", path if path.startswith(_CODE_PATH):
                archive = self.functions.code_archive(
                    path.removeprefix(_CODE_PATH).removesuffix(".zip")
                )
                if archive is None:
                    return _json({"message": "No function has this code."}, 404)
                return HttpResponse(200, (("Content-Type", "application/zip"),), archive)
            case _:
                return _json({"message": f"No control route {request.method} {request.path}."}, 404)


def _json(document: Any, status: int = 200) -> HttpResponse:
    body = json.dumps(document).encode()
    return HttpResponse(status, (("Content-Type", "application/json"),), body)


def _request(scope: Scope, body: bytes, request_id: str) -> HttpRequest:
    query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
    client = scope.get("client") or ("127.0.0.1", 0)
    return HttpRequest(
        method=scope["method"],
        raw_path=scope["raw_path"].decode("latin-1"),
        query=tuple(query),
        headers=tuple(wire_headers(dict(scope))),
        body=body,
        source_ip=client[0],
        http_version=scope["http_version"],
        scheme=scope["scheme"],
        request_id=request_id,
    )


async def _read_body(receive: Receive, limit: int) -> bytes:
    """The body, or its first `limit` + 1 bytes: enough for the service to refuse it as too long."""
    chunks: list[bytes] = []
    size = 0
    while size <= limit:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGoneError
        chunk = message.get("body", b"")
        chunks.append(chunk)
        size += len(chunk)
        if not message.get("more_body"):
            break
    return b"".join(chunks)[: limit + 1]


async def _send_response(response: HttpResponse, send: Send, *, head: bool) -> None:
    headers = [
        (name.lower().encode("latin-1"), value.encode("latin-1", "replace"))
        for name, value in response.headers
        if name.lower() != "content-length"
    ]
    headers.append((b"content-length", str(len(response.body)).encode()))
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if head else response.body})

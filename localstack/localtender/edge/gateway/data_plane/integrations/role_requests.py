"""Requests to services by the role of an integration, as far as the role may make them."""

from __future__ import annotations

from typing import Protocol

import httpx

from localtender.edge.authorize.refusals import unauthorized
from localtender.edge.gateway.data_plane.exchange import Exchange
from localtender.edge.gateway.data_plane.integrations.service_requests import (
    ServiceRequest,
    ServiceTarget,
)
from localtender.edge.protocol.error_answers import error_answer
from localtender.edge.protocol.messages import HttpRequest
from localtender.edge.protocol.models import ServiceModels
from localtender.edge.protocol.service_calls import ServiceCall, ServiceCalls
from localtender.engines.client import EngineClient

# What API Gateway calls the sessions in which it acts as a role.
_SESSION_NAME = "BackplaneAssumeRoleSession"


class CallPermissions(Protocol):
    """Says whether a role lets a service make a call."""

    async def of_role_call(
        self, role_arn: str, call: ServiceCall, *, session_name: str, region: str
    ) -> str | None:
        """Why a service may not make the call by the role, in AWS's words; None where it may."""
        ...


class RoleRequests:
    """Sends to an engine; without `permissions` every role may do everything."""

    def __init__(
        self,
        engine: EngineClient,
        permissions: CallPermissions | None = None,
        models: ServiceModels | None = None,
    ) -> None:
        self._engine = engine
        self._permissions = permissions
        self._calls = ServiceCalls(models or ServiceModels())

    async def send(
        self,
        exchange: Exchange,
        target: ServiceTarget,
        request: ServiceRequest,
        *,
        role: str,
        account_id: str,
    ) -> httpx.Response:
        """The service's answer, or its refusal of the role. Raises httpx.HTTPError."""
        refused = await self._refusal(exchange, target, request, role)
        if refused is not None:
            return refused
        return await self._engine.send(
            target.signing_name,
            request.method,
            request.path,
            query=request.query,
            headers=request.headers,
            body=request.body,
            account_id=account_id,
            region=target.region,
        )

    async def _refusal(
        self, exchange: Exchange, target: ServiceTarget, request: ServiceRequest, role: str
    ) -> httpx.Response | None:
        # `arn:aws:iam::*:user/*` stands for the caller, who is no role.
        if self._permissions is None or ":role/" not in role:
            return None
        call = self._calls.read(
            HttpRequest(
                method=request.method,
                raw_path=request.path,
                query=request.query,
                headers=tuple(request.headers.items()),
                body=request.body,
                source_ip=exchange.request.source_ip,
                http_version="1.1",
                scheme="https",
                request_id=exchange.request.request_id,
            ),
            target.signing_name,
        )
        if call is None:
            return None
        message = await self._permissions.of_role_call(
            role, call, session_name=_SESSION_NAME, region=target.region
        )
        if message is None:
            return None
        answer = error_answer(call, unauthorized(call, message))
        return httpx.Response(answer.status, headers=answer.headers, content=answer.body)

"""Calling a method's integration, within its time-out."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable

import httpx

from localtender.edge.gateway.data_plane.errors import (
    ApiConfigurationError,
    GatewayError,
    IntegrationTimeoutError,
)
from localtender.edge.gateway.data_plane.exchange import Exchange
from localtender.edge.gateway.data_plane.header_mapping import check_mapped_headers
from localtender.edge.gateway.data_plane.integrations.aws_service import AwsServiceIntegration
from localtender.edge.gateway.data_plane.integrations.http_backend import HttpIntegration
from localtender.edge.gateway.data_plane.integrations.lambda_custom import LambdaCustomIntegration
from localtender.edge.gateway.data_plane.integrations.lambda_proxy import LambdaProxyIntegration
from localtender.edge.gateway.data_plane.integrations.mock import MockIntegration
from localtender.edge.gateway.data_plane.integrations.role_requests import CallPermissions
from localtender.edge.gateway.state import Integration
from localtender.edge.invocation import FunctionInvoker
from localtender.edge.protocol.messages import HttpResponse
from localtender.engines.client import EngineClient

_Call = Callable[[Exchange, Integration], Awaitable[HttpResponse]]
_log = logging.getLogger(__name__)


class Backends:
    """The integrations by type.

    An integration that outlives its time-out runs on, as a function does on AWS; only its answer
    is lost ("Integration timeout" in "API Gateway quotas" of the developer guide).
    """

    def __init__(
        self,
        functions: FunctionInvoker,
        engine: EngineClient,
        http_transport: httpx.AsyncBaseTransport | None = None,
        permissions: CallPermissions | None = None,
    ) -> None:
        self._http = HttpIntegration(http_transport)
        self._aws_function = LambdaCustomIntegration(functions).call
        self._aws_service = AwsServiceIntegration(engine, permissions=permissions).call
        self._calls: dict[str, _Call] = {
            "AWS_PROXY": LambdaProxyIntegration(functions).call,
            "AWS": self._call_aws,
            "MOCK": MockIntegration().call,
            "HTTP_PROXY": self._http.call_proxy,
            "HTTP": self._http.call_custom,
        }
        self._abandoned: set[asyncio.Task[HttpResponse]] = set()

    async def call(self, exchange: Exchange) -> HttpResponse:
        """The integration's answer. Raises GatewayError, IntegrationTimeoutError among them."""
        integration = exchange.method.integration if exchange.method else None
        if integration is None:
            raise ApiConfigurationError(reason="The method has no integration")
        call = self._calls.get(integration.type)
        if call is None or not _is_supported(integration):
            raise ApiConfigurationError(
                reason=f"Integrations of type {integration.type} with {integration.uri} are not "
                "supported by Localtender yet"
            )
        began = time.perf_counter()
        try:
            if integration.request_parameters:
                check_mapped_headers(integration)
            return await self._within_timeout(exchange, integration, call)
        finally:
            exchange.integration_latency = int((time.perf_counter() - began) * 1000)

    async def _call_aws(self, exchange: Exchange, integration: Integration) -> HttpResponse:
        is_function = ":lambda:path/" in (integration.uri or "")
        call = self._aws_function if is_function else self._aws_service
        return await call(exchange, integration)

    async def close(self) -> None:
        """Stop what still runs and give up connections."""
        for task in tuple(self._abandoned):
            task.cancel()
        await asyncio.gather(*self._abandoned, return_exceptions=True)
        await self._http.close()

    async def _within_timeout(
        self, exchange: Exchange, integration: Integration, call: _Call
    ) -> HttpResponse:
        if integration.type == "MOCK":
            return await call(exchange, integration)
        if integration.type == "AWS_PROXY":
            return await self._function_within_timeout(exchange, integration, call)
        task = asyncio.ensure_future(call(exchange, integration))
        self._abandoned.add(task)
        task.add_done_callback(self._abandoned.discard)
        done, _ = await asyncio.wait({task}, timeout=integration.timeout_in_millis / 1000)
        if done:
            return task.result()
        task.add_done_callback(_forget)
        raise _timed_out(integration)

    async def _function_within_timeout(
        self, exchange: Exchange, integration: Integration, call: _Call
    ) -> HttpResponse:
        # An invocation goes on by itself when its caller gives up, so that it needs no task here,
        # which would cost each request two rounds of the event loop.
        limit = asyncio.timeout(integration.timeout_in_millis / 1000)
        try:
            async with limit:
                return await call(exchange, integration)
        except TimeoutError:
            if not limit.expired():
                raise
            raise _timed_out(integration) from None


def _timed_out(integration: Integration) -> IntegrationTimeoutError:
    return IntegrationTimeoutError(
        reason=f"Execution failed due to a timeout error after {integration.timeout_in_millis} ms"
    )


def _is_supported(integration: Integration) -> bool:
    return integration.type != "AWS_PROXY" or ":lambda:path/" in (integration.uri or "")


def _forget(task: asyncio.Task[HttpResponse]) -> None:
    # Nobody waits for this answer any more; its exception must not be reported as unseen.
    if not task.cancelled() and isinstance(task.exception(), GatewayError):
        _log.info("After the time-out the integration failed: %s", task.exception())

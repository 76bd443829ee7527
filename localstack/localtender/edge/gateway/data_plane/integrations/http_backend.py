"""HTTP and HTTP_PROXY integrations.

After "HTTP integrations for REST APIs in API Gateway" of the developer guide; which headers of an
answer are dropped or renamed is from "Important notes about API Gateway header mapping".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote

import httpx

from localtender.edge.gateway.data_plane.errors import (
    ApiConfigurationError,
    IntegrationConnectionError,
)
from localtender.edge.gateway.data_plane.exchange import Exchange
from localtender.edge.gateway.data_plane.integrations.transformation import (
    select_response,
    transformed_request,
    transformed_response,
)
from localtender.edge.gateway.data_plane.parameter_mapping import request_mappings
from localtender.edge.gateway.data_plane.proxy_event import forwarded_headers
from localtender.edge.gateway.data_plane.substitution import with_stage_variables
from localtender.edge.gateway.state import Integration
from localtender.edge.protocol.messages import HttpResponse

_VARIABLE = re.compile(r"\{(?P<name>[^}]+?)\+?\}")
_DROPPED = frozenset({"transfer-encoding", "content-encoding", "content-length", "via"})
_REMAPPED = frozenset({"connection", "date", "server", "www-authenticate"})


class HttpIntegration:
    """Calls an HTTP endpoint; connections are kept for the next call."""

    def __init__(self, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._transport = transport
        self._client: httpx.AsyncClient | None = None

    async def call_proxy(self, exchange: Exchange, integration: Integration) -> HttpResponse:
        """Pass the request and the answer through."""
        mapped = request_mappings(exchange, integration.request_parameters)
        headers = [
            (name, value)
            for name, values in forwarded_headers(exchange).items()
            if name.lower() not in ("host", "accept-encoding")
            for value in values
        ]
        headers = _overridden(headers, mapped["header"])
        query = [(name, value) for name, values in exchange.query.items() for value in values]
        query = _overridden(query, mapped["querystring"])
        answer = await self._send(
            exchange, integration, mapped["path"], headers, query, exchange.request.body
        )
        passed = tuple(
            (f"x-amzn-Remapped-{name}" if name.lower() in _REMAPPED else name, value)
            for name, value in answer.headers.multi_items()
            if name.lower() not in _DROPPED
        )
        return HttpResponse(answer.status_code, passed, answer.content)

    async def call_custom(self, exchange: Exchange, integration: Integration) -> HttpResponse:
        """Send what the request template makes, answer what the integration response makes."""
        mapped = request_mappings(exchange, integration.request_parameters)
        request = transformed_request(exchange, integration)
        content_type = exchange.header("Content-Type") or "application/json"
        headers = _overridden([("Content-Type", content_type)], mapped["header"])
        answer = await self._send(
            exchange,
            integration,
            {**mapped["path"], **request.request_path},
            _overridden(headers, request.request_headers),
            _overridden(list(mapped["querystring"].items()), request.request_query),
            request.text.encode(),
        )
        response = select_response(integration, str(answer.status_code))
        return transformed_response(exchange, response, dict(answer.headers), answer.content)

    async def close(self) -> None:
        """Give up the connections."""
        if self._client is not None:
            await self._client.aclose()

    def _connected(self) -> httpx.AsyncClient:
        # Made on first use: a TLS context takes longer to build than most APIs to start.
        if self._client is None:
            self._client = httpx.AsyncClient(
                transport=self._transport, timeout=None, trust_env=False
            )
        return self._client

    async def _send(
        self,
        exchange: Exchange,
        integration: Integration,
        path: Mapping[str, str],
        headers: list[tuple[str, str]],
        query: list[tuple[str, str]],
        body: bytes,
    ) -> httpx.Response:
        if integration.connection_type == "VPC_LINK":
            raise ApiConfigurationError(reason="VPC links are not supported by Localtender yet")
        verb = integration.http_method or exchange.request.method
        url = _url(with_stage_variables(integration.uri or "", exchange.stage_variables), path)
        try:
            answer = await self._connected().request(
                exchange.request.method if verb == "ANY" else verb,
                url,
                params=httpx.QueryParams(tuple(query)) if query else None,
                headers=headers,
                content=b"" if verb in ("GET", "HEAD") else body,
            )
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            exchange.integration_error = str(error)
            raise IntegrationConnectionError(
                "Internal server error", reason=f"{url}: {type(error).__name__}: {error}"
            ) from error
        exchange.integration_status = answer.status_code
        return answer


def _url(template: str, path: Mapping[str, str]) -> str:
    return _VARIABLE.sub(lambda found: quote(path.get(found["name"], ""), safe="/%"), template)


def _overridden(
    pairs: list[tuple[str, str]], overrides: Mapping[str, str]
) -> list[tuple[str, str]]:
    names = {name.lower() for name in overrides}
    kept = [pair for pair in pairs if pair[0].lower() not in names]
    return [*kept, *overrides.items()]
